/** The command line as scripts see it: exit codes, one sentence on stderr, run folders. Uses the built program. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const lammps = join(import.meta.dirname, 'lammps', '03_nacl_rattled_216');
let work = '';

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'halide-cli-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function start(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: work,
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: work, ...environment },
    maxBuffer: 1 << 26,
  });
  return { status, stdout, stderr };
}

const program = join(root, 'dist/cli/halide-md.js');
const halide = (...args: string[]) => start(process.execPath, [program, ...args]);
const halideWith = (environment: NodeJS.ProcessEnv, ...args: string[]) =>
  start(process.execPath, [program, ...args], environment);
/** No file may grow beyond so many KiB. */
const halideLimited = (kibibytes: number, ...args: string[]) =>
  start('bash', ['-c', `ulimit -f ${kibibytes}; exec "$@"`, 'bash', process.execPath, program, ...args]);

const spec = (change: object = {}) =>
  JSON.stringify({
    title: 'NaCl test',
    structure: join(lammps, 'system.data'),
    potential: 'nacl-fumi-tosi-1964',
    cutoff: 8,
    method: 'ewald',
    seed: 3,
    stages: [
      { name: 'relax', do: 'minimize', fmax: 0.5, maxSteps: 40 },
      { name: 'equilibrate', do: 'nvt', temperature: 300, duration: 40 },
      { name: 'produce', do: 'nve', duration: 120, production: true },
    ],
    record: { trajectory: { every: 10 }, series: { every: 10 }, checkpoint: { every: 50 } },
    ...change,
  });

describe('bad input ends with exit code 2 and one sentence', () => {
  it.each<[string, string[], RegExp]>([
    ['no such verb', ['rum'], /there is no verb "rum"; did you mean "run"\?/],
    [
      'an unknown option',
      ['energy', 'a.cif', '--potentail', 'x'],
      /unknown option --potentail; did you mean "--potential"\?/,
    ],
    ['a missing argument', ['energy'], /STRUCTURE is missing/],
    ['a missing file', ['energy', 'nowhere.cif', '--potential', 'x'], /nowhere\.cif: there is no such file/],
    ['a folder', ['energy', '.', '--potential', 'x'], /is a folder, a file was expected/],
    [
      'an unknown potential',
      ['energy', join(lammps, 'system.data'), '--potential', 'nacl-fumi-tosi-1946'],
      /did you mean "nacl-fumi-tosi-1964"/,
    ],
    [
      'an option that is no number',
      ['energy', join(lammps, 'system.data'), '--potential', 'nacl-fumi-tosi-1964', '--accuracy', 'high'],
      /--accuracy: expected a number above 0, found "high"/,
    ],
    [
      'an unknown method',
      ['energy', join(lammps, 'system.data'), '--potential', 'nacl-fumi-tosi-1964', '--method', 'wolf'],
      /--method wolf: expected one of auto, ewald, pppm, dsf, none/,
    ],
    ['an unknown adapter', ['info', '--adapter', 'cuda'], /--adapter cuda: no such choice/],
    ['a missing spec', ['run', 'nothing.json'], /nothing\.json: there is no such file/],
  ])('%s', (_what, args, message) => {
    const { status, stdout, stderr } = halide(...args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).not.toMatch(/ {4}at /);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });

  it('a malformed structure names file and line, and leaves no run folder behind', () => {
    const broken = readFileSync(join(lammps, 'system.data'), 'utf8').replace('2.729847304758', '2.72x');
    writeFileSync(join(work, 'broken.data'), broken);
    writeFileSync(join(work, 'broken.json'), spec({ structure: 'broken.data' }));
    const { status, stderr } = halide('run', 'broken.json', '--out', 'broken');
    expect(status).toBe(2);
    expect(stderr).toMatch(/broken\.data:\d+: .*2\.72x/);
    expect(existsSync(join(work, 'broken'))).toBe(false);
  });

  it('a folder that cannot be written', () => {
    // Root may write anywhere; a file in the way stops even root.
    writeFileSync(join(work, 'in-the-way'), '');
    writeFileSync(join(work, 'ok.json'), spec());
    const { status, stderr } = halide('run', 'ok.json', '--out', 'in-the-way/run');
    expect(stderr).toMatch(/in-the-way\/run: part of the path is not a folder/);
    expect(status).toBe(2);
  });
});

describe('run', () => {
  it('writes the run folder of the contract and prints its path last', () => {
    writeFileSync(join(work, 'spec.json'), spec());
    const { status, stdout, stderr } = halide('run', 'spec.json', '--out', 'first');
    expect(status, stderr).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('first');
    const folder = join(work, 'first');
    for (const file of [
      ...['spec.json', 'provenance.json', 'log.txt', 'thermo.csv', 'trajectory.extxyz', 'checkpoint.extxyz'],
      ...['results.json', 'report.html', 'final.extxyz', 'msd.csv'],
    ]) {
      expect(readdirSync(folder), file).toContain(file);
    }
    expect(readdirSync(join(folder, 'plots'))).toEqual(
      expect.arrayContaining(['msd.svg', 'directions.svg', 'temperature.svg', 'structure.svg']),
    );
    const thermo = readFileSync(join(folder, 'thermo.csv'), 'utf8').trim().split('\n');
    expect(thermo[0]).toBe(
      'step,time_fs,temperature_K,potential_eV,kinetic_eV,total_eV,pressure_GPa,volume_A3,conserved_eV,' +
        'a_A,b_A,c_A,alpha_deg,beta_deg,gamma_deg',
    );
    expect(thermo.map((line) => Number(line.split(',')[0])).slice(1)).toEqual(
      Array.from({ length: 17 }, (_, i) => 10 * i),
    );
    // Production frames: its first state and every tenth step of 120.
    expect(readFileSync(join(folder, 'trajectory.extxyz'), 'utf8').match(/Lattice/g)).toHaveLength(13);
    const results = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'));
    expect(results.diffusion.Na).toMatchObject({ D: { value: null, unit: 'cm²/s' }, verdict: 'too short' });
    expect(results.conductivity.havenRatio.value).toBeNull();
    expect(results.replicas).toHaveLength(1);
    const provenance = JSON.parse(readFileSync(join(folder, 'provenance.json'), 'utf8'));
    expect(provenance.seeds).toEqual([3]);
    expect(provenance.potentialSha256).toMatch(/^[0-9a-f]{64}$/);
    // The completed spec runs again, to the same bits.
    const again = halide('run', 'first/spec.json', '--out', 'second');
    expect(again.status, again.stderr).toBe(0);
    for (const file of ['thermo.csv', 'trajectory.extxyz', 'final.extxyz']) {
      expect(readFileSync(join(work, 'second', file), 'utf8')).toBe(readFileSync(join(folder, file), 'utf8'));
    }
  });

  it('the run folder is enough to run again, to the same bits', () => {
    const [first, moved] = [join(work, 'first'), join(work, 'moved')];
    cpSync(join(first, 'inputs'), join(moved, 'inputs'), { recursive: true });
    cpSync(join(first, 'spec.json'), join(moved, 'spec.json'));
    const { status, stderr } = halide('run', 'moved/spec.json', '--out', 'again');
    expect(status, stderr).toBe(0);
    for (const file of ['spec.json', 'trajectory.extxyz', 'thermo.csv', 'results.json']) {
      expect(readFileSync(join(work, 'again', file), 'utf8'), file).toBe(
        readFileSync(join(first, file), 'utf8'),
      );
    }
  });

  it('--resume takes up the run of a folder, unless there is nothing to take up or it is in use', () => {
    const whole = join(work, 'first');
    const folder = join(work, 'stopped');
    cpSync(whole, folder, { recursive: true });
    const results = join(folder, 'results.json');
    writeFileSync(results, readFileSync(results, 'utf8').replace('"complete"', '"interrupted"'));
    const refuse = (args: string[], message: RegExp): void => {
      const { status, stderr } = halide('run', ...args);
      expect(stderr).toMatch(message);
      expect(status).toBe(2);
    };
    refuse(['--resume', 'first'], /first: this run is complete, there is nothing to resume/);
    refuse(['--resume', 'nowhere'], /nowhere: there is no run in it/);
    refuse(['--resume', 'stopped', '--set', 'seed=4'], /--set has no place beside it/);
    writeFileSync(join(folder, '.lock'), `${process.pid}\n`);
    refuse(['--resume', 'stopped'], new RegExp(`process ${process.pid} works in this folder`));
    // No process has this number: what it locked is free.
    writeFileSync(join(folder, '.lock'), '4194999\n');
    const { status, stdout, stderr } = halide('run', '--resume', 'stopped');
    expect(status, stderr).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe('stopped');
    for (const file of ['trajectory.extxyz', 'thermo.csv', 'final.extxyz', 'results.json']) {
      expect(readFileSync(join(folder, file), 'utf8'), file).toBe(readFileSync(join(whole, file), 'utf8'));
    }
    expect(existsSync(join(folder, '.lock'))).toBe(false);
    const { resumed } = JSON.parse(readFileSync(join(folder, 'provenance.json'), 'utf8'));
    expect(resumed).toEqual([expect.objectContaining({ step: 140 })]);
  });

  it('never writes over a folder with results', () => {
    mkdirSync(join(work, 'full'));
    writeFileSync(join(work, 'full', 'thesis.txt'), 'precious');
    writeFileSync(join(work, 'spec.json'), spec());
    const { status, stderr } = halide('run', 'spec.json', '--out', 'full');
    expect(status).toBe(2);
    expect(stderr).toMatch(/is not empty/);
    expect(readdirSync(join(work, 'full'))).toEqual(['thesis.txt']);
  });

  it('replicas leave a file each; alone they would leave the same', () => {
    const stages = [{ do: 'nvt', temperature: 300, duration: 60, production: true }];
    writeFileSync(join(work, 'both.json'), spec({ stages, replicas: { seed: [3, 4] } }));
    writeFileSync(join(work, 'alone.json'), spec({ stages, seed: 4 }));
    expect(halide('run', 'both.json', '--out', 'both').status).toBe(0);
    expect(halide('run', 'alone.json', '--out', 'alone').status).toBe(0);
    const read = (file: string) => readFileSync(join(work, file), 'utf8');
    expect(read('both/trajectory.1.extxyz')).toBe(read('alone/trajectory.extxyz'));
    expect(read('both/thermo.1.csv')).toBe(read('alone/thermo.csv'));
    expect(read('both/thermo.0.csv')).not.toBe(read('both/thermo.1.csv'));
  });

  it('physics that fails ends with exit code 4 and a readable folder', () => {
    // 20 fs steps at 5000 K: the crystal explodes.
    const stages = [{ do: 'nve', temperature: 5000, duration: 20000, timestep: 20 }];
    writeFileSync(join(work, 'explode.json'), spec({ stages, record: { series: { every: 1 } } }));
    const { status, stderr } = halide('run', 'explode.json', '--out', 'explode');
    expect(status, stderr).toBe(4);
    expect(stderr).toMatch(/step \d+: (Na|Cl) \(atom \d+\) (and (Na|Cl) \(atom \d+\) are|moves at) [\d.]+ Å/);
    expect(readFileSync(join(work, 'explode', 'failure.extxyz'), 'utf8')).toMatch(/Lattice/);
    const results = JSON.parse(readFileSync(join(work, 'explode', 'results.json'), 'utf8'));
    expect(results.status).toBe('failed');
    expect(results.why).toMatch(/./);
    expect(existsSync(join(work, 'explode', 'report.html'))).toBe(true);
  });

  it('--json speaks JSON lines, and the path comes last', () => {
    writeFileSync(join(work, 'spec.json'), spec());
    const { stdout, status } = halide('run', 'spec.json', '--out', 'lines', '--json');
    expect(status).toBe(0);
    const lines = stdout.trim().split('\n');
    expect(lines.pop()).toBe('lines');
    const events = lines.map((line) => JSON.parse(line) as { event: string });
    expect(new Set(events.map(({ event }) => event))).toEqual(new Set(['log', 'progress', 'series']));
  });
});

describe('ions inside a wall of the potential', () => {
  // Two chlorides 1.2 Å apart: inside the inner maximum of Fumi and Tosi's Cl–Cl at 1.28 Å, where they would collapse.
  const structure = `4
Lattice="17 0 0 0 17 0 0 0 17" Properties=species:S:1:pos:R:3
Na 0 0 0
Na 8 0 8
Cl 8 8 8
Cl 9.2 8 8
`;

  it('energy counts them and says so on stderr', () => {
    writeFileSync(join(work, 'close.xyz'), structure);
    const common = [
      'energy',
      'close.xyz',
      '--potential',
      'nacl-fumi-tosi-1964',
      '--cutoff',
      '8',
      '--json',
      '-',
    ];
    const { status, stdout, stderr } = halide(...common);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/warning: 1 Cl–Cl pair is closer than 1\.49 Å, where a wall/);
    const { insideWalls, forces } = JSON.parse(stdout);
    expect(insideWalls).toEqual([{ between: ['Cl', 'Cl'], radius: expect.closeTo(1.485, 2), pairs: 1 }]);
    expect(forces[2][0]).toBeLessThan(-40);
  });

  it('a run pushes them apart, and its log and results name the pair, the radius and the visits', () => {
    writeFileSync(join(work, 'close.xyz'), structure);
    const stages = [{ name: 'settle', do: 'nve', temperature: 10, duration: 20, timestep: 0.2 }];
    writeFileSync(join(work, 'close.json'), spec({ structure: 'close.xyz', stages }));
    const { status, stderr } = halide('run', 'close.json', '--out', 'close');
    expect(status, stderr).toBe(0);
    const sentence =
      /stage settle: Cl–Cl came closer than 1\.49 Å, where a wall takes the place of the potential: (\d+) visits .* the first at step 0/;
    for (const text of [stderr, readFileSync(join(work, 'close', 'log.txt'), 'utf8')]) {
      expect(text).toMatch(sentence);
      expect(text).toMatch(/step 0: Cl \(atom 3\) and Cl \(atom 4\) are 1\.200 Å apart, inside 1\.49 Å/);
      expect(text).toMatch(/walls inside inner maxima of the potential: .*Cl–Cl below 1\.49 Å/);
    }
    const { warnings } = JSON.parse(readFileSync(join(work, 'close', 'results.json'), 'utf8'));
    expect(warnings).toEqual([expect.stringMatching(sentence)]);
    expect(readFileSync(join(work, 'close', 'report.html'), 'utf8')).toMatch(/Cl–Cl below 1\.49 Å/);
    const [, , ...ions] = readFileSync(join(work, 'close', 'final.extxyz'), 'utf8')
      .trim()
      .split('\n');
    const x = ions.slice(2).map((line) => Number(line.split(/\s+/)[1]));
    expect(x[1]! - x[0]!).toBeGreaterThan(2);
  });

  it('a potential without any repulsion between a pair is refused by name', () => {
    const set = JSON.parse(readFileSync(join(root, 'potentials/nacl-fumi-tosi-1964.json'), 'utf8'));
    for (const { between, params } of set.pairs) if (between.join() === 'Na,Cl') params.A = 0;
    writeFileSync(
      join(work, 'pulling.json'),
      JSON.stringify({ ...set, $schema: undefined, name: 'pulling' }),
    );
    writeFileSync(join(work, 'pull.json'), spec({ potential: './pulling.json' }));
    const { status, stderr } = halide('run', 'pull.json', '--out', 'pull');
    expect(stderr).toMatch(
      /Na and Cl attract each other at every distance below 8 Å in the potential pulling/,
    );
    expect(status).toBe(2);
  });
});

describe('a potential with a table', () => {
  /** Fumi and Tosi's Na–Cl as LAMMPS' pair_write leaves it, 900 rows from 1 to 10 Å. */
  const pairWrite = (): string => {
    const rows = Array.from({ length: 901 }, (_, i) => {
      const r = 1 + 0.01 * i;
      const repulsion = 0.210963 * Math.exp((2.755 - r) / 0.317);
      const V = repulsion - 6.990487 / r ** 6 - 8.675694 / r ** 8;
      const F = repulsion / 0.317 - (6 * 6.990487) / r ** 7 - (8 * 8.675694) / r ** 9;
      return `${i + 1} ${r.toPrecision(15)} ${V.toPrecision(15)} ${F.toPrecision(15)}`;
    });
    return [
      '# Pair potential born for atom types 1 2: i,r,energy,force',
      '',
      'NA_CL',
      'N 901 R 1 10',
      '',
      ...rows,
    ].join('\n');
  };
  const set = JSON.parse(readFileSync(join(root, 'potentials/nacl-fumi-tosi-1964.json'), 'utf8'));
  for (const pair of set.pairs) {
    if (pair.between.join() === 'Na,Cl') {
      pair.form = 'table';
      pair.params = { file: 'tables/na-cl.table' };
    }
  }
  const write = (table: string): void => {
    mkdirSync(join(work, 'set', 'tables'), { recursive: true });
    writeFileSync(join(work, 'set', 'tables', 'na-cl.table'), table);
    writeFileSync(
      join(work, 'set', 'tabulated.json'),
      JSON.stringify({ ...set, $schema: undefined, name: 'tabulated' }),
    );
  };

  it('finds it beside the potential file and has the energy and forces of the formula', () => {
    write(pairWrite());
    const of = (potential: string) => {
      const args = [
        'energy',
        join(lammps, 'system.data'),
        '--potential',
        potential,
        '--cutoff',
        '8',
        '--json',
        '-',
      ];
      const { status, stdout, stderr } = halide(...args);
      expect(status, stderr).toBe(0);
      return JSON.parse(stdout);
    };
    const [table, formula] = [of('set/tabulated.json'), of('nacl-fumi-tosi-1964')];
    expect(Math.abs(table.energy.pair / formula.energy.pair - 1)).toBeLessThan(1e-6);
    const apart = table.forces.flat().map((f: number, i: number) => Math.abs(f - formula.forces.flat()[i]));
    // Measured: 3.6e-7 of the energy, 1.3e-6 eV/Å of forces up to 1.2 eV/Å.
    expect(Math.max(...apart)).toBeLessThan(5e-6);
  });

  it('a run keeps the hash of the file; a mistake in it ends with its line', () => {
    write(pairWrite());
    const stages = [{ do: 'nvt', temperature: 300, duration: 10 }];
    writeFileSync(join(work, 'table.json'), spec({ potential: './set/tabulated.json', stages }));
    const { status, stderr } = halide('run', 'table.json', '--out', 'table');
    expect(status, stderr).toBe(0);
    const { tableSha256 } = JSON.parse(readFileSync(join(work, 'table', 'provenance.json'), 'utf8'));
    expect(tableSha256).toEqual({
      'tables/na-cl.table': createHash('sha256').update(pairWrite()).digest('hex'),
    });
    write(pairWrite().replace(/^101 (\S+)/m, '101 zwei'));
    expect(readdirSync(join(work, 'table', 'inputs')).sort()).toEqual([
      'system.data',
      'tables',
      'tabulated.json',
    ]);
    const again = halide('run', 'table/spec.json', '--out', 'table-again');
    expect(again.status, again.stderr).toBe(0);
    const broken = halide('run', 'table.json', '--out', 'broken-table');
    expect(broken.stderr).toMatch(
      /^halide-md: tables\/na-cl\.table:106: r: expected a number, found "zwei"$/m,
    );
    expect(broken.status).toBe(2);
  });
});

describe('what the system refuses', () => {
  it('a disk that fills up ends the run in one sentence; what is written stays readable', () => {
    // A limit on the size of files stands in for the disk: the trajectory outgrows it, the rest does not.
    const stages = [{ do: 'nvt', temperature: 300, duration: 120 }];
    writeFileSync(
      join(work, 'full.json'),
      spec({ stages, record: { trajectory: { every: 5 }, checkpoint: { every: 10 } } }),
    );
    const { status, stderr } = halideLimited(100, 'run', 'full.json', '--out', 'filled');
    expect(status, stderr).toBe(2);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/filled\/trajectory\.extxyz: the file would be larger/);
    expect(stderr).not.toMatch(/ {4}at /);
    const lines = readFileSync(join(work, 'filled', 'trajectory.extxyz'), 'utf8').split('\n');
    // Whole frames only: 216 atoms and two lines of header each, and the end of the last line.
    expect(lines.length).toBeGreaterThan(218);
    expect(lines.length % 218).toBe(1);
    expect(JSON.parse(readFileSync(join(work, 'filled', 'results.json'), 'utf8')).status).toBe('failed');
  });

  it('a system without an adapter: exit code 3 when it was asked for, the bundled one otherwise', () => {
    const nothing = { VK_DRIVER_FILES: join(work, 'no.json'), VK_ICD_FILENAMES: join(work, 'no.json') };
    const asked = halideWith({ ...nothing, HALIDE_ADAPTER_READY: undefined }, 'info', '--adapter', 'system');
    expect(asked.stderr).toMatch(/^halide-md: no WebGPU adapter was found/m);
    expect(asked.status).toBe(3);
    const automatic = halideWith(
      { ...nothing, HALIDE_ADAPTER_READY: undefined },
      'info',
      '--json',
      '--adapter',
      'auto',
    );
    expect(automatic.status, automatic.stderr).toBe(0);
    expect(JSON.parse(automatic.stdout).adapter.kind).toBe('swiftshader');
  });
});

describe('convert and build', () => {
  it('LAMMPS data → POSCAR → energy: the same energy', () => {
    expect(halide('convert', join(lammps, 'system.data'), 'nacl.vasp').status).toBe(0);
    const energyOf = (file: string): number =>
      JSON.parse(
        halide('energy', file, '--potential', 'nacl-fumi-tosi-1964', '--cutoff', '8', '--json', '-').stdout,
      ).energy.total;
    expect(Math.abs(energyOf('nacl.vasp') - energyOf(join(lammps, 'system.data')))).toBeLessThan(1e-5);
  });

  it('refuses to replace a file unless told to', () => {
    writeFileSync(join(work, 'there.vasp'), 'mine');
    const { status, stderr } = halide('convert', join(lammps, 'system.data'), 'there.vasp');
    expect(status).toBe(2);
    expect(stderr).toMatch(/exists already; --force replaces it/);
    expect(readFileSync(join(work, 'there.vasp'), 'utf8')).toBe('mine');
    expect(halide('convert', join(lammps, 'system.data'), 'there.vasp', '--force').status).toBe(0);
  });

  it('build repeats a cell', () => {
    const cif = join(root, 'public/examples/structures/Li3YCl6_ordered_DFT.cif');
    const { status, stdout } = halide('build', cif, '--supercell', '2', '1', '3', '--out', 'big.data');
    expect(status).toBe(0);
    expect(stdout).toMatch(/180 atoms, Li54 Y18 Cl108/);
  });

  it('build changes the composition, and says what it reached', () => {
    const cif = join(root, 'public/examples/structures/Li3YCl6_ordered_DFT.cif');
    const doped = [
      '--supercell',
      '1',
      '1',
      '2',
      '--substitute',
      'Y=Zr:0.5',
      '--vacancies',
      'LiCl:2',
      '--seed',
      '3',
    ];
    const { status, stdout } = halide('build', cif, ...doped, '--out', 'doped.extxyz');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Y → Zr: 3 of 6 .*\nLi removed .*: 3 of 18 .*\n.*\n.*: 53 atoms, /);
    for (const part of ['Li13', 'Y3', 'Zr3', 'Cl34']) expect(stdout).toMatch(new RegExp(`\\b${part}\\b`));
    const charged = halide('build', cif, '--vacancies', 'Li:2', '--out', 'charged.extxyz');
    expect(charged.status).toBe(2);
    expect(charged.stderr).toMatch(/the cell would carry −2 e/);
  });

  it('build packs a formula', () => {
    const { status, stdout } = halide(
      'build',
      '--pack',
      'LiAlCl4:20',
      '--density',
      '1.6',
      '--out',
      'packed.vasp',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/120 atoms, Li20 Al20 Cl80/);
    expect(halide('build', '--pack', 'LiAlCl4:20', '--out', 'x.vasp').stderr).toMatch(
      /needs either --density/,
    );
  });
});

describe('a read-only folder', () => {
  it.skipIf(process.getuid?.() === 0)('is named, with the reason', () => {
    mkdirSync(join(work, 'locked'));
    chmodSync(join(work, 'locked'), 0o500);
    writeFileSync(join(work, 'spec.json'), spec());
    const { status, stderr } = halide('run', 'spec.json', '--out', 'locked/run');
    expect(status).toBe(2);
    expect(stderr).toMatch(/permission denied/);
  });
});

describe('bench', () => {
  it('measures the sizes and methods asked for, as JSON', () => {
    const { status, stdout } = halide(
      'bench',
      '--sizes',
      '512',
      '--methods',
      'pppm',
      '--seconds',
      '0.01',
      '--json',
      '-',
    );
    expect(status).toBe(0);
    const { rows } = JSON.parse(stdout) as { rows: Record<string, number>[] };
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ atoms: 512, method: 'pppm', replicas: 1 });
    const { stepsPerSecond, atomStepsPerSecond, microsecondsPerAtomStep, forceError } = rows[0]!;
    expect(atomStepsPerSecond! / (512 * stepsPerSecond!)).toBeCloseTo(1, 9);
    expect((atomStepsPerSecond! * microsecondsPerAtomStep!) / 1e6).toBeCloseTo(1, 9);
    // Charges of 0.7 e, accuracy 1e-5 of 14.4 eV/Å.
    expect(forceError!).toBeLessThan(1.44e-4);
  });

  it.each([
    [['--sizes', '100'], /--sizes 100: expected numbers of ions from 512 up/],
    [['--methods', 'wolf'], /--methods wolf: expected ewald, pppm, dsf, none/],
    [['--against', 'gromacs'], /--against gromacs: expected lammps/],
  ] as const)('%j is refused', (args, message) => {
    const { status, stderr } = halide('bench', ...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

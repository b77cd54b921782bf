/** The same system in native LAMMPS, for `bench --against lammps`: input files, a run, and the loop time it prints. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../core/errors.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { writeStructure } from '../io/index.ts';
import type { System } from '../model/system.ts';

export interface LammpsBench {
  /** As the program says it. */
  readonly version: string;
  readonly ranks: number;
  /** Steps per second of `steps` steps after a warm-up. */
  measure(steps: number): number;
  destroy(): void;
}

const WARM_UP = 20;

/** Prepares the input; throws when `lmp` is not installed or the force field is not a plain Buckingham set. */
export function lammpsBench(system: System, forceField: ForceField, timestep: number): LammpsBench {
  const version = installedVersion();
  const folder = mkdtempSync(join(tmpdir(), 'halide-md-bench-'));
  writeFileSync(join(folder, 'bench.data'), writeStructure(system, 'lammpsData'));
  const parallel = spawnSync('mpirun', ['--version']).error === undefined;
  const ranks = parallel ? availableParallelism() : 1;
  return {
    version,
    ranks,
    measure(steps) {
      writeFileSync(join(folder, 'in.bench'), inputText(system, forceField, timestep, steps));
      const lmp = ['lmp', '-in', 'in.bench', '-log', 'none'];
      const command = parallel
        ? ['mpirun', '--allow-run-as-root', '--oversubscribe', '-np', String(ranks), ...lmp]
        : lmp;
      const { stdout, stderr } = spawnSync(command[0] as string, command.slice(1), {
        cwd: folder,
        encoding: 'utf8',
        // The library path of a software adapter is not LAMMPS' own.
        env: { ...process.env, OMP_NUM_THREADS: '1', LD_LIBRARY_PATH: '' },
      });
      // The first loop is the warm-up.
      const loops = [...stdout.matchAll(/^Loop time of ([\d.e+-]+) on \d+ procs/gm)];
      const seconds = loops[1]?.[1];
      if (seconds === undefined) {
        throw new InputError(`lmp ended without a loop time: ${(stderr || stdout).trim().slice(-300)}`);
      }
      return steps / Number(seconds);
    },
    destroy: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function installedVersion(): string {
  const { stdout, error } = spawnSync('lmp', ['-h'], { encoding: 'utf8' });
  if (error) throw new InputError('bench --against lammps: there is no program lmp on this machine');
  return /Simulator - (.*)/.exec(stdout)?.[1]?.trim() ?? 'unknown version';
}

function inputText({ species }: System, forceField: ForceField, timestep: number, steps: number): string {
  const { pairs, cutoff, coulomb } = forceField;
  const type = (label: string): number => species.findIndex((one) => one.label === label) + 1;
  const terms = pairs.filter(({ between }) => between.every((label) => type(label) > 0));
  const other = terms.find(({ form }) => form !== 'buckingham');
  if (other) throw new InputError(`bench --against lammps: ${other.form} has no LAMMPS input here`);
  return [
    'units metal',
    'atom_style charge',
    'read_data bench.data',
    `pair_style buck/coul/long ${cutoff}`,
    'pair_coeff * * 0.0 1.0 0.0',
    ...terms.map(({ between, params }) => {
      const [i, j] = between.map(type).sort((a, b) => a - b);
      return `pair_coeff ${i} ${j} ${params['A']} ${params['rho']} ${params['C']}`;
    }),
    `kspace_style pppm ${coulomb.accuracy}`,
    'neighbor 1.0 bin',
    'neigh_modify every 1 delay 5 check yes',
    `timestep ${timestep / 1000}`,
    'velocity all create 300.0 4321 mom yes rot no dist gaussian',
    'fix all all nve',
    `thermo ${steps}`,
    `run ${WARM_UP}`,
    `run ${steps}`,
    '',
  ].join('\n');
}

/** Long-range methods through the command line: what is said, warned of and recorded. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../support/commandLine.ts';

const structure = join(import.meta.dirname, 'lammps', '03_nacl_rattled_216', 'system.data');
const potential = ['--potential', 'nacl-fumi-tosi-1964', '--cutoff', '8'];
let cli: CommandLine;

beforeAll(() => {
  cli = commandLine();
});
afterAll(() => cli.remove());

const spec = (change: object = {}) =>
  JSON.stringify({
    title: 'NaCl',
    structure,
    potential: 'nacl-fumi-tosi-1964',
    cutoff: 8,
    stages: [{ name: 'produce', do: 'nve', temperature: 300, duration: 10, production: true }],
    record: { trajectory: { every: 5 }, series: { every: 5 } },
    ...change,
  });

describe('dsf, a preview', () => {
  it('energy says how far its forces are off, in text, in JSON and on stderr', () => {
    const text = cli.call('energy', structure, ...potential, '--method', 'dsf');
    expect(text.status, text.stderr).toBe(0);
    expect(text.stdout).toMatch(
      /^error {4}forces are off by [\d.]+ eV\/Å rms \([\d.]+ % of the rms force\)/m,
    );
    expect(text.stderr).toMatch(/^warning: dsf is a preview: on this frame its forces are off by/m);
    const json = cli.call('energy', structure, ...potential, '--method', 'dsf', '--json', '-');
    const { achieved, method, alpha } = JSON.parse(json.stdout);
    expect({ method, alpha }).toEqual({ method: 'dsf', alpha: 0.2 });
    expect(achieved.forceError).toBeGreaterThan(0.01);
    expect(achieved.relativeForceError).toBeGreaterThan(0.01);
    expect(achieved.stressError).toHaveLength(6);
  });

  it('run warns at its start, in log, results and provenance', () => {
    cli.write('dsf.json', spec({ method: 'dsf' }));
    const { status, stderr } = cli.call('run', 'dsf.json', '--out', 'dsf');
    expect(status, stderr).toBe(0);
    const sentence = /dsf is a preview: on the first frame its forces are off by [\d.]+ eV\/Å rms/;
    expect(stderr).toMatch(sentence);
    expect(cli.read('dsf/log.txt').split('\n')[0]).toMatch(sentence);
    expect(JSON.parse(cli.read('dsf/results.json')).warnings.join()).toMatch(sentence);
    expect(cli.read('dsf/report.html')).toMatch(sentence);
    const { achieved, tuning } = JSON.parse(cli.read('dsf/provenance.json'));
    expect(achieved.forceError).toBeGreaterThan(0.01);
    expect(tuning.electrostatics[0]).toEqual({ method: 'dsf', alphaPerAngstrom: 0.2 });
  });
});

describe('--check-error', () => {
  it.each(['ewald', 'pppm'])('of %s: what was asked for, achieved', (method) => {
    const asked = ['--method', method, '--accuracy', '1e-5', '--json', '-'];
    const plain = JSON.parse(cli.call('energy', structure, ...potential, ...asked).stdout);
    expect(plain.achieved).toBeUndefined();
    const { achieved } = JSON.parse(
      cli.call('energy', structure, ...potential, ...asked, '--check-error').stdout,
    );
    expect(achieved.accuracy).toBeLessThan(1e-5);
    expect(achieved.accuracy).toBeGreaterThan(1e-7);
    expect(Math.abs(achieved.energyError / plain.energy.total)).toBeLessThan(1e-5);
  });

  it('is in the text, too', () => {
    const { stdout } = cli.call('energy', structure, ...potential, '--method', 'pppm', '--check-error');
    expect(stdout).toMatch(/^error {4}forces are off by .* measured against an Ewald sum in f64/m);
    expect(stdout).toMatch(/^ {9}energy \S+ eV, stress (\S+ +){6}GPa/m);
  });
});

describe('a net charge', () => {
  const library = join(import.meta.dirname, '..', '..', 'potentials', 'nacl-fumi-tosi-1964.json');
  const warning =
    /the cell carries \+10\.800 e \(108 Na × 1 e, 108 Cl × -0\.9 e\); a uniform background of −10\.800 e/;

  beforeAll(() => {
    const set = JSON.parse(readFileSync(library, 'utf8'));
    set.species.Cl.charge = -0.9;
    cli.write('charged.json', JSON.stringify(set));
  });

  it('is run with its background, and named', () => {
    const asked = ['--potential', './charged.json', '--cutoff', '8', '--json', '-', '--check-error'];
    for (const method of ['ewald', 'pppm']) {
      const { status, stdout, stderr } = cli.call('energy', structure, ...asked, '--method', method);
      expect(status, stderr).toBe(0);
      expect(stderr).toMatch(warning);
      const { achieved, energy } = JSON.parse(stdout);
      expect(Math.abs(achieved.energyError / energy.total)).toBeLessThan(1e-5);
    }
    cli.write('charged-run.json', spec({ potential: './charged.json', method: 'ewald' }));
    const run = cli.call('run', 'charged-run.json', '--out', 'charged');
    expect(run.status, run.stderr).toBe(0);
    expect(run.stderr).toMatch(warning);
    expect(cli.read('charged/log.txt')).toMatch(warning);
  });

  it('is refused under dsf', () => {
    const { status, stderr } = cli.call(
      'energy',
      structure,
      '--potential',
      './charged.json',
      '--method',
      'dsf',
    );
    expect(status).toBe(2);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/carries \+10\.800 e .*; dsf needs a neutral one: use ewald or pppm/);
  });
});

describe('auto', () => {
  const provenance = (folder: string) => JSON.parse(cli.read(`${folder}/provenance.json`));

  it('records what it chose; --tune with that record gives the same bits', () => {
    cli.write('auto.json', spec({ method: 'auto' }));
    const first = cli.call('run', 'auto.json', '--out', 'measured');
    expect(first.status, first.stderr).toBe(0);
    const { choices, coulomb } = provenance('measured').tuning;
    expect(coulomb).toMatchObject({ method: choices.coulomb, by: 'measurement' });
    expect(first.stderr).toMatch(/^long-range Coulomb by (ewald|pppm), measured at [\d.]+ ms/m);
    const again = cli.call('run', 'auto.json', '--out', 'again', '--tune', 'measured/provenance.json');
    expect(again.status, again.stderr).toBe(0);
    expect(provenance('again').tuning).toMatchObject({ choices, coulomb: { by: 'record' } });
    for (const file of ['thermo.csv', 'trajectory.extxyz', 'final.extxyz']) {
      expect(cli.read(`again/${file}`)).toBe(cli.read(`measured/${file}`));
    }
  });

  it('--tune off asks no clock; energy never does', () => {
    const { status, stderr } = cli.call('run', 'auto.json', '--out', 'off', '--tune', 'off');
    expect(status, stderr).toBe(0);
    const { choices, coulomb } = provenance('off').tuning;
    expect(coulomb.by).toBe('estimate');
    const asked = ['--accuracy', '1e-5', '--method', 'auto', '--json', '-'];
    const { stdout } = cli.call('energy', structure, ...potential, ...asked);
    expect(JSON.parse(stdout).method).toBe(choices.coulomb);
  });

  it('a record that is not there or says nothing is bad input', () => {
    const missing = cli.call('run', 'auto.json', '--out', 'no', '--tune', 'nowhere.json');
    expect(missing.status).toBe(2);
    expect(missing.stderr).toMatch(/nowhere\.json: there is no such file/);
    const silent = cli.call('run', 'auto.json', '--out', 'no', '--tune', 'auto.json');
    expect(silent.status).toBe(2);
    expect(silent.stderr).toMatch(
      /auto\.json: there is no tuning\.choices; expected a run's provenance\.json/,
    );
  });
});

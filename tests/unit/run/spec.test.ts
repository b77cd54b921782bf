import { describe, expect, it } from 'vitest';
import { NO_CHANGE } from '../../../src/build/operations.ts';
import { parseRunSpec } from '../../../src/run/parseSpec.ts';
import { isDynamic, replicaGrid, stageSteps } from '../../../src/run/spec.ts';

const minimal = {
  structure: 'cells/li3ycl6.cif',
  potential: 'chlorides-rigid-ion-2026',
  stages: [{ do: 'nvt', temperature: 600, duration: 1000 }],
};
const parse = (change: object = {}, overrides: string[] = []) =>
  parseRunSpec(JSON.stringify({ ...minimal, ...change }, null, 1), 'spec.json', overrides);

describe('run specification', () => {
  it('fills in every default', () => {
    expect(parse()).toEqual({
      title: 'li3ycl6',
      structure: 'cells/li3ycl6.cif',
      supercell: [1, 1, 1],
      seed: 1,
      build: { ...NO_CHANGE, order: null, sites: 'refined', exclude: {} },
      potential: 'chlorides-rigid-ion-2026',
      cutoff: null,
      accuracy: null,
      method: null,
      velocities: 'maxwell',
      stages: [
        {
          name: 'nvt 1',
          do: 'nvt',
          thermostat: 'csvr',
          temperature: 600,
          tau: 100,
          duration: 1000,
          timestep: 1,
          production: true,
          frozen: [],
          field: null,
        },
      ],
      replicas: { temperature: null, seed: [1] },
      mobile: null,
      record: {
        trajectory: { file: 'trajectory.extxyz', every: 50 },
        series: { every: 50 },
        checkpoint: { every: 5000 },
      },
      until: null,
      analysis: [
        'msd',
        'conductivity',
        'arrhenius',
        { rdf: { binWidth: 0.05, rMax: 0, every: 0, smear: 0.05 } },
        { sites: expect.objectContaining({ definition: 'auto', resamples: 200 }) },
      ],
    });
  });

  it('is a fixed point: the completed spec parses to itself', () => {
    const once = parse({ replicas: { temperature: [500, 600], seed: [3, 4] }, seed: 9 });
    expect(parseRunSpec(JSON.stringify(once), 'spec.json')).toEqual(once);
  });

  it('reads YAML', () => {
    const yaml =
      'structure: a.cif\npotential: p\nstages:\n  - do: nve\n    duration: 100\n    temperature: 300\n';
    expect(parseRunSpec(yaml, 'spec.yaml').stages[0]).toMatchObject({ do: 'nve', duration: 100 });
  });

  it('makes the last dynamic stage the production unless another is named', () => {
    const stages = [
      { do: 'minimize' },
      { do: 'nvt', temperature: 600, duration: 100 },
      { do: 'nve', duration: 100 },
    ];
    const flags = (spec: ReturnType<typeof parse>) =>
      spec.stages.map((stage) => isDynamic(stage) && stage.production);
    expect(flags(parse({ stages }))).toEqual([false, false, true]);
    const named = stages.map((stage, i) => (i === 1 ? { ...stage, production: true } : stage));
    expect(flags(parse({ stages: named }))).toEqual([false, true, false]);
  });

  it('fills in the barostat, and keeps ramps', () => {
    const [stage] = parse({ stages: [{ do: 'npt', temperature: [300, 600], duration: 1000 }] }).stages;
    expect(stage).toEqual({
      ...{ name: 'npt 1', do: 'npt', thermostat: 'csvr', temperature: [300, 600], tau: 100 },
      ...{ duration: 1000, timestep: 1, production: true },
      ...{
        cell: 'iso',
        pressure: 0,
        barostat: 'cellRescaling',
        tauP: 1000,
        compressibility: 0.04,
        frozen: [],
      },
    });
  });

  it('multiplies temperatures and seeds', () => {
    const spec = parse({ replicas: { temperature: [500, 600], seed: [1, 2, 3] } });
    expect(replicaGrid(spec)).toHaveLength(6);
    expect(replicaGrid(spec)[3]).toEqual({ temperature: 600, seed: 1 });
    expect(replicaGrid(parse({ seed: 5 }))).toEqual([{ temperature: null, seed: 5 }]);
  });

  it('counts steps', () => {
    const [stage] = parse({ stages: [{ do: 'nve', duration: 1000, timestep: 1.5, temperature: 1 }] }).stages;
    expect(isDynamic(stage!) && stageSteps(stage)).toBe(667);
  });

  it('--set changes values before the check', () => {
    const spec = parse({}, ['stages.0.temperature=700', 'seed=42', 'title=hot one', 'record.series.every=5']);
    expect(spec.stages[0]).toMatchObject({ temperature: 700 });
    expect(spec).toMatchObject({ seed: 42, title: 'hot one', record: { series: { every: 5 } } });
    expect(() => parse({}, ['stages[0].temperatur=700'])).toThrow(
      /stages\[0\]\.temperatur; did you mean "temperature"/,
    );
    expect(() => parse({}, ['nonsense'])).toThrow(/--set nonsense: expected path=value/);
  });

  it.each<[string, object, RegExp]>([
    [
      'an unknown field',
      { supercel: [1, 1, 1] },
      /spec\.json:\d+: unknown field supercel; did you mean "supercell"/,
    ],
    [
      'an unknown stage field',
      { stages: [{ do: 'nvt', temperature: 1, duration: 1, timestepp: 1 }] },
      /stages\[0\]\.timestepp; did you mean "timestep"/,
    ],
    [
      'an unknown stage',
      { stages: [{ do: 'nvtt', temperature: 1, duration: 1 }] },
      /stages\[0\]\.do: expected one of "minimize", "nvt"/,
    ],
    ['no stages', { stages: [] }, /stages: expected 1 to/],
    [
      'a missing temperature',
      { stages: [{ do: 'nvt', duration: 1 }] },
      /stages\[0\]\.temperature is missing/,
    ],
    [
      'velocities without a temperature',
      { stages: [{ do: 'nve', duration: 1 }] },
      /temperature is missing: the first velocities/,
    ],
    [
      'a negative duration',
      { stages: [{ do: 'nvt', temperature: 1, duration: -5 }] },
      /stages\[0\]\.duration: expected a number above 0 \(fs\), found -5/,
    ],
    [
      'a long timestep',
      { stages: [{ do: 'nvt', temperature: 1, duration: 5, timestep: 50 }] },
      /timestep: expected a number of at most 20/,
    ],
    ['a text for a number', { seed: 'seven' }, /seed: expected a whole number \(32 bits\), found "seven"/],
    ['two repeats', { supercell: [2, 2] }, /supercell: expected 3 to 3 entries/],
    [
      'an unknown kind of cell',
      { stages: [{ do: 'npt', temperature: 1, duration: 5, cell: 'anisotropic' }] },
      /stages\[0\]\.cell: expected one of "iso", "aniso", "full"/,
    ],
    [
      'a ramp of three temperatures',
      { stages: [{ do: 'nvt', temperature: [1, 2, 3], duration: 5 }] },
      /stages\[0\]\.temperature: expected 2 to 2 entries/,
    ],
    [
      'a ramp to zero',
      { stages: [{ do: 'nvt', temperature: [300, 0], duration: 5 }] },
      /stages\[0\]\.temperature\[1\]: expected a number above 0 \(K\), found 0/,
    ],
    [
      'a ramp where replicas have temperatures',
      { stages: [{ do: 'nvt', temperature: [300, 600], duration: 5 }], replicas: { temperature: [300] } },
      /stages\[0\]\.temperature: a ramp, but the temperatures of replicas/,
    ],
    [
      'a field in npt',
      { stages: [{ do: 'npt', temperature: 1, duration: 5, field: [0, 0, 0.1] }] },
      /stages\[0\]\.field: an npt stage has none/,
    ],
    ['an analysis that there is not', { analysis: ['mds'] }, /there is no analysis "mds".*msd/],
    [
      'an option that an analysis has not',
      { analysis: [{ rdf: { binwidth: 1 } }] },
      /unknown field analysis\[0\]\.rdf\.binwidth.*binWidth/,
    ],
    [
      'an option out of its range',
      { analysis: [{ rdf: { binWidth: 20 } }] },
      /analysis\[0\]\.rdf\.binWidth: expected a number of at most 1/,
    ],
    [
      'a file in another folder',
      { record: { trajectory: { file: '../x.extxyz' } } },
      /a file name without a folder/,
    ],
    [
      'a pressure in nvt',
      { stages: [{ do: 'nvt', temperature: 1, duration: 5, pressure: 0 }] },
      /belongs to an npt stage/,
    ],
  ])('refuses %s', (_what, change, message) => {
    expect(() => parse(change)).toThrow(message);
  });

  it('refuses production stages of different timesteps', () => {
    const stage = { do: 'nvt', temperature: 1, duration: 5, production: true };
    expect(() => parse({ stages: [stage, { ...stage, timestep: 2 }] })).toThrow(/must share one timestep/);
  });

  it('reads changes of composition, short or in full, and completes them', () => {
    const { build } = parse({
      build: {
        order: 'ewald',
        substitute: ['Y=Zr:0.3', { species: 'Cl', by: { Br: { count: 4 } } }],
        vacancies: [{ remove: 'LiCl', count: 2 }],
        insert: ['Li@1/2,0,0:3;balance=none'],
      },
    });
    expect(build).toEqual({
      order: 'ewald',
      sites: 'refined',
      exclude: {},
      substitute: [
        { species: 'Y', by: { Zr: 0.3 } },
        { species: 'Cl', by: { Br: { count: 4 } } },
      ],
      antisites: [],
      vacancies: [{ remove: 'LiCl', count: 2 }],
      insert: [{ species: 'Li', sites: [[0.5, 0, 0]], count: 3, balance: null }],
      placement: 'random',
      charges: {},
    });
    expect(parse({ build }).build).toEqual(build);
    expect(() => parse({ build: { order: 'lowest' } })).toThrow(/build\.order.*"ewald"/);
  });

  it.each<[object, RegExp]>([
    [{ sites: 'fre' }, /build\.sites.*"free"/],
    [{ exclude: { 'Li-Li': 11 } }, /build\.exclude\.Li-Li: expected .* at most 10/],
    [{ substitute: ['Zr for Y'] }, /spec\.json:\d+: build\.substitute\[0\]: expected SPECIES=NEW:AMOUNT/],
    [{ substitutes: [] }, /unknown field build\.substitutes; did you mean "substitute"/],
    [{ substitute: [{ species: 'Y' }] }, /build\.substitute\[0\]\.by is missing/],
    [
      { substitute: [{ species: 'Y', by: { Zr: 3 } }] },
      /build\.substitute\[0\]\.by\.Zr: expected .* at most 1/,
    ],
    [
      { substitute: [{ species: 'Y', by: { Zr: { n: 3 } } }] },
      /unknown field build\.substitute\[0\]\.by\.Zr\.n/,
    ],
    [{ substitute: [{ species: 'Y', by: { Zr: 0.5 }, balance: 1 }] }, /\[0\]\.balance: expected text/],
    [{ vacancies: [{ remove: 'Li' }] }, /build\.vacancies\[0\]: expected either "count" or "fraction"/],
    [{ vacancies: ['Li'] }, /build\.vacancies\[0\]: expected FORMULA:AMOUNT/],
    [{ antisites: [{ swap: ['Li'], count: 1 }] }, /build\.antisites\[0\]\.swap: expected 2 to/],
    [{ insert: [{ species: 'Li', sites: [[0, 0]] }] }, /build\.insert\[0\]\.sites\[0\]: expected 3 to/],
    [{ placement: 'best' }, /build\.placement: expected/],
    [{ charges: { Fe: 2.5 } }, /build\.charges\.Fe: expected a whole number/],
  ])('refuses the changes of composition %j', (build, message) => {
    expect(() => parse({ build })).toThrow(message);
  });
});

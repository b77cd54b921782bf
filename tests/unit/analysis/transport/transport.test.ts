import { describe, expect, it } from 'vitest';
import { bounded, relativeError, resolved, scaled, unresolved } from '../../../../src/analysis/estimate.ts';
import { DisplacementCollector } from '../../../../src/analysis/frames/displacements.ts';
import { ANALYSES } from '../../../../src/analysis/index.ts';
import { collectiveConductivity, collectiveLine } from '../../../../src/analysis/transport/collective.ts';
import { havenRatio, nernstEinstein } from '../../../../src/analysis/transport/conductivity.ts';
import { analyseDiffusion } from '../../../../src/analysis/transport/diffusion.ts';
import { meanSquaredDisplacement } from '../../../../src/analysis/transport/msd.ts';
import { transportTables } from '../../../../src/analysis/transport/tables.ts';
import { analyseTransport, formalCharges } from '../../../../src/analysis/transport/transport.ts';
import { BOLTZMANN_EV_PER_K } from '../../../../src/core/constants.ts';
import { median } from '../../../../src/core/stats.ts';
import { boxOf, CL, harmonicCage, LI, latticeWalk, type Paths, seriesOf, tracksOf, trueD } from './walks.ts';

const WALK = { walkers: 24, frames: 1000, rate: 0.05, hop: 2.8, vibration: 0.1 };
const SYSTEM = boxOf(400, [LI, CL], [24, 24]);
const OPTIONS = { mobile: ['Li'], temperature: 600, hopLengths: { Li: 2.8, Cl: 4 } };

/** 24 walking Li and 24 Cl in harmonic wells, everything carried by a common drift. */
function salt(seed: number, walk = WALK): ReturnType<typeof seriesOf> {
  const all = [...latticeWalk(seed, walk), ...harmonicCage(seed, 24, walk.frames, 0.1, 0.5)];
  const drifting = all.map((path) => path.map((x, k) => x.map((v, t) => v + 0.01 * (k + 1) * t)));
  return seriesOf(SYSTEM, drifting as unknown as Paths);
}

describe('analyseTransport', () => {
  const series = salt(1);
  const { results, curves } = analyseTransport(series, OPTIONS);

  it('has the shape that results.json promises', () => {
    const li = results.diffusion['Li']!;
    expect(li.verdict).toBe('diffusive');
    expect(li.D).toEqual({
      value: expect.any(Number),
      ci95: [expect.any(Number), expect.any(Number)],
      unit: 'cm²/s',
    });
    expect(typeof li.hopsPerIon).toBe('number');
    expect(Object.keys(li.tensor)).toEqual(
      expect.arrayContaining(['xx', 'yy', 'zz', 'xy', 'xz', 'yz', 'unit']),
    );
    const cl = results.diffusion['Cl']!;
    expect(cl.verdict).toBe('not diffusing');
    expect(cl.D).toMatchObject({ value: null, ci95: [0, expect.any(Number)], why: expect.any(String) });
    expect(Object.keys(results.conductivity)).toEqual([
      ...['nernstEinstein', 'collective', 'havenRatio', 'collectiveFit', 'onsager'],
    ]);
    expect(results.conductivity.nernstEinstein.unit).toBe('S/cm');
    // Nothing JSON would turn into null behind our back.
    expect(JSON.parse(JSON.stringify(results))).toEqual(results);
  });

  it('takes the drift off: of the centre of mass, or of the framework when asked', () => {
    expect(results.transport.referenceFrame).toBe('massCenter');
    const framework = analyseTransport(series, { ...OPTIONS, drift: 'framework' }).results;
    expect(framework.transport.referenceFrame).toBe('framework');
    const truth = trueD(WALK);
    const { ci95 } = results.diffusion['Li']!.angstrom2PerPs;
    expect(ci95![0]).toBeLessThan(truth);
    expect(ci95![1]).toBeGreaterThan(truth);
    const sliding = framework.diffusion['Li']!.angstrom2PerPs.ci95!;
    expect(sliding[0]).toBeLessThan(truth);
    expect(sliding[1]).toBeGreaterThan(truth);
    const none = analyseTransport(series, { ...OPTIONS, drift: 'none' });
    expect(none.results.transport.referenceFrame).toBe('none');
    // (0.01² + 0.02² + 0.03²)·999² on top.
    const extra = none.curves.species['Cl']!.singleOrigin[999]! - curves.species['Cl']!.singleOrigin[999]!;
    expect(extra / (0.0014 * 999 ** 2)).toBeCloseTo(1, 1);
  });

  it('Nernst–Einstein is e² N D/V k_B T in S/cm', () => {
    const { D } = results.diffusion['Li']!;
    // SI: (1.602e-19 C)² · 24/(400e-8 cm)³ · D cm²/s / (1.381e-23 J/K · 600 K).
    const si = (1.602176634e-19 ** 2 * (24 / 400e-8 ** 3) * D.value!) / (1.380649e-23 * 600);
    expect(results.conductivity.nernstEinstein.value! / si).toBeCloseTo(1, 9);
    expect(relativeError(results.conductivity.nernstEinstein)).toBeCloseTo(relativeError(D), 9);
  });

  it('independent ions have a Haven ratio of one within its interval', () => {
    const { collective, havenRatio: haven, nernstEinstein: sigma } = results.conductivity;
    expect(collective.ci95![0]).toBeLessThan(sigma.value!);
    expect(collective.ci95![1]).toBeGreaterThan(sigma.value!);
    expect(haven.value!).toBeCloseTo(sigma.value! / collective.value!, 9);
    expect(haven.ci95![0]).toBeLessThan(1);
    expect(haven.ci95![1]).toBeGreaterThan(1);
    expect(haven.unit).toBe('1');
  });

  it('ions that move in pairs have a Haven ratio of one half', () => {
    const half = latticeWalk(2, { ...WALK, walkers: 12, frames: 6000 });
    const own = latticeWalk(3, { ...WALK, frames: 6000, rate: 0 });
    const pairs = own.map((path, i) => path.map((x, k) => x.map((v, t) => v + half[i >> 1]![k]![t]!)));
    const cl = harmonicCage(1, 24, 6000, 0.1, 0.5);
    const paired = analyseTransport(seriesOf(SYSTEM, [...pairs, ...cl] as unknown as Paths), OPTIONS).results;
    const { havenRatio: haven } = paired.conductivity;
    expect(paired.diffusion['Li']!.verdict).toBe('diffusive');
    expect(haven.ci95![0]).toBeLessThan(0.5);
    expect(haven.ci95![1]).toBeGreaterThan(0.5);
    expect(haven.ci95![1]).toBeLessThan(1);
  });

  it('ions that move as one have a Haven ratio of 1/N', () => {
    const [path] = latticeWalk(2, { ...WALK, walkers: 1, frames: 8000 });
    const one = [tracksOf([path!])];
    const n = 24;
    const sum = [tracksOf([path!.map((x) => x.map((v) => n * v)) as unknown as Paths[number]])];
    const { report, earliestStart } = analyseDiffusion(one, meanSquaredDisplacement(one), {
      value: 2.8,
      unit: 'Å',
      source: 'given',
    });
    expect(report.verdict).toBe('diffusive');
    const sigma = nernstEinstein([{ label: 'Li', charge: 1, density: n / 1000, D: report.D }], 600);
    const line = collectiveLine(sum, meanSquaredDisplacement(sum), earliestStart!);
    const collective = collectiveConductivity(line, 1000, 600);
    // The same walk stands above and below, fitted from different lags: a few per cent.
    expect(Math.abs((havenRatio(sigma, collective).value ?? 0) * n - 1)).toBeLessThan(0.15);
  });

  it('ions that move in opposite pairs conduct nothing: the ratio is not resolved', () => {
    const half = latticeWalk(4, { ...WALK, walkers: 12 });
    const li = half.flatMap((path) => [path, path.map((x) => x.map((v) => -v))]);
    const cl = harmonicCage(1, 24, WALK.frames, 0.1, 0.5);
    const { conductivity } = analyseTransport(
      seriesOf(SYSTEM, [...li, ...cl] as unknown as Paths),
      OPTIONS,
    ).results;
    expect(conductivity.nernstEinstein.value).toBeGreaterThan(0);
    expect(conductivity.collective.value).toBeNull();
    expect(conductivity.havenRatio).toMatchObject({
      value: null,
      ci95: null,
      why: expect.stringContaining('not resolved'),
    });
  });

  it('a short run resolves no Haven ratio, a bounded D no conductivity', () => {
    const short = analyseTransport(salt(5, { ...WALK, frames: 60 }), OPTIONS).results;
    expect(short.conductivity.havenRatio.value).toBeNull();
    expect(short.conductivity.havenRatio.why).toContain('not resolved');
    const caged = analyseTransport(salt(5, { ...WALK, rate: 0 }), OPTIONS).results;
    const { nernstEinstein: sigma, collective, havenRatio: haven } = caged.conductivity;
    expect(sigma).toMatchObject({ value: null, ci95: [0, expect.any(Number)] });
    expect(sigma.why).toContain('Li: ');
    expect(collective).toMatchObject({ value: null, ci95: null });
    expect(haven).toMatchObject({ value: null, ci95: null });
  });

  it('pools replicas', () => {
    const pooled = analyseTransport([salt(1), salt(2), salt(3)], OPTIONS).results;
    expect(pooled.transport.replicas).toBe(3);
    expect(pooled.transport.frames).toEqual([1000, 1000, 1000]);
    expect(pooled.transport.volume).toBeCloseTo(400 ** 3, 3);
    // The density is that of one cell.
    expect(
      pooled.conductivity.nernstEinstein.value! / results.conductivity.nernstEinstein.value!,
    ).toBeCloseTo(pooled.diffusion['Li']!.D.value! / results.diffusion['Li']!.D.value!, 9);
    expect(relativeError(pooled.conductivity.collective)).toBeLessThan(
      relativeError(results.conductivity.collective),
    );
    const other = { ...series, system: boxOf(400, [LI], [24]) };
    expect(() => analyseTransport([series, other], OPTIONS)).toThrow(
      'replicas differ in species: Li, Cl and Li',
    );
  });

  it('says what is missing', () => {
    const cold = analyseTransport(series, { mobile: ['Li'] }).results;
    expect(cold.conductivity.nernstEinstein).toEqual({
      value: null,
      ci95: null,
      unit: 'S/cm',
      why: 'no temperature was given',
    });
    const { formalCharge: _, ...bare } = LI;
    const nameless = { ...series, system: { ...series.system, species: [bare, CL] } };
    expect(analyseTransport(nameless, OPTIONS).results.conductivity.collective.why).toBe(
      'no formal charge is known for Li',
    );
    const given = analyseTransport(nameless, { ...OPTIONS, charges: { Li: 1 } }).results;
    expect(given.conductivity.nernstEinstein.value).toBeCloseTo(
      results.conductivity.nernstEinstein.value!,
      12,
    );
    expect(() => analyseTransport(series, { mobile: ['Na'] })).toThrow('no species is called "Na"');
    expect(() => analyseTransport(series, { ...OPTIONS, hopLengths: { Li: 0 } })).toThrow(
      'expected a positive length',
    );
    // All atoms of this box start at one point: no structure, so the default stands in.
    expect(cold.diffusion['Li']!.hopLength).toEqual({ value: 3, unit: 'Å', source: 'default' });
  });

  it('notes charges that do not cancel, a framework that moves, and no framework at all', () => {
    const charged = analyseTransport(series, { ...OPTIONS, charges: { Cl: -2 } }).results;
    expect(charged.transport.notes.join()).toContain('formal charges sum to -24 e');
    const melting = analyseTransport(series, { ...OPTIONS, mobile: ['Cl'] }).results;
    expect(melting.transport.notes.join()).toContain('Li diffuses although it counts as framework');
    const liquid = analyseTransport(series, { ...OPTIONS, drift: 'framework', mobile: ['Li', 'Cl'] }).results;
    expect(liquid.transport.referenceFrame).toBe('massCenter');
    expect(liquid.transport.notes.join()).toContain('there is no framework');
    expect(liquid.conductivity.nernstEinstein.why).toContain('without Cl');
  });

  it('one species alone has no collective displacement in its own centre of mass', () => {
    const alone = analyseTransport(seriesOf(boxOf(400, [LI], [24]), latticeWalk(1, WALK)), OPTIONS_LI);
    expect(alone.results.conductivity.collective.why).toContain('is zero in this frame of reference');
  });

  it('an empty trajectory is too short, not an accident', () => {
    const empty = analyseTransport(new DisplacementCollector(SYSTEM).series(), OPTIONS).results;
    expect(empty.diffusion['Li']!.verdict).toBe('too short');
    expect(empty.conductivity.nernstEinstein).toMatchObject({ value: null, ci95: null });
    expect(() => analyseTransport([], OPTIONS)).toThrow('no trajectory to analyse');
  });
});

const OPTIONS_LI = { ...OPTIONS, hopLengths: { Li: 2.8 } };

describe('formalCharges', () => {
  it('given, else formal, else an integer charge', () => {
    const species = [
      { ...LI, formalCharge: 1, charge: 0.7 },
      { label: 'O', element: 'O', mass: 16, charge: -2 },
      { label: 'Cl', element: 'Cl', mass: 35, charge: -0.7 },
    ];
    expect(formalCharges(boxOf(10, species, [1, 1, 1]), {})).toEqual([1, -2, undefined]);
    expect(formalCharges(boxOf(10, species, [1, 1, 1]), { Cl: -1, Li: 2 })).toEqual([2, -2, -1]);
  });
});

describe('nernstEinstein and havenRatio', () => {
  const D = resolved(1e-6, [0.8e-6, 1.3e-6], 'cm²/s');
  const li = { label: 'Li', charge: 1, density: 0.02, D };

  it('adds species with their charges squared and intervals in quadrature', () => {
    const one = nernstEinstein([li], 500);
    const both = nernstEinstein([li, { ...li, label: 'O', charge: -2 }], 500);
    expect(one.value).toBeCloseTo(((0.02 * 1e-5) / (BOLTZMANN_EV_PER_K * 500)) * 1.602176634e4, 9);
    expect(both.value! / one.value!).toBeCloseTo(5, 9);
    expect((both.ci95![1] - both.value!) / (one.ci95![1] - one.value!)).toBeCloseTo(Math.sqrt(17), 9);
  });

  it('a species without value is left out and named; all without give a bound', () => {
    const still = { ...li, label: 'Na', D: bounded(1e-7, 'cm²/s', 'caged') };
    expect(nernstEinstein([li, still], 500).why).toBe('without Na, whose diffusivity is not resolved');
    expect(nernstEinstein([still], 500)).toMatchObject({ value: null, why: 'Na: caged' });
    expect(nernstEinstein([still], 500).ci95![1] / nernstEinstein([li], 500).value!).toBeCloseTo(0.1, 9);
    expect(nernstEinstein([{ ...li, D: unresolved('cm²/s', 'short') }], 500).ci95).toBeNull();
    expect(nernstEinstein([{ ...li, charge: 0 }], 500).why).toContain('formal charge');
  });

  it('the ratio is not resolved beyond 50 %', () => {
    const sigma = resolved(1, [0.8, 1.2], 'S/cm');
    expect(havenRatio(sigma, resolved(2, [1.2, 2.8], 'S/cm')).value).toBe(0.5);
    const vague = havenRatio(sigma, resolved(2, [0.1, 4.5], 'S/cm'));
    expect(vague).toMatchObject({ value: null, ci95: null });
    expect(vague.why).toContain('relative error 57 %, more than 50 %');
  });

  it('scaled keeps why', () => {
    expect(scaled(bounded(2, 'a', 'because'), 3, 'b')).toEqual({
      value: null,
      ci95: [0, 6],
      unit: 'b',
      why: 'because',
    });
  });
});

describe('collectiveConductivity', () => {
  const walk = { walkers: 1, frames: 2000, rate: 0.2, hop: 1, vibration: 0 };
  const error = (paths: Paths, start: number): number => {
    const tracks = [tracksOf(paths)];
    return relativeError(
      collectiveConductivity(collectiveLine(tracks, meanSquaredDisplacement(tracks), start), 1000, 600),
    );
  };

  it('is less certain from a later start', () => {
    const paths = latticeWalk(1, walk);
    expect(error(paths, 2000) / error(paths, 300)).toBeGreaterThan(1.5);
    expect(collectiveConductivity(collectiveLine([], meanSquaredDisplacement([]), 1), 1, 1).value).toBeNull();
    const tracks = [tracksOf(paths)];
    const late = collectiveLine(tracks, meanSquaredDisplacement(tracks), 50_000);
    const { value, why } = collectiveConductivity(late, 1000, 600);
    expect(value).toBeNull();
    expect(why).toContain('no straight part');
  });

  it('is less certain in one dimension than in three: var = 2 M² instead of ⅔ M²', () => {
    const ratios = [1, 2, 3, 4, 5].map((seed) => {
      const many = latticeWalk(seed, { ...walk, walkers: 30 });
      const sum = [0, 1, 2].map((k) =>
        many[0]![k]!.map((_, t) => many.reduce((s, path) => s + path[k]![t]!, 0)),
      );
      const flat = [sum[0]!, sum[1]!.map(() => 0), sum[2]!.map(() => 0)];
      return error([flat] as unknown as Paths, 500) / error([sum] as unknown as Paths, 500);
    });
    // √3 for the GLS error; blocks, and a start that may differ, scatter it.
    expect(median(ratios)).toBeGreaterThan(1.3);
    expect(median(ratios)).toBeLessThan(2.3);
  });
});

describe('tables and registry', () => {
  const series = salt(1, { ...WALK, frames: 120 });
  const analysis = analyseTransport(series, OPTIONS);
  const tables = transportTables(analysis);

  it('msd.csv has both kinds of MSD per species, units in the header, every lag', () => {
    const [header, ...rows] = tables['msd.csv']!.trimEnd().split('\n');
    expect(header).toBe(
      'lag_fs,Li_msd_A2,Li_msd_single_origin_A2,Cl_msd_A2,Cl_msd_single_origin_A2,collective_e2A2',
    );
    expect(rows.length).toBe(120);
    const cells = rows[7]!.split(',').map(Number);
    expect(cells[0]).toBe(700);
    expect(cells[1]! / analysis.curves.species['Li']!.msd[7]!).toBeCloseTo(1, 7);
    expect(cells[2]! / analysis.curves.species['Li']!.singleOrigin[7]!).toBeCloseTo(1, 7);
  });

  it('tensor and start scan have their files', () => {
    expect(tables['msd_tensor.csv']!.split('\n')[0]).toContain('Li_xx_A2,Li_yy_A2,Li_zz_A2,Li_xy_A2');
    const scan = tables['diffusion_start.csv']!.split('\n');
    expect(scan[0]).toBe('species,start_fs,D_cm2_per_s,standard_error_cm2_per_s,reduced_chi_square');
    expect(scan[1]).toMatch(/^Li,100,/);
  });

  it('every entry of the registry names results that exist, and only its own', () => {
    for (const [name, definition] of Object.entries(ANALYSES)) {
      const results = definition.results(analysis);
      const claimed = new Set(Object.keys(definition.resultUnits).map((path) => path.split('.')[0]!));
      const own = 'across' in definition ? [] : claimed;
      expect(new Set(Object.keys(results)), name).toEqual(new Set([...own, 'transport']));
    }
  });
});

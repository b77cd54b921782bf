/** The Onsager matrix: against direct sums, in cells where it is known in closed form, and on walks with a known correlation. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { glsLine } from '../../../../src/analysis/transport/gls.ts';
import { logarithmicLags } from '../../../../src/analysis/transport/msd.ts';
import type { Onsager } from '../../../../src/analysis/transport/onsager.ts';
import { transportTables } from '../../../../src/analysis/transport/tables.ts';
import { analyseTransport, type TransportAnalysis } from '../../../../src/analysis/transport/transport.ts';
import { BOLTZMANN_EV_PER_K, S_PER_CM } from '../../../../src/core/constants.ts';
import { boxOf, CL, FRAME_INTERVAL, harmonicCage, LI, latticeWalk, type Paths, seriesOf } from './walks.ts';

const WALK = { walkers: 24, frames: 2000, rate: 0.05, hop: 2.8, vibration: 0 };
const HOST = { label: 'Zr', element: 'Zr', mass: 91.22, formalCharge: 0 };
const EDGE = 40;

/** Li and Cl that make a share of their hops together, pair by pair, in a host of four atoms that vibrate by `host` Å. */
function pairs(seed: number, shared = 0.5, frames = WALK.frames, host = 0): TransportAnalysis {
  const walk = { ...WALK, frames };
  const common = latticeWalk(1000 + seed, { ...walk, rate: WALK.rate * shared });
  const own = latticeWalk(seed, { ...walk, walkers: 48, rate: WALK.rate * (1 - shared) });
  const ions = own.map((path, i) => path.map((x, k) => x.map((v, t) => v + common[i % 24]![k]![t]!)));
  const still = harmonicCage(1, 4, frames, host, 0.5);
  const system = boxOf(EDGE, [LI, CL, HOST], [24, 24, 4]);
  return analyseTransport(seriesOf(system, [...ions, ...still] as unknown as Paths), {
    mobile: ['Li', 'Cl'],
    temperature: 600,
    drift: 'framework',
  });
}

const values = ({ matrix }: Onsager): number[] =>
  Object.values(matrix).flatMap((row) => Object.values(row).map(({ value }) => value ?? Number.NaN));

/** σ of a mean squared displacement that grows by `rate` e²Å² per frame, S/cm. */
const sigmaOf = (rate: number): number =>
  ((rate / FRAME_INTERVAL) * S_PER_CM) / (6 * EDGE ** 3 * BOLTZMANN_EV_PER_K * 600);

describe('onsager matrix', () => {
  const analysis = pairs(3);
  const { conductivity } = analysis.results;
  const onsager = conductivity.onsager!;

  it('sums to the collective conductivity', () => {
    const sum = values(onsager).reduce((a, b) => a + b, 0);
    expect(Math.abs(sum / onsager.total.value! - 1)).toBeLessThan(1e-9);
    // The same but for its start: from a later one it may differ by a share of its error.
    const { collective, collectiveFit } = conductivity;
    expect(Math.abs(sum / collective.value! - 1)).toBeLessThan(2 * collectiveFit!.relativeError);
    expect(onsager.start).toBeGreaterThanOrEqual(collectiveFit!.start);
    const numbers = Object.values(onsager.transportNumbers).map(({ value }) => value!);
    expect(Math.abs(numbers.reduce((a, b) => a + b, 0) - 1)).toBeLessThan(1e-12);
    for (const label of ['Li', 'Cl']) {
      const term = (part: string): number =>
        onsager.terms.find((one) => one.part === part && one.species.every((s) => s === label))!.sigma;
      expect(Math.abs((term('self') + term('distinct')) / term('total') - 1)).toBeLessThan(1e-12);
    }
    expect(onsager.matrix['Li']!['Cl']).toBe(onsager.matrix['Cl']!['Li']);
    expect(onsager.referenceFrame).toBe('framework');
    expect(onsager.why).toBeUndefined();
  });

  it('is the direct sum over all ions and time origins', () => {
    // Another analysis of the same seed, whose frames are read here one by one.
    const walk = { ...WALK, frames: 400 };
    const ions = latticeWalk(11, { ...walk, walkers: 48 });
    const host = harmonicCage(1, 4, 400, 0, 0.5);
    const series = seriesOf(boxOf(EDGE, [LI, CL, HOST], [24, 24, 4]), [...ions, ...host] as unknown as Paths);
    const options = { mobile: ['Li', 'Cl'], temperature: 600, drift: 'framework' } as const;
    const { onsager: found } = analyseTransport(series, options).results.conductivity;
    const lags = logarithmicLags(1, 80, 10).filter((lag) => lag * FRAME_INTERVAL >= found!.start);
    const cross = lags.map((lag) => {
      let sum = 0;
      for (let t = 0; t + lag < 400; t++) {
        for (let k = 0; k < 3; k++) {
          const moved = (from: number): number =>
            ions.slice(from, from + 24).reduce((s, path) => s + path[k]![t + lag]! - path[k]![t]!, 0);
          sum -= moved(0) * moved(24);
        }
      }
      return sum / (400 - lag);
    });
    const { slope } = glsLine(
      lags.map((lag) => lag * FRAME_INTERVAL),
      cross,
    );
    const term = found!.terms.find(({ part }) => part === 'cross')!;
    // Displacements are kept in single precision: measured 2e-6 of the largest term.
    const scale = found!.terms.find(({ part }) => part === 'total')!.sigma;
    expect(Math.abs(term.sigma - sigmaOf(slope * FRAME_INTERVAL)) / scale).toBeLessThan(1e-5);
    expect(term.chargeProduct).toBe(-1);
  });

  it('a binary salt in its centre of mass has transport numbers of its masses', () => {
    const li = latticeWalk(5, WALK);
    const cl = latticeWalk(6, { ...WALK, rate: 0.02 });
    const system = boxOf(EDGE, [LI, CL], [24, 24]);
    const { onsager: salt } = analyseTransport(seriesOf(system, [...li, ...cl]), {
      mobile: ['Li', 'Cl'],
      temperature: 600,
    }).results.conductivity;
    // m_Li Σu_Li = −m_Cl Σu_Cl: nothing of it is statistics.
    const { value, ci95 } = salt!.transportNumbers['Li']!;
    expect(value).toBeCloseTo(CL.mass / (CL.mass + LI.mass), 5);
    expect(ci95![1] - ci95![0]).toBeLessThan(1e-4);
    expect(salt!.referenceFrame).toBe('massCenter');
  });

  it('starts where every term is straight: a vibrating frame of reference cancels in the sum, not in its terms', () => {
    const shaken = [1, 2, 3, 4, 5, 6].map((seed) => pairs(seed, 0, WALK.frames, 0.1).results.conductivity);
    const later = shaken.filter((one) => one.onsager!.start > one.collectiveFit!.start);
    expect(later.length).toBeGreaterThan(2);
    const ratios = shaken.map(
      (one) =>
        one.onsager!.terms.find(({ part }) => part === 'total')!.sigma /
        sigmaOf(24 * WALK.rate * WALK.hop ** 2),
    );
    // Measured 1.05; 1.17 from the lag of the sum.
    expect(ratios.reduce((a, b) => a + b, 0) / ratios.length).toBeLessThan(1.1);
  });

  it('is not resolved in a short run, and says between what', () => {
    const cross = Array.from(
      { length: 12 },
      (_, seed) => pairs(seed, 0, 48, 0.1).results.conductivity.onsager,
    )
      .flatMap((one) => (one ? [one.matrix['Li']!['Cl']!] : []))
      .filter(({ value }) => value === null);
    expect(cross.length).toBeGreaterThan(1);
    expect(cross[0]).toMatchObject({ value: null, ci95: null });
    expect(cross[0]!.why).toMatch(/^not resolved: between -.* and .* S\/cm$/);
  });

  it('onsager.csv has every term, a value only where it is resolved', () => {
    const [header, ...rows] = transportTables(analysis)['onsager.csv']!.trimEnd().split('\n');
    expect(header).toBe('part,species_a,species_b,charge_product_e2,value,ci95_low,ci95_high,unit');
    expect(rows.map((row) => row.split(',').slice(0, 3).join(' ').trim())).toEqual([
      ...['self Li Li', 'distinct Li Li', 'total Li Li', 'self Cl Cl', 'distinct Cl Cl', 'total Cl Cl'],
      ...['cross Li Cl', 'transport number Li', 'transport number Cl'],
    ]);
    const unsure = {
      ...analysis,
      results: {
        ...analysis.results,
        conductivity: {
          ...conductivity,
          onsager: { ...onsager, terms: onsager.terms.map((one) => ({ ...one, isResolved: false })) },
        },
      },
    };
    const cross = transportTables(unsure)
      ['onsager.csv']!.split('\n')
      .find((row) => row.startsWith('cross'));
    expect(cross).toMatch(/^cross,Li,Cl,-1,,-0\.0\d+,-0\.0\d+,S\/cm$/);
  });
});

describe('calibration on walks with known correlation', () => {
  let found: Onsager[] = [];
  beforeAll(() => {
    found = Array.from({ length: 60 }, (_, seed) => pairs(seed).results.conductivity.onsager!);
  }, 60_000);
  const rate = 24 * WALK.rate * WALK.hop ** 2;
  const covered = (of: (one: Onsager) => Estimate, truth: number): { share: number; resolved: number } => {
    const some = found.map(of).filter(({ value }) => value !== null);
    const inside = some.filter(({ ci95 }) => ci95![0] <= truth && truth <= ci95![1]);
    return { share: inside.length / some.length, resolved: some.length };
  };

  it.each<[string, (one: Onsager) => Estimate, number]>([
    ['self part of Li', ({ self }) => self['Li']!, sigmaOf(rate)],
    ['distinct part of Li', ({ distinct }) => distinct['Li']!, 0],
    [
      'Li with Cl: opposite charges that move together',
      ({ matrix }) => matrix['Li']!['Cl']!,
      -sigmaOf(rate / 2),
    ],
    ['transport number of Li', ({ transportNumbers }) => transportNumbers['Li']!, 0.5],
  ])('%s is covered', (_, of, truth) => {
    const { share, resolved } = covered(of, truth);
    // Nominal 95 %, binomial error 2.8 % of 60.
    expect(share).toBeGreaterThan(0.87);
    expect(resolved).toBeGreaterThan(50);
  });
});

import { describe, expect, it } from 'vitest';
import type { AnalysisContext } from '../../../../src/analysis/analysis.ts';
import { type Estimate, resolved, unresolved } from '../../../../src/analysis/estimate.ts';
import { measureNetwork } from '../../../../src/analysis/network/factorisation.ts';
import { analyseNetwork } from '../../../../src/analysis/network/network.ts';
import { siteTracks } from '../../../../src/analysis/network/siteTracks.ts';
import { measureTransportNetwork } from '../../../../src/analysis/network/transportNetwork.ts';
import { FEWEST_PERCOLATING_HOPS, gatedDiffusivity } from '../../../../src/analysis/network/verdict.ts';
import type { SiteHistory } from '../../../../src/analysis/sites/visits.ts';
import { analyseTransport } from '../../../../src/analysis/transport/transport.ts';
import { PUBLICATIONS } from '../../../../src/core/publications.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { boxOf, CL, LI, type Paths, seriesOf } from '../transport/walks.ts';
import { cubic, FRAME_INTERVAL, historyOfHops, walk } from './synthetic.ts';

const IONS = 40;
const OPTIONS = { resamples: 30, shuffles: 30 };

function context(temperature: number | null = 600, ions = IONS): AnalysisContext {
  return {
    system: boxOf(12, [LI, CL], [ions, ions]),
    mobile: [0],
    temperature,
    charges: [1, -1],
    frameInterval: FRAME_INTERVAL,
  };
}

const random = new RandomSequence(3);
const LATTICE = cubic(
  4,
  3,
  () => 0.03 * 10 ** -random.uniform(),
  (x) => (x % 2 ? 'octahedral' : 'tetrahedral'),
);
const HISTORY = walk(LATTICE, { seed: 1, ions: IONS, frames: 1500 });
const CAGES = cubic(4, 3, (x, y, z, axis) => ([x, y, z][axis]! % 2 === 0 ? 0.05 : 0));

/** The transport analysis of the same motion: Li on the paths of the history, Cl at rest. */
function transportOf(history: SiteHistory) {
  const tracks = siteTracks(history);
  const paths: Paths = Array.from({ length: 2 * history.ions }, (_, i) => {
    const path = [0, 1, 2].map(() => new Float64Array(history.frames)) as unknown as Paths[number];
    if (i < history.ions) tracks.read(i, ...path);
    return path;
  });
  const system = boxOf(12, [LI, CL], [history.ions, history.ions]);
  return analyseTransport(seriesOf(system, paths), { mobile: ['Li'], temperature: 600, drift: 'none' });
}

describe('analyseNetwork', () => {
  const report = analyseNetwork([HISTORY], context(), undefined, OPTIONS);
  const network = report.results['network'] as Record<string, unknown>;

  it('is the same every time, and plain JSON', () => {
    const again = analyseNetwork([HISTORY], context(), undefined, OPTIONS);
    expect(JSON.stringify(again)).toBe(JSON.stringify(report));
    const numbers: [string, unknown][] = [];
    const collect = (value: unknown, path: string): void => {
      if (typeof value === 'number') numbers.push([path, value]);
      else if (value && typeof value === 'object') {
        for (const [key, part] of Object.entries(value)) collect(part, `${path}.${key}`);
      }
    };
    collect(network, 'network');
    expect(numbers.length).toBeGreaterThan(100);
    expect(numbers.filter(([, x]) => !Number.isFinite(x))).toEqual([]);
  });

  it('every table is rectangular, every edge and site has its row', () => {
    const names = Object.keys(report.tables);
    expect(names).toContain('percolation_spectrum.csv');
    for (const [name, text] of Object.entries(report.tables)) {
      const lines = text.trimEnd().split('\n');
      const columns = lines.map((line) => line.split(',').length);
      expect(new Set(columns).size, name).toBe(1);
      expect(lines.length, name).toBeGreaterThan(1);
    }
    expect(report.tables['network_edges.csv']!.trimEnd().split('\n')).toHaveLength(
      (network['edges'] as number) + 1,
    );
    expect(report.tables['network_sites.csv']!.trimEnd().split('\n')).toHaveLength(65);
    // Shares of D_net sum to one.
    const shares = report.tables['network_edges.csv']!.trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',').at(-1)));
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  });

  it('figures have curves, methods cite what is known', () => {
    expect(report.figures.map(({ name }) => name)).toEqual([
      'percolation_spectrum',
      'barrier_histogram',
      'network_damage',
      'network_windows',
    ]);
    for (const { series } of report.figures) {
      for (const { x, y } of series) expect(x.length).toBe(y.length);
    }
    const keys = report.methods.flatMap((sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!));
    expect(keys.length).toBeGreaterThan(3);
    for (const key of keys) expect(Object.keys(PUBLICATIONS)).toContain(key);
  });

  it('without a temperature there are no barriers and no σ, but η as before', () => {
    const cold = analyseNetwork([HISTORY], context(null), undefined, OPTIONS);
    const found = cold.results['network'] as typeof network;
    expect(found['spectrum']).toBeNull();
    expect((found['factors'] as { eta: Estimate }).eta).toEqual(
      (network['factors'] as { eta: Estimate }).eta,
    );
    expect((found['factors'] as { conductivity: Estimate }).conductivity.value).toBeNull();
    expect(cold.tables['percolation_spectrum.csv']).toBeUndefined();
  });

  it('with the transport analysis D*, H_R and σ are its own, and the product is σ', () => {
    const transport = transportOf(HISTORY);
    const { factors } = measureTransportNetwork([HISTORY], context(), transport, OPTIONS);
    const { D } = transport.results.diffusion['Li']!;
    expect(factors.memory.value! * factors.networkDiffusivity.value!).toBeCloseTo(D.value!, 14);
    const { nernstEinstein, collective } = transport.results.conductivity;
    const sigma = collective.value ?? nernstEinstein.value!;
    expect(factors.conductivity.value! / sigma).toBeCloseTo(1, 10);
    expect(factors.havenRatio).toEqual(transport.results.conductivity.havenRatio);
  });

  it('no hop at all is said, not thrown', () => {
    const still = walk(
      cubic(2, 3, () => 0),
      { seed: 1, ions: IONS, frames: 200 },
    );
    const found = analyseNetwork([still], context(), undefined, OPTIONS);
    const { verdict } = found.results['network'] as {
      verdict: { hops: number; D: Estimate; reasons: string[] };
    };
    expect(verdict.hops).toBe(0);
    expect(verdict.D.value).toBeNull();
    expect(found.notes.join()).toContain('no percolating hop');
  });
});

describe('verdict', () => {
  const D = resolved(7.6e-6, [7.3e-6, 7.9e-6], 'cm²/s');

  it('a caged ion with a well-fitted slope gets a bound, with reasons', () => {
    const caged = walk(CAGES, { seed: 1, ions: IONS, frames: 1500 });
    const { verdict } = measureTransportNetwork([caged], context(), transportOf(caged), OPTIONS);
    expect(verdict).toMatchObject({
      percolatingHops: 0,
      D: { value: null },
      eta: { value: null },
      E3: { value: null },
    });
    expect(verdict.gates.find(({ name }) => name === 'percolation')!.passed).toBe(false);
    expect(verdict.reasons.join()).toContain('no percolating hop in N·T');
    const network = measureNetwork([caged], 10);
    const gated = gatedDiffusivity(D, network, 0);
    // 3 L²/(6 N T), L = 6 Å, N·T = 40 × 150 ps.
    expect(gated.ci95![1] / (((3 * 36) / (6 * IONS * 150_000)) * 0.1)).toBeCloseTo(1, 10);
    expect(gated.why).toContain('the MSD alone gives 0.00000760');
  });

  it('ten independent percolating hops let D pass, nine do not', () => {
    // Fast pairs along x, linked by few hops; twelve chains of two links.
    const chain = (links: number) => {
      const { sites, bonds } = cubic(2, 3, (x, y, z, axis) =>
        axis === 0 && y + z === 0 ? (x ? links : 4000) : 0,
      );
      const spread = new RandomSequence(links);
      return measureNetwork(
        [
          historyOfHops(
            sites,
            bonds.map((bond) => ({ ...bond, count: bond.rate })),
            1000,
            () => 1 + spread.below(999),
          ),
        ],
        10,
      );
    };
    const [nine, ten] = [chain(9), chain(10)];
    expect(FEWEST_PERCOLATING_HOPS).toBe(10);
    expect(nine.percolatingHops).toBeGreaterThan(9);
    expect(nine.percolatingHops).toBeLessThan(9.1);
    expect(gatedDiffusivity(D, ten, 0)).toEqual(D);
    const gated = gatedDiffusivity(D, nine, 0);
    expect(gated.value).toBeNull();
    // Garwood's limit after ten (9.02 rounded up): 16.96 hops, one-sided 95 %.
    expect(gated.ci95![1] / ((nine.diffusion.network * 0.1 * 16.96) / nine.percolatingHops)).toBeCloseTo(
      1,
      3,
    );
  });

  it('does not judge where the sites miss the ions', () => {
    const network = measureNetwork([walk(CAGES, { seed: 1, ions: 5, frames: 200 })], 5);
    expect(gatedDiffusivity(D, network, 0.2)).toEqual(D);
    expect(gatedDiffusivity(unresolved('cm²/s', 'none'), network, 0).why).toBe('none');
  });
});

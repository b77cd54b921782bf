/**
 * Density of lithium in a published run of Li6PS5Cl with half of its S and Cl exchanged (192 Li, 140 frames, 500 K;
 * kinisi, MIT licence), read in place.
 */
import { afterAll, describe, expect, it } from 'vitest';
import type { AnalysisContext } from '../../src/analysis/analysis.ts';
import { density } from '../../src/analysis/density/density.ts';
import { densityGrids } from '../../src/analysis/density/grids.ts';
import type { Estimate } from '../../src/analysis/estimate.ts';
import { type Measured, writeMeasured } from '../support/measured.ts';
import { ARGYRODITE_INTERVAL, readTrajectory } from '../support/realTrajectory.ts';
import { sharedPath } from '../support/sharedData.ts';

const rows: Measured[] = [];
afterAll(() => {
  if (rows.length > 0) writeMeasured('density', rows);
});

const path = sharedPath('science/data/kinisi/example_XDATCAR.gz');

describe.skipIf(path === undefined)('lithium in Li6PS5Cl (skipped without the shared data)', () => {
  it('folded into the unit cell: 24 ions, a chain at 0.100, a sheet at 0.102, a network at 0.162 eV', async () => {
    const { system, frames } = await readTrajectory(path!, ARGYRODITE_INTERVAL);
    expect(frames.length).toBe(140);
    const context: AnalysisContext = {
      system,
      mobile: [0],
      temperature: 500,
      charges: [1, -1, -2, 5],
      frameInterval: ARGYRODITE_INTERVAL,
    };
    const options = { spacing: 0.25, smoothing: 0.25, fold: '2 2 2', neighbours: '26' };
    const counts = density.begin(context, options);
    for (const frame of frames) counts.add(frame);
    const { results } = density.report([counts], context, options);
    const li = (results['density'] as { species: Record<string, LithiumResults> }).species['Li']!;
    const { integral, ions, largest, visited, F1, F2, F3 } = li;
    expect(ions).toBe(24);
    expect(integral).toBeCloseTo(24, 9);
    // An independent program (numpy: histogram, Gaussian in Fourier space, labels of 3 × 3 × 3 cells) gives 0.51396 Å⁻³,
    // 39.96 % and thresholds between 0.0995 and 0.1000, 0.1010 and 0.1018, 0.1617 and 0.1625 eV.
    expect(largest).toBeCloseTo(0.51396, 3);
    expect(visited).toBeCloseTo(0.3996, 3);
    rows.push({
      name: 'Li6PS5Cl 500 K, percolation of the Li density in 1, 2, 3 dimensions, eV',
      expected: '0.0995–0.1000, 0.1010–0.1018, 0.1617–0.1625',
      measured: [F1, F2, F3].map((F) => F.value!.toFixed(4)).join(', '),
      tolerance: 'within',
      source: 'independent numpy program',
    });
    expect(F1.value).toBeGreaterThan(0.0995);
    expect(F1.value).toBeLessThan(0.1);
    expect(F2.value).toBeGreaterThan(0.101);
    expect(F2.value).toBeLessThan(0.1018);
    expect(F3.value).toBeGreaterThan(0.1617);
    expect(F3.value).toBeLessThan(0.1625);
    // 140 frames: the interval of F₃ is a tenth of it, not less.
    expect(F3.ci95![1] - F3.ci95![0]).toBeGreaterThan(0.015);
    const [grids] = densityGrids([counts], context, options);
    // PS₄ and the two cages of each of four formula units; sulfur and chlorine share the cages.
    expect(grids!.framework.typeOf.length).toBe(32);
  });
});

interface LithiumResults {
  readonly integral: number;
  readonly ions: number;
  readonly largest: number;
  readonly visited: number;
  readonly F1: Estimate;
  readonly F2: Estimate;
  readonly F3: Estimate;
}

import { describe, expect, it } from 'vitest';
import type { AnalysisContext } from '../../../../src/analysis/analysis.ts';
import { DensityCounts } from '../../../../src/analysis/density/counts.ts';
import { type DensityOptions, density } from '../../../../src/analysis/density/density.ts';
import {
  densitiesOf,
  freeEnergyMap,
  percolationEnergies,
} from '../../../../src/analysis/density/freeEnergy.ts';
import { densityGrids } from '../../../../src/analysis/density/grids.ts';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { BOLTZMANN_EV_PER_K } from '../../../../src/core/constants.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { type Cell, cellFromParameters, cellFromVectors, toCartesian } from '../../../../src/model/cell.ts';
import { voxelVolume } from '../../../../src/model/grid.ts';
import type { Frame } from '../../../../src/model/trajectory.ts';

const options: DensityOptions = { spacing: 0.2, smoothing: 0.25, fold: '1 1 1', neighbours: '26' };
const T = 600;
const kT = BOLTZMANN_EV_PER_K * T;

/** One frame: fractional places of the lithium ions; the framework is four chlorides at rest. */
const HOST = [0, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5];

function contextOf(cell: Cell, ions: number, temperature: number | null = T): AnalysisContext {
  return {
    system: {
      title: 'test',
      cell,
      species: [
        { label: 'Li', element: 'Li', mass: 6.94 },
        { label: 'Cl', element: 'Cl', mass: 35.45 },
      ],
      typeOf: Uint16Array.from({ length: ions + 4 }, (_, i) => (i < ions ? 0 : 1)),
      positions: new Float64Array(3 * (ions + 4)),
    },
    mobile: [0],
    temperature,
    charges: [1, -1],
    frameInterval: 10,
  };
}

function frame(cell: Cell, fractional: readonly number[], shift: readonly number[] = [0, 0, 0]): Frame {
  const positions = toCartesian(cell, [...fractional, ...HOST]);
  return { step: 0, time: 0, cell, positions: positions.map((x, i) => x + shift[i % 3]!) };
}

function countsOf(
  cell: Cell,
  ions: number,
  frames: number,
  place: (t: number) => readonly number[],
  fold: readonly [number, number, number] = [1, 1, 1],
): DensityCounts {
  const counts = new DensityCounts(contextOf(cell, ions), { spacing: options.spacing, fold });
  for (let t = 0; t < frames; t++) counts.add(frame(cell, place(t)));
  return counts;
}

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((total, x) => total + x, 0);

describe('density of the mobile ions', () => {
  it('a gas is uniform: ∫ρ = N exactly, ρ = N/V, and F percolates in all dimensions near zero', () => {
    const cell = cellFromParameters({ a: 3, b: 3.4, c: 3.2, alpha: 70, beta: 95, gamma: 115 });
    const random = new RandomSequence(1);
    const counts = countsOf(cell, 20, 3000, () => Array.from({ length: 60 }, () => random.uniform() * 3 - 1));
    const [gas] = densitiesOf([counts], 0.25);
    expect(sum(gas!.values) * voxelVolume(gas!)).toBeCloseTo(20, 9);
    expect(sum(gas!.blocks[0]!) * voxelVolume(gas!)).toBeCloseTo(20, 4);
    const rho = 20 / (voxelVolume(gas!) * gas!.values.length);
    // 60 000 counts over 4000 voxels, 87 of which a Gaussian of 0.25 Å averages: 2.7 % noise, 4 σ at the peak.
    expect(gas!.largest / rho).toBeLessThan(1.15);
    for (const { level } of percolationEnergies(gas!, 26)) expect(level!.level).toBeLessThan(0.15);
  });

  it('without smoothing the density is the histogram', () => {
    const cell = cellFromVectors([2, 0, 0, 0, 2, 0, 0, 0, 2]);
    const counts = countsOf(cell, 2, 4, (t) => [0.5, 0.5, 0.5, t === 0 ? 0.049 : 0.051, 0, 0.96]);
    const [one] = densitiesOf([counts], 0);
    expect(one!.values[(5 * 10 + 5) * 10 + 5]).toBeCloseTo(1 / 0.008, 9);
    // Voxels are centred on the points of the grid: 0.049 of ten voxels belongs to the first, 0.051 to the second.
    expect(one!.values[0]).toBeCloseTo(0.25 / 0.008, 9);
    expect(one!.values[100]).toBeCloseTo(0.75 / 0.008, 9);
  });

  it('harmonic well: F = ½kx² over voxels with five counts, and 95 % bars hold the truth', () => {
    const cell = cellFromVectors([3.2, 0, 0, 0, 3.2, 0, 0, 0, 3.2]);
    const width = 0.3;
    // What the Gaussian and the voxels (a uniform density of 0.2 Å) add to the variance of the well.
    const wide = width ** 2 + 0.25 ** 2 + 0.2 ** 2 / 12;
    const found = { count: 0, held: 0, bias: 0, largest: 0 };
    for (let seed = 0; seed < 40; seed++) {
      const random = new RandomSequence(seed, 5);
      const counts = countsOf(cell, 4, 1000, () =>
        Array.from({ length: 12 }, () => 0.5 + (width * random.normal()) / 3.2),
      );
      const [one] = densitiesOf([counts], 0.25);
      const map = freeEnergyMap(one!);
      // Along a line through the middle, 0.4 Å apart.
      for (let i = 0; i < 16; i += 2) {
        const v = (i * 16 + 8) * 16 + 8;
        const exact = (0.2 * i - 1.6) ** 2 / (2 * wide);
        if (!Number.isFinite(map.values[v]) || i === 8) continue;
        found.count++;
        found.largest = Math.max(found.largest, exact);
        // Student's t of 14 degrees of freedom: a thousand frames are fifteen blocks of 64.
        if (Math.abs(map.values[v]! - exact) < 2.145 * map.errors[v]!) found.held++;
        found.bias += map.values[v]! - exact;
      }
    }
    // Measured: 97 % of 240 held, up to F = 4.6 kT, mean deviation 0.003 kT. Errors of the blocks without √(n−1): 60 %.
    expect(found.largest).toBeGreaterThan(4);
    expect(found.held / found.count).toBeGreaterThan(0.88);
    expect(found.held / found.count).toBeLessThan(0.99);
    expect(Math.abs(found.bias / found.count)).toBeLessThan(0.05);
  });

  /** p(x) ∝ exp(z cos 2πx) along a, harmonic across: two wells a cell apart joined by a neck of 2z kT. */
  const neck = (seed: number, z: number, frames: number): DensityCounts => {
    const cell = cellFromParameters({ a: 4, b: 4, c: 4.4, alpha: 90, beta: 90, gamma: 120 });
    const random = new RandomSequence(seed, 11);
    const along = (): number => {
      for (;;) {
        const x = random.uniform();
        if (random.uniform() < Math.exp(z * (Math.cos(2 * Math.PI * x) - 1))) return x;
      }
    };
    return countsOf(cell, 5, frames, () =>
      Array.from({ length: 5 }, () => {
        // Across a in Cartesian space: steps along a* free directions are normal in y and z.
        const [y, w] = [0.25 * random.normal(), 0.25 * random.normal()];
        const v = y / (4 * Math.sin((2 * Math.PI) / 3));
        return [along() + v / 2, 0.5 + v, 0.5 + w / 4.4];
      }).flat(),
    );
  };

  /** Ratio of the smoothed density in the well to that on the neck: Fourier series with the factor of the Gaussian. */
  const smoothedBarrier = (z: number, edge: number, width: number): number => {
    const m = 2000;
    const p = Array.from({ length: m }, (_, i) => Math.exp(z * Math.cos((2 * Math.PI * i) / m)));
    const coefficient = (n: number): number =>
      p.reduce((total, x, i) => total + x * Math.cos((2 * Math.PI * n * i) / m), 0) / m;
    const at = (x: number): number =>
      Array.from({ length: 12 }, (_, n) => {
        const damped = coefficient(n) * Math.exp((-0.5 * (width * 2 * Math.PI * n) ** 2) / edge ** 2);
        return (n === 0 ? 1 : 2) * damped * Math.cos(2 * Math.PI * n * x);
      }).reduce((total, x) => total + x, 0);
    return Math.log(at(0) / at(0.5));
  };

  it('wells joined by a neck: F₁ is the barrier within its interval, F₂ and F₃ are null with why', () => {
    const z = 1.25;
    const exact = smoothedBarrier(z, 4, 0.25);
    let held = 0;
    const found: number[] = [];
    for (let seed = 0; seed < 4; seed++) {
      const report = density.report(
        [neck(seed, z, 1600)],
        contextOf(cellFromVectors([4, 0, 0, 0, 4, 0, 0, 0, 4]), 5),
        options,
      );
      const { F1, F2, F3 } = (
        report.results['density'] as { species: Record<string, Record<'F1' | 'F2' | 'F3', Estimate>> }
      ).species['Li']!;
      found.push(F1.value! / kT);
      if (F1.ci95![0] <= exact * kT && exact * kT <= F1.ci95![1]) held++;
      for (const none of [F2, F3]) {
        expect(none.value).toBeNull();
        expect(none.why).toMatch(
          /do not percolate in (two|three) dimensions; a path would need more than 0\.\d+ eV/,
        );
      }
    }
    // Of 20 seeds 20 intervals held the 2.313 kT; mean 2.29, spread 0.05.
    expect(held).toBe(4);
    expect(Math.abs(sum(found) / 4 - exact)).toBeLessThan(0.1);
  });

  it('a path that one block alone has seen is not resolved', () => {
    const cell = cellFromVectors([3, 0, 0, 0, 3, 0, 0, 0, 3]);
    const random = new RandomSequence(2);
    // A well for 160 frames; in frames 80 to 84 the ions run through the cell along a.
    const counts = countsOf(cell, 30, 160, (t) =>
      Array.from({ length: 90 }, (_, i) =>
        i % 3 === 0 && t >= 80 && t < 85 ? random.uniform() : 0.5 + 0.05 * random.normal(),
      ),
    );
    const report = density.report([counts], contextOf(cell, 30), options);
    const { F1 } = (report.results['density'] as { species: Record<string, { F1: Estimate }> }).species[
      'Li'
    ]!;
    expect(F1.value).toBeNull();
    expect(F1.why).toMatch(/over the whole run, but only \d+ of \d+ resamples/);
  });

  it('a framework that drifts does not smear; positions that are unwrapped cells away count the same', () => {
    const cell = cellFromParameters({ a: 3, b: 3, c: 3.4, alpha: 90, beta: 80, gamma: 110 });
    const random = new RandomSequence(9);
    const places = Array.from({ length: 300 }, () =>
      Array.from({ length: 6 }, () => 0.25 + 0.05 * random.normal()),
    );
    const still = countsOf(cell, 2, 300, (t) => places[t]!);
    const moved = new DensityCounts(contextOf(cell, 2), { spacing: 0.2, fold: [1, 1, 1] });
    for (let t = 0; t < 300; t++) {
      moved.add(
        frame(
          cell,
          places[t]!.map((x, i) => x + ((i * t) % 5) - 2),
          [0.01 * t, -0.02 * t, 0.005 * t],
        ),
      );
    }
    const [a, b] = [still.species[0]!.total, moved.species[0]!.total];
    // A place on the edge of a voxel may fall either way by rounding: none did.
    expect(sum(a.map((x, v) => Math.abs(x - b[v]!)))).toBeLessThanOrEqual(2);
    expect(Math.max(...moved.largestDrift)).toBeGreaterThan(1);
  });

  it('a cell that breathes leaves fractions where they are', () => {
    const cell = cellFromVectors([3, 0, 0, 0, 3, 0, 0, 0, 3]);
    const counts = new DensityCounts(contextOf(cell, 1), { spacing: 0.2, fold: [1, 1, 1] });
    for (let t = 0; t < 50; t++) {
      const scale = 1 + 0.02 * Math.sin(t);
      counts.add(frame(cellFromVectors(cell.h.map((x) => x * scale)), [0.4, 0.4, 0.4]));
    }
    expect(Math.max(...counts.species[0]!.total)).toBe(50);
    expect(counts.cell.h[0]).toBeCloseTo(
      3 * (1 + (0.02 * sum(Array.from({ length: 50 }, (_, t) => Math.sin(t)))) / 50),
      12,
    );
  });

  it('folding lays all unit cells on one, with the ions of one', () => {
    const cell = cellFromVectors([6, 0, 0, 0, 6, 0, 0, 0, 3]);
    const counts = countsOf(
      cell,
      4,
      10,
      () => [0.1, 0.2, 0.2, 0.6, 0.2, 0.2, 0.1, 0.7, 0.2, 0.6, 0.7, 0.2],
      [2, 2, 1],
    );
    const [one] = densitiesOf([counts], 0);
    expect(one!.size).toEqual([15, 15, 15]);
    expect(one!.ions).toBe(1);
    expect(sum(one!.values) * voxelVolume(one!)).toBeCloseTo(1, 9);
    expect(one!.values[(3 * 15 + 6) * 15 + 3]! * voxelVolume(one!)).toBeCloseTo(1, 9);
    const [grids] = densityGrids([counts], contextOf(cell, 4), options);
    // (½, ½, 0) of the cell is a corner of the folded one: of the four chlorides two sites are left.
    expect(grids!.framework.typeOf.length).toBe(2);
    expect(() => density.begin(contextOf(cell, 4), { ...options, fold: '2 2' })).toThrow(
      /three whole numbers/,
    );
  });

  it('blocks: 8 to 16 of equal length, together all but the last frames', () => {
    const cell = cellFromVectors([2, 0, 0, 0, 2, 0, 0, 0, 2]);
    for (const frames of [7, 16, 31, 32, 100, 1000]) {
      const counts = countsOf(cell, 1, frames, () => [0, 0, 0]);
      const blocks = counts.species[0]!.blocks;
      expect(blocks.map((block) => sum(block))).toEqual(blocks.map(() => counts.blockFrames));
      expect(blocks.length * counts.blockFrames).toBeGreaterThan(frames - counts.blockFrames);
      if (frames >= 16) expect([8, 9, 10, 11, 12, 13, 14, 15]).toContain(blocks.length);
    }
  });

  it('without a temperature levels stay and energies say why; files have the grid, the framework and a slice', () => {
    const context = contextOf(cellFromVectors([4, 0, 0, 0, 4, 0, 0, 0, 4]), 5, null);
    const counts = neck(3, 1, 400);
    const { results, tables, figures } = density.report([counts], context, options);
    const { F1 } = (results['density'] as { species: Record<string, { F1: Estimate }> }).species['Li']!;
    expect(F1).toEqual({ value: null, ci95: null, unit: 'eV', why: 'no temperature was given' });
    expect(figures[0]?.lines?.map(({ label }) => label)).toEqual(['1D']);
    expect(Object.keys(tables)).toEqual(['density_Li_percolation.csv', 'density_Li_profiles.csv']);
    const [grids] = densityGrids([counts], context, options);
    expect(grids!.slice.values.length).toBe(grids!.slice.rows * grids!.slice.columns);
    expect(['b', 'c']).toContain(grids!.slice.across);
    expect(grids!.slice.fraction).toBeCloseTo(0.5, 1);
    expect(grids!.framework.positions.length).toBe(12);
  });

  it('two replicas are pooled, and a report is the same when made again', () => {
    const context = contextOf(cellFromVectors([4, 0, 0, 0, 4, 0, 0, 0, 4]), 5);
    const parts = [neck(1, 1, 320), neck(2, 1, 160)];
    const [one] = densitiesOf(parts, 0.25);
    expect(sum(one!.values) * voxelVolume(one!)).toBeCloseTo(5, 9);
    expect(one!.blocks.length).toBe(
      parts[0]!.species[0]!.blocks.length + parts[1]!.species[0]!.blocks.length,
    );
    expect(density.report(parts, context, options)).toEqual(density.report(parts, context, options));
  });
});

/** Pair distributions: against brute force over images, ideal gases, perfect crystals and Gaussian shells. */
import { describe, expect, test } from 'vitest';
import { BlockSums, blockSpread } from '../../../../src/analysis/structure/blockSums.ts';
import { apex } from '../../../../src/analysis/structure/firstShell.ts';
import type { PairResult } from '../../../../src/analysis/structure/pairAnalysis.ts';
import { automaticStride, distanceGrid } from '../../../../src/analysis/structure/pairDistances.ts';
import { PairSearch } from '../../../../src/analysis/structure/pairSearch.ts';
import { RdfAccumulator, rdf } from '../../../../src/analysis/structure/rdf.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors, volume } from '../../../../src/model/cell.ts';
import type { System } from '../../../../src/model/system.ts';
import { columnOf } from '../../../support/csv.ts';
import { contextOf, frameOf, idealGas, rockSalt, shaken } from './lattices.ts';

const DEFAULTS = { binWidth: 0.05, rMax: 0, every: 1, smear: 0.05 };
const cube = (edge: number): number[] => [edge, 0, 0, 0, edge, 0, 0, 0, edge];

function reportOf(parts: readonly RdfAccumulator[], system: System) {
  const report = rdf.report(parts, contextOf(system), DEFAULTS);
  return { ...report, pairs: report.results['rdf'] as Record<string, PairResult> };
}

describe('pairs within a cutoff', () => {
  // Thinner and thicker than the cutoffs; the last one is skewed far from any reduced shape.
  const cells = {
    cubic: cube(9),
    triclinic: [7, 0, 0, 2.5, 8, 0, -3, 2, 6],
    skewed: [6, 0, 0, 5.5, 6, 0, 4, -5, 7],
  };
  test.each(Object.entries(cells))(
    '%s: every image once, as by brute force, up to two cell widths',
    (_, vectors) => {
      const system = idealGas(vectors, { A: 8 }, 3);
      // Analyses get unwrapped positions, beyond the cell.
      const positions = system.positions.map((x, k) => x + 3 * ((k * 5) % 4) - 5);
      const { h } = system.cell;
      for (const cutoff of [2.5, 6, 13]) {
        const found: string[] = [];
        new PairSearch(8).forEach(system.cell, positions, cutoff, (i, j, dx, dy, dz, r2) => {
          expect(dx * dx + dy * dy + dz * dz).toBe(r2);
          found.push(`${Math.min(i, j)} ${Math.max(i, j)} ${Math.sqrt(r2).toFixed(8)}`);
        });
        const expected: string[] = [];
        for (let i = 0; i < 8; i++) {
          for (let j = i; j < 8; j++) {
            imageDistances(h, positions, i, j, cutoff, (r) => expected.push(`${i} ${j} ${r.toFixed(8)}`));
          }
        }
        expect(found.length).toBeGreaterThan(0);
        expect(found.sort()).toEqual(expected.sort());
      }
    },
  );

  /** All images of j within the cutoff of i, 11 cells in every direction; of an atom itself one of each ± pair. */
  function imageDistances(
    h: Float64Array,
    positions: Float64Array,
    i: number,
    j: number,
    cutoff: number,
    found: (r: number) => void,
  ): void {
    const d = [0, 1, 2].map((k) => (positions[3 * j + k] as number) - (positions[3 * i + k] as number));
    for (let a = -11; a <= 11; a++) {
      for (let b = -11; b <= 11; b++) {
        for (let c = -11; c <= 11; c++) {
          if (i === j && (a || b || c) <= 0) continue;
          const [x, y, z] = [0, 1, 2].map(
            (k) =>
              (d[k] as number) + a * (h[k] as number) + b * (h[3 + k] as number) + c * (h[6 + k] as number),
          ) as [number, number, number];
          const r = Math.hypot(x, y, z);
          if (r < cutoff) found(r);
        }
      }
    }
  }
});

describe('g(r)', () => {
  test('of an ideal gas is one, like and unlike, to the Poisson error of its counts', () => {
    const system = idealGas(cube(24), { A: 150, B: 90 }, 1);
    const part = new RdfAccumulator(system, distanceGrid(system, 12, 0.25, 1));
    for (let f = 0; f < 60; f++)
      part.add(frameOf(idealGas(cube(24), { A: 150, B: 90 }, 100 + f), system.cell));
    const table = reportOf([part], system).tables['rdf.csv'] as string;
    for (const [pair, na, others, ordered] of [
      ['A_A', 150, 149, 2],
      ['A_B', 150, 90, 1],
      ['B_B', 90, 89, 2],
    ] as const) {
      const g = columnOf(table, `${pair}_g`);
      let chi = 0;
      g.forEach((value, k) => {
        const shell = (4 / 3) * Math.PI * 0.25 ** 3 * ((k + 1) ** 3 - k ** 3);
        const expected = (60 * na * others * shell) / 24 ** 3 / ordered;
        chi += (value - 1) ** 2 * expected;
      });
      // χ²/48 scatters by √(2/48) = 0.2; N_b for N_b − 1 in like pairs would add 0.3 here, a flat shell volume 4πr²Δr 5.
      expect(Math.abs(chi / g.length - 1)).toBeLessThan(0.6);
      const mean =
        g.reduce((sum, x, k) => sum + x * (k + 0.5) ** 2, 0) /
        g.reduce((sum, _, k) => sum + (k + 0.5) ** 2, 0);
      // Some 3·10⁵ pairs within reach: 0.2 %; N_b for N_b − 1 would give 1.1 % in B–B.
      expect(Math.abs(mean - 1)).toBeLessThan(0.006);
    }
  });

  test('in a changing cell every frame counts with its own volume', () => {
    // Every other frame has the double volume: g stays one, while the mean volume over mean counts would give 0.89 or 1.12.
    const small = idealGas(cube(20), { A: 200 }, 5);
    const part = new RdfAccumulator(small, distanceGrid(small, 10, 0.5, 1));
    for (let f = 0; f < 40; f++) {
      const edge = f % 2 === 0 ? 20 : 20 * 2 ** (1 / 3);
      const gas = idealGas(cube(edge), { A: 200 }, 50 + f);
      part.add(frameOf(gas, gas.cell));
    }
    const g = columnOf(reportOf([part], small).tables['rdf.csv'] as string, 'A_A_g');
    const tail = g.slice(8);
    expect(Math.abs(tail.reduce((sum, x) => sum + x, 0) / tail.length - 1)).toBeLessThan(0.02);
  });

  test('a rock salt crystal: shells of 6, 12, 8, 6, 24 also beyond half of the cell', () => {
    const a = 5.64;
    const system = rockSalt(2, a);
    // Half width 5.64 Å; up to 7.5 Å periodic images are counted.
    const part = new RdfAccumulator(system, distanceGrid(system, 7.5, 0.05, 1));
    part.add(frameOf(system, system.cell));
    const { tables, pairs, notes } = reportOf([part], system);
    const table = tables['rdf.csv'] as string;
    const upTo = (name: string, r: number): number => columnOf(table, name)[Math.floor(r / 0.05)] as number;
    expect(upTo('Cl_around_Na', 0.6 * a)).toBe(6);
    expect(upTo('Cl_around_Na', 0.9 * a)).toBe(6 + 8);
    expect(upTo('Cl_around_Na', 1.15 * a)).toBe(6 + 8 + 24);
    expect(upTo('Na_around_Na', 0.8 * a)).toBe(12);
    expect(upTo('Na_around_Na', 1.05 * a)).toBe(12 + 6);
    expect(upTo('Na_around_Na', 1.25 * a)).toBe(12 + 6 + 24);
    expect(notes[0]).toContain('periodic images');
    const { cutoff, coordination, firstPeak } = pairs['Na-Cl'] as PairResult;
    // The gap between a/2 and √3a/2 is cut in its middle.
    expect(Math.abs((cutoff.value as number) - ((0.5 + Math.sqrt(3) / 2) / 2) * a)).toBeLessThan(0.1);
    expect(coordination['Na-Cl']?.value).toBe(6);
    expect(coordination['Na-Cl']?.ci95).toBeNull();
    expect(Math.abs((firstPeak.r.value as number) - a / 2)).toBeLessThan(0.026);
  });

  test('a shaken crystal: distances, their width, and errors that hold', () => {
    const a = 5.64;
    const system = rockSalt(3, a);
    const draw = new RandomSequence(11);
    const sigma = 0.12;
    const part = new RdfAccumulator(system, distanceGrid(system, 6, 0.05, 1));
    for (let f = 0; f < 40; f++) {
      part.add(frameOf(system, system.cell, f, shaken(system.positions, sigma, draw)));
    }
    const { pairs } = reportOf([part], system);
    const { distances, coordination, firstPeak } = pairs['Na-Cl'] as PairResult;
    // A distance of two independent Gaussians: mean d + (2σ²)/d across, spread √2 σ along the bond.
    const d = a / 2;
    expect(Math.abs((distances.mean.value as number) - (d + (2 * sigma ** 2) / d))).toBeLessThan(0.002);
    expect(Math.abs((distances.sigma.value as number) - Math.SQRT2 * sigma)).toBeLessThan(0.0015);
    expect(Math.abs((firstPeak.r.value as number) - d)).toBeLessThan(0.02);
    expect(Math.abs((coordination['Na-Cl']?.value as number) - 6)).toBeLessThan(0.001);
    expect(distances.mean.ci95).not.toBeNull();
    const [low, high] = distances.mean.ci95 as readonly [number, number];
    // 26 000 distances would give 0.0021 Å if they were independent; the six of an atom are not, one lengthens as its opposite
    // shortens. Blocks see that.
    expect((high - low) / 2).toBeGreaterThan(0.0001);
    expect((high - low) / 2).toBeLessThan(0.001);
  });

  test('four replicas count as four blocks', () => {
    const system = rockSalt(2, 5.64);
    const parts = [1, 2, 3, 4].map((seed) => {
      const part = new RdfAccumulator(system, distanceGrid(system, 5, 0.05, 1));
      const draw = new RandomSequence(seed);
      for (let f = 0; f < 3; f++)
        part.add(frameOf(system, system.cell, f, shaken(system.positions, 0.1, draw)));
      return part;
    });
    expect(reportOf(parts, system).pairs['Na-Cl']?.firstPeak.r.why).toBe('4 replicas');
    expect(reportOf(parts.slice(0, 1), system).pairs['Na-Cl']?.firstPeak.r.ci95).toBeNull();
  });
});

describe('parts', () => {
  test('blocks double: the total, equal blocks in order, between eight and sixteen of them', () => {
    for (const rows of [1, 16, 17, 100, 333]) {
      const sums = new BlockSums(1);
      for (let t = 0; t < rows; t++) sums.add(Float64Array.of(t));
      expect(sums.total[0]).toBe((rows * (rows - 1)) / 2);
      const full = sums.full();
      const length = 2 ** Math.max(0, Math.ceil(Math.log2(rows / 16)));
      expect(full.length).toBe(Math.floor(rows / length));
      full.forEach((block, b) => {
        expect(block[0]).toBe(length * length * b + (length * (length - 1)) / 2);
      });
    }
  });

  test('the spread of blocks is s/√n, and nothing below four', () => {
    expect(blockSpread([1, 2, 3, 4]).standardError).toBeCloseTo(Math.sqrt(5 / 12), 12);
    expect(blockSpread([1, 2, 3, 4]).halfWidth95 / blockSpread([1, 2, 3, 4]).standardError).toBeCloseTo(
      3.18245,
      4,
    );
    expect(blockSpread([1, 2, 3]).standardError).toBeNaN();
  });

  test('the apex of a Gaussian is exact between the points', () => {
    const x = Float64Array.from({ length: 40 }, (_, k) => 0.05 * k);
    const y = x.map((r) => 3.7 * Math.exp(-0.5 * ((r - 1.0173) / 0.13) ** 2));
    const top = apex(x, y, 19, 3);
    expect(top.x).toBeCloseTo(1.0173, 10);
    expect(top.height).toBeCloseTo(3.7, 10);
  });

  test('frames are left out where a cell has many pairs', () => {
    const system = rockSalt(2, 5.64);
    expect(automaticStride(system, 5.6)).toBe(1);
    const big = { ...system, typeOf: new Uint16Array(20000), cell: cellFromVectors(cube(60)) };
    // 20 000²/2/60³ · 4189 Å³ = 3.9 million pairs.
    expect(volume(big.cell)).toBeCloseTo(216000);
    expect(automaticStride(big, 10)).toBe(20);
  });
});

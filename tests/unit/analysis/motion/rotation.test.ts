import { describe, expect, it } from 'vitest';
import type { AnalysisReport } from '../../../../src/analysis/analysis.ts';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { type AngularSeries, eventTriggered } from '../../../../src/analysis/motion/angularDisplacements.ts';
import { findComplexes } from '../../../../src/analysis/motion/complexes.ts';
import { angularDisplacements, rotation } from '../../../../src/analysis/motion/rotation.ts';
import type { RotationPart } from '../../../../src/analysis/motion/rotationPart.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors } from '../../../../src/model/cell.ts';
import type { Species, System } from '../../../../src/model/system.ts';
import { LI } from '../transport/walks.ts';
import { contextOf, feed, optionsOf } from './feed.ts';

const P: Species = { label: 'P', element: 'P', mass: 30.97 };
const S: Species = { label: 'S', element: 'S', mass: 32.06 };
const BOND = 2.05;
const TETRAHEDRON = [
  [1, 1, 1],
  [1, -1, -1],
  [-1, 1, -1],
  [-1, -1, 1],
].map((v) => v.map((x) => (BOND * x) / Math.sqrt(3)));

/** n³ PS₄ on a cubic lattice 7 Å apart and a Li; S wrapped into the cell, so that some bonds cross its boundary. */
function thiophosphate(n: number): { system: System; bonds: Float64Array } {
  const edge = 7 * n;
  const positions: number[] = [3.5, 0.1, 3.4];
  const bonds: number[] = [];
  const centres: number[][] = [];
  for (let x = 0; x < n; x++)
    for (let y = 0; y < n; y++) for (let z = 0; z < n; z++) centres.push([7 * x, 7 * y, 7 * z]);
  for (const c of centres) positions.push(...c);
  for (const c of centres) {
    for (const v of TETRAHEDRON) {
      bonds.push(...v);
      positions.push(...c.map((x, k) => (x + v[k]! + edge) % edge));
    }
  }
  const count = centres.length;
  return {
    system: {
      title: 'PS4',
      cell: cellFromVectors([edge, 0, 0, 0, edge, 0, 0, 0, edge]),
      species: [LI, P, S],
      typeOf: Uint16Array.from([
        0,
        ...new Array<number>(count).fill(1),
        ...new Array<number>(4 * count).fill(2),
      ]),
      positions: Float64Array.from(positions),
    },
    bonds: Float64Array.from(bonds),
  };
}

/** Turns the bonds of one complex by a rotation vector (Rodrigues). */
function turn(bonds: Float64Array, complex: number, w: readonly number[]): void {
  const angle = Math.hypot(...w);
  if (angle === 0) return;
  const [x, y, z] = w.map((c) => c / angle) as [number, number, number];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let b = 12 * complex; b < 12 * complex + 12; b += 3) {
    const [u, v, q] = [bonds[b]!, bonds[b + 1]!, bonds[b + 2]!];
    const along = (x * u + y * v + z * q) * (1 - c);
    bonds[b] = u * c + (y * q - z * v) * s + x * along;
    bonds[b + 1] = v * c + (z * u - x * q) * s + y * along;
    bonds[b + 2] = q * c + (x * v - y * u) * s + z * along;
  }
}

interface Spoken {
  complexes: string | null;
  why?: string;
  intact: number;
  left: number;
  relaxationTime1: Estimate;
  relaxationTime2: Estimate;
  rotated: Estimate;
  libration: Estimate;
}

/** Frames 100 fs apart; `move` changes the bonds before each frame after the first. */
function run(
  n: number,
  frames: number,
  move: (t: number, bonds: Float64Array) => void,
  more: { central?: string; cutoff?: number; window?: number } = {},
): { part: RotationPart; report: AnalysisReport; found: Spoken } {
  const { system, bonds } = thiophosphate(n);
  const start = Float64Array.from(bonds);
  const context = contextOf(system, 100);
  const options = optionsOf(rotation, more);
  const part = rotation.begin(context, options);
  feed(part, system, 100, { to: frames }, (t, positions) => {
    if (t > 0) move(t, bonds);
    positions.set(system.positions);
    const offset = 3 * (1 + n ** 3);
    for (let k = 0; k < bonds.length; k++) positions[offset + k]! += bonds[k]! - start[k]!;
  });
  const report = rotation.report([part], context, options);
  return { part, report, found: report.results['rotation'] as Spoken };
}

describe('findComplexes', () => {
  const choice = { central: '', ligand: '', cutoff: 0 };

  it('finds PS₄ and its four S, across boundaries', () => {
    const { system } = thiophosphate(2);
    const found = findComplexes(system, [0], choice)!;
    expect(found.name).toBe('PS4');
    expect([...found.centrals]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...found.first]).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32]);
    for (let c = 0; c < 8; c++) {
      const own = [...found.ligands.subarray(4 * c, 4 * c + 4)].sort((a, b) => a - b);
      expect(own).toEqual([0, 1, 2, 3].map((k) => 9 + 4 * c + k));
    }
    expect(found.bondLength).toBeCloseTo(BOND, 10);
    expect(found.cutoff).toBeGreaterThan(2.5);
    expect(found.images.some((x) => x !== 0)).toBe(true);
  });

  it('finds none where ligands are shared or shells have no gap, unless told where to cut', () => {
    const { system } = thiophosphate(2);
    // P as ligand of S: five to one. Everything mobile: nothing is framework.
    expect(findComplexes(system, [0, 1, 2], choice)).toBeUndefined();
    expect(findComplexes(system, [0], { central: 'S', ligand: 'P', cutoff: 0 })).toBeUndefined();
    expect(findComplexes(system, [0], { central: 'P', ligand: 'S', cutoff: 2.2 })!.cutoff).toBe(2.2);
    expect(findComplexes(system, [0], { central: 'P', ligand: 'S', cutoff: 1.5 })).toBeUndefined();
    expect(() => findComplexes(system, [0], { ...choice, central: 'Si' })).toThrow(
      'no species is called "Si"',
    );
  });
});

describe('rotational diffusion', () => {
  // Rotation vectors of variance 2D per axis and frame.
  const D = 0.005;
  const random = new RandomSequence(6);
  const { report, found } = run(4, 3000, (_, bonds) => {
    for (let c = 0; c < 64; c++)
      turn(
        bonds,
        c,
        [0, 1, 2].map(() => Math.sqrt(2 * D) * random.normal()),
      );
  });

  it('C_l = e^(−l(l+1)Dt)', () => {
    const rows = report.tables['rotation.csv']!.trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map(Number));
    for (const [lag, c1, e1, c2, e2] of rows) {
      if (lag! > 20_000) continue;
      const t = lag! / 100;
      // Steps of 0.1 rad: ⟨cos⟩ per step differs from e^(−2D) by D².
      expect(Math.abs(c1! - Math.exp(-2 * D * t))).toBeLessThan(4 * e1! + 0.003);
      expect(Math.abs(c2! - Math.exp(-6 * D * t))).toBeLessThan(4 * e2! + 0.003);
      expect(e1!).toBeLessThan(0.05);
    }
    expect(rows[0]!.slice(0, 4)).toEqual([0, 1, expect.closeTo(0, 9), 1]);
  });

  it('τ_l = 1/l(l+1)D', () => {
    for (const [estimate, exact] of [
      [found.relaxationTime1, 100 / (2 * D)],
      [found.relaxationTime2, 100 / (6 * D)],
    ] as const) {
      expect(estimate.ci95![0]).toBeLessThan(exact);
      expect(estimate.ci95![1]).toBeGreaterThan(exact);
      expect(Math.abs(estimate.value! / exact - 1)).toBeLessThan(0.2);
    }
  });

  it('bonds end up anywhere: half of the sphere by 90°, (1 − cos 30°)/2 within 30°', () => {
    expect(found.intact).toBe(64);
    expect(found.rotated.ci95![0]).toBeLessThan((1 + Math.cos(Math.PI / 6)) / 2);
    expect(found.rotated.ci95![1]).toBeGreaterThan((1 + Math.cos(Math.PI / 6)) / 2);
  });
});

describe('librations', () => {
  const random = new RandomSequence(7);
  const rest = thiophosphate(3).bonds;
  const { found } = run(3, 1000, (_, bonds) => {
    bonds.set(rest);
    for (let c = 0; c < 27; c++)
      turn(
        bonds,
        c,
        [0, 1, 2].map(() => 0.05 * random.normal()),
      );
  });

  it('are not rotations: no relaxation time, a bound on rotated bonds', () => {
    expect(found.relaxationTime1.value).toBeNull();
    expect(found.relaxationTime1.why).toContain('C1 falls to 1.00');
    expect(found.rotated.value).toBeNull();
    expect(found.rotated.ci95).toEqual([0, 3.69 / 27]);
    // Two turns of 0.05 rad about two axes each: 0.1 rad.
    expect(Math.abs(found.libration.value! / ((0.1 * 180) / Math.PI) - 1)).toBeLessThan(0.05);
  });
});

describe('complexes that fall apart', () => {
  it('are left out and counted', () => {
    const { found, report } = run(2, 400, (t, bonds) => {
      // The first S of the first P goes away for good.
      if (t === 100) bonds[0]! += 3;
    });
    expect(found.intact).toBe(7);
    expect(found.left).toBe(1);
    expect(report.notes[0]).toBe('1 PS4 lose a ligand and are left out of the rotation analysis');
    expect(report.tables['rotation.csv']!.split('\n')[3]!.split(',')[1]).toBe('1');
  });

  it('a system without any says so', () => {
    const { found, report } = run(2, 10, () => undefined, { central: 'P', cutoff: 1 });
    expect(found.complexes).toBeNull();
    expect(found.why).toContain('no complexes');
    expect(report.figures[0]!.emptyText).toContain('no complexes');
  });
});

describe('angular displacements', () => {
  it('a complex that turns by 40° within a window shows it then, and the others nothing', () => {
    const { part } = run(
      2,
      400,
      (t, bonds) => {
        if (t >= 200 && t < 204) turn(bonds, 5, [0, 0, Math.PI / 18]);
      },
      { window: 1600 },
    );
    const series = angularDisplacements(part)!;
    expect(series.interval).toBe(200);
    expect(series.window).toBe(1600);
    const peak = series.angles[5]!.indexOf(Math.max(...series.angles[5]!));
    // Turns at 20.0 to 20.4 ps; bonds at 54.7° from the axis turn by 2 asin(sin 20° sin 54.7°) = 32.4°.
    expect(Math.abs(series.start + peak * series.interval - 20_200)).toBeLessThan(900);
    expect(series.angles[5]![peak]!).toBeCloseTo(32.44, 1);
    expect(Math.max(...series.angles[4]!)).toBeLessThan(1e-4);
  });

  /** |Δθ| of 10 complexes: white noise, higher by `excess` around given samples. */
  const synthetic = (events: readonly number[], excess: number, seed: number): AngularSeries => {
    const random = new RandomSequence(seed);
    return {
      interval: 100,
      window: 500,
      start: 250,
      angles: Array.from({ length: 10 }, () => {
        const own = Float32Array.from({ length: 2000 }, () => 5 + random.normal());
        for (const t of events) own[t]! += excess;
        return own;
      }),
    };
  };

  it('events that come with turns are told from events that do not', () => {
    const random = new RandomSequence(1);
    const at = Array.from({ length: 20 }, () => random.below(2000));
    const events = at.map((t, k) => ({ complex: k % 10, time: 250 + 100 * t }));
    const found = eventTriggered(synthetic(at, 2, 3), events, 500);
    expect(found.events).toBe(20);
    // One standard error is 1/√20 of 5°: 4.5 %.
    expect(Math.abs(found.excess - 1.4)).toBeLessThan(0.15);
    expect(found.pValue).toBeCloseTo(1 / 201, 12);
    expect(found.mean.length).toBe(11);
    expect(Math.abs(found.mean[0]! - found.background)).toBeLessThan(1);
    expect(found.times[0]).toBe(-500);
  });

  it('without any coupling p-values are uniform', () => {
    const values = Array.from({ length: 60 }, (_, seed) => {
      const random = new RandomSequence(seed);
      const events = Array.from({ length: 20 }, (_, k) => ({
        complex: k % 10,
        time: 250 + 100 * random.below(2000),
      }));
      return eventTriggered(synthetic([], 0, 100 + seed), events, 0, 50).pValue;
    });
    // Mean ½ ± 0.037.
    expect(Math.abs(values.reduce((a, b) => a + b) / 60 - 0.5)).toBeLessThan(0.12);
    expect(values.filter((p) => p < 0.1).length).toBeLessThan(14);
  });
});

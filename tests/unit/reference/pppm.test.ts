/** The f64 mesh: its splines, its steps, and what it gives against the Ewald sum. Errors as planned: pppmPlan.test.ts. */
import { describe, expect, it } from 'vitest';
import { RandomSequence } from '../../../src/core/rng.ts';
import { cellFromParameters, cellFromVectors, toCartesian } from '../../../src/model/cell.ts';
import type { System } from '../../../src/model/system.ts';
import { ewaldSum } from '../../../src/reference/ewald.ts';
import {
  cardinalBSpline,
  type Mesh,
  meshInfluence,
  selfCoefficient,
} from '../../../src/reference/meshInfluence.ts';
import { pppmMesh, pppmSum, selfForces, spreadCharges } from '../../../src/reference/pppm.ts';
import { naclForceField, rattled, rockSalt, speciesOf, strained } from '../../support/systems.ts';

const orders = [3, 5, 7];
/** 8 ions in a sheared cell of 5.64 Å: small enough for brute force, no symmetry left. */
const salt = strained(rattled(rockSalt(naclForceField, 5.64), 0.2), [0, 0, 0, 0.2, 0, 0, 0.1, -0.1, 0]);
const mesh = (order: number, n: number, alpha = 0.6): Mesh => ({ alpha, grid: [n, n, n], order });

function ions(fractional: number[], types: number[], title = 'ions'): System {
  const cell = cellFromParameters({ a: 7, b: 8, c: 9, alpha: 75, beta: 100, gamma: 110 });
  const species = speciesOf(naclForceField);
  return {
    title,
    cell,
    species,
    typeOf: Uint16Array.from(types),
    positions: toCartesian(cell, fractional),
  };
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((worst, x, i) => Math.max(worst, Math.abs(x - b[i]!)), 0);
}

describe('cardinal B-spline', () => {
  it.each(orders)('order %s: symmetric, positive inside ±P/2 and zero outside, sums to one', (order) => {
    const random = new RandomSequence(1);
    for (let trial = 0; trial < 200; trial++) {
      const u = order * (random.uniform() - 0.5);
      expect(cardinalBSpline(order, u)).toBeGreaterThan(0);
      expect(Math.abs(cardinalBSpline(order, u) - cardinalBSpline(order, -u))).toBeLessThan(1e-15);
      let sum = 0;
      for (let m = -10; m <= 10; m++) sum += cardinalBSpline(order, u - m);
      expect(Math.abs(sum - 1)).toBeLessThan(1e-14);
    }
    for (const beyond of [0, 1e-9, 0.5, 3]) {
      expect(cardinalBSpline(order, order / 2 + beyond)).toBe(0);
      expect(cardinalBSpline(order, -order / 2 - beyond)).toBe(0);
    }
  });

  it('is continuous where boxes meet, whichever side a place rounds to', () => {
    for (const order of orders) {
      const middle = cardinalBSpline(order, 0.5);
      for (const off of [-1e-16, -6e-17, 1e-16]) {
        expect(Math.abs(cardinalBSpline(order, 0.5 + off) - middle)).toBeLessThan(1e-14);
      }
      expect(Math.abs(cardinalBSpline(order, -0.5 - 6e-17) - middle)).toBeLessThan(1e-14);
    }
    expect(cardinalBSpline(2, -6e-17)).toBeCloseTo(1, 14);
  });

  it('has the values known at the center', () => {
    expect(cardinalBSpline(3, 0)).toBeCloseTo(3 / 4, 14);
    expect(cardinalBSpline(5, 0)).toBeCloseTo(115 / 192, 14);
    expect(cardinalBSpline(7, 0)).toBeCloseTo(5887 / 11520, 14);
  });
});

describe('spreading', () => {
  it('puts an ion on the points around it, first axis slowest, and keeps the charge', () => {
    const grid = [8, 10, 12] as const;
    const one = ions([3 / 8, -2 / 10, 17 / 12], [1]);
    const density = spreadCharges(one, grid, 3);
    // Point (3, 8, 5): (3/4)³ of the charge of Cl; its neighbours along c have 1/8 for 3/4.
    const at = (h: number, k: number, l: number): number => density[(h * 10 + k) * 12 + l]!;
    expect(at(3, 8, 5)).toBeCloseTo(-27 / 64, 13);
    expect(at(3, 8, 6)).toBeCloseTo(-9 / 128, 13);
    expect(at(3, 9, 6)).toBeCloseTo(-3 / 256, 13);
    expect(density.reduce((sum, q) => sum + q, 0)).toBeCloseTo(-1, 13);
    expect(density.filter((q) => Math.abs(q) > 1e-13).length).toBe(27);
  });
});

describe('influence function', () => {
  it.each(orders)('order %s: two aliases per axis are all', (order) => {
    // αh 1.75, twice the coarsest of plans: measured 4e-14 (order 3), 0, 0; with one alias 9e-7.
    const coarse = { alpha: 2, grid: [8, 9, 10] as const, order };
    const { cell } = ions([0, 0, 0], [0]);
    const two = meshInfluence(cell, coarse);
    const four = meshInfluence(cell, coarse, 4);
    const scale = Math.max(...four);
    four.forEach((g, p) => {
      if (Math.abs(g) > 1e-12 * scale) expect(Math.abs(two[p]! / g - 1)).toBeLessThan(1e-13);
    });
  });
});

describe('mesh against the Ewald sum', () => {
  const exact = ewaldSum(salt);
  const meshOf16 = new Map(orders.map((order) => [order, pppmSum(salt, mesh(order, 16))]));

  // Measured: forces 9.4e-4, 1.0e-5, 1.8e-7 eV/Å; energy 5.3e-5, 1.2e-6, 7.7e-9 eV; virial 1.6e-3, 1.2e-5, 7.5e-7 eV.
  it.each([
    [3, 1.5e-3, 1e-4, 3e-3],
    [5, 1.5e-5, 2.5e-6, 2.5e-5],
    [7, 3e-7, 1.5e-8, 1.5e-6],
  ])('order %s on 16³ points: every force, energy and virial', (order, force, energy, virial) => {
    const seen = meshOf16.get(order)!;
    expect(largest(seen.forces, exact.forces)).toBeLessThan(force);
    expect(Math.abs(seen.energy - exact.energy)).toBeLessThan(energy);
    expect(largest(seen.virial, exact.virial)).toBeLessThan(virial);
  });

  it('does not depend on the splitting', () => {
    const [a, b] = [pppmSum(salt, mesh(7, 24, 0.5)), pppmSum(salt, mesh(7, 24, 0.7))];
    // Measured 1.1e-8 eV/Å, 7.3e-9 eV, 1.4e-7 eV: the error of the larger α; the mesh part alone changes by 7 eV.
    expect(largest(a.forces, b.forces)).toBeLessThan(2e-8);
    expect(Math.abs(a.energy - b.energy)).toBeLessThan(1.5e-8);
    expect(largest(a.virial, b.virial)).toBeLessThan(3e-7);
  });

  it('neutralises a net charge as the Ewald sum does', () => {
    const one = { ...ions([0.1, 0.2, 0.3], [0]), cell: cellFromVectors([10, 0, 0, 0, 10, 0, 0, 0, 10]) };
    const seen = pppmSum(one, { alpha: 0.5, grid: [24, 24, 24], order: 7 });
    const wanted = ewaldSum(one);
    // Measured 4e-8 and 3e-7 of 2.04 and 0.68 eV; the background is 0.18 eV.
    expect(Math.abs(seen.energy - wanted.energy)).toBeLessThan(1e-7);
    expect(largest(seen.virial, wanted.virial)).toBeLessThan(6e-7);
  });

  it('cuts the real-space sum where it is told to', () => {
    const { energy } = pppmSum(salt, mesh(5, 16), 5);
    // k erfc(0.6 · 5)/5 = 6e-5 eV per pair; measured 4.1e-4 eV, against 1.2e-6 of the mesh.
    expect(Math.abs(energy - exact.energy)).toBeGreaterThan(1e-5);
    expect(Math.abs(energy - exact.energy)).toBeLessThan(1e-3);
  });
});

describe('what ik differentiation does', () => {
  it.each([
    [8, 10, 12],
    [9, 15, 16],
  ])('fields on %s × %s × %s points are real: half an even grid has no sign, so no part', (...grid) => {
    const { fields, imaginary } = pppmMesh(salt, { alpha: 0.9, grid, order: 3 });
    // Measured 4e-15 of fields up to 8 V/Å.
    expect(Math.max(...fields[0])).toBeGreaterThan(1);
    expect(imaginary).toBeLessThan(1e-13);
  });

  it('forces add up to zero to rounding', () => {
    const { forces } = pppmMesh(salt, mesh(3, 8, 0.9));
    expect(Math.max(...forces.map(Math.abs))).toBeGreaterThan(0.1);
    for (let c = 0; c < 3; c++) {
      const sum = forces.reduce((total, f, i) => total + (i % 3 === c ? f : 0), 0);
      // Measured 7e-16.
      expect(Math.abs(sum)).toBeLessThan(1e-13);
    }
  });

  // The forces do not derive from the energy: measured difference 1.3e-2, 2.2e-4, 6.6e-6 eV/Å, which is 5.5, 4.2 and 3.5
  // times the forces' own error. (−dE/dx has the force of an ion on itself, which ik differentiation has not.)
  it.each([
    [3, 2e-2],
    [5, 4e-4],
    [7, 1.2e-5],
  ])('order %s: forces are −dE/dx up to the error of the mesh', (order, bound) => {
    const { forces } = pppmMesh(salt, mesh(order, 12));
    let worst = 0;
    for (const i of [0, 4, 8, 9, 13, 17, 18, 22]) {
      const moved = (step: number): number => {
        const positions = salt.positions.slice();
        positions[i]! += step;
        return pppmMesh({ ...salt, positions }, mesh(order, 12)).energy;
      };
      const d = 1e-3;
      const slope = (8 * (moved(d) - moved(-d)) - (moved(2 * d) - moved(-2 * d))) / (12 * d);
      worst = Math.max(worst, Math.abs(forces[i]! + slope));
    }
    expect(worst).toBeLessThan(bound);
    expect(worst).toBeGreaterThan(bound / 20);
  });

  // Measured ranges 8.1e-3, 1.3e-4, 5.1e-6 eV of −24 eV for 8 ions.
  it.each([
    [3, 1.2e-2],
    [5, 2e-4],
    [7, 8e-6],
  ])(
    'order %s: a shift by part of the mesh changes the energy little, by whole points not at all',
    (order, bound) => {
      const m = mesh(order, 12);
      const energyAt = (points: readonly number[]): number => {
        const shift = toCartesian(
          salt.cell,
          points.map((x) => x / 12),
        );
        return pppmMesh({ ...salt, positions: salt.positions.map((x, i) => x + shift[i % 3]!) }, m).energy;
      };
      const start = energyAt([0, 0, 0]);
      expect(Math.abs(energyAt([5, -3, 40]) - start)).toBeLessThan(1e-12);
      const parts = [1, 2, 3, 4, 5, 6, 7].map((i) => energyAt([i / 8, (0.7 * i) / 8, (0.3 * i) / 8]));
      const range = Math.max(start, ...parts) - Math.min(start, ...parts);
      expect(range).toBeLessThan(bound);
      expect(range).toBeGreaterThan(bound / 20);
    },
  );
});

describe('what analytic differentiation does', () => {
  const ad = (order: number, n: number): Mesh => ({ ...mesh(order, n), differentiation: 'ad' });

  /** −dE/dx of an ion's coordinate. */
  function slope(system: System, m: Mesh, coordinate: number): number {
    const moved = (step: number): number => {
      const positions = system.positions.slice();
      positions[coordinate]! += step;
      return pppmMesh({ ...system, positions }, m).energy;
    };
    const d = 1e-3;
    return -(8 * (moved(d) - moved(-d)) - (moved(2 * d) - moved(-2 * d))) / (12 * d);
  }

  it.each(orders)('order %s: forces are −dE/dx, less an ion on itself, less the mean', (order) => {
    const m = ad(order, 12);
    const { forces, influence } = pppmMesh(salt, m);
    const self = selfForces(salt, m, influence);
    // What is taken off beyond the ion's own share is the same for every ion.
    const off = [0, 4, 8, 9, 13, 17, 18, 22].map((i) => [i % 3, slope(salt, m, i) - self[i]! - forces[i]!]);
    for (const axis of [0, 1, 2]) {
      const along = off.filter(([c]) => c === axis).map(([, x]) => x!);
      // Measured 3e-11 … 8e-11 eV/Å, the difference quotient's; the mean is up to 1e-2, 1e-4, 3e-6.
      expect(Math.max(...along) - Math.min(...along)).toBeLessThan(2e-9);
    }
    for (let c = 0; c < 3; c++) {
      const sum = forces.reduce((total, f, i) => total + (i % 3 === c ? f : 0), 0);
      expect(Math.abs(sum)).toBeLessThan(1e-13);
    }
  });

  it.each([
    [3, 0.06],
    [5, 5e-3],
    [7, 7e-4],
  ])('order %s: an ion alone is pushed as the series of two terms says', (order, bound) => {
    const m = ad(order, 10);
    let [left, all] = [0, 0];
    for (const place of [0.31, 0.47, 0.74]) {
      const one = ions([place, 1.3 * place, 0.9 - place], [0]);
      const self = selfForces(one, m, meshInfluence(one.cell, m));
      for (let i = 0; i < 3; i++) {
        const whole = slope(one, m, i);
        all += whole ** 2;
        left += (self[i]! - whole) ** 2;
      }
    }
    // Measured 0.046, 3.4e-3, 4.6e-4.
    expect(Math.sqrt(left / all)).toBeLessThan(bound);
  });

  it('the coefficient of an axis is the Fourier component of the energy along it', () => {
    const m = ad(3, 8);
    const { cell } = ions([0, 0, 0], [0]);
    const coefficient = selfCoefficient(meshInfluence(cell, m), m, 1, 1);
    let component = 0;
    // Sixteenths of a mesh along b; across it, places over which the terms of other axes average out.
    for (let b = 0; b < 16; b++) {
      for (const [a, c] of [0, 1, 2, 3, 4, 5, 6, 7, 8].map((x) => [x / 9, (2 * x) / 9])) {
        const place = [a! / 8, b / 128, c! / 8];
        const { energy } = pppmMesh(ions(place, [0]), m);
        component += (2 * energy * Math.cos((2 * Math.PI * b) / 16)) / (16 * 9);
      }
    }
    // Measured 3e-5: terms (±2, 1, ∓1) of the axes together.
    expect(Math.abs(component / coefficient - 1)).toBeLessThan(1e-4);
  });
});

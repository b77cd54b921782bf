import { describe, expect, it } from 'vitest';
import { cellParameters, volume } from '../../../src/model/cell.ts';
import { coordination } from '../../../src/run/coordination.ts';
import { fromStiffness, strainedBy } from '../../../src/run/elasticity.ts';
import { naclForceField, rattled, rockSalt } from '../../support/systems.ts';

const cubic = (c11: number, c12: number, c44: number): number[][] =>
  Array.from({ length: 6 }, (_, i) =>
    Array.from({ length: 6 }, (_, j) => (i === j ? (i < 3 ? c11 : c44) : i < 3 && j < 3 ? c12 : 0)),
  );

describe('moduli', () => {
  it('of a cubic crystal are those of the textbook', () => {
    const { bulk, shear, stable, asymmetry } = fromStiffness(cubic(50, 12, 20));
    expect(bulk).toBeCloseTo((50 + 2 * 12) / 3, 12);
    // Voigt (C11 − C12 + 3C44)/5, Reuss 5(C11 − C12)C44/(4C44 + 3(C11 − C12)).
    const voigt = (50 - 12 + 3 * 20) / 5;
    const reuss = (5 * (50 - 12) * 20) / (4 * 20 + 3 * (50 - 12));
    expect(shear).toBeCloseTo((voigt + reuss) / 2, 12);
    expect(stable).toBe(true);
    expect(asymmetry).toBe(0);
  });

  it('say what was not symmetric, and when a strain lowers the energy', () => {
    const tilted = cubic(50, 12, 20);
    tilted[0]![1] = 12.5;
    expect(fromStiffness(tilted).asymmetry).toBeCloseTo(0.5, 12);
    expect(fromStiffness(tilted).constants[1]![0]).toBeCloseTo(12.25, 12);
    expect(fromStiffness(cubic(50, 60, 20)).stable).toBe(false);
    expect(fromStiffness(cubic(50, 12, -1)).stable).toBe(false);
  });
});

describe('a strained crystal', () => {
  const crystal = rockSalt(naclForceField, 5.6, [2, 2, 2]);

  it('has one edge longer, or one angle smaller by γ', () => {
    const longer = cellParameters(strainedBy(crystal, 2, 0.01).cell);
    expect([longer.a, longer.b, longer.c]).toEqual([11.2, 11.2, expect.closeTo(11.2 * 1.01, 10)]);
    const sheared = cellParameters(strainedBy(crystal, 5, 0.01).cell);
    expect(((90 - sheared.gamma) * Math.PI) / 180).toBeCloseTo(0.01, 5);
    expect([sheared.alpha, sheared.beta]).toEqual([90, 90]);
    expect(volume(strainedBy(crystal, 3, 0.01).cell) / volume(crystal.cell)).toBeCloseTo(1 - 0.005 ** 2, 10);
  });
});

describe('coordination', () => {
  it('of rock salt is six, also when it is rattled', () => {
    const crystal = rockSalt(naclForceField, 5.6, [2, 2, 2]);
    expect(coordination(crystal)).toEqual([
      { between: ['Na', 'Cl'], number: 6, length: expect.closeTo(2.8, 10) },
    ]);
    const [moved] = coordination(rattled(crystal, 0.1));
    expect(moved!.number).toBe(6);
    expect(moved!.length).toBeGreaterThan(2.79);
    expect(moved!.length).toBeLessThan(2.83);
  });
});

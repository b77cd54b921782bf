import { describe, expect, it } from 'vitest';
import {
  cellFromParameters,
  cellFromVectors,
  cellParameters,
  perpendicularWidths,
  reciprocalVectors,
  toCartesian,
  toFractional,
  volume,
} from '../../../src/model/cell.ts';
import { repeatsForWidth, supercell } from '../../../src/model/supercell.ts';
import type { System } from '../../../src/model/system.ts';

const triclinic = { a: 6.4, b: 11.1, c: 6.39, alpha: 88, beta: 109.8, gamma: 93 };

describe('cell', () => {
  it('goes from parameters to vectors and back', () => {
    const back = cellParameters(cellFromParameters(triclinic));
    for (const key of Object.keys(triclinic) as (keyof typeof triclinic)[]) {
      expect(back[key]).toBeCloseTo(triclinic[key], 10);
    }
  });

  it('hexagonal cell: volume and widths by formula', () => {
    const cell = cellFromParameters({ a: 11.2, b: 11.2, c: 6.06, alpha: 90, beta: 90, gamma: 120 });
    expect(volume(cell)).toBeCloseTo(11.2 ** 2 * 6.06 * Math.sqrt(0.75), 9);
    const [wa, wb, wc] = perpendicularWidths(cell);
    expect(wa).toBeCloseTo(11.2 * Math.sqrt(0.75), 10);
    expect(wb).toBeCloseTo(11.2 * Math.sqrt(0.75), 10);
    expect(wc).toBeCloseTo(6.06, 10);
    expect(cell.h[1]).toBe(0);
    expect(cell.h[2]).toBe(0);
  });

  it('fractional and Cartesian coordinates invert each other; reciprocal vectors give fractions', () => {
    const cell = cellFromParameters(triclinic);
    const fractional = [0.1, 0.7, -0.3];
    const cartesian = toCartesian(cell, fractional);
    const back = toFractional(cell, cartesian);
    const recip = reciprocalVectors(cell);
    for (let k = 0; k < 3; k++) {
      expect(back[k]).toBeCloseTo(fractional[k]!, 12);
      const viaReciprocal = [0, 1, 2].reduce((sum, j) => sum + recip[3 * k + j]! * cartesian[j]!, 0);
      expect(viaReciprocal).toBeCloseTo(fractional[k]!, 12);
    }
  });

  it.each([
    [[1, 0, 0, 2, 0, 0, 0, 0, 1], /flat/],
    [[0, 1, 0, 1, 0, 0, 0, 0, 1], /left-handed/],
    [[1, 0, 0, 0, Number.NaN, 0, 0, 0, 1], /finite/],
  ])('refuses the vectors %j', (h, message) => {
    expect(() => cellFromVectors(h)).toThrow(message);
  });

  it('refuses angles that do not close', () => {
    expect(() => cellFromParameters({ ...triclinic, alpha: 30, beta: 30, gamma: 100 })).toThrow(/close/);
  });
});

describe('supercell', () => {
  const system: System = {
    title: 'two',
    cell: cellFromParameters(triclinic),
    species: [{ label: 'Li', element: 'Li', mass: 6.94 }],
    typeOf: Uint16Array.of(0, 0),
    positions: Float64Array.of(0.1, 0.2, 0.3, 3, 4, 1),
  };

  it('keeps density and repeats every atom by whole lattice vectors', () => {
    const big = supercell(system, [2, 1, 3]);
    expect(big.typeOf.length).toBe(12);
    expect(volume(big.cell)).toBeCloseTo(6 * volume(system.cell), 8);
    const fractional = toFractional(system.cell, big.positions);
    for (let m = 0; m < 6; m++) {
      for (let i = 0; i < 6; i++) {
        const shift = fractional[6 * m + i]! - fractional[i]!;
        expect(Math.abs(shift - Math.round(shift))).toBeLessThan(1e-12);
      }
    }
  });

  it('says which supercell reaches a width', () => {
    const repeats = repeatsForWidth(system.cell, 20);
    for (const w of perpendicularWidths(supercell(system, repeats).cell))
      expect(w).toBeGreaterThanOrEqual(20);
    expect(repeatsForWidth(system.cell, 5)).toEqual([1, 1, 1]);
  });
});

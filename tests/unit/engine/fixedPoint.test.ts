/** Fixed-point positions: resolution, faces of the cell, images, triclinic cells. */
import { describe, expect, it } from 'vitest';
import { RandomSequence } from '../../../src/core/rng.ts';
import { fromFixed, toFixed } from '../../../src/engine/fixedPoint.ts';
import { cellFromParameters, toCartesian } from '../../../src/model/cell.ts';

const cell = cellFromParameters({ a: 11, b: 14, c: 20, alpha: 80, beta: 95, gamma: 118 });

describe('fixed point', () => {
  it('keeps unwrapped positions within 2⁻³² of the edges', () => {
    const random = new RandomSequence(1);
    const fractional = Float64Array.from({ length: 3000 }, () => 40 * random.uniform() - 20);
    const positions = toCartesian(cell, fractional);
    const back = fromFixed(cell, toFixed(cell, positions, new Uint32Array(1000)));
    const worst = Math.max(...back.map((x, i) => Math.abs(x - (positions[i] as number))));
    // Half a unit in each of three edges: 0.5 · 2⁻³² · (11 + 14 + 20) Å = 5.2e-9 Å, and the f64 of ±20 cells.
    expect(worst).toBeLessThan(5.3e-9);
    expect(worst).toBeGreaterThan(1e-10);
  });

  it('has one word for each place: −½ belongs to the cell, +½ to the next', () => {
    const at = (fraction: number) => {
      const { positions, images } = toFixed(cell, toCartesian(cell, [fraction, 0, 0]), [3]);
      return [positions[0], images[0]];
    };
    expect(at(0.5)).toEqual([-(2 ** 31), 1]);
    expect(at(-0.5)).toEqual([-(2 ** 31), 0]);
    // Rounds up to a half: the word for it is the next cell's.
    expect(at(0.5 - 2 ** -34)).toEqual([-(2 ** 31), 1]);
    expect(at(-7.25)).toEqual([-(2 ** 30), -7]);
  });

  it('carries the species in the fourth word', () => {
    expect([...toFixed(cell, new Float64Array(6), [2, 5]).positions]).toEqual([0, 0, 0, 2, 0, 0, 0, 5]);
  });
});

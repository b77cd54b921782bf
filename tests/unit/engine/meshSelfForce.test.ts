/** Self-force coefficients of a mesh against the f64 twin's sums over the whole spectrum. */
import { describe, expect, it } from 'vitest';
import { type Grid, optimalInfluence, type SplineOrder } from '../../../src/engine/influence.ts';
import { meshSelfForce } from '../../../src/engine/meshSelfForce.ts';
import { cellFromVectors } from '../../../src/model/cell.ts';
import { meshInfluence, selfCoefficient } from '../../../src/reference/meshInfluence.ts';

const sheared = cellFromVectors([12, 0.3, -0.2, 1.8, 11, 0.4, -1.2, 2.4, 14]);

describe('self force of a mesh', () => {
  it.each<[SplineOrder, number, Grid]>([
    [3, 0.5, [9, 12, 10]],
    [5, 0.4, [8, 9, 12]],
    [7, 0.7, [10, 12, 16]],
  ])('order %s, α %s, %s points: both terms along every axis', (order, alpha, grid) => {
    const { influence } = optimalInfluence(sheared, alpha, grid, order, 'ad');
    const { first, second } = meshSelfForce(influence, grid, order);
    const mesh = { alpha, grid, order, differentiation: 'ad' } as const;
    const whole = meshInfluence(sheared, mesh);
    for (const axis of [0, 1, 2] as const) {
      const terms = [1, 2].map((d) => 2 * Math.PI * d * selfCoefficient(whole, mesh, axis, d));
      // Measured up to 3e-12: the terms of one sign nearly cancel those of the other.
      expect(Math.abs(first[axis] / terms[0]! - 1)).toBeLessThan(1e-11);
      expect(Math.abs(second[axis] / terms[1]! - 1)).toBeLessThan(1e-11);
    }
  });
});

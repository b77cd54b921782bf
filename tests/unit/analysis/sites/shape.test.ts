import { expect, it } from 'vitest';
import { firstMinimum } from '../../../../src/analysis/sites/coordination.ts';
import { octahedralMeasure, tetrahedralMeasure } from '../../../../src/analysis/sites/shape.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { toCartesian } from '../../../../src/model/cell.ts';
import { packing } from './synthetic.ts';

const T = [1, 1, 1, 1, -1, -1, -1, 1, -1, -1, -1, 1];
const O = [1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1];

/** Turned, scaled, reflected and renumbered. */
function disguised(shape: readonly number[], random: RandomSequence): number[] {
  const q = [0, 1, 2, 3].map(() => random.normal());
  const n = Math.hypot(...q);
  const [w, x, y, z] = q.map((c) => c / n) as [number, number, number, number];
  const r = [
    1 - 2 * (y * y + z * z),
    2 * (x * y - w * z),
    2 * (x * z + w * y),
    2 * (x * y + w * z),
    1 - 2 * (x * x + z * z),
    2 * (y * z - w * x),
    2 * (x * z - w * y),
    2 * (y * z + w * x),
    1 - 2 * (x * x + y * y),
  ];
  const scale = (random.uniform() < 0.5 ? -1 : 1) * (1 + random.uniform());
  const order = random.shuffle([...Array(shape.length / 3).keys()]);
  return order.flatMap((k) =>
    [0, 1, 2].map((a) => scale * [0, 1, 2].reduce((sum, b) => sum + r[3 * a + b]! * shape[3 * k + b]!, 0)),
  );
}

it('is zero for the shape itself however it is turned, scaled, reflected and numbered', () => {
  const random = new RandomSequence(1);
  for (let n = 0; n < 50; n++) {
    expect(tetrahedralMeasure(disguised(T, random))).toBeCloseTo(0, 9);
    expect(octahedralMeasure(disguised(O, random))).toBeCloseTo(0, 9);
  }
});

it('gives the literature values of other ideal shapes', () => {
  // Square to tetrahedron 33.33, trigonal prism (all edges equal) to octahedron 16.74 (Alvarez, Alemany, Casanova, Cirera,
  // Llunell & Avnir, Coord. Chem. Rev. 249, 1693 (2005), doi:10.1016/j.ccr.2005.03.031).
  const square = [1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0];
  expect(tetrahedralMeasure(square)).toBeCloseTo(100 / 3, 6);
  const prism = [0, 1, 2].flatMap((k) => {
    const angle = (2 * Math.PI * k) / 3;
    const [x, y] = [Math.cos(angle) / Math.sqrt(3), Math.sin(angle) / Math.sqrt(3)];
    return [x, y, 0.5, x, y, -0.5];
  });
  expect(octahedralMeasure(prism)).toBeCloseTo(16.737, 2);
});

it('is the least squared distance to the shape: no trial orientation and numbering comes closer', () => {
  const random = new RandomSequence(5);
  for (const [shape, measure] of [
    [T, tetrahedralMeasure],
    [O, octahedralMeasure],
  ] as const) {
    const n = shape.length / 3;
    const points = shape.map((x) => x + 0.2 * random.normal());
    const value = measure(points);
    // By the definition: q from the centroid of ion and neighbours, the best scale of a trial shape in closed form.
    const centroid = [0, 1, 2].map((a) => points.reduce((s, x, k) => (k % 3 === a ? s + x : s), 0) / (n + 1));
    const q = [...points, 0, 0, 0].map((x, k) => x - centroid[k % 3]!);
    const qq = q.reduce((s, x) => s + x * x, 0);
    let best = 100;
    for (let trial = 0; trial < 30000; trial++) {
      const p = disguised(shape, random);
      const pp = p.reduce((s, x) => s + x * x, 0);
      const pq = p.reduce((s, x, k) => s + x * q[k]!, 0);
      if (pq > 0) best = Math.min(best, 100 * (1 - (pq * pq) / (pp * qq)));
    }
    expect(value).toBeLessThanOrEqual(best);
    // 30 000 draws come within a few units of the optimum (measured: 0.6 and 7.2): a measure that is too small shows.
    expect(best - value).toBeLessThan(n === 4 ? 4 : 16);
  }
});

it('the first minimum of the pair distribution lies between the shells', () => {
  const { cell, anions, octahedra } = packing(3);
  const random = new RandomSequence(2);
  const shake = (x: readonly number[]): number[] => x.map((s) => s + (0.2 / 15.6) * random.normal());
  const placements = Array.from({ length: 8 }, () => ({
    h: cell.h,
    ions: Float64Array.from(octahedra.slice(0, 50).flatMap(shake)),
    corners: Float64Array.from(anions.flatMap(shake)),
    drift: new Float64Array(3),
  }));
  // Neighbours at 2.6 Å (6) and 4.5 Å (8).
  const cutoff = firstMinimum(placements) as number;
  expect(cutoff).toBeGreaterThan(3.2);
  expect(cutoff).toBeLessThan(4.0);
  expect(toCartesian(cell, octahedra[0] as number[])[0]).toBeCloseTo(2.6, 9);
});

it('an ion off the middle of a regular tetrahedron by d: 100·0.8 d²/(Σ|p|² + 0.8 d²)', () => {
  // From the centroid of the five the corners are at p − d/5 and the ion at 4d/5; Σ|p|² = 12.
  const d = [0.3, -0.2, 0.5];
  const square = d.reduce((sum, x) => sum + x * x, 0);
  expect(tetrahedralMeasure(T.map((x, k) => x - d[k % 3]!))).toBeCloseTo(
    (80 * square) / (12 + 0.8 * square),
    9,
  );
  // Of an octahedron 6 corners at p − d/7 and the ion at 6d/7: 6/7 d².
  expect(octahedralMeasure(O.map((x, k) => x - d[k % 3]!))).toBeCloseTo(
    (100 * (6 / 7) * square) / (6 + (6 / 7) * square),
    9,
  );
});

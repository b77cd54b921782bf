import { describe, expect, it } from 'vitest';
import {
  type Neighbours,
  percolatingRegion,
  percolationLevels,
  risingOrder,
} from '../../../../src/analysis/density/percolation.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromParameters, cellFromVectors } from '../../../../src/model/cell.ts';
import type { GridField, GridSize } from '../../../../src/model/grid.ts';

const triclinic = cellFromParameters({ a: 6, b: 7, c: 8, alpha: 75, beta: 100, gamma: 65 });

/** A field from a function of fractional coordinates. */
function field(size: GridSize, f: (x: number, y: number, z: number) => number): GridField {
  const [na, nb, nc] = size;
  const values = new Float64Array(na * nb * nc);
  for (let i = 0; i < na; i++) {
    for (let j = 0; j < nb; j++) {
      for (let k = 0; k < nc; k++) values[(i * nb + j) * nc + k] = f(i / na, j / nb, k / nc);
    }
  }
  return { cell: triclinic, size, values };
}

const levelsOf = (one: GridField, neighbours: Neighbours = 26, limit?: number): (number | null)[] =>
  percolationLevels(one, neighbours, limit).map((level) => level?.level ?? null);

const apart = (x: number): number => Math.abs(x - Math.round(x));

describe('percolation of fields', () => {
  it('a uniform field percolates everywhere at its value', () => {
    expect(levelsOf(field([4, 5, 6], () => 2))).toEqual([2, 2, 2]);
  });

  it('a tube along the body diagonal is 1D until its walls give way', () => {
    // Inside when all three fractions are equal within 1/12: a line x = y = z.
    const tube = field([24, 24, 24], (x, y, z) =>
      Math.max(apart(x - y), apart(y - z), apart(x - z)) < 1 / 12 ? 1 : 9,
    );
    expect(levelsOf(tube)).toEqual([1, 9, 9]);
    expect(levelsOf(tube, 26, 5)).toEqual([1, null, null]);
    const region = percolatingRegion(tube, 1, 1);
    expect(region.reduce((sum, x) => sum + x, 0)).toBe(tube.values.filter((v) => v === 1).length);
    expect(percolatingRegion(tube, 1, 2).some(Boolean)).toBe(false);
  });

  it('a tube that closes only over two cells is 1D: translation (2, 1, 0)', () => {
    // y = x/2 (mod ½ would be two tubes): after one cell along a it is half a cell up b, after two it is itself.
    const winding = field([32, 32, 8], (x, y, z) =>
      Math.min(apart(y - x / 2), apart(y - x / 2 - 0.5)) < 0.06 && apart(z) < 0.2 ? 0 : 5,
    );
    expect(levelsOf(winding, 26, 1)).toEqual([0, null, null]);
  });

  it('a sheet is 2D, and a bridge between sheets makes it 3D at the level of the bridge', () => {
    const sheet = field([16, 16, 16], (x, _y, z) => (apart(z - x) < 0.1 ? 0 : 7));
    expect(levelsOf(sheet, 26, 1)).toEqual([0, 0, null]);
    const bridged = field([16, 16, 16], (x, y, z) =>
      apart(z - x) < 0.1 ? 0 : apart(x) < 0.1 && apart(y) < 0.1 ? 3 : 7,
    );
    expect(levelsOf(bridged)).toEqual([0, 0, 3]);
  });

  it('one side of a gyroid percolates in 3D at once; level 0 halves space', () => {
    const turn = 2 * Math.PI;
    const gyroid = field(
      [24, 24, 24],
      (x, y, z) =>
        Math.sin(turn * x) * Math.cos(turn * y) +
        Math.sin(turn * y) * Math.cos(turn * z) +
        Math.sin(turn * z) * Math.cos(turn * x),
    );
    const [one, two, three] = percolationLevels(gyroid);
    // The labyrinth of a gyroid pinches off at ∓√2 (known; the grid of 24 puts it at −1.414): all dimensions together.
    expect(one?.level).toBeCloseTo(-Math.SQRT2, 1);
    expect([two?.level, three?.level]).toEqual([one?.level, one?.level]);
    expect(percolationLevels(gyroid)[2]?.fraction).toBeLessThan(0.05);
  });

  it('cosines: the three levels are the saddles, by hand', () => {
    // −cos x − 2 cos y − 4 cos z: minimum −7; along x free at −5, then y at −3, then z at 1.
    const turn = 2 * Math.PI;
    const one = field(
      [8, 8, 8],
      (x, y, z) => -Math.cos(turn * x) - 2 * Math.cos(turn * y) - 4 * Math.cos(turn * z),
    );
    for (const neighbours of [6, 26] as const) {
      levelsOf(one, neighbours).forEach((level, d) => {
        expect(level).toBeCloseTo([-5, -3, 1][d]!, 12);
      });
    }
  });

  it('six neighbours need corners that twenty-six cut', () => {
    const stairs = field([8, 8, 1], (x, y) => (apart(x - y) < 0.01 ? 0 : 5));
    expect(levelsOf(stairs, 26, 1)).toEqual([0, 0, null]);
    expect(levelsOf(stairs, 6, 1)).toEqual([0, null, null]);
  });

  it.each([6, 26] as const)(
    'agrees with flood fills at every level of random fields, %i neighbours',
    (neighbours) => {
      const random = new RandomSequence(neighbours);
      for (let trial = 0; trial < 12; trial++) {
        const size: GridSize = [2 + random.below(3), 3, 2 + random.below(4)];
        const one = field(size, () => random.below(40) / 4 - 3);
        const expected = [1, 2, 3].map((d) => {
          const sorted = [...new Set(one.values)].sort((a, b) => a - b);
          return sorted.find((level) => floodRank(one, level, neighbours) >= d) ?? null;
        });
        expect(levelsOf(one, neighbours)).toEqual(expected);
      }
    },
  );

  it('order: rising, ties by index, NaN and what is above the limit left out, negative numbers too', () => {
    const values = [3, -2, Number.NaN, 0, -0.5, 3, Number.POSITIVE_INFINITY, -1e9, 1e-30];
    expect([...risingOrder(values, 3)]).toEqual([7, 1, 4, 3, 8, 0, 5]);
    expect([...risingOrder(values, Number.MAX_VALUE)]).toEqual([7, 1, 4, 3, 8, 0, 5]);
  });

  it('does not depend on where the cell begins', () => {
    const random = new RandomSequence(3);
    const one = field([9, 7, 5], () => random.uniform());
    const [, nb, nc] = one.size;
    const moved = field([9, 7, 5], () => 0);
    for (let v = 0; v < one.values.length; v++) {
      const [i, j, k] = [Math.floor(v / (nb * nc)), Math.floor(v / nc) % nb, v % nc];
      moved.values[(((i + 4) % 9) * nb + ((j + 5) % 7)) * nc + ((k + 2) % 5)] = one.values[v]!;
    }
    expect(levelsOf(moved)).toEqual(levelsOf(one));
    expect(cellFromVectors(moved.cell.h)).toEqual(triclinic);
  });
});

/** Rank of the best component at a level by walking through unwrapped space from every voxel. */
function floodRank({ size, values }: GridField, level: number, neighbours: Neighbours): number {
  const [na, nb, nc] = size;
  const steps: number[][] = [];
  for (const a of [-1, 0, 1])
    for (const b of [-1, 0, 1])
      for (const c of [-1, 0, 1]) {
        const n = Math.abs(a) + Math.abs(b) + Math.abs(c);
        if (n === 1 || (n > 1 && neighbours === 26)) steps.push([a, b, c]);
      }
  const mod = (x: number, n: number): number => ((x % n) + n) % n;
  let best = 0;
  for (let start = 0; start < values.length; start++) {
    if (values[start]! > level) continue;
    const where = new Map<number, number[]>();
    const place = [Math.floor(start / (nb * nc)), Math.floor(start / nc) % nb, start % nc];
    where.set(start, place);
    const queue = [place];
    const loops: number[][] = [];
    for (let q = 0; q < queue.length; q++) {
      for (const step of steps) {
        const there = queue[q]!.map((x, k) => x + step[k]!);
        const index = (mod(there[0]!, na) * nb + mod(there[1]!, nb)) * nc + mod(there[2]!, nc);
        if (values[index]! > level) continue;
        const known = where.get(index);
        if (known) loops.push([0, 1, 2].map((k) => (there[k]! - known[k]!) / size[k]!));
        else {
          where.set(index, there);
          queue.push(there);
        }
      }
    }
    best = Math.max(best, rankOf(loops));
  }
  return best;
}

function rankOf(rows: number[][]): number {
  const some = rows.filter((row) => row.some((x) => x !== 0));
  let rank = 0;
  for (let column = 0; column < 3; column++) {
    const pivot = some.findIndex((row, r) => r >= rank && row[column] !== 0);
    if (pivot < 0) continue;
    [some[rank], some[pivot]] = [some[pivot]!, some[rank]!];
    for (let r = rank + 1; r < some.length; r++) {
      const [head, own] = [some[rank]![column]!, some[r]![column]!];
      some[r] = some[r]!.map((x, k) => x * head - own * some[rank]![k]!);
    }
    rank++;
  }
  return rank;
}

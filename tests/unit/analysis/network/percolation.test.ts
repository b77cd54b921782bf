import { describe, expect, it } from 'vitest';
import { percolationOf } from '../../../../src/analysis/network/clusters.ts';
import { hopGraph, hopsPerEdge } from '../../../../src/analysis/network/hopGraph.ts';
import { joined, shortBasis, withVector } from '../../../../src/core/latticeBasis.ts';
import { PeriodicUnionFind } from '../../../../src/core/periodicUnionFind.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import type { Vec3 } from '../../../../src/core/vec.ts';
import type { Cell } from '../../../../src/model/cell.ts';
import { historyOfHops, TRICLINIC } from './synthetic.ts';

type Edge = readonly [number, number, Vec3, number?];

/** Percolation of edges between sites of a triclinic cell; the geometry does not matter to the rank. */
function percolation(sites: number, edges: readonly Edge[], fewest = 1, cell: Cell = TRICLINIC) {
  const random = new RandomSequence(5);
  const set = {
    cell,
    fractional: Float64Array.from({ length: 3 * sites }, () => random.uniform()),
    kinds: new Array<string>(sites).fill('a'),
  };
  const graph = hopGraph([
    historyOfHops(
      set,
      edges.map(([from, to, image, count = 1]) => ({ from, to, image, count })),
    ),
  ]);
  return percolationOf(graph, hopsPerEdge(graph), fewest);
}

const ORIGIN: Vec3 = [0, 0, 0];

describe('percolation dimension in a triclinic cell', () => {
  it('is 0 for a closed ring, wherever it lies', () => {
    // The ring crosses the face of the cell and comes back: its images sum to zero.
    const found = percolation(3, [
      [0, 1, [1, 0, 0]],
      [1, 2, [-1, 1, 0]],
      [2, 0, [0, -1, 0]],
    ]);
    expect(found).toMatchObject({ dimension: 0, jointDimension: 0, siteFraction: 0, translations: [] });
  });

  it.each([
    ['chain along b', 1, [[0, 0, [0, 1, 0]]], [[0, 1, 0]]],
    [
      'diagonal chain',
      1,
      [
        [0, 1, [1, -1, 0]],
        [1, 0, [0, 0, 1]],
      ],
      [[1, -1, 1]],
    ],
    [
      'sheet',
      2,
      [
        [0, 0, [1, 0, 0]],
        [0, 1, ORIGIN],
        [1, 0, [0, 1, 1]],
      ],
      [
        [1, 0, 0],
        [0, 1, 1],
      ],
    ],
    [
      'network through one site',
      3,
      [
        [0, 0, [1, 0, 0]],
        [0, 0, [0, 1, 0]],
        [0, 0, [0, 0, 1]],
      ],
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
    ],
  ] as const)('%s', (_, dimension, edges, translations) => {
    const found = percolation(2, edges as unknown as Edge[]);
    expect(found.dimension).toBe(dimension);
    expect(found.translations).toHaveLength(dimension);
    for (const t of translations) {
      const all = found.translations.reduce(withVector, withVector([], t as unknown as Vec3));
      expect(all, 'the same lattice').toEqual(joined([], found.translations));
    }
  });

  it('a helix closes after two cells', () => {
    const found = percolation(4, [
      [0, 1, ORIGIN],
      [1, 2, [0, 0, 1]],
      [2, 3, ORIGIN],
      [3, 0, [0, 0, 1]],
    ]);
    expect(found).toMatchObject({ dimension: 1, translations: [[0, 0, 2]] });
  });

  it('two chains that cross without touching: one dimension each, two together', () => {
    const found = percolation(3, [
      [0, 0, [1, 0, 0]],
      [1, 1, [0, 0, 1]],
    ]);
    expect(found).toMatchObject({ dimension: 1, jointDimension: 2, clusters: 2 });
    expect(found.siteFraction).toBeCloseTo(2 / 3, 12);
  });

  it('interpenetrating networks stay two clusters, and a hop between them makes one', () => {
    const axes: Vec3[] = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const both: Edge[] = [0, 1].flatMap((i) => axes.map((image): Edge => [i, i, image]));
    expect(percolation(2, both)).toMatchObject({ dimension: 3, clusters: 2, siteFraction: 1 });
    expect(percolation(2, [...both, [0, 1, [3, -2, 1]]])).toMatchObject({ dimension: 3, clusters: 1 });
  });

  it('counts edges with at least so many hops, both ways together', () => {
    const edges: Edge[] = [
      [0, 0, [1, 0, 0], 12],
      [0, 1, ORIGIN, 2],
      [1, 0, ORIGIN, 1],
      [1, 0, [0, 1, 0], 3],
      [0, 0, [0, 0, 1], 1],
    ];
    expect([1, 3, 10].map((fewest) => percolation(2, edges, fewest).dimension)).toEqual([3, 2, 1]);
  });

  /** Independent: rank of cycle images by breadth-first search on the graph and floating-point elimination. */
  function rankBySearch(sites: number, edges: readonly Edge[]): number {
    let best = 0;
    const seen = new Map<number, Vec3>();
    for (let start = 0; start < sites; start++) {
      if (seen.has(start)) continue;
      seen.set(start, ORIGIN);
      const cycles: number[][] = [];
      const queue = [start];
      for (const u of queue) {
        for (const [a, b, image] of edges) {
          for (const [p, q, sign] of [
            [a, b, 1],
            [b, a, -1],
          ] as const) {
            if (p !== u) continue;
            const there = seen.get(u)!.map((x, k) => x + sign * image[k]!) as unknown as Vec3;
            const known = seen.get(q);
            if (known) cycles.push(there.map((x, k) => x - known[k]!));
            else {
              seen.set(q, there);
              queue.push(q);
            }
          }
        }
      }
      let rank = 0;
      for (let column = 0; column < 3; column++) {
        const pivot = cycles.findIndex((row, i) => i >= rank && Math.abs(row[column]!) > 1e-9);
        if (pivot < 0) continue;
        [cycles[rank], cycles[pivot]] = [cycles[pivot]!, cycles[rank]!];
        for (let i = rank + 1; i < cycles.length; i++) {
          const f = cycles[i]![column]! / cycles[rank]![column]!;
          cycles[i] = cycles[i]!.map((x, k) => x - f * cycles[rank]![k]!);
        }
        rank++;
      }
      best = Math.max(best, rank);
    }
    return best;
  }

  it('agrees with a search of cycles on 300 random graphs', () => {
    const random = new RandomSequence(17);
    const ranks = new Set<number>();
    for (let trial = 0; trial < 300; trial++) {
      const sites = 4 + random.below(12);
      const edges = Array.from({ length: Math.round(sites * (0.5 + random.uniform())) }, (): Edge => {
        const image = [0, 1, 2].map(() => (random.uniform() < 0.3 ? random.below(3) - 1 : 0));
        return [random.below(sites), random.below(sites), image as unknown as Vec3];
      });
      const unionFind = new PeriodicUnionFind(sites);
      for (const [from, to, image] of edges) unionFind.connect(from, to, image);
      const rank = rankBySearch(sites, edges);
      expect(unionFind.dimension).toBe(rank);
      ranks.add(rank);
    }
    expect([...ranks].sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('lattice of translations', () => {
  it('keeps the index, not the rank only: (2, 0, 0) and (3, 0, 0) span all of a', () => {
    expect(withVector(withVector([], [2, 0, 0]), [3, 0, 0])).toEqual([[1, 0, 0]]);
    expect(withVector(withVector([], [4, 0, 0]), [6, 0, 0])).toEqual([[2, 0, 0]]);
    const basis = withVector(withVector([], [2, 1, 0]), [1, 2, 0]);
    expect(basis).toHaveLength(2);
    // Determinant ±3.
    expect(Math.abs(basis[0]![0] * basis[1]![1] - basis[0]![1] * basis[1]![0])).toBe(3);
  });

  it('names the edges that bring something new', () => {
    const unionFind = new PeriodicUnionFind(2);
    expect(unionFind.connect(0, 1, ORIGIN)).toBe(true);
    expect(unionFind.connect(1, 0, ORIGIN)).toBe(false);
    expect(unionFind.wouldExtend(0, 1, [0, 2, 0])).toBe(true);
    expect(unionFind.connect(0, 1, [0, 2, 0])).toBe(true);
    expect(unionFind.connect(0, 1, [0, -2, 0])).toBe(false);
    // A finer lattice of the same rank: new, but not another dimension.
    expect(unionFind.wouldExtend(0, 1, [0, 1, 0])).toBe(false);
    expect(unionFind.connect(0, 1, [0, 1, 0])).toBe(true);
    expect(unionFind.latticeOf(0)).toEqual([[0, 1, 0]]);
  });

  it('reduces in the metric of the cell', () => {
    // In a cell sheared by three, (3, 1, 0) and (1, 0, 0) are a and the upright b.
    const short = shortBasis(
      [
        [1, 0, 0],
        [3, 1, 0],
      ],
      [1, 0, 0, 0, 5, 0, 0, 0, 1],
    );
    expect(short).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { PeriodicUnionFind } from '../../../src/core/periodicUnionFind.ts';
import { RandomSequence } from '../../../src/core/rng.ts';

describe('union–find with cells', () => {
  it('a ring inside a cell has rank 0, a chain through its face rank 1', () => {
    const ring = new PeriodicUnionFind(3);
    ring.join(0, 1, 0, 0, 0);
    ring.join(1, 2, 0, 0, 0);
    expect(ring.join(2, 0, 0, 0, 0)).toBe(false);
    expect(ring.dimensionOf(1)).toBe(0);
    expect(ring.sizeOf(2)).toBe(3);
    const chain = new PeriodicUnionFind(3);
    chain.join(0, 1, 0, 0, 0);
    chain.join(1, 2, 0, 0, 0);
    expect(chain.join(2, 0, 1, 0, 0)).toBe(true);
    expect([chain.dimensionOf(0), chain.dimension]).toEqual([1, 1]);
    expect(chain.latticeOf(1)).toEqual([[1, 0, 0]]);
  });

  it('steps out and back through a face make no rank', () => {
    const graph = new PeriodicUnionFind(4);
    graph.join(0, 1, 1, 0, 0);
    graph.join(1, 2, 0, 0, 0);
    graph.join(2, 3, -1, 0, 0);
    graph.join(3, 0, 0, 0, 0);
    expect(graph.dimensionOf(0)).toBe(0);
  });

  it('parallel and dependent translations count once', () => {
    const graph = new PeriodicUnionFind(1);
    expect(graph.join(0, 0, 2, -1, 0)).toBe(true);
    expect(graph.join(0, 0, -4, 2, 0)).toBe(false);
    expect(graph.join(0, 0, 0, 3, 1)).toBe(true);
    expect(graph.join(0, 0, 2, 2, 1)).toBe(false);
    expect(graph.dimensionOf(0)).toBe(2);
    expect(graph.join(0, 0, 0, 0, 1)).toBe(true);
    expect(graph.dimension).toBe(3);
  });

  it('translations of both parts are kept when two chains become one sheet', () => {
    const graph = new PeriodicUnionFind(5);
    graph.join(0, 1, 0, 0, 0);
    graph.join(1, 0, 1, 0, 0);
    graph.join(2, 3, 0, 0, 0);
    graph.join(3, 4, 0, 0, 0);
    graph.join(4, 2, 0, 1, 0);
    expect([graph.dimensionOf(0), graph.dimensionOf(2)]).toEqual([1, 1]);
    expect(graph.join(1, 3, 5, 7, -2)).toBe(true);
    expect([graph.dimensionOf(0), graph.dimensionOf(4)]).toEqual([2, 2]);
  });

  it('agrees with a walk over 400 random graphs: rank, members, places', () => {
    const random = new RandomSequence(7);
    for (let trial = 0; trial < 400; trial++) {
      const n = 2 + random.below(8);
      const edges = Array.from({ length: 1 + random.below(12) }, () => {
        const shift = [random.below(3) - 1, random.below(3) - 1, random.below(3) - 1] as const;
        return [random.below(n), random.below(n), ...shift] as const;
      });
      const graph = new PeriodicUnionFind(n);
      for (const edge of edges) graph.join(...edge);
      for (let start = 0; start < n; start++) {
        const { rank, members } = walk(n, edges, start);
        expect(graph.dimensionOf(start)).toBe(rank);
        expect(graph.sizeOf(start)).toBe(members);
      }
    }
  });
});

/** Rank and members of a node's component by a breadth-first walk and Gaussian elimination. */
function walk(
  n: number,
  edges: readonly (readonly [number, number, number, number, number])[],
  start: number,
): { rank: number; members: number } {
  const place: (number[] | undefined)[] = new Array(n).fill(undefined);
  place[start] = [0, 0, 0];
  const queue = [start];
  const loops: number[][] = [];
  for (let q = 0; q < queue.length; q++) {
    const here = queue[q]!;
    for (const [i, j, ...shift] of edges) {
      for (const [from, to, sign] of [
        [i, j, 1],
        [j, i, -1],
      ] as const) {
        if (from !== here) continue;
        const there = place[here]!.map((x, k) => x + sign * shift[k]!);
        const known = place[to];
        if (known) loops.push(there.map((x, k) => x - known[k]!));
        else {
          place[to] = there;
          queue.push(to);
        }
      }
    }
  }
  let rank = 0;
  for (let column = 0; column < 3; column++) {
    const pivot = loops.findIndex((row, r) => r >= rank && Math.abs(row[column]!) > 1e-9);
    if (pivot < 0) continue;
    [loops[rank], loops[pivot]] = [loops[pivot]!, loops[rank]!];
    for (let r = rank + 1; r < loops.length; r++) {
      const factor = loops[r]![column]! / loops[rank]![column]!;
      loops[r] = loops[r]!.map((x, k) => x - factor * loops[rank]![k]!);
    }
    rank++;
  }
  return { rank, members: queue.length };
}

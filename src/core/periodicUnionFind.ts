/**
 * Union–find of a periodic graph: nodes of one cell, edges that may lead into other cells. Every node knows where it stands
 * relative to the root of its component in whole cells; an edge between two nodes of one component whose places disagree
 * closes a path that arrives in another cell, and the independent ones of these span what the component reaches: nothing
 * (rank 0), a chain, a sheet or all of space. A chain that closes only over two cells is found like any other
 * (Newman & Ziff, Phys. Rev. E 64, 016706 (2001), doi:10.1103/PhysRevE.64.016706, for the method without offsets).
 */

/** Independent translations that a component connects to itself by. */
export type Rank = 0 | 1 | 2 | 3;

/** Grows by edges. Memory 20 bytes per node; an edge costs nearly constant time. */
export class PeriodicUnionFind {
  /** Parent, or −size of the component at its root. */
  private readonly parent: Int32Array;
  /** [3n] cell of a node as seen from its parent's. */
  private readonly offset: Int32Array;
  /** Independent translations of components that have some, three numbers each, by root. */
  private readonly translations = new Map<number, number[]>();
  private highest: Rank = 0;

  /** @param nodes their number; each is alone at first */
  constructor(nodes: number) {
    this.parent = new Int32Array(nodes).fill(-1);
    this.offset = new Int32Array(3 * nodes);
  }

  /** The root of a node's component. */
  find(node: number): number {
    const { parent, offset } = this;
    let x = node;
    for (let p = parent[x] as number; p >= 0; p = parent[x] as number) {
      const above = parent[p] as number;
      if (above < 0) return p;
      // Half of the path is cut out on the way, so that later walks are short.
      for (let k = 0; k < 3; k++) {
        offset[3 * x + k] = (offset[3 * x + k] as number) + (offset[3 * p + k] as number);
      }
      parent[x] = above;
      x = above;
    }
    return x;
  }

  /** Cell of a node as seen from its root's, along one axis. */
  cellOf(node: number, axis: 0 | 1 | 2): number {
    let sum = 0;
    for (let x = node; (this.parent[x] as number) >= 0; x = this.parent[x] as number) {
      sum += this.offset[3 * x + axis] as number;
    }
    return sum;
  }

  /**
   * Adds the edge from node `i` of a cell to node `j` of the cell (a, b, c) further on.
   * @returns true when the rank of a component grew by it
   */
  join(i: number, j: number, a: number, b: number, c: number): boolean {
    const { parent, offset } = this;
    const [from, to] = [this.find(i), this.find(j)];
    // Where j's root stands as seen from i's root, by this edge.
    const x = this.cellOf(i, 0) + a - this.cellOf(j, 0);
    const y = this.cellOf(i, 1) + b - this.cellOf(j, 1);
    const z = this.cellOf(i, 2) + c - this.cellOf(j, 2);
    if (from === to) return (x !== 0 || y !== 0 || z !== 0) && this.translate(from, x, y, z);
    const isSmaller = (parent[from] as number) > (parent[to] as number);
    const [root, child, sign] = isSmaller ? [to, from, -1] : [from, to, 1];
    parent[root] = (parent[root] as number) + (parent[child] as number);
    parent[child] = root;
    offset.set([sign * x, sign * y, sign * z], 3 * child);
    const carried = this.translations.get(child);
    if (!carried) return false;
    // Translations are differences of cells: the same whichever root they are seen from.
    this.translations.delete(child);
    let grew = false;
    for (let k = 0; k < carried.length; k += 3) {
      const [u, v, w] = carried.slice(k, k + 3) as [number, number, number];
      if (this.translate(root, u, v, w)) grew = true;
    }
    return grew;
  }

  /** Nodes of the component of a node. */
  size(node: number): number {
    return -(this.parent[this.find(node)] as number);
  }

  /** Dimensions in which the component of a node reaches its own images. */
  rank(node: number): Rank {
    return ((this.translations.get(this.find(node))?.length ?? 0) / 3) as Rank;
  }

  /** Independent translations of the component of a node, three whole numbers each (cells). */
  translationsOf(node: number): readonly number[] {
    return this.translations.get(this.find(node)) ?? [];
  }

  /** The highest rank of any component so far. */
  get highestRank(): Rank {
    return this.highest;
  }

  private translate(root: number, x: number, y: number, z: number): boolean {
    const known = this.translations.get(root) ?? [];
    if (!isIndependent(known, x, y, z)) return false;
    known.push(x, y, z);
    this.translations.set(root, known);
    this.highest = Math.max(this.highest, known.length / 3) as Rank;
    return true;
  }
}

/** True when a vector does not lie in the span of independent whole-numbered ones; exact, all products are small integers. */
function isIndependent(known: readonly number[], x: number, y: number, z: number): boolean {
  if (known.length === 0) return x !== 0 || y !== 0 || z !== 0;
  if (known.length >= 9) return false;
  const [a, b, c, d, e, f] = known as [number, number, number, number?, number?, number?];
  const [u, v, w] =
    d === undefined || e === undefined || f === undefined
      ? [b * z - c * y, c * x - a * z, a * y - b * x]
      : [b * f - c * e, c * d - a * f, a * e - b * d];
  return d === undefined ? u !== 0 || v !== 0 || w !== 0 : u * x + v * y + w * z !== 0;
}

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
  /** What `locate` found last. */
  private readonly place = new Int32Array(3);

  /** @param nodes their number; each is alone at first */
  constructor(nodes: number) {
    this.parent = new Int32Array(nodes).fill(-1);
    this.offset = new Int32Array(3 * nodes);
  }

  /** The root of a node's component. */
  find(node: number): number {
    return this.locate(node);
  }

  /**
   * Adds the edge from node `i` of a cell to node `j` of the cell (a, b, c) further on.
   * @returns true when the rank of a component grew by it
   */
  join(i: number, j: number, a: number, b: number, c: number): boolean {
    const { parent, offset, place } = this;
    const from = this.locate(i);
    const [x, y, z] = [place[0] as number, place[1] as number, place[2] as number];
    const to = this.locate(j);
    // Where j's root stands as seen from i's root, by this edge.
    const u = x + a - (place[0] as number);
    const v = y + b - (place[1] as number);
    const w = z + c - (place[2] as number);
    if (from === to) return (u !== 0 || v !== 0 || w !== 0) && this.translate(from, u, v, w);
    const isSmaller = (parent[from] as number) > (parent[to] as number);
    const [root, child, sign] = isSmaller ? [to, from, -1] : [from, to, 1];
    parent[root] = (parent[root] as number) + (parent[child] as number);
    parent[child] = root;
    offset[3 * child] = sign * u;
    offset[3 * child + 1] = sign * v;
    offset[3 * child + 2] = sign * w;
    const carried = this.translations.get(child);
    if (!carried) return false;
    // Translations are differences of cells: the same whichever root they are seen from.
    this.translations.delete(child);
    let grew = false;
    for (let k = 0; k < carried.length; k += 3) {
      if (this.translate(root, ...(carried.slice(k, k + 3) as [number, number, number]))) grew = true;
    }
    return grew;
  }

  /** The root of a node, and in `place` the node's cell as seen from it; half of the path is cut out on the way. */
  private locate(node: number): number {
    const { parent, offset, place } = this;
    let [x, y, z] = [0, 0, 0];
    let at = node;
    for (let p = parent[at] as number; p >= 0; p = parent[at] as number) {
      const above = parent[p] as number;
      const [own, over] = [3 * at, 3 * p];
      if (above >= 0) {
        offset[own] = (offset[own] as number) + (offset[over] as number);
        offset[own + 1] = (offset[own + 1] as number) + (offset[over + 1] as number);
        offset[own + 2] = (offset[own + 2] as number) + (offset[over + 2] as number);
        parent[at] = above;
      }
      x += offset[own] as number;
      y += offset[own + 1] as number;
      z += offset[own + 2] as number;
      at = above >= 0 ? above : p;
    }
    place[0] = x;
    place[1] = y;
    place[2] = z;
    return at;
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

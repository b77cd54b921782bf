/**
 * Union–find on a periodic graph: nodes of one cell, edges that may lead into other cells. Every node knows where it stands
 * relative to the root of its cluster in whole cells, so that an edge inside a cluster closes a cycle whose lattice vector is
 * known. The rank of a cluster's cycle vectors is the number of dimensions in which it percolates: exact, no supercell, any
 * cell shape; a chain that closes only over two cells is found like any other (Newman & Ziff, Phys. Rev. E 64, 016706 (2001),
 * doi:10.1103/PhysRevE.64.016706, for the method without offsets).
 */
import { joined, type LatticeBasis, withVector } from './latticeBasis.ts';
import type { Vec3 } from './vec.ts';

/** Grows by edges. Memory 16 bytes per node and one basis per percolating cluster; an edge costs nearly constant time. */
export class PeriodicUnionFind {
  /** Parent, or −size of the cluster at its root. */
  private readonly parent: Int32Array;
  /** [3n] cell of a node as seen from its parent's. */
  private readonly offset: Int32Array;
  /** Lattice of the cycles, by root; absent until a cycle crosses the cell. */
  private readonly lattices = new Map<number, LatticeBasis>();
  private highest = 0;
  private clusters: number;

  /** @param nodes their number; each is alone at first */
  constructor(nodes: number) {
    this.parent = new Int32Array(nodes).fill(-1);
    this.offset = new Int32Array(3 * nodes);
    this.clusters = nodes;
  }

  /** Root of a node's cluster. */
  root(node: number): number {
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

  /** Cell of a node as seen from its root: the cluster, unfolded, holds node i in cell offset(i) when its root is in cell 0. */
  offsetOf(node: number): Vec3 {
    return [this.cellOf(node, 0), this.cellOf(node, 1), this.cellOf(node, 2)];
  }

  /**
   * Adds the edge from node `i` of a cell to node `j` of the cell (a, b, c) further on.
   * @returns true when it joined two clusters or added to the lattice of one: when it carries something new
   */
  join(i: number, j: number, a: number, b: number, c: number): boolean {
    const { parent, offset } = this;
    const [from, to] = [this.root(i), this.root(j)];
    // Where j's root stands as seen from i's root, by this edge.
    const x = this.cellOf(i, 0) + a - this.cellOf(j, 0);
    const y = this.cellOf(i, 1) + b - this.cellOf(j, 1);
    const z = this.cellOf(i, 2) + c - this.cellOf(j, 2);
    if (from === to) return (x !== 0 || y !== 0 || z !== 0) && this.addCycle(from, [x, y, z]);
    const isSmaller = (parent[from] as number) > (parent[to] as number);
    const [big, small, sign] = isSmaller ? [to, from, -1] : [from, to, 1];
    parent[big] = (parent[big] as number) + (parent[small] as number);
    parent[small] = big;
    offset.set([sign * x, sign * y, sign * z], 3 * small);
    this.clusters--;
    // Cycles are differences of cells: the same whichever root they are seen from.
    const lost = this.lattices.get(small);
    if (lost) {
      this.lattices.delete(small);
      this.keep(big, joined(this.lattices.get(big) ?? [], lost));
    }
    return true;
  }

  /** @see join */
  connect(from: number, to: number, image: Vec3): boolean {
    return this.join(from, to, image[0], image[1], image[2]);
  }

  /** Whether the edge would join two clusters or raise the percolation dimension of one. */
  wouldExtend(from: number, to: number, image: Vec3): boolean {
    const root = this.root(from);
    if (root !== this.root(to)) return true;
    const [oa, ob] = [this.offsetOf(from), this.offsetOf(to)];
    const cycle: Vec3 = [oa[0] + image[0] - ob[0], oa[1] + image[1] - ob[1], oa[2] + image[2] - ob[2]];
    const lattice = this.lattices.get(root) ?? [];
    return withVector(lattice, cycle).length > lattice.length;
  }

  /** Lattice of the cycles of a node's cluster. */
  latticeOf(node: number): LatticeBasis {
    return this.lattices.get(this.root(node)) ?? [];
  }

  /** Number of dimensions in which a node's cluster percolates, 0 to 3. */
  dimensionOf(node: number): number {
    return this.latticeOf(node).length;
  }

  /** Nodes in a node's cluster. */
  sizeOf(node: number): number {
    return -(this.parent[this.root(node)] as number);
  }

  /** Highest percolation dimension of any cluster. */
  get dimension(): number {
    return this.highest;
  }

  get clusterCount(): number {
    return this.clusters;
  }

  /** Roots and lattices of the clusters that percolate. */
  percolating(): readonly (readonly [root: number, lattice: LatticeBasis])[] {
    return [...this.lattices];
  }

  private cellOf(node: number, axis: 0 | 1 | 2): number {
    let sum = 0;
    for (let x = node; (this.parent[x] as number) >= 0; x = this.parent[x] as number) {
      sum += this.offset[3 * x + axis] as number;
    }
    return sum;
  }

  private addCycle(root: number, vector: Vec3): boolean {
    const before = this.lattices.get(root) ?? [];
    // Every whole vector is in it: the usual case on a grid, a million times.
    const [a, b, c] = before;
    if (a && b && c && a[0] * b[1] * c[2] === 1) return false;
    const after = withVector(before, vector);
    if (same(before, after)) return false;
    this.keep(root, after);
    return true;
  }

  private keep(root: number, lattice: LatticeBasis): void {
    this.lattices.set(root, lattice);
    this.highest = Math.max(this.highest, lattice.length);
  }
}

function same(a: LatticeBasis, b: LatticeBasis): boolean {
  return a.length === b.length && a.every((row, i) => row.every((x, k) => x === (b[i] as Vec3)[k]));
}

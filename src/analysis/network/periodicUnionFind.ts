/**
 * Union–find on a periodic graph: every node carries its integer offset to the root of its cluster, so that an edge inside a
 * cluster closes a cycle whose lattice vector is known. The rank of a cluster's cycle vectors is the number of dimensions in
 * which it percolates: exact, no supercell, any cell shape.
 */
import type { Vec3 } from '../../core/vec.ts';
import { joined, type LatticeBasis, withVector } from './latticeBasis.ts';

/** Clusters of a periodic graph, growing edge by edge. Memory: five numbers per node, one basis per cluster. */
export class PeriodicUnionFind {
  private readonly parent: Int32Array;
  /** [n×3] cell of a node as seen from its parent. */
  private readonly offset: Int32Array;
  private readonly nodes: Int32Array;
  /** Lattice of the cycles, by root; absent until a cycle crosses the cell. */
  private readonly lattices = new Map<number, LatticeBasis>();
  private highest = 0;
  private clusters: number;

  constructor(nodes: number) {
    this.parent = Int32Array.from({ length: nodes }, (_, i) => i);
    this.offset = new Int32Array(3 * nodes);
    this.nodes = new Int32Array(nodes).fill(1);
    this.clusters = nodes;
  }

  /** Root of a node's cluster. */
  root(node: number): number {
    let root = node;
    let [x, y, z] = [0, 0, 0];
    while (this.parent[root] !== root) {
      x += this.offset[3 * root] as number;
      y += this.offset[3 * root + 1] as number;
      z += this.offset[3 * root + 2] as number;
      root = this.parent[root] as number;
    }
    // Second pass: hang every node of the path on the root.
    for (let i = node; i !== root; ) {
      const next = this.parent[i] as number;
      const [ox, oy, oz] = this.ownOffset(i);
      this.parent[i] = root;
      this.offset.set([x, y, z], 3 * i);
      x -= ox;
      y -= oy;
      z -= oz;
      i = next;
    }
    return root;
  }

  /** Cell of a node as seen from its root: the cluster, unfolded, holds node i in cell offset(i) when its root is in cell 0. */
  offsetOf(node: number): Vec3 {
    const root = this.root(node);
    return node === root ? [0, 0, 0] : this.ownOffset(node);
  }

  /**
   * Adds the edge from node `from` in cell 0 to node `to` in cell `image`.
   * @returns true when it joined two clusters or added to the lattice of one: when it carries something new
   */
  connect(from: number, to: number, image: Vec3): boolean {
    const [a, b] = [this.root(from), this.root(to)];
    const [oa, ob] = [this.offsetOf(from), this.offsetOf(to)];
    const between: Vec3 = [oa[0] + image[0] - ob[0], oa[1] + image[1] - ob[1], oa[2] + image[2] - ob[2]];
    if (a === b) return this.addCycle(a, between);
    const [big, small, sign] =
      (this.nodes[a] as number) >= (this.nodes[b] as number) ? [a, b, 1] : [b, a, -1];
    this.parent[small] = big;
    this.offset.set([sign * between[0], sign * between[1], sign * between[2]], 3 * small);
    this.nodes[big] = (this.nodes[big] as number) + (this.nodes[small] as number);
    this.clusters--;
    const lost = this.lattices.get(small);
    if (lost) {
      const together = joined(this.lattices.get(big) ?? [], lost);
      this.lattices.delete(small);
      this.lattices.set(big, together);
      this.highest = Math.max(this.highest, together.length);
    }
    return true;
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
    return this.nodes[this.root(node)] as number;
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

  private addCycle(root: number, vector: Vec3): boolean {
    if (vector[0] === 0 && vector[1] === 0 && vector[2] === 0) return false;
    const before = this.lattices.get(root) ?? [];
    const after = withVector(before, vector);
    if (same(before, after)) return false;
    this.lattices.set(root, after);
    this.highest = Math.max(this.highest, after.length);
    return true;
  }

  private ownOffset(i: number): [number, number, number] {
    return [this.offset[3 * i] as number, this.offset[3 * i + 1] as number, this.offset[3 * i + 2] as number];
  }
}

function same(a: LatticeBasis, b: LatticeBasis): boolean {
  return a.length === b.length && a.every((row, i) => row.every((x, k) => x === (b[i] as Vec3)[k]));
}

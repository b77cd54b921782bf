/**
 * The one linear system of the network: L φ = b on a weighted graph, by conjugate gradients. L is the Laplacian
 * (L φ)_u = Σ_v w_uv (φ_u − φ_v), singular: constant on each cluster it is zero.
 */

/** A graph ready for solving: edges sorted by node, weights apart so that they can change. */
export interface Adjacency {
  readonly nodes: number;
  /** [nodes + 1] into `edge` and `neighbour`. */
  readonly start: Int32Array;
  readonly edge: Int32Array;
  readonly neighbour: Int32Array;
}

/** Edges by node; an edge of a node to its own image is left out: it stays outside of L. */
export function adjacency(nodes: number, from: ArrayLike<number>, to: ArrayLike<number>): Adjacency {
  const start = new Int32Array(nodes + 1);
  const m = from.length;
  const ends = (visit: (node: number, other: number, e: number) => void): void => {
    for (let e = 0; e < m; e++) {
      const [u, v] = [from[e] as number, to[e] as number];
      if (u === v) continue;
      visit(u, v, e);
      visit(v, u, e);
    }
  };
  ends((u) => {
    start[u + 1] = (start[u + 1] as number) + 1;
  });
  for (let u = 0; u < nodes; u++) start[u + 1] = (start[u + 1] as number) + (start[u] as number);
  const next = start.slice(0, nodes);
  const edge = new Int32Array(start[nodes] as number);
  const neighbour = new Int32Array(edge.length);
  ends((u, v, e) => {
    const place = next[u] as number;
    next[u] = place + 1;
    edge[place] = e;
    neighbour[place] = v;
  });
  return { nodes, start, edge, neighbour };
}

/** What a solve rests on. */
export interface Convergence {
  readonly iterations: number;
  /** |b − Lφ|/|b| */
  readonly residual: number;
}

/**
 * Solves L φ = b in place, φ being the first guess, by conjugate gradients with L's diagonal as preconditioner.
 *
 * b must sum to zero over each cluster, as a sum over edges of +x at one end and −x at the other does. Then the residuals stay
 * orthogonal to the null space of L up to rounding, and what of it the guess holds changes no difference of potentials; no
 * projection is needed on the way. A node without edges keeps its value.
 * @param weights [edges], not negative
 * @param tolerance of the relative residual; the energy of the network is off by its square times the condition of L
 */
export function solveLaplacian(
  { nodes, start, edge, neighbour }: Adjacency,
  weights: ArrayLike<number>,
  b: Float64Array,
  phi: Float64Array,
  tolerance: number,
): Convergence {
  const diagonal = new Float64Array(nodes);
  // In the order in which they are read: gathered once, not in every step.
  const value = new Float64Array(edge.length);
  for (let k = 0; k < edge.length; k++) value[k] = weights[edge[k] as number] as number;
  for (let u = 0; u < nodes; u++) {
    let sum = 0;
    for (let k = start[u] as number; k < (start[u + 1] as number); k++) {
      sum += value[k] as number;
    }
    diagonal[u] = sum;
  }
  const times = (x: Float64Array, out: Float64Array): void => {
    for (let u = 0; u < nodes; u++) {
      let sum = (diagonal[u] as number) * (x[u] as number);
      for (let k = start[u] as number; k < (start[u + 1] as number); k++) {
        sum -= (value[k] as number) * (x[neighbour[k] as number] as number);
      }
      out[u] = sum;
    }
  };
  const residual = new Float64Array(nodes);
  const direction = new Float64Array(nodes);
  const image = new Float64Array(nodes);
  times(phi, image);
  let size = 0;
  let rho = 0;
  for (let u = 0; u < nodes; u++) {
    const d = diagonal[u] as number;
    const r = d > 0 ? (b[u] as number) - (image[u] as number) : 0;
    residual[u] = r;
    direction[u] = d > 0 ? r / d : 0;
    rho += r * (direction[u] as number);
    size += (b[u] as number) ** 2;
  }
  const goal = tolerance * Math.sqrt(size);
  let norm = Math.sqrt(residual.reduce((sum, r) => sum + r * r, 0));
  // In exact arithmetic one step per node is enough; rounding on badly scaled chains takes some more.
  const most = 100 + 10 * nodes;
  let iterations = 0;
  for (; iterations < most && norm > goal && rho > 0; iterations++) {
    times(direction, image);
    let curvature = 0;
    for (let u = 0; u < nodes; u++) curvature += (direction[u] as number) * (image[u] as number);
    if (!(curvature > 0)) break;
    const step = rho / curvature;
    let next = 0;
    let square = 0;
    for (let u = 0; u < nodes; u++) {
      phi[u] = (phi[u] as number) + step * (direction[u] as number);
      const r = (residual[u] as number) - step * (image[u] as number);
      residual[u] = r;
      square += r * r;
      if (r !== 0) next += (r * r) / (diagonal[u] as number);
    }
    const turn = next / rho;
    rho = next;
    norm = Math.sqrt(square);
    for (let u = 0; u < nodes; u++) {
      const d = diagonal[u] as number;
      if (d > 0) direction[u] = (residual[u] as number) / d + turn * (direction[u] as number);
    }
  }
  return { iterations, residual: size > 0 ? norm / Math.sqrt(size) : 0 };
}

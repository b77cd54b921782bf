/**
 * A flow of least cost where the cost of an edge is convex in what it carries: successive shortest paths (Bellman–Ford),
 * one unit at a time. For graphs of some hundred edges.
 */

/** Carries up to `capacity` whole units at (f − wanted)²; without `wanted` at no cost. */
export interface FlowEdge {
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
  readonly wanted?: number;
}

/**
 * What each edge carries when `amount` units go from node 0 to node 1 at the least cost; undefined where not so many can.
 * Edges must not form a cycle.
 */
export function cheapestFlow(
  nodes: number,
  edges: readonly FlowEdge[],
  amount: number,
): Float64Array | undefined {
  const flow = new Float64Array(edges.length);
  const distance = new Float64Array(nodes);
  // Edge that a node is reached by, plus one; negative where it is gone back along.
  const reachedBy = new Int32Array(nodes);
  const forward = ({ wanted }: FlowEdge, f: number): number =>
    wanted === undefined ? 0 : 2 * (f - wanted) + 1;
  const relax = (to: number, length: number, by: number): boolean => {
    if (!(length < (distance[to] as number) - 1e-9)) return false;
    distance[to] = length;
    reachedBy[to] = by;
    return true;
  };
  for (let unit = 0; unit < amount; unit++) {
    distance.fill(Number.POSITIVE_INFINITY);
    distance[0] = 0;
    for (let round = 0, changed = true; changed && round < nodes; round++) {
      changed = false;
      edges.forEach((edge, e) => {
        const f = flow[e] as number;
        const [from, to] = [distance[edge.from] as number, distance[edge.to] as number];
        if (f < edge.capacity && relax(edge.to, from + forward(edge, f), e + 1)) changed = true;
        if (f > 0 && relax(edge.from, to - forward(edge, f - 1), -e - 1)) changed = true;
      });
    }
    if (distance[1] === Number.POSITIVE_INFINITY) return undefined;
    for (let node = 1; node !== 0; ) {
      const by = reachedBy[node] as number;
      const e = Math.abs(by) - 1;
      const edge = edges[e] as FlowEdge;
      flow[e] = (flow[e] as number) + Math.sign(by);
      node = by > 0 ? edge.from : edge.to;
    }
  }
  return flow;
}

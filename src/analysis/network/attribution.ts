/** Which environments carry the transport: the share of each class of edges in D_net, and what is left without it. */
import { networkDiffusion } from './connectivity.ts';
import type { EdgeClasses } from './edgeClasses.ts';
import type { MeasuredNetwork } from './factorisation.ts';

export interface ClassShare {
  readonly name: string;
  readonly edges: number;
  readonly hops: number;
  /** Share of D_jump: how much of the hopping it is. */
  readonly jumpShare: number;
  /**
   * ∂ln D_net/∂ln w of the class: by how many per cent D_net rises when its hops get one per cent faster. The shares of all
   * classes sum to one.
   */
  readonly elasticity: number;
  /** D_net without the class over D_net: 0 when nothing gets through without it. */
  readonly blocked: number;
}

/**
 * Elasticities Σ_class w|Δx + Δφ|²/Σ w|Δx + Δφ|² (the derivative of a minimum is that of its functional, hence no further
 * solve) and the block test, one solve per class. Empty without percolation: D_net = 0 has no shares.
 */
export function attribution(
  { graph, hops, strain2, diffusion }: MeasuredNetwork,
  classes: EdgeClasses,
): ClassShare[] {
  if (diffusion.network === 0) return [];
  const sums = classes.names.map(() => ({ edges: 0, hops: 0, jump: 0, net: 0 }));
  for (let e = 0; e < graph.edgeCount; e++) {
    const own = sums[classes.of[e] as number] as (typeof sums)[number];
    const n = hops[e] as number;
    const [x, y, z] = [0, 1, 2].map((k) => graph.displacement[3 * e + k] as number) as [
      number,
      number,
      number,
    ];
    own.edges++;
    own.hops += n;
    own.jump += n * (x * x + y * y + z * z);
    own.net += n * (strain2[e] as number);
  }
  const total = { jump: 6 * graph.ionTime * diffusion.jump, net: sums.reduce((sum, s) => sum + s.net, 0) };
  return classes.names.map((name, c) => {
    const { edges, hops: count, jump, net } = sums[c] as (typeof sums)[number];
    const without = hops.map((n, e) => (classes.of[e] === c ? 0 : n));
    const left = networkDiffusion(graph, without, graph.ionTime, { guess: diffusion.potentials });
    return {
      name,
      edges,
      hops: count,
      jumpShare: jump / total.jump,
      elasticity: net / total.net,
      blocked: left.network / diffusion.network,
    };
  });
}

/**
 * A lattice gas: particles on a simple cubic lattice that hop to empty neighbours and do nothing else. Its collective diffusion
 * is known exactly, and with one vacancy its tracer diffusion too.
 */
import { RandomSequence } from '../../../../src/core/rng.ts';
import type { Paths } from './walks.ts';

export interface LatticeGas {
  /** Sites along each edge; periodic. */
  readonly edge: number;
  readonly vacancies: number;
  readonly frames: number;
  /** Tried hops of a particle per frame, Γ; Poisson in number. */
  readonly attempts: number;
  /** Å */
  readonly spacing: number;
}

/**
 * Slope of |Σ Δu|²/N per frame: Γ a² (M − N)/(M − 1). Exact at any length: the drift of the sum vanishes in every configuration
 * (as many bonds lead from a particle to a vacancy as back along each axis), so hops that happen are uncorrelated, and a
 * neighbour is empty with probability (M − N)/(M − 1).
 */
export function collectiveSlope({ edge, vacancies, attempts, spacing }: LatticeGas): number {
  return (attempts * spacing ** 2 * vacancies) / (edge ** 3 - 1);
}

/**
 * Correlation factor f = (1 + ⟨cos θ⟩)/(1 − ⟨cos θ⟩) of tracer hops by one vacancy on the periodic lattice (Compaan & Haven,
 * Trans. Faraday Soc. 52, 786 (1956), doi:10.1039/TF9565200786): after an exchange the vacancy stands at one neighbour of the
 * tracer and walks until it exchanges again, from the neighbour at an angle θ to the first hop. 0.6531 on an infinite lattice.
 */
export function correlationFactor(edge: number): number {
  const M = edge ** 3;
  const wrap = (x: number): number => (x + edge) % edge;
  const index = (x: number, y: number, z: number): number => wrap(x) + edge * (wrap(y) + edge * wrap(z));
  // h(site): mean of cos θ over the next exchange of a vacancy at this site; the tracer stands at the origin and came from −x
  // (the vacancy stands there), so that an exchange from +x has cos θ = 1, from −x cos θ = −1.
  let h = new Float64Array(M);
  const reward = (axis: number, sign: number): number => (axis === 0 ? sign : 0);
  for (let round = 0; round < 4000; round++) {
    const next = new Float64Array(M);
    for (let z = 0; z < edge; z++) {
      for (let y = 0; y < edge; y++) {
        for (let x = 0; x < edge; x++) {
          const here = index(x, y, z);
          if (here === 0) continue;
          let sum = 0;
          for (let way = 0; way < 6; way++) {
            const [axis, sign] = [way >> 1, way & 1 ? 1 : -1];
            const to = index(
              x + (axis === 0 ? sign : 0),
              y + (axis === 1 ? sign : 0),
              z + (axis === 2 ? sign : 0),
            );
            // The vacancy steps onto the tracer: the tracer hops against that step.
            sum += to === 0 ? reward(axis, -sign) : h[to]!;
          }
          next[here] = sum / 6;
        }
      }
    }
    const change = next.reduce((m, v, i) => Math.max(m, Math.abs(v - h[i]!)), 0);
    h = next;
    if (change < 1e-12) break;
  }
  const cosine = h[index(-1, 0, 0)]!;
  return (1 + cosine) / (1 - cosine);
}

/** Displacements of every particle. */
export function latticeGas(seed: number, gas: LatticeGas): Paths {
  const { edge, vacancies, frames, attempts, spacing } = gas;
  const M = edge ** 3;
  const N = M - vacancies;
  const random = new RandomSequence(seed, 9);
  const sites = random.shuffle(Array.from({ length: M }, (_, i) => i));
  // A particle tries a given empty neighbour at the rate Γ/6; so does every vacancy each of its neighbours.
  const empty = sites.slice(N);
  const particleAt = new Int32Array(M).fill(-1);
  sites.slice(0, N).forEach((site, i) => {
    particleAt[site] = i;
  });
  const walked = new Int32Array(3 * N);
  const paths = Array.from({ length: N }, () =>
    [0, 1, 2].map(() => new Float64Array(frames)),
  ) as unknown as Paths;
  const steps = [1, edge, edge * edge];
  const waiting = (): number => -Math.log(1 - random.uniform()) / (attempts * vacancies);
  let next = waiting();
  for (let t = 0; t < frames; t++) {
    for (; next < t; next += waiting()) {
      const draw = random.below(6 * vacancies);
      const [v, way] = [Math.floor(draw / 6), draw % 6];
      const [axis, sign] = [way >> 1, way & 1 ? 1 : -1];
      const site = empty[v]!;
      const place = Math.floor(site / steps[axis]!) % edge;
      const from = site + steps[axis]! * (((place + sign + edge) % edge) - place);
      const i = particleAt[from]!;
      if (i < 0) continue;
      particleAt[site] = i;
      particleAt[from] = -1;
      empty[v] = from;
      walked[3 * i + axis]! -= sign;
    }
    for (let i = 0; i < N; i++) {
      for (let k = 0; k < 3; k++) paths[i]![k]![t] = spacing * walked[3 * i + k]!;
    }
  }
  return paths;
}

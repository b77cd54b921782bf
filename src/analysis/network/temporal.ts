/**
 * Is the network alive at once? Connectivity of what happens within windows of time, against that of as many hops picked from
 * the whole run at random: the difference is a network that opens and closes.
 */
import { RandomSequence } from '../../core/rng.ts';
import { mean } from '../../core/stats.ts';
import { networkDiffusion, TOLERANCE } from './connectivity.ts';
import type { MeasuredNetwork } from './factorisation.ts';
import { adjacency } from './laplacian.ts';

export interface WindowPoint {
  /** Length of the windows, fs. */
  readonly window: number;
  readonly windows: number;
  /** Mean η of the hops within one window. */
  readonly eta: number;
  /** Mean η of as many hops, picked at random from the same replica's run. */
  readonly scattered: number;
}

export interface TemporalConnectivity {
  /** By falling window. */
  readonly points: readonly WindowPoint[];
  /** τ× at which η(τ) reaches 90 % of the value of the whole run, fs; null when no window short of the run does. */
  readonly crossover: number | null;
  /** The same for hops picked at random: what counting alone asks for. */
  readonly scatteredCrossover: number | null;
  /**
   * Smallest η(τ)/η_scattered(τ) among windows whose scattered η is at least half of the full one: about 1 for a network whose
   * edges are all open all the time, below for one that opens in turns.
   */
  readonly gating: number | null;
}

/** Windows of each length that are solved; more would not sharpen a mean that is read to 10 %. */
const MOST_WINDOWS = 8;
const HALVINGS = 9;
/** Frames of a window at least. */
const SHORTEST = 4;
const REACHED = 0.9;
const SEED = 20_240_603;

/** η in windows τ = T, T/2, T/4, … Null without percolation. At most 2 × 8 × 9 solves a replica, of four replicas at most. */
export function temporalConnectivity(network: MeasuredNetwork): TemporalConnectivity | null {
  const { graph, diffusion } = network;
  if (diffusion.network === 0) return null;
  const random = new RandomSequence(SEED, 1);
  const shared = {
    tolerance: TOLERANCE.resampled,
    adjacency: adjacency(graph.siteCount, graph.from, graph.to),
    guess: diffusion.potentials,
  };
  const etaOf = (hops: Float64Array): number => networkDiffusion(graph, hops, 1, shared).eta;
  const replicas = graph.replicas.slice(0, 4);
  const train = graph.hops;
  const own = replicas.map((_, r) => [...train.edge.keys()].filter((i) => train.replica[i] === r));
  const interval = replicas[0]?.frameInterval ?? 0;
  const longest = Math.min(...replicas.map(({ frames }) => frames));
  const points: WindowPoint[] = [];
  for (let k = 0; k < HALVINGS; k++) {
    const length = Math.floor(longest / 2 ** k);
    if (length < SHORTEST) break;
    const [inWindows, scattered]: [number[], number[]] = [[], []];
    replicas.forEach(({ frames }, r) => {
      const members = own[r] as number[];
      const available = Math.floor(frames / length);
      const count = Math.min(MOST_WINDOWS, available);
      for (let w = 0; w < count; w++) {
        // Spread over the run.
        const begin = Math.floor((w * available) / count) * length;
        const hops = new Float64Array(graph.edgeCount);
        const sample = new Float64Array(graph.edgeCount);
        for (const i of members) {
          const t = train.frame[i] as number;
          const e = train.edge[i] as number;
          if (t >= begin && t < begin + length) hops[e] = (hops[e] as number) + 1;
          if (random.uniform() * frames < length) sample[e] = (sample[e] as number) + 1;
        }
        inWindows.push(etaOf(hops));
        scattered.push(etaOf(sample));
      }
    });
    points.push({
      window: length * interval,
      windows: inWindows.length,
      eta: mean(inWindows),
      scattered: mean(scattered),
    });
  }
  const goal = REACHED * diffusion.eta;
  const telling = points.filter((p) => p.scattered >= 0.5 * diffusion.eta);
  return {
    points,
    crossover: crossing(points, (p) => p.eta, goal),
    scatteredCrossover: crossing(points, (p) => p.scattered, goal),
    gating: telling.length > 0 ? Math.min(...telling.map((p) => p.eta / p.scattered)) : null,
  };
}

/** Window at which a rising curve passes the goal, between points on a logarithmic scale. */
function crossing(
  falling: readonly WindowPoint[],
  read: (point: WindowPoint) => number,
  goal: number,
): number | null {
  let above: WindowPoint | undefined;
  for (const point of falling) {
    if (read(point) >= goal) {
      above = point;
      continue;
    }
    if (!above) return null;
    const share = (read(above) - goal) / (read(above) - read(point));
    return above.window * (point.window / above.window) ** share;
  }
  return above?.window ?? null;
}

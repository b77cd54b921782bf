/** The lowest arrangements of ions on the sites of a supercell, by counting all out or by annealing; and random ones. */
import { RandomSequence } from '../core/rng.ts';
import type { Cell } from '../model/cell.ts';
import { type Arena, Arrangement, randomPair } from './arrangement.ts';
import { type Draw, LowestDraws, SAME_ENERGY } from './distinct.ts';
import { allPlacements, magnitude, placed, repair, stir } from './placement.ts';

/** How the draws were come by. */
export interface Search {
  readonly method: 'exhaustive' | 'annealing' | 'random';
  readonly draws: readonly Draw[];
  /** Arrangements counted out, exchanges tried, or draws made. */
  readonly tried: number;
}

/** Streams of random numbers of this file, apart from those of others with the same seed. */
const STREAM = 0x6f726400;
const RESTARTS = 6;
/** Restarts in all, while fewer distinct arrangements than asked for were found. */
const MOST_RESTARTS = 24;
/** Exchanges of one restart, and the least and most for a site. */
const EXCHANGES = 3e5;
const SWEEPS = { least: 500, most: 5000 } as const;
/** The first temperature over the mean change of an exchange; the last over the first. */
const HOT = 0.3;
const COLD = 1e-2;
/** eV for each pair nearer than its ions may come; a forbidden pair of unlike ions gains less. */
const PENALTY = 30;
/** Beyond it 10^x arrangements are not counted out, however many exclusions forbid. */
const HOPELESS = 40;
/** In units of kT: e^{−40} is no chance. */
const HOPELESS_COST = 40;
const SAMPLES = 300;
/** Descents end here; each round tries every exchange once. */
const DESCENTS = 30;
const MOST_DESCENT = 2e7;

/**
 * The `wanted` lowest arrangements, no two of them symmetric copies; undefined when none without conflicts was found.
 * @param positions [total × 3] Å of the sites
 */
export function lowest(
  arena: Arena,
  cell: Cell,
  positions: Float64Array,
  wanted: number,
  seed: number,
): Search | undefined {
  const pool = new LowestDraws(arena, cell, positions, wanted);
  const all = magnitude(arena) < HOPELESS ? allPlacements(arena) : undefined;
  if (all) {
    for (const content of all) pool.offer(content, new Arrangement(arena, content).energy);
    return all.length === 0 ? undefined : { method: 'exhaustive', draws: pool.draws, tried: all.length };
  }
  let tried = 0;
  for (let run = 0; run < MOST_RESTARTS; run++) {
    if (run >= RESTARTS && pool.draws.length >= wanted) break;
    const random = new RandomSequence(seed, STREAM + run);
    const arrangement = placed(arena, random);
    // Where three attempts fail the next would too.
    if (!arrangement) return run === 0 ? undefined : { method: 'annealing', draws: pool.draws, tried };
    tried += anneal(arrangement, random, pool);
  }
  return pool.draws.length === 0 ? undefined : { method: 'annealing', draws: pool.draws, tried };
}

/** Arrangements at random among those without conflicts; undefined when none was found. */
export function drawn(arena: Arena, wanted: number, seed: number): Search | undefined {
  const draws: Draw[] = [];
  for (let k = 0; k < wanted; k++) {
    const random = new RandomSequence(seed, STREAM + k);
    const arrangement = placed(arena, random);
    if (!arrangement) return undefined;
    stir(arrangement, random);
    // Sums over many exchanges gather rounding; one made anew has none.
    const { energy, content } = new Arrangement(arena, arrangement.content);
    draws.push({ content, met: 1, ...(arena.energies && { energy }) });
  }
  return { method: 'random', draws, tried: wanted };
}

/** Metropolis exchanges while the temperature falls geometrically, then downhill as far as it goes. */
function anneal(arrangement: Arrangement, random: RandomSequence, pool: LowestDraws): number {
  const { arena } = arrangement;
  const start = HOT * meanChange(arrangement, random);
  const sweeps = Math.ceil(Math.min(SWEEPS.most, Math.max(SWEEPS.least, EXCHANGES / arena.total)));
  let tried = 0;
  let conflicts = arrangement.conflicts();
  let offered = Number.NaN;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const temperature = start * COLD ** (sweep / (sweeps - 1));
    for (let k = 0; k < arena.total; k++) {
      const pair = randomPair(arrangement, random);
      if (!pair) continue;
      tried++;
      const change = arrangement.energyOfSwap(...pair);
      const added = arrangement.conflictsOfSwap(...pair);
      const cost = change + PENALTY * added;
      if (cost > HOPELESS_COST * temperature) continue;
      if (cost > 0 && !(random.uniform() < Math.exp(-cost / temperature))) continue;
      arrangement.swap(...pair);
      conflicts += added;
    }
    if (conflicts > 0 || sweep < sweeps / 2 || Math.abs(arrangement.energy - offered) < SAME_ENERGY) continue;
    offered = arrangement.energy;
    pool.offer(arrangement.content, offered);
  }
  if (conflicts > 0 && !repair(arrangement, random)) return tried;
  tried += descend(arrangement);
  pool.offer(arrangement.content, new Arrangement(arena, arrangement.content).energy);
  return tried;
}

/** Size of a usual change, eV. */
function meanChange(arrangement: Arrangement, random: RandomSequence): number {
  let [sum, n] = [0, 0];
  for (let k = 0; k < SAMPLES; k++) {
    const pair = randomPair(arrangement, random);
    if (!pair || arrangement.conflictsOfSwap(...pair) > 0) continue;
    sum += Math.abs(arrangement.energyOfSwap(...pair));
    n++;
  }
  return n === 0 || sum === 0 ? 1 : sum / n;
}

/** Takes every exchange that lowers the energy and adds no conflict until none is left. */
function descend(arrangement: Arrangement): number {
  const { members } = arrangement.arena;
  let tried = 0;
  for (let round = 0, changed = true; changed && round < DESCENTS; round++) {
    changed = false;
    for (const sites of members) {
      for (let a = 0; a < sites.length; a++) {
        for (let b = 0; b < a; b++) {
          const [i, j] = [sites[a] as number, sites[b] as number];
          if (arrangement.content[i] === arrangement.content[j]) continue;
          if (++tried > MOST_DESCENT) return tried;
          if (arrangement.energyOfSwap(i, j) > -1e-9 || arrangement.conflictsOfSwap(i, j) > 0) continue;
          arrangement.swap(i, j);
          changed = true;
        }
      }
    }
  }
  return tried;
}

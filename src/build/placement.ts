/** Arrangements without forbidden neighbours: made from random ones, stirred, or counted out one by one. */
import type { RandomSequence } from '../core/rng.ts';
import { type Arena, Arrangement, EMPTY, randomContent, randomPair } from './arrangement.ts';

/** Partners tried at random for an ion in conflict before all are gone through. */
const TRIES = 64;
const ROUNDS = 200;
/** Exchanges looked at before a structure counts as too crowded. */
const MOST_TRIALS = 3e7;
const STIRRINGS = 20;

/**
 * Removes conflicts by exchanges that add none, from ions in conflict.
 * @returns whether none is left
 */
export function repair(arrangement: Arrangement, random: RandomSequence): boolean {
  const { arena } = arrangement;
  let trials = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let conflicts = 0;
    for (let i = 0; i < arena.total; i++) {
      if (arrangement.conflictsAt(i) === 0) continue;
      conflicts++;
      const sites = arena.members[arena.groupOf[i] as number] as Int32Array;
      const start = random.below(sites.length);
      let level = -1;
      let moved = false;
      for (let k = 0; k < TRIES + sites.length && !moved; k++) {
        const at = k < TRIES ? random.below(sites.length) : (start + k) % sites.length;
        const j = sites[at] as number;
        if (arrangement.content[i] === arrangement.content[j]) continue;
        const change = arrangement.conflictsOfSwap(i, j);
        trials++;
        if (change === 0 && level < 0) level = j;
        if (change >= 0) continue;
        arrangement.swap(i, j);
        moved = true;
      }
      // Nothing better: elsewhere at no cost, so that the next round begins differently.
      if (!moved && level >= 0) arrangement.swap(i, level);
      if (trials > MOST_TRIALS) return false;
    }
    if (conflicts === 0) return true;
  }
  return arrangement.conflicts() === 0;
}

/** An arrangement without conflicts; undefined when none was found in `attempts`. */
export function placed(arena: Arena, random: RandomSequence, attempts = 3): Arrangement | undefined {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const arrangement = new Arrangement(arena, randomContent(arena, random));
    if (repair(arrangement, random)) return arrangement;
  }
  return undefined;
}

/** Exchanges at random that bring no conflict, twenty for every site. */
export function stir(arrangement: Arrangement, random: RandomSequence): void {
  for (let k = 0; k < STIRRINGS * arrangement.arena.total; k++) {
    const pair = randomPair(arrangement, random);
    if (pair && arrangement.conflictsOfSwap(...pair) <= 0) arrangement.swap(...pair);
  }
}

/** log₁₀ of the number of ways to put the ions on the sites of their pools, exclusions aside. */
export function magnitude({ members, counts }: Arena): number {
  let sum = 0;
  const add = (n: number, sign: number): void => {
    for (let k = 2; k <= n; k++) sum += sign * Math.log10(k);
  };
  members.forEach((sites, g) => {
    const of = counts[g] as readonly number[];
    add(sites.length, 1);
    for (const n of of) add(n, -1);
    add(sites.length - of.reduce((a, b) => a + b, 0), -1);
  });
  return sum;
}

/** Limits of counting out: arrangements, and steps on the way to them. */
const MOST_ARRANGEMENTS = 20000;
const MOST_STEPS = 400000;

/**
 * Every arrangement without conflicts, site by site, dead ends left early.
 * @returns undefined when there are too many to count out
 */
export function allPlacements(arena: Arena): Int16Array[] | undefined {
  const { members, counts } = arena;
  const order = members.flatMap((sites) => [...sites]);
  const left = counts.map((of, g) => {
    const empty = (members[g] as Int32Array).length - of.reduce((a, b) => a + b, 0);
    return [empty, ...of];
  });
  // Contents are set and cleared in place; conflicts do not look at energies.
  const { energies: _, ...bare } = arena;
  const trial = new Arrangement(bare, new Int16Array(arena.total).fill(EMPTY));
  const { content } = trial;
  const found: Int16Array[] = [];
  let steps = 0;
  const place = (depth: number): boolean => {
    if (depth === order.length) {
      found.push(content.slice());
      return found.length <= MOST_ARRANGEMENTS;
    }
    if (++steps > MOST_STEPS) return false;
    const s = order[depth] as number;
    const stock = left[arena.groupOf[s] as number] as number[];
    for (let option = EMPTY; option < stock.length - 1; option++) {
      if (stock[option + 1] === 0) continue;
      content[s] = option;
      if (option === EMPTY || trial.conflictsAt(s) === 0) {
        stock[option + 1] = (stock[option + 1] as number) - 1;
        const goesOn = place(depth + 1);
        stock[option + 1] = (stock[option + 1] as number) + 1;
        if (!goesOn) return false;
      }
      content[s] = EMPTY;
    }
    return true;
  };
  return place(0) ? found : undefined;
}

/**
 * Swaps of occupants within their groups of sites that lower ½ q·M·q + external·q: simulated annealing (Kirkpatrick, Gelatt &
 * Vecchi, Science 220, 671 (1983), doi:10.1126/science.220.4598.671), then the best swap again and again until none lowers it.
 */
import type { RandomSequence } from '../core/rng.ts';
import type { SiteCoulomb } from './siteCoulomb.ts';

export interface Arrangement {
  /** [m] what each site holds; swapped in place. */
  readonly occupants: number[];
  /** [m] occupants are swapped within a group only. */
  readonly groupOf: readonly number[];
  /** Charges of an occupant on a site, one per dimension; those of different dimensions do not interact. */
  readonly vectorOf: (occupant: number, site: number) => readonly number[];
  readonly dimension: number;
  readonly energy: SiteCoulomb;
  /** The occupant that is not worth choosing first: most sites have it. */
  readonly stays: number;
}

/** Trial swaps per site that changes, and at most in all: a bound on time. */
const TRIALS = { perSite: 4000, most: 1_000_000 } as const;
/** Temperatures over the mean size of a change of energy. */
const HOT = 1;
const COLD = 1e-3;
/** eV; smaller gains are rounding. */
const GAIN = 1e-7;
/** Of the final descent; each goes through all swaps. */
const MOST_PASSES = 50;

/** Lowers the energy of an arrangement, in place. Returns by how much, eV; never raises it. */
export function anneal(arrangement: Arrangement, random: RandomSequence): number {
  const { occupants, groupOf, energy, dimension, vectorOf } = arrangement;
  const m = occupants.length;
  const charges = occupants.map((occupant, i) => [...vectorOf(occupant, i)]);
  const potential = potentials(charges, energy, dimension);
  const membersOf = new Map<number, number[]>();
  groupOf.forEach((group, i) => {
    const members = membersOf.get(group);
    if (members) members.push(i);
    else membersOf.set(group, [i]);
  });

  /** Change of energy, eV, if the occupants of two sites were swapped. */
  const change = (i: number, j: number): number => {
    const [toI, toJ] = [vectorOf(occupants[j] as number, i), vectorOf(occupants[i] as number, j)];
    const mii = energy.matrix[i * m + i] as number;
    const mjj = energy.matrix[j * m + j] as number;
    const mij = energy.matrix[i * m + j] as number;
    let sum = 0;
    for (let d = 0; d < dimension; d++) {
      const di = (toI[d] as number) - (charges[i]?.[d] as number);
      const dj = (toJ[d] as number) - (charges[j]?.[d] as number);
      const phi = potential[d] as Float64Array;
      sum += di * (phi[i] as number) + dj * (phi[j] as number);
      sum += 0.5 * (di * di * mii + dj * dj * mjj) + di * dj * mij;
    }
    return sum;
  };
  const swap = (i: number, j: number): void => {
    const [toI, toJ] = [vectorOf(occupants[j] as number, i), vectorOf(occupants[i] as number, j)];
    for (let d = 0; d < dimension; d++) {
      const di = (toI[d] as number) - (charges[i]?.[d] as number);
      const dj = (toJ[d] as number) - (charges[j]?.[d] as number);
      const phi = potential[d] as Float64Array;
      for (let b = 0; b < m; b++) {
        phi[b] =
          (phi[b] as number) +
          di * (energy.matrix[i * m + b] as number) +
          dj * (energy.matrix[j * m + b] as number);
      }
    }
    [charges[i], charges[j]] = [[...toI], [...toJ]];
    [occupants[i], occupants[j]] = [occupants[j] as number, occupants[i] as number];
  };

  const movers = (): number[] =>
    occupants.flatMap((occupant, i) => (occupant === arrangement.stays ? [] : [i]));
  let changing = movers();
  const trial = (): { i: number; k: number; j: number } => {
    const k = random.below(changing.length);
    const i = changing[k] as number;
    const members = membersOf.get(groupOf[i] as number) as number[];
    return { i, k, j: members[random.below(members.length)] as number };
  };
  if (changing.length === 0) return 0;
  let size = 0;
  for (let t = 0; t < 200; t++) {
    const { i, j } = trial();
    size += Math.abs(change(i, j)) / 200;
  }
  let total = 0;
  let best = { total: 0, occupants: [...occupants] };
  const trials = size > GAIN ? Math.min(TRIALS.most, TRIALS.perSite * changing.length) : 0;
  for (let t = 0; t < trials; t++) {
    const { i, j, k } = trial();
    if (occupants[i] === occupants[j]) continue;
    const delta = change(i, j);
    const temperature = size * HOT * (COLD / HOT) ** (t / trials);
    if (delta > 0 && random.uniform() >= Math.exp(-delta / temperature)) continue;
    swap(i, j);
    total += delta;
    if (occupants[i] === arrangement.stays) changing[k] = j;
    if (total < best.total - GAIN) best = { total, occupants: [...occupants] };
  }
  restore(best.occupants);
  total = best.total;
  changing = movers();
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    let gained = false;
    for (const i of changing) {
      let [bestDelta, bestJ] = [-GAIN, -1];
      for (const j of membersOf.get(groupOf[i] as number) as number[]) {
        if (occupants[i] === occupants[j]) continue;
        const delta = change(i, j);
        if (delta < bestDelta) [bestDelta, bestJ] = [delta, j];
      }
      if (bestJ < 0) continue;
      swap(i, bestJ);
      total += bestDelta;
      gained = true;
    }
    if (!gained) break;
    changing = movers();
  }
  return -total;

  function restore(kept: readonly number[]): void {
    kept.forEach((occupant, i) => {
      occupants[i] = occupant;
      charges[i] = [...vectorOf(occupant, i)];
    });
    potentials(charges, energy, dimension).forEach((phi, d) => {
      (potential[d] as Float64Array).set(phi);
    });
  }
}

/** [dimension][m] eV/e: of all charges and the external ones. */
function potentials(
  charges: readonly number[][],
  { matrix, external }: SiteCoulomb,
  dimension: number,
): Float64Array[] {
  const m = charges.length;
  return Array.from({ length: dimension }, (_, d) => {
    const phi = Float64Array.from(external);
    for (let a = 0; a < m; a++) {
      const q = charges[a]?.[d] as number;
      if (q === 0) continue;
      for (let b = 0; b < m; b++) phi[b] = (phi[b] as number) + q * (matrix[a * m + b] as number);
    }
    return phi;
  });
}

/**
 * Whole numbers of ions for the partly occupied sites of a supercell: neutral, as close to the refined composition as whole
 * numbers come, and no more on a split position than it holds.
 */
import { type System, speciesCounts } from '../model/system.ts';
import { cheapestFlow, type FlowEdge } from './convexFlow.ts';
import type { Bunch } from './exclusions.ts';
import type { Disorder } from './siteGroups.ts';

/** Ions of every species: what occupancies ask for, and what the supercell gets. */
export interface Stoichiometry {
  /** [groups][options] atoms in the supercell. */
  readonly counts: readonly (readonly number[])[];
  /** [types] partly and fully occupied sites together. */
  readonly asked: readonly number[];
  readonly reached: readonly number[];
  /** Index of the species that makes up for a charge of the refinement. */
  readonly mobile: number;
}

/** e */
const NEUTRAL = 1e-6;
/** The amount of the mobile ion is the least certain: being off by two ions of it is as bad as by one of another. */
const MOBILE_SLACK = 2;
/** The mobile ion may be off by so much of its amount, or by three halves of an ion. */
const MOST_OFF = 0.2;
/** Species whose whole numbers are tried beyond the two around the asked amount. */
const FEW = 5;
/** Candidates that are looked into. */
const MOST_TRIED = 200;

/**
 * The neutral whole numbers closest to the asked ones; undefined where there are none. Totals of species first: least
 * Σ ((n − asked)/s)², s = 2 for the mobile ion and 1 for others; then sites and species of sites, least Σ (n − asked)².
 * @param copies cells of the supercell
 */
export function stoichiometryOf(
  system: System,
  disorder: Disorder,
  bunches: readonly Bunch[],
  charges: readonly number[],
  copies: number,
): Stoichiometry | undefined {
  const { groups, fullAtoms } = disorder;
  const fixed = fullCounts(system, fullAtoms).map((n) => n * copies);
  const partial = fixed.map(() => 0);
  for (const { options, size } of groups) {
    for (const { type, occupancy } of options) {
      partial[type] = (partial[type] as number) + occupancy * size * copies;
    }
  }
  const mobile = mobileSpecies(system, partial, charges);
  const asked = partial.map((n, type) => n + (fixed[type] as number));
  const chargeOfFull = fixed.reduce((sum, n, type) => sum + n * (charges[type] as number), 0);
  for (const totals of candidates(partial, charges, mobile, chargeOfFull)) {
    const counts = spread(disorder, bunches, totals, copies);
    if (counts) {
      return { counts, asked, reached: totals.map((n, type) => n + (fixed[type] as number)), mobile };
    }
  }
  return undefined;
}

function fullCounts(system: System, atoms: readonly number[]): number[] {
  const typeOf = Uint16Array.from(atoms, (i) => system.typeOf[i] as number);
  return speciesCounts({ ...system, typeOf });
}

/** Of the partly occupied species the singly charged one there is most of, else that of the smallest charge. */
function mobileSpecies(system: System, partial: readonly number[], charges: readonly number[]): number {
  const rank = (type: number): number => {
    const charge = charges[type] as number;
    const isProton = system.species[type]?.element === 'H';
    return (charge === 1 && !isProton ? 0 : 10 * Math.abs(charge)) + 1 / (1 + (partial[type] as number));
  };
  const types = [...partial.keys()].filter((type) => (partial[type] as number) > 0);
  return types.reduce((best, type) => (rank(type) < rank(best) ? type : best), types[0] as number);
}

/** Neutral totals of the partly occupied sites, the closest first. */
function candidates(
  partial: readonly number[],
  charges: readonly number[],
  mobile: number,
  chargeOfFull: number,
): number[][] {
  const others = [...partial.keys()].filter((type) => type !== mobile && (partial[type] as number) > 0);
  const beyond = others.length <= FEW ? 1 : 0;
  let found: { totals: number[]; cost: number }[] = [{ totals: partial.map(() => 0), cost: 0 }];
  for (const type of others.slice(0, 2 * FEW)) {
    const asked = partial[type] as number;
    const [low, high] = [Math.max(0, Math.floor(asked) - beyond), Math.ceil(asked) + beyond];
    found = found.flatMap(({ totals, cost }) =>
      Array.from({ length: high - low + 1 }, (_, k) => ({
        totals: totals.map((n, i) => (i === type ? low + k : n)),
        cost: cost + (low + k - asked) ** 2,
      })),
    );
  }
  for (const type of others.slice(2 * FEW)) {
    for (const { totals } of found) totals[type] = Math.round(partial[type] as number);
  }
  const wanted = partial[mobile] as number;
  const perIon = charges[mobile] as number;
  const neutral = found.flatMap(({ totals, cost }) => {
    const net = totals.reduce((sum, n, type) => sum + n * (charges[type] as number), chargeOfFull);
    const exact = perIon === 0 ? wanted : -net / perIon;
    const n = Math.round(exact);
    const isNeutral = Math.abs(net + n * perIon) < NEUTRAL;
    if (!isNeutral || n < 0 || Math.abs(n - wanted) > Math.max(1.5, MOST_OFF * wanted)) return [];
    const off = ((n - wanted) / MOBILE_SLACK) ** 2;
    return [{ totals: totals.map((total, i) => (i === mobile ? n : total)), cost: cost + off }];
  });
  return neutral
    .sort((a, b) => a.cost - b.cost)
    .slice(0, MOST_TRIED)
    .map(({ totals }) => totals);
}

/** Totals of species spread over the sites: species → option of a group → bunches that have such sites. */
function spread(
  { groups }: Disorder,
  bunches: readonly Bunch[],
  totals: readonly number[],
  copies: number,
): number[][] | undefined {
  const options = groups.flatMap((group, g) =>
    group.options.map((option, k) => ({ ...option, g, k, size: group.size * copies })),
  );
  const nodeOfType = (type: number): number => 2 + type;
  const nodeOfOption = (o: number): number => 2 + totals.length + o;
  const nodeOfBunch = (b: number): number => 2 + totals.length + options.length + b;
  const edges: FlowEdge[] = totals.map((capacity, type) => ({ from: 0, to: nodeOfType(type), capacity }));
  const first = edges.length;
  options.forEach(({ type, occupancy, size }, o) => {
    const [from, to] = [nodeOfType(type), nodeOfOption(o)];
    edges.push({ from, to, capacity: size, wanted: occupancy * size });
  });
  bunches.forEach(({ sites, size }, b) => {
    let wanted = 0;
    options.forEach(({ g, occupancy }, o) => {
      const n = (sites.get(g) ?? 0) * size * copies;
      if (n > 0) edges.push({ from: nodeOfOption(o), to: nodeOfBunch(b), capacity: n });
      wanted += n * occupancy;
    });
    edges.push({ from: nodeOfBunch(b), to: 1, capacity: size * copies, wanted });
  });
  const amount = totals.reduce((sum, n) => sum + n, 0);
  const flow = cheapestFlow(nodeOfBunch(bunches.length), edges, amount);
  if (!flow) return undefined;
  const counts = groups.map((group) => group.options.map(() => 0));
  options.forEach(({ g, k }, o) => {
    (counts[g] as number[])[k] = flow[first + o] as number;
  });
  return counts;
}

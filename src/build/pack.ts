/**
 * Random packing: ions of a composition in a cubic cell, no two closer than ions of their kinds come. What a melt starts from;
 * its structure is made by the run that follows.
 */
import { AVOGADRO } from '../core/constants.ts';
import { ELEMENTS } from '../core/elements.ts';
import { InputError } from '../core/errors.ts';
import { RandomSequence } from '../core/rng.ts';
import { parseNumber, quote } from '../core/text.ts';
import { cellFromVectors } from '../model/cell.ts';
import { signed } from '../model/oxidation.ts';
import { checkSystem, reducedFormula, type Species, type System } from '../model/system.ts';
import { parseFormula } from './chemicalFormula.ts';
import { contactDistance } from './contacts.ts';
import { type GivenCharges, oxidationState } from './oxidation.ts';
import { pushApart } from './pushApart.ts';

export interface Packing {
  /** Formula units by formula. */
  readonly units: Readonly<Record<string, number>>;
  /** g/cm³; or the edge (Å). */
  readonly density?: number;
  readonly edge?: number;
  readonly seed: number;
  /** Least distances, Å, by pair of elements such as `Li-Cl`, before those of the ionic radii. */
  readonly distances?: Readonly<Record<string, number>>;
  readonly charges?: GivenCharges;
}

/** Fraction of the sum of ionic radii: Cl–Cl 3.08 Å, Li–Cl 2.18 Å. */
const FRACTION = 0.85;
/** Å */
const CATIONS_APART = 2.5;
const MOST_ATOMS = 20_000;
const EDGES = { shortest: 4, longest: 500 } as const;
/** u/Å³ → g/cm³ */
const DENSITY = 1e24 / AVOGADRO;

/**
 * A cubic cell of the composition at a density or with an edge. Deterministic in the seed. Throws for charged compositions,
 * absurd densities and cells in which the ions find no room.
 */
export function pack(packing: Packing): System {
  const counts = atomsOf(packing.units);
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0);
  if (total < 2 || total > MOST_ATOMS) {
    throw new InputError(`pack: ${total} atoms; expected 2 to ${MOST_ATOMS}`);
  }
  const species = [...counts.keys()].map((element): Species => {
    const bare = { label: element, element, mass: ELEMENTS.get(element)?.mass ?? 0 };
    return { ...bare, formalCharge: oxidationState(bare, packing.charges) };
  });
  const numbers = [...counts.values()];
  const net = species.reduce(
    (sum, { formalCharge = 0 }, s) => sum + formalCharge * (numbers[s] as number),
    0,
  );
  if (net !== 0) {
    const states = species.map(({ label, formalCharge = 0 }) => `${label} ${signed(formalCharge)}`);
    throw new InputError(`pack: the composition carries ${signed(net)} e (${states.join(', ')})`);
  }
  const mass = species.reduce((sum, one, s) => sum + one.mass * (numbers[s] as number), 0);
  const edge = edgeOf(packing, mass);
  const typeOf = Uint16Array.from(species.flatMap((_, s) => new Array<number>(numbers[s] as number).fill(s)));
  const random = new RandomSequence(packing.seed);
  const start = Float64Array.from({ length: 3 * total }, () => edge * random.uniform());
  const least = leastDistances(species, packing.distances ?? {});
  const longest = Math.max(...least.flat());
  if (longest > edge / 2) {
    throw new InputError(
      `pack: an edge of ${edge.toFixed(3)} Å is less than twice the longest distance, ${longest.toFixed(2)} Å; take more units`,
    );
  }
  const { positions, worst } = pushApart({ edge, positions: start, typeOf, least });
  if (worst) {
    const [a, b] = [worst.i, worst.j].map((i) => species[typeOf[i] as number]?.label);
    throw new InputError(
      `pack: no room at ${((DENSITY * mass) / edge ** 3).toFixed(3)} g/cm³: ${a} and ${b} stay ${worst.distance.toFixed(2)} Å ` +
        `apart, ${worst.least.toFixed(2)} Å were asked for; take a lower density or smaller distances`,
    );
  }
  const system: System = {
    title: '',
    cell: cellFromVectors([edge, 0, 0, 0, edge, 0, 0, 0, edge]),
    species,
    typeOf,
    positions,
  };
  return checkSystem({ ...system, title: `${reducedFormula(system)}, packed at random` });
}

/** `LiAlCl4:20,LiCl:10` → formula units. @param what names the option in messages */
export function parseUnits(text: string, what: string): Record<string, number> {
  const parts = text.split(',').map((part): [string, number] => {
    const [formula = '', digits, ...more] = part.trim().split(':');
    const n = digits !== undefined && /^\d{1,6}$/.test(digits) ? Number(digits) : 0;
    if (n < 1 || more.length > 0) {
      throw new InputError(`${what}: expected FORMULA:UNITS such as LiAlCl4:20, found ${quote(part)}`);
    }
    parseFormula(formula, what);
    return [formula, n];
  });
  return Object.fromEntries(parts);
}

/** `Li-Cl=2.1,Cl-Cl=3` → least distances, Å. */
export function parseDistances(text: string, what: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [pair = '', field, ...more] = part.split('=');
      const value = parseNumber(field?.trim());
      if (value === undefined || more.length > 0) {
        throw new InputError(`${what}: expected A-B=Å such as Li-Cl=2.1, found ${quote(part)}`);
      }
      return [pair.trim(), value];
    }),
  );
}

function atomsOf(units: Packing['units']): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [formula, n] of Object.entries(units)) {
    for (const [element, perUnit] of parseFormula(formula, 'pack')) {
      counts.set(element, (counts.get(element) ?? 0) + n * perUnit);
    }
  }
  return counts;
}

function edgeOf({ density, edge }: Packing, mass: number): number {
  if ((density === undefined) === (edge === undefined)) {
    throw new InputError('pack: expected either a density (g/cm³) or an edge (Å)');
  }
  const length = edge ?? Math.cbrt((mass * DENSITY) / (density as number));
  if (length >= EDGES.shortest && length <= EDGES.longest) return length;
  throw new InputError(
    `pack: the edge would be ${length.toFixed(3)} Å; expected ${EDGES.shortest} to ${EDGES.longest} Å`,
  );
}

/** [s×s] Å */
function leastDistances(species: readonly Species[], given: Readonly<Record<string, number>>): number[][] {
  const elements = species.map(({ element }) => element);
  for (const [pair, distance] of Object.entries(given)) {
    const names = pair.split('-');
    if (names.length !== 2 || !names.every((one) => elements.includes(one))) {
      throw new InputError(
        `pack: ${quote(pair)} is no pair of ${elements.join(', ')}, such as ${elements[0]}-${elements.at(-1)}`,
      );
    }
    if (!(distance >= 0 && distance <= 10)) {
      throw new InputError(`pack: ${pair}: expected 0 to 10 Å, found ${distance}`);
    }
  }
  const ions = species.map(({ element, formalCharge: charge = 0 }) => ({ element, charge }));
  return ions.map((a) =>
    ions.map(
      (b) =>
        given[`${a.element}-${b.element}`] ??
        given[`${b.element}-${a.element}`] ??
        contactDistance(a, b, FRACTION, CATIONS_APART),
    ),
  );
}

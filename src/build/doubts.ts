/** What in a structure should make one look twice, in plain words. */
import { ELEMENTS } from '../core/elements.ts';
import { NEUTRAL, signed } from '../model/oxidation.ts';
import type { Species, System } from '../model/system.ts';
import type { Inspection, ShortestDistance } from './inspect.ts';
import type { Site } from './sites.ts';
import { symmetryOf } from './symmetryOf.ts';

/** Shorter distances are short: fraction of the sum of two ionic radii, where at least one is an anion's. */
const SHORT = 0.8;
/** Å: cations repel each other, whatever their radii. */
const SHORT_CATIONS = 2;
/** Bond-valence sums off by more than this fraction. */
const OFF = 0.25;
/** v.u.; well refined structures stay below 0.2 (I. D. Brown, doi:10.1021/cr900053k, section 5). */
const UNSTABLE = 0.3;
/** Space filled by spheres of the ionic radii; the structures of the library have 0.5 to 0.9. */
const FILLED = { least: 0.35, most: 1.05 } as const;
/** A symmetry search with this many times the tolerance tells noise. */
const LOOSER = 10;
/** Å */
const WIDTH = 16;

type Report = Omit<Inspection, 'warnings'>;

/** All doubts about a structure, the gravest first. */
export async function doubts(system: System, report: Report): Promise<string[]> {
  return [
    ...chargeDoubts(report),
    ...occupancyDoubts(report),
    ...distanceDoubts(system, report),
    ...valenceDoubts(system, report),
    ...(await noiseDoubts(system, report)),
    ...densityDoubts(system, report),
    ...widthDoubts(report),
  ];
}

function chargeDoubts({ charge: { net, species } }: Report): string[] {
  if (Math.abs(net) <= NEUTRAL) return [];
  const states = species.map(({ label, charge }) => `${label} ${signed(charge)}`).join(', ');
  return [`the cell has a net charge of ${signed(Number(net.toFixed(3)))} e with ${states}`];
}

function occupancyDoubts({ sites, symmetry }: Report): string[] {
  const partial = sites.filter(({ occupancy, occupants }) => occupancy < 0.9999 || occupants.length > 1);
  const crowded = sites.findIndex(({ occupancy }) => occupancy > 1.01);
  const out: string[] = [];
  if (crowded >= 0) {
    out.push(`site ${crowded + 1} holds ${sites[crowded]?.occupancy} atoms: atoms lie on each other`);
  }
  if (partial.length > 0) {
    const kinds =
      typeof symmetry === 'string'
        ? ''
        : ` (${symmetry.orbits
            .filter(({ sites: own }) => partial.includes(sites[own[0] as number] as Site))
            .map(({ label, occupants }) => `${label ?? ''} ${occupants}`.trim())
            .join('; ')})`;
    out.push(
      `${partial.length} of ${sites.length} sites are partly or mixed occupied${kinds}: order them before a run`,
    );
  }
  return out;
}

function distanceDoubts(system: System, { distances, charge, sites }: Report): string[] {
  const chargeOf = new Map(charge.species.map(({ label, charge: q }) => [label, q]));
  return distances.flatMap((found): string[] => {
    const { between, distance } = found;
    const [a, b] = between.map((label) => chargeOf.get(label) ?? 0) as [number, number];
    const pair = `${between.join('–')} ${distance.toFixed(3)} Å`;
    if (a > 0 && b > 0) {
      if (distance >= SHORT_CATIONS) return [];
      return excludes(found, sites)
        ? [`${pair}: these sites exclude each other, only one of two may be filled`]
        : [`${pair}: cations nearer than ${SHORT_CATIONS} Å`];
    }
    const [ra, rb] = between.map((label) => listedRadius(system, label));
    if (ra === undefined || rb === undefined) {
      return distance < 0.7 ? [`${pair}: the atoms overlap`] : [];
    }
    const fraction = distance / (ra + rb);
    if (fraction >= SHORT) return [];
    const which = excludes(found, sites) ? ' (partly occupied sites: perhaps never filled both)' : '';
    return [
      `${pair} is ${(100 * fraction).toFixed(1)} % of the sum of the ionic radii (${(ra + rb).toFixed(2)} Å), shorter than ${100 * SHORT} %${which}`,
    ];
  });
}

/** True when both sites are empty often enough never to be filled together, refinement errors allowed for. */
function excludes({ sites: [i, j] }: ShortestDistance, sites: readonly Site[]): boolean {
  return (sites[i] as Site).occupancy + (sites[j] as Site).occupancy <= 1.1;
}

/** Å; undefined where the table has only a stand-in (1 Å; calcium has it in earnest), and for hydrogen. */
function listedRadius({ species }: System, label: string): number | undefined {
  const element = species.find((one) => one.label === label)?.element ?? '';
  const radius = ELEMENTS.get(element)?.ionicRadius;
  return radius === 1 && element !== 'Ca' ? undefined : radius;
}

function valenceDoubts(system: System, { bondValences: { sums, missing } }: Report): string[] {
  const out: string[] = [];
  if (missing.length > 0) {
    out.push(
      `no bond-valence parameters for ${missing.join(', ')}: sums of these ions are incomplete or absent`,
    );
  }
  const isIncomplete = (species: number): boolean => {
    const { element } = system.species[species] as Species;
    return missing.some((pair) => pair.split('–').includes(element));
  };
  const rows = new Map<
    string,
    { label: string; expected: number; worst: number; count: number; of: number }
  >();
  for (const { species, sum, expected } of sums) {
    if (sum === undefined || expected === 0 || isIncomplete(species)) continue;
    const { label } = system.species[species] as Species;
    const row = rows.get(label) ?? { label, expected, worst: Math.abs(expected), count: 0, of: 0 };
    rows.set(label, row);
    row.of++;
    const off = (value: number): number => Math.abs(value / Math.abs(expected) - 1);
    if (off(sum) > OFF) row.count++;
    if (off(sum) > off(row.worst)) row.worst = sum;
  }
  for (const { label, expected, worst, count, of } of rows.values()) {
    if (count === 0) continue;
    out.push(
      `${label}: the bond-valence sum of ${count} of ${of} is off by more than ${100 * OFF} %, at worst ${worst.toFixed(2)} against ${Math.abs(expected)}`,
    );
  }
  return out;
}

async function noiseDoubts(system: System, { symmetry, sites, bondValences }: Report): Promise<string[]> {
  const out: string[] = [];
  if (typeof symmetry !== 'string') {
    const looser = LOOSER * symmetry.tolerance;
    const second = looser <= 1 ? await symmetryOf(system, sites, looser) : symmetry;
    if (typeof second !== 'string' && second.orbits.length < symmetry.orbits.length) {
      out.push(
        `within ${Number(looser.toPrecision(3))} Å the symmetry is higher (${second.symbol}, ${second.number}): coordinates may be noisy, or the structure nearly symmetric`,
      );
    }
  }
  const { instability } = bondValences;
  if (instability !== undefined && instability > UNSTABLE) {
    out.push(
      `the global instability index is ${instability.toFixed(2)} v.u. (below 0.2 in well refined structures): noisy coordinates, wrong occupancies or a cell that wants to relax`,
    );
  }
  return out;
}

function densityDoubts(system: System, { cell, sites }: Report): string[] {
  let filled = 0;
  for (const { occupants } of sites) {
    for (const { species, occupancy } of occupants) {
      const radius = ELEMENTS.get((system.species[species] as Species).element)?.ionicRadius ?? 1;
      filled += occupancy * (4 / 3) * Math.PI * radius ** 3;
    }
  }
  const fraction = filled / cell.volume;
  if (fraction >= FILLED.least && fraction <= FILLED.most) return [];
  const how = fraction > FILLED.most ? 'too dense' : 'too thin';
  return [
    `the ions fill ${Math.round(100 * fraction)} % of the cell, expected ${100 * FILLED.least} to ${100 * FILLED.most} %: ${how} for an ionic crystal (missing or doubled atoms, wrong cell, vacuum?)`,
  ];
}

function widthDoubts({ cell: { widths, supercell } }: Report): string[] {
  const thinnest = Math.min(...widths);
  if (thinnest >= WIDTH) return [];
  return [
    `the cell is ${thinnest.toFixed(1)} Å wide, less than twice a cutoff of 8 Å: a run needs a supercell of ${supercell.join(' × ')} or more`,
  ];
}

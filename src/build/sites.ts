/** Sites of a structure: atoms that share one place (mixed occupation) are one site. */
import { surroundings } from '../model/around.ts';
import type { Species, System } from '../model/system.ts';

/** What a site holds: species and how much of it. */
export interface Occupant {
  /** Index into the species of the system. */
  readonly species: number;
  readonly occupancy: number;
}

export interface Site {
  /** Indices of its atoms; the first one's place is the site's. */
  readonly atoms: readonly number[];
  /** Sorted by species; one entry for each. */
  readonly occupants: readonly Occupant[];
  /** Å, as the first atom has it. */
  readonly position: readonly [number, number, number];
  /** Sum of the occupancies; above 1 where atoms lie on each other. */
  readonly occupancy: number;
}

/** Atoms nearer than this share a site, Å. */
const SAME_PLACE = 0.05;

/** All sites, in the order of their first atoms. */
export function sitesOf(system: System): Site[] {
  const { positions, typeOf, occupancies } = system;
  const n = typeOf.length;
  const { around } = surroundings(system.cell, positions);
  const home = new Int32Array(n).fill(-1);
  const members: number[][] = [];
  for (let i = 0; i < n; i++) {
    if (home[i] !== -1) continue;
    const own: number[] = [];
    const [x, y, z] = place(positions, i);
    around(x, y, z, SAME_PLACE, (j) => {
      if (home[j] !== -1) return;
      home[j] = i;
      own.push(j);
    });
    members.push(own.sort((a, b) => a - b));
  }
  return members.map((atoms) => {
    const amounts = new Map<number, number>();
    for (const i of atoms) {
      const type = typeOf[i] as number;
      amounts.set(type, (amounts.get(type) ?? 0) + (occupancies?.[i] ?? 1));
    }
    return {
      atoms,
      occupants: [...amounts]
        .sort(([a], [b]) => a - b)
        .map(([species, occupancy]) => ({ species, occupancy: round(occupancy) })),
      position: place(positions, atoms[0] as number),
      occupancy: round([...amounts.values()].reduce((sum, x) => sum + x, 0)),
    };
  });
}

/** `Li`, `Li 0.5`, `Sc 0.33 + In 0.33`: what stands on a site. */
export function occupantText({ occupants }: Pick<Site, 'occupants'>, species: readonly Species[]): string {
  return occupants
    .map(({ species: i, occupancy }) => {
      const { label } = species[i] as Species;
      return Math.abs(occupancy - 1) < 1e-6 ? label : `${label} ${Number(occupancy.toFixed(3))}`;
    })
    .join(' + ');
}

/** Positions of sites, [n×3] Å. */
export function sitePositions(sites: readonly Site[]): Float64Array {
  return Float64Array.from(sites.flatMap(({ position }) => position));
}

function place(positions: Float64Array, i: number): [number, number, number] {
  return [positions[3 * i] as number, positions[3 * i + 1] as number, positions[3 * i + 2] as number];
}

/** Sums of thirds are whole again. */
function round(x: number): number {
  return Math.round(x * 1e9) / 1e9;
}

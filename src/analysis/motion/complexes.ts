/** Polyanions and other complexes: central atoms with the ligands of their first shell, as found in the first frame. */
import { InputError, suggestion } from '../../core/errors.ts';
import { inverse, rowTimes } from '../../core/vec.ts';
import { type Surroundings, surroundings } from '../../model/around.ts';
import type { Species, System } from '../../model/system.ts';
import { atomsOf } from '../frames/displacements.ts';

export interface Complexes {
  /** `PS4` */
  readonly name: string;
  /** [complexes] */
  readonly centrals: Int32Array;
  /** [complexes + 1] the bonds of complex c are those from first[c] up to first[c+1]. */
  readonly first: Int32Array;
  /** [bonds] */
  readonly ligands: Int32Array;
  /** [bonds×3] lattice vectors that make the ligand's unwrapped position its image nearest to the centre. */
  readonly images: Float64Array;
  /** A ligand farther away has left, Å. */
  readonly cutoff: number;
  /** Mean bond length, Å. */
  readonly bondLength: number;
}

export interface ComplexChoice {
  /** Label or element of the central species; empty: found by isolated first shells. */
  readonly central: string;
  readonly ligand: string;
  /** Å; 0: the gap behind the first shell. */
  readonly cutoff: number;
}

/** First shells are looked for up to here, Å. */
const REACH = 4.5;
/** A first shell is one when the next atom is farther by this factor. */
const LEAST_GAP = 1.25;
const MOST_LIGANDS = 12;

/** An atom of a shell. */
interface Neighbour {
  readonly atom: number;
  readonly vector: readonly [number, number, number];
  readonly distance: number;
}

/**
 * The complexes of a structure. Without a name: among pairs of species that are not mobile, the one with the shortest bonds
 * whose central atoms all have the same number of ligands, none shared, and nothing more within 1.25 bond lengths.
 * @param mobile indices of the mobile species
 * @returns undefined when there are none
 */
export function findComplexes(
  system: System,
  mobile: readonly number[],
  choice: ComplexChoice,
): Complexes | undefined {
  const framework = system.species.map((_, s) => s).filter((s) => !mobile.includes(s));
  const centrals = choice.central === '' ? framework : speciesNamed(system, choice.central);
  const ligands = choice.ligand === '' ? framework : speciesNamed(system, choice.ligand);
  let best: Complexes | undefined;
  for (const c of centrals) {
    for (const l of ligands) {
      if (c === l) continue;
      const found = complexesOf(system, c, l, choice.cutoff);
      if (found && (best === undefined || found.bondLength < best.bondLength)) best = found;
    }
  }
  return best;
}

function speciesNamed(system: System, name: string): number[] {
  const matching = (key: 'label' | 'element'): number[] =>
    system.species.flatMap((species, s) => (species[key] === name ? [s] : []));
  const found = matching('label').length > 0 ? matching('label') : matching('element');
  if (found.length === 0) {
    throw new InputError(
      `complexes: no species is called "${name}"${suggestion(
        name,
        system.species.map((s) => s.label),
      )}`,
    );
  }
  return found;
}

function complexesOf(system: System, central: number, ligand: number, cutoff: number): Complexes | undefined {
  const atoms = atomsOf(system, central);
  const others = atomsOf(system, ligand);
  if (atoms.length === 0 || others.length === 0) return undefined;
  const around = surroundings(
    system.cell,
    others.flatMap((other) => [...system.positions.subarray(3 * other, 3 * other + 3)]),
  );
  const shells = atoms.map((atom) => shellOf(system, atom, others, around, Math.max(REACH, cutoff)));
  const limit = cutoff > 0 ? cutoff : commonGap(shells);
  if (limit === undefined) return undefined;
  const bonds = shells.map((shell) => shell.filter((n) => n.distance < limit));
  const flat = bonds.flat();
  const isShared = new Set(flat.map((n) => n.atom)).size < flat.length;
  if (flat.length === 0 || isShared) return undefined;
  const first = new Int32Array(atoms.length + 1);
  bonds.forEach((own, c) => {
    first[c + 1] = (first[c] as number) + own.length;
  });
  const inv = inverse(system.cell.h);
  const images = new Float64Array(3 * flat.length);
  atoms.forEach((atom, c) => {
    (bonds[c] as Neighbour[]).forEach((n, b) => {
      const rest = [0, 1, 2].map(
        (k) =>
          (n.vector[k] as number) -
          (system.positions[3 * n.atom + k] as number) +
          (system.positions[3 * atom + k] as number),
      );
      images.set(rowTimes(rest, inv).map(Math.round), 3 * ((first[c] as number) + b));
    });
  });
  const label = (s: number): string => (system.species[s] as Species).label;
  const count = new Set(bonds.map((own) => own.length)).size === 1 ? (bonds[0] as Neighbour[]).length : 'n';
  return {
    name: `${label(central)}${label(ligand)}${count === 1 ? '' : count}`,
    centrals: Int32Array.from(atoms),
    first,
    ligands: Int32Array.from(flat, (n) => n.atom),
    images,
    cutoff: limit,
    bondLength: flat.reduce((sum, n) => sum + n.distance, 0) / flat.length,
  };
}

/** Atoms of the other species around one, nearest first. */
function shellOf(
  system: System,
  atom: number,
  others: readonly number[],
  { around }: Surroundings,
  reach: number,
): Neighbour[] {
  const found: Neighbour[] = [];
  const [x, y, z] = system.positions.subarray(3 * atom, 3 * atom + 3) as unknown as [number, number, number];
  around(x, y, z, reach, (k, dx, dy, dz, distance) => {
    found.push({ atom: others[k] as number, vector: [dx, dy, dz], distance });
  });
  return found.sort((a, b) => a.distance - b.distance);
}

/** A distance in the gap behind the first shell, if all have one, behind the same number of ligands; half way in the logarithm. */
function commonGap(shells: readonly Neighbour[][]): number | undefined {
  const inner = (n: number): number =>
    Math.max(...shells.map((shell) => shell[n - 1]?.distance ?? Number.NaN));
  const outer = (n: number): number => Math.min(...shells.map((shell) => shell[n]?.distance ?? REACH));
  let best: number | undefined;
  let widest = LEAST_GAP;
  for (let n = 1; n <= MOST_LIGANDS; n++) {
    const gap = outer(n) / inner(n);
    // NaN where an atom has fewer neighbours.
    if (!(gap > widest)) continue;
    widest = gap;
    best = Math.sqrt(outer(n) * inner(n));
  }
  return best;
}

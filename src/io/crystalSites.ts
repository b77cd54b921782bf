/** Sites of a CIF as listed: what files get wrong about them, mended where only one meaning is left. */
import { InputError } from '../core/errors.ts';
import type { Vec3 } from '../core/vec.ts';
import type { Cell } from '../model/cell.ts';
import { elementNamed } from './species.ts';
import { applyOperation, MERGE_DISTANCE, type SymmetryOperation, separation } from './symmetry.ts';

/** One line of the atom-site loop. */
export interface Site {
  readonly label: string;
  /** Element or ion, such as `Li` or `Li1+`. */
  readonly type: string;
  readonly position: Vec3;
  readonly occupancy: number;
  /** Images in the cell, as the file counts them. */
  readonly multiplicity?: number;
  readonly line: number;
}

interface Crystal {
  readonly operations: readonly SymmetryOperation[];
  readonly cell: Cell;
  readonly file: string;
  /** Gets one sentence per assumption. */
  readonly warnings: string[];
}

/** Comparisons of sites with images; more are left unchecked. */
const MOST_COMPARISONS = 2e7;
/** Occupancies of one place add up to no more, refinement errors allowed for. */
const MOST_ON_ONE_PLACE = 1.02;
/** Two images of one site are no two atoms when they are nearer than this, Å … */
const TOO_NEAR = 0.5;
/** … and the site is filled more than this: split sites are refined to a little above one half. */
const FILLED = 0.75;

/**
 * Sites without those that repeat another: the same element with the same occupancy on an image of its place, as in files
 * that list all atoms of the cell and the symmetry as well. They are repetitions only when the place would hold more than
 * one atom otherwise. Different atoms that together overfill a place are an InputError.
 */
export function withoutDuplicates(sites: readonly Site[], crystal: Crystal): Site[] {
  const { operations, cell, file, warnings } = crystal;
  if (sites.length ** 2 * operations.length > MOST_COMPARISONS) return [...sites];
  const kept: Site[] = [];
  const dropped: Site[] = [];
  for (const site of sites) {
    const images = operations.map((operation) => applyOperation(operation, site.position));
    const sharing = kept.filter(({ position }) =>
      images.some((image) => separation(position, image, cell) <= MERGE_DISTANCE),
    );
    const total = sharing.reduce((sum, { occupancy }) => sum + occupancy, site.occupancy);
    if (sharing.length === 0 || total <= MOST_ON_ONE_PLACE) {
      kept.push(site);
      continue;
    }
    const twin = sharing.find(
      (other) =>
        elementNamed(other.type)?.symbol === elementNamed(site.type)?.symbol &&
        Math.abs(other.occupancy - site.occupancy) < 1e-6,
    );
    if (!twin) {
      const labels = [...sharing, site].map(({ label }) => label).join(', ');
      throw new InputError(
        `sites ${labels} share one place and fill it ${Number(total.toFixed(3))} times; expected at most once`,
        { file, line: site.line },
      );
    }
    dropped.push(site);
  }
  if (dropped.length > 0) {
    const shown = dropped.slice(0, 5).map(({ label }) => label);
    const others = dropped.length > 5 ? ` and ${dropped.length - 5} more` : '';
    warnings.push(`${shown.join(', ')}${others}: listed already (images of other sites), counted once`);
  }
  return kept;
}

/** Doubts about the images of a site: others than the file counts, or nearly coincident ones. */
export function checkOrbit(site: Site, images: readonly Vec3[], cell: Cell, warnings: string[]): void {
  const { label, multiplicity, occupancy } = site;
  const [first, ...others] = images;
  const nearest = first
    ? others.reduce(
        (least, image) => Math.min(least, separation(first, image, cell)),
        Number.POSITIVE_INFINITY,
      )
    : Number.POSITIVE_INFINITY;
  if (nearest < TOO_NEAR && occupancy > FILLED) {
    warnings.push(
      `images of site ${label} are ${nearest.toFixed(3)} Å apart: it is meant to lie on a special position, but has too few digits or wrong ones`,
    );
  } else if (multiplicity !== undefined && multiplicity !== images.length) {
    warnings.push(
      `site ${label} has ${images.length} images, but the file counts ${multiplicity}: symmetry or coordinates are not what was meant`,
    );
  }
}

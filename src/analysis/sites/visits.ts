/**
 * Stays of ions at sites: what occupancies, hops, residence times and networks are made of. Sites are found elsewhere
 * (by polyhedra, crystallography or density); here is only what they have in common.
 */
import type { Vec3 } from '../../core/vec.ts';
import type { Cell } from '../../model/cell.ts';

/** Places where a mobile ion can rest, one list for a whole trajectory. */
export interface SiteSet {
  /** Mean cell. */
  readonly cell: Cell;
  /** [n×3] fractional coordinates of the mean centres, each in [0, 1). */
  readonly fractional: Float64Array;
  /** [n] class of each site: `tetrahedral`, `octahedral`, a crystallographic label, `peak`. */
  readonly kinds: readonly string[];
}

/** One stay of one ion at one site, after the recrossing filter. */
export interface Visit {
  /** Index among the mobile ions. */
  readonly ion: number;
  readonly site: number;
  /** Which periodic image of the site, in lattice vectors: the ion rests near (fractional + image)·H, unwrapped. */
  readonly image: Vec3;
  /** First frame of the stay. */
  readonly begin: number;
  /** Frame at which the ion first counts elsewhere; for the last visit the number of frames. */
  readonly end: number;
}

/** What one replica's ions did. */
export interface SiteHistory {
  readonly sites: SiteSet;
  /** Mobile ions. */
  readonly ions: number;
  readonly frames: number;
  /** fs */
  readonly frameInterval: number;
  /**
   * By ion, then by time; consecutive visits of an ion differ in site or image, and each begins where the one before ends.
   * The first visit of an ion is censored at its begin (0), the last one at its end (`frames`).
   */
  readonly visits: readonly Visit[];
  /** Share of ion-frames that were at no site before the filter assigned them to the site left last. */
  readonly unassigned: number;
  /** The recrossing filter in words, with its number. */
  readonly filter: string;
}

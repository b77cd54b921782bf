/** Coulomb interactions of sites among each other and with ions that stay: what placements are ranked by. */
import type { Cell } from '../model/cell.ts';
import { potentialAt, siteMatrix } from './latticePotential.ts';

/** Energy of charges q on the sites: ½ q·M·q + external·q + what does not depend on q. */
export interface SiteCoulomb {
  /** [m×m] symmetric, eV/e²: site with site, images and the neutralising background included. */
  readonly matrix: Float64Array;
  /** [m] eV/e: the potential of the ions that stay. */
  readonly external: Float64Array;
}

/** Positions [n×3], Å, and charges, e. */
export interface PointCharges {
  readonly positions: ArrayLike<number>;
  readonly charges: ArrayLike<number>;
}

/** @param sites [m×3] Å */
export function siteCoulomb(cell: Cell, sites: ArrayLike<number>, staying: PointCharges): SiteCoulomb {
  const places = Float64Array.from(sites);
  return {
    matrix: siteMatrix(cell, places, [1, 1, 1]).values,
    external: potentialAt(
      cell,
      places,
      Float64Array.from(staying.positions),
      Float64Array.from(staying.charges),
    ),
  };
}

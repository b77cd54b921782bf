/**
 * Coulomb interactions of sites among each other and with ions that stay: what placements are ranked by. Ewald sums in f64,
 * made once; a swap then costs a few look-ups.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { erfc } from '../core/erf.ts';
import { norm, row } from '../core/vec.ts';
import {
  type Cell,
  perpendicularWidths,
  reciprocalVectors,
  toCartesian,
  toFractional,
  volume,
} from '../model/cell.ts';

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

/** What a placement asks for: any implementation will do. */
export type SiteCoulombOf = (cell: Cell, sites: ArrayLike<number>, staying: PointCharges) => SiteCoulomb;

/** erfc(4) = 1.5e-8: differences of placements are of the order of 0.01 eV. */
const REACH = 4;

/**
 * Ewald sums (de Leeuw, Perram & Smith, Proc. R. Soc. A 373, 27 (1980), doi:10.1098/rspa.1980.0135; tin-foil boundary, uniform
 * background): M_ab = Σ erfc(αr)/r + 4π/V Σ exp(−k²/4α²)/k² cos k·(r_a − r_b) − π/(Vα²), on the diagonal without r = 0 and
 * less 2α/√π.
 */
export function ewaldSiteCoulomb(cell: Cell, sites: ArrayLike<number>, staying: PointCharges): SiteCoulomb {
  const m = sites.length / 3;
  const n = m + staying.charges.length;
  const v = volume(cell);
  const alpha = Math.sqrt(Math.PI) * (n / (v * v)) ** (1 / 6);
  const all = wrapped(cell, [...Array.from(sites), ...Array.from(staying.positions)]);
  const matrix = new Float64Array(m * m);
  const external = new Float64Array(m);
  addRealSpace({ cell, all, m, alpha }, staying.charges, matrix, external);
  addWaves({ cell, all, m, alpha }, staying.charges, matrix, external);
  let net = 0;
  for (let i = 0; i < staying.charges.length; i++) net += staying.charges[i] as number;
  const background = Math.PI / (v * alpha * alpha);
  for (let a = 0; a < m; a++) {
    external[a] = COULOMB_EV_ANGSTROM * ((external[a] as number) - background * net);
    for (let b = 0; b <= a; b++) {
      const self = a === b ? (2 * alpha) / Math.sqrt(Math.PI) : 0;
      const entry = COULOMB_EV_ANGSTROM * ((matrix[a * m + b] as number) - background - self);
      matrix[a * m + b] = entry;
      matrix[b * m + a] = entry;
    }
  }
  return { matrix, external };
}

interface Sum {
  readonly cell: Cell;
  /** [n×3] Å, in the cell; the m sites first. */
  readonly all: Float64Array;
  readonly m: number;
  readonly alpha: number;
}

/** Positions inside the cell [0, 1)³, so that a bounded set of images reaches every pair. */
function wrapped(cell: Cell, positions: ArrayLike<number>): Float64Array {
  return toCartesian(
    cell,
    toFractional(cell, positions).map((x) => x - Math.floor(x)),
  );
}

function addRealSpace(
  { cell, all, m, alpha }: Sum,
  charges: ArrayLike<number>,
  matrix: Float64Array,
  external: Float64Array,
): void {
  const cutoff = REACH / alpha;
  const shifts = imageShifts(cell, cutoff);
  const at = (i: number): number => all[i] as number;
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < all.length / 3; b++) {
      // Of two sites one entry is made; those that stay come after all sites.
      if (b > a && b < m) continue;
      let sum = 0;
      for (let s = 0; s < shifts.length; s += 3) {
        const x = at(3 * a) - at(3 * b) + (shifts[s] as number);
        const y = at(3 * a + 1) - at(3 * b + 1) + (shifts[s + 1] as number);
        const z = at(3 * a + 2) - at(3 * b + 2) + (shifts[s + 2] as number);
        const r2 = x * x + y * y + z * z;
        if (r2 > cutoff * cutoff || r2 === 0) continue;
        const r = Math.sqrt(r2);
        sum += erfc(alpha * r) / r;
      }
      if (b < m) matrix[a * m + b] = (matrix[a * m + b] as number) + sum;
      else external[a] = (external[a] as number) + sum * (charges[b - m] as number);
    }
  }
}

/** Lattice vectors, three numbers each, that can bring two points of one cell within the cutoff. */
function imageShifts({ h }: Cell, cutoff: number): Float64Array {
  const reach = perpendicularWidths({ h }).map((w) => Math.ceil(cutoff / w)) as [number, number, number];
  const out: number[] = [];
  for (let i = -reach[0]; i <= reach[0]; i++) {
    for (let j = -reach[1]; j <= reach[1]; j++) {
      for (let k = -reach[2]; k <= reach[2]; k++) {
        for (let c = 0; c < 3; c++) {
          out.push(i * (h[c] as number) + j * (h[3 + c] as number) + k * (h[6 + c] as number));
        }
      }
    }
  }
  return Float64Array.from(out);
}

function addWaves(
  { cell, all, m, alpha }: Sum,
  charges: ArrayLike<number>,
  matrix: Float64Array,
  external: Float64Array,
): void {
  const n = all.length / 3;
  const kMax = 2 * REACH * alpha;
  const reciprocal = reciprocalVectors(cell);
  const order = (i: 0 | 1 | 2): number => Math.floor((kMax * norm(row(cell.h, i))) / (2 * Math.PI));
  const cosines = new Float64Array(n);
  const sines = new Float64Array(n);
  const prefactor = (8 * Math.PI) / volume(cell);
  for (let h = 0; h <= order(0); h++) {
    for (let k = h === 0 ? 0 : -order(1); k <= order(1); k++) {
      for (let l = h === 0 && k === 0 ? 1 : -order(2); l <= order(2); l++) {
        const wave = [0, 1, 2].map(
          (c) =>
            2 *
            Math.PI *
            (h * (reciprocal[c] as number) +
              k * (reciprocal[3 + c] as number) +
              l * (reciprocal[6 + c] as number)),
        ) as [number, number, number];
        const k2 = wave[0] ** 2 + wave[1] ** 2 + wave[2] ** 2;
        if (k2 > kMax * kMax) continue;
        // Both k and −k.
        const weight = (prefactor * Math.exp(-k2 / (4 * alpha * alpha))) / k2;
        let [re, im] = [0, 0];
        for (let i = 0; i < n; i++) {
          const phase =
            wave[0] * (all[3 * i] as number) +
            wave[1] * (all[3 * i + 1] as number) +
            wave[2] * (all[3 * i + 2] as number);
          cosines[i] = Math.cos(phase);
          sines[i] = Math.sin(phase);
          if (i < m) continue;
          re += (charges[i - m] as number) * (cosines[i] as number);
          im += (charges[i - m] as number) * (sines[i] as number);
        }
        for (let a = 0; a < m; a++) {
          const ca = weight * (cosines[a] as number);
          const sa = weight * (sines[a] as number);
          external[a] = (external[a] as number) + ca * re + sa * im;
          const at = a * m;
          for (let b = 0; b <= a; b++) {
            matrix[at + b] =
              (matrix[at + b] as number) + ca * (cosines[b] as number) + sa * (sines[b] as number);
          }
        }
      }
    }
  }
}

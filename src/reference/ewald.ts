/**
 * The Coulomb energy of a periodic system of point charges in f64, by Ewald sums carried to rounding. Formulas: de Leeuw,
 * Perram & Smith, Proc. R. Soc. A 373, 27 (1980), doi:10.1098/rspa.1980.0135 (tin-foil boundary). Real space is cut at
 * αr = 6.2 (erfc 2e-18), reciprocal space at k = 12.4 α (e^{−38}); splitting anywhere gives the same numbers.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { erfc, TWO_OVER_SQRT_PI } from '../core/erf.ts';
import { norm, row } from '../core/vec.ts';
import { reciprocalVectors, volume } from '../model/cell.ts';
import type { Species, System } from '../model/system.ts';
import { addPair, emptyResult, type ForceResult, forEachPair } from './pairSum.ts';

const REACH = 6.2;

/**
 * Energy, forces and virial of all charges.
 * @param alpha splitting parameter in 1/Å; the result must not depend on it. Default: equal work for both sums.
 */
export function ewaldSum(system: System, alpha?: number): ForceResult {
  const n = system.typeOf.length;
  const v = volume(system.cell);
  const splitting = alpha ?? Math.sqrt(Math.PI) * (n / (v * v)) ** (1 / 6);
  const charges = chargesOf(system);
  const result = emptyResult(n);
  addRealSpace(result, system, charges, splitting);
  addWaves(result, system, charges, splitting);
  addConstants(result, charges, splitting, v);
  return result;
}

/** Charge of every atom, e. */
export function chargesOf(system: System): Float64Array {
  return Float64Array.from(system.typeOf, (type) => (system.species[type] as Species).charge ?? 0);
}

/** Adds the pairs within the cutoff; by default all that are not zero in f64. */
export function addRealSpace(
  result: ForceResult,
  system: System,
  charges: Float64Array,
  alpha: number,
  cutoff = REACH / alpha,
): void {
  forEachPair(system, cutoff, (i, j, dr, r) => {
    const product = COULOMB_EV_ANGSTROM * (charges[i] as number) * (charges[j] as number);
    const energy = (product * erfc(alpha * r)) / r;
    const gaussian = product * alpha * TWO_OVER_SQRT_PI * Math.exp(-((alpha * r) ** 2));
    addPair(result, i, j, dr, energy, (energy + gaussian) / (r * r));
  });
}

function addWaves(result: ForceResult, system: System, charges: Float64Array, alpha: number): void {
  const { cell, positions } = system;
  const kMax = 2 * REACH * alpha;
  const reciprocal = reciprocalVectors(cell);
  const order = (i: 0 | 1 | 2): number => Math.floor((kMax * norm(row(cell.h, i))) / (2 * Math.PI));
  const prefactor = (4 * Math.PI * COULOMB_EV_ANGSTROM) / volume(cell);
  const n = charges.length;
  const cosines = new Float64Array(n);
  const sines = new Float64Array(n);
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
        let [re, im] = [0, 0];
        for (let i = 0; i < n; i++) {
          const phase =
            wave[0] * (positions[3 * i] as number) +
            wave[1] * (positions[3 * i + 1] as number) +
            wave[2] * (positions[3 * i + 2] as number);
          cosines[i] = (charges[i] as number) * Math.cos(phase);
          sines[i] = (charges[i] as number) * Math.sin(phase);
          re += cosines[i] as number;
          im += sines[i] as number;
        }
        const coefficient = (prefactor * Math.exp(-k2 / (4 * alpha * alpha))) / k2;
        const energy = coefficient * (re * re + im * im);
        result.energy += energy;
        for (let i = 0; i < n; i++) {
          const pull = 2 * coefficient * (re * (sines[i] as number) - im * (cosines[i] as number));
          for (let c = 0; c < 3; c++) {
            result.forces[3 * i + c] = (result.forces[3 * i + c] as number) + pull * (wave[c] as number);
          }
        }
        const weight = 2 * energy * (1 / k2 + 1 / (4 * alpha * alpha));
        const [x, y, z] = wave;
        [x * x, y * y, z * z, y * z, x * z, x * y].forEach((product, c) => {
          result.virial[c] = (result.virial[c] as number) + (c < 3 ? energy : 0) - weight * product;
        });
      }
    }
  }
}

/** Self energy, and the uniform background that neutralises a net charge. */
export function addConstants(result: ForceResult, charges: Float64Array, alpha: number, v: number): void {
  let [squares, net] = [0, 0];
  for (const q of charges) {
    squares += q * q;
    net += q;
  }
  result.energy -= ((COULOMB_EV_ANGSTROM * alpha) / Math.sqrt(Math.PI)) * squares;
  const background = (-Math.PI * COULOMB_EV_ANGSTROM * net * net) / (2 * v * alpha * alpha);
  result.energy += background;
  for (let c = 0; c < 3; c++) result.virial[c] = (result.virial[c] as number) + background;
}

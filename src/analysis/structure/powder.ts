/** The powder pattern of a structure that stands still. */
import type { Cell } from '../../model/cell.ts';
import type { System } from '../../model/system.ts';
import { DensityModes, modeLength, modesWithin } from './densityModes.ts';
import { type Reflection, reflectionsOf, type Scattered, waveNumberAt } from './reflections.ts';
import { type Radiation, scatterersOf } from './scatterers.ts';
import { waveVectors } from './structureFactors.ts';

/** Mean wavelength of Cu Kα, Å. */
export const CU_K_ALPHA = 1.54184;

export interface PowderOptions {
  readonly radiation: Radiation;
  /** Å; Cu Kα by default, also for neutrons. */
  readonly wavelength?: number;
  /** Degrees 2θ. */
  readonly from?: number;
  readonly to?: number;
  /** Formal charges by species: ions scatter X-rays where the table has them. */
  readonly charges?: readonly (number | undefined)[];
  /** Debye–Waller B = 8π²U_iso of each species, Å²: amplitudes times exp(−B sin²θ/λ²). */
  readonly debyeWaller?: readonly number[];
}

/** Vectors nearer than this are one line, degrees: rounding, not resolution. */
const SAME_ANGLE = 1e-5;
/** Per cent of the strongest line: systematic absences do not cancel to the last bit. */
const LEAST = 1e-3;
/** … nor do vectors of them that fall on a line count. */
const COUNTED = 1e-9;

/**
 * Lines of a powder pattern, I = Σ |Σ_j f_j(s) o_j e^(−B_j s²) e^(iq·r_j)|² · LP over all vectors of a line, without absorption, extinction
 * or dispersion.
 */
export function powderPattern(system: System, options: PowderOptions): Reflection[] {
  const { radiation, wavelength = CU_K_ALPHA, from = 5, to = 90 } = options;
  return reflectionsOf(scatteredBy(system, waveNumberAt(to, wavelength), options), {
    radiation,
    wavelength,
    from,
    to,
    tolerance: SAME_ANGLE,
    least: LEAST,
    counted: COUNTED,
  });
}

/** |F|² at every vector up to qMax (Å⁻¹). */
export function scatteredBy(
  system: System,
  qMax: number,
  { radiation, charges, debyeWaller = [] }: Pick<PowderOptions, 'radiation' | 'charges' | 'debyeWaller'>,
): Scattered {
  const modes = modesWithin(system.cell, qMax * (1 + 1e-12));
  const scatterers = scatterersOf(radiation, system.species, charges);
  const density = new DensityModes(modes, system.typeOf, system.species.length, system.occupancies);
  density.evaluate(system.cell, system.positions);
  const q = lengthsOf(modes.hkl, system.cell);
  const squares = q.map((length, m) => {
    const s = length / (4 * Math.PI);
    let [re, im] = [0, 0];
    scatterers.forEach((one, a) => {
      const f = one.at(s) * Math.exp(-(debyeWaller[a] ?? 0) * s * s);
      re += f * (density.re[a * modes.count + m] as number);
      im += f * (density.im[a * modes.count + m] as number);
    });
    return re * re + im * im;
  });
  return { hkl: modes.hkl, q, squares };
}

/** |q| of vectors in a cell, Å⁻¹. */
export function lengthsOf(hkl: ArrayLike<number>, cell: Cell): Float64Array {
  const g = waveVectors(cell);
  return Float64Array.from({ length: hkl.length / 3 }, (_, m) =>
    modeLength(g, hkl[3 * m] as number, hkl[3 * m + 1] as number, hkl[3 * m + 2] as number),
  );
}

/**
 * Tracks: what every displacement statistic reads. The ions of a species with the drift taken off, or the one
 * collective charge displacement of the cell; one replica each.
 */
import { atomsOf, type DisplacementSeries } from '../frames/displacements.ts';

/** Walkers of one replica and their displacements u(t), u(0) = 0. */
export interface Tracks {
  readonly walkers: number;
  readonly frames: number;
  /** fs */
  readonly frameInterval: number;
  /** Writes one walker's displacement components, [frames] each (Å, or e·Å for the collective one). */
  read(walker: number, x: Float64Array, y: Float64Array, z: Float64Array): void;
}

/** Which mean displacement is taken off every atom. */
export type Drift = 'none' | 'framework' | 'massCenter';

/** The displacement of the frame of reference itself. */
export interface DriftSeries {
  /** What was taken off. Without a framework the mass centre stands in. */
  readonly frame: Drift;
  /** [frames×3] Å */
  readonly displacement: Float64Array;
  /** Said when the frame is not the one that was asked for. */
  readonly why?: string;
}

/**
 * d(t) to subtract: nothing; the arithmetic mean of u over all atoms of the species that are not mobile (`framework`); or
 * Σ m u/Σ m (`massCenter`).
 * @param mobile indices of the mobile species
 */
export function driftOf(series: DisplacementSeries, choice: Drift, mobile: readonly number[]): DriftSeries {
  const { system, speciesSums } = series;
  const displacement = new Float64Array(3 * speciesSums.length);
  const counts = new Array<number>(system.species.length).fill(0);
  for (const type of system.typeOf) counts[type] = (counts[type] as number) + 1;
  const isFramework = counts.map((n, s) => n > 0 && !mobile.includes(s));
  const hasFramework = isFramework.some(Boolean);
  const frame: Drift = choice === 'framework' && !hasFramework ? 'massCenter' : choice;
  if (frame !== 'none') {
    const weights = system.species.map((species, s) =>
      frame === 'massCenter' ? species.mass : isFramework[s] ? 1 : 0,
    );
    const total = weights.reduce((sum, w, s) => sum + w * (counts[s] as number), 0);
    speciesSums.forEach((sums, t) => {
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (let s = 0; s < weights.length; s++) sum += (weights[s] as number) * (sums[3 * s + k] as number);
        displacement[3 * t + k] = sum / total;
      }
    });
  }
  return {
    frame,
    displacement,
    ...(frame !== choice && {
      why: 'every species is mobile, there is no framework: displacements are taken from the centre of mass',
    }),
  };
}

/** The ions of one species, each a walker. */
export function speciesTracks(series: DisplacementSeries, species: number, drift: DriftSeries): Tracks {
  const atoms = atomsOf(series.system, species);
  const { frames } = series;
  const d = drift.displacement;
  return {
    walkers: atoms.length,
    frames: frames.length,
    frameInterval: series.frameInterval,
    read(walker, x, y, z) {
      const offset = 3 * (atoms[walker] as number);
      for (let t = 0; t < frames.length; t++) {
        const u = frames[t] as Float32Array;
        x[t] = (u[offset] as number) - (d[3 * t] as number);
        y[t] = (u[offset + 1] as number) - (d[3 * t + 1] as number);
        z[t] = (u[offset + 2] as number) - (d[3 * t + 2] as number);
      }
    },
  };
}

/**
 * The collective charge displacement P(t) = Σ_i q_i [u_i(t) − d(t)], e·Å, as one walker. For charges that sum to zero it
 * does not depend on d.
 * @param charges formal charge of each species, e; zero takes a species out
 */
export function collectiveTracks(
  series: DisplacementSeries,
  charges: readonly number[],
  drift: DriftSeries,
): Tracks {
  const { system, speciesSums } = series;
  let total = 0;
  for (const type of system.typeOf) total += charges[type] as number;
  const d = drift.displacement;
  return {
    walkers: 1,
    frames: speciesSums.length,
    frameInterval: series.frameInterval,
    read(_walker, x, y, z) {
      const component = (t: number, k: number): number => {
        const sums = speciesSums[t] as Float64Array;
        let sum = -total * (d[3 * t + k] as number);
        for (let s = 0; s < charges.length; s++) sum += (charges[s] as number) * (sums[3 * s + k] as number);
        return sum;
      };
      for (let t = 0; t < speciesSums.length; t++) {
        x[t] = component(t, 0);
        y[t] = component(t, 1);
        z[t] = component(t, 2);
      }
    },
  };
}

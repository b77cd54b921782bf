/**
 * Plan of a direct Ewald sum: splitting parameter, waves and coefficients in f64. Error estimates: Kolafa & Perram,
 * Mol. Simul. 9, 351 (1992), doi:10.1080/08927029208049126.
 *
 *   E = Σ_{i<j} k q_i q_j erfc(αr)/r + Σ_{k, half} C_k |S(k)|² − k α/√π Σ q²,   C_k = (4πk/V) e^{−k²/4α²}/k²
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { norm, row } from '../core/vec.ts';
import { type Cell, reciprocalVectors, volume } from '../model/cell.ts';
import { type CoulombRequest, solveDecreasing, splitError } from './ewaldSplitting.ts';

export interface EwaldPlan {
  /** 1/Å */
  readonly alpha: number;
  /** Radius of the wave sphere, 1/Å. */
  readonly kMax: number;
  /** Estimated rms force errors of the two sums, eV/Å. */
  readonly realError: number;
  readonly waveError: number;
  /** [nWaves×4] h, k, l, 0 with h ≥ 0, l ≥ 0; each stands for (h, k, l) and (h, k, −l). */
  readonly waves: Int32Array;
  /** [nLines×4] h, k, first wave, number of waves. */
  readonly lines: Int32Array;
  /** [nWaves×2] 2C of (h, k, l) and of (h, k, −l); zero outside the sphere or the half space. eV/e² */
  readonly coefficients: Float64Array;
  /** Number of wave vectors in the half space. */
  readonly count: number;
}

/**
 * In an ordered crystal the error of the cut real-space sum is not random: the cutoff sphere holds a net charge, the same
 * around every atom, and energy and pressure feel it (rattled NaCl, accuracy 1e-7, cutoff 8 Å: 4.6e-7 of the energy with
 * half the squared error for either sum, 1e-7 with this share, for 12 % more waves).
 */
const SHARES = { real: 0.3, reciprocal: Math.sqrt(1 - 0.3 ** 2) } as const;

/** Splitting parameter and waves that meet the accuracy. */
export function planEwald(request: CoulombRequest): EwaldPlan {
  const reach = planReach(request);
  return { ...reach, ...wavesWithin(request.cell, reach.kMax, reach.alpha) };
}

/** Number of wave vectors that a plan would have, without making them: half the sphere's volume in reciprocal space. */
export function expectedWaves(request: CoulombRequest): number {
  return (volume(request.cell) * planReach(request).kMax ** 3) / (12 * Math.PI ** 2);
}

function planReach(request: CoulombRequest): Pick<EwaldPlan, 'alpha' | 'kMax' | 'realError' | 'waveError'> {
  const { cell, nAtoms, chargeSquares } = request;
  const { alpha, realError, reciprocalTarget } = splitError(request, SHARES);
  const strength = COULOMB_EV_ANGSTROM * chargeSquares;
  const length = Math.cbrt(volume(cell));
  const waveError = (kMax: number): number => {
    const order = (kMax * length) / (2 * Math.PI);
    return (
      ((2 * strength * alpha) / length) *
      Math.sqrt(1 / (Math.PI * order * nAtoms)) *
      Math.exp(-((kMax / (2 * alpha)) ** 2))
    );
  };
  const kMax = solveDecreasing(waveError, reciprocalTarget, 0.01, 20 * alpha);
  return { alpha, kMax, realError, waveError: waveError(kMax) };
}

function wavesWithin(
  cell: Cell,
  kMax: number,
  alpha: number,
): Pick<EwaldPlan, 'waves' | 'lines' | 'coefficients' | 'count'> {
  const reciprocal = reciprocalVectors(cell);
  // |h| ≤ kMax·|a|/2π: the wave vector's component along a is 2πh/|a|.
  const order = (i: 0 | 1 | 2): number => Math.floor((kMax * norm(row(cell.h, i))) / (2 * Math.PI));
  const prefactor = (8 * Math.PI * COULOMB_EV_ANGSTROM) / volume(cell);
  const coefficient = (h: number, k: number, l: number): number => {
    const r = (i: number): number => reciprocal[i] as number;
    const kx = 2 * Math.PI * (h * r(0) + k * r(3) + l * r(6));
    const ky = 2 * Math.PI * (h * r(1) + k * r(4) + l * r(7));
    const kz = 2 * Math.PI * (h * r(2) + k * r(5) + l * r(8));
    const k2 = kx * kx + ky * ky + kz * kz;
    return k2 === 0 || k2 > kMax * kMax ? 0 : (prefactor * Math.exp(-k2 / (4 * alpha * alpha))) / k2;
  };
  const waves: number[] = [];
  const lines: number[] = [];
  const coefficients: number[] = [];
  let count = 0;
  for (let h = 0; h <= order(0); h++) {
    for (let k = h === 0 ? 0 : -order(1); k <= order(1); k++) {
      const onAxis = h === 0 && k === 0;
      const firstWave = waves.length / 4;
      const pending: [number, number, number][] = [];
      for (let l = onAxis ? 1 : 0; l <= order(2); l++) {
        const up = coefficient(h, k, l);
        // l = 0 has no second sign; on the axis h = k = 0 the half space keeps l > 0 only.
        const down = l === 0 || onAxis ? 0 : coefficient(h, k, -l);
        pending.push([l, up, down]);
      }
      while (pending.length > 0 && pending.at(-1)?.[1] === 0 && pending.at(-1)?.[2] === 0) pending.pop();
      for (const [l, up, down] of pending) {
        waves.push(h, k, l, 0);
        coefficients.push(up, down);
        count += Number(up > 0) + Number(down > 0);
      }
      if (pending.length > 0) lines.push(h, k, firstWave, pending.length);
    }
  }
  return {
    waves: Int32Array.from(waves),
    lines: Int32Array.from(lines),
    coefficients: Float64Array.from(coefficients),
    count,
  };
}

/**
 * How the allowed force error is shared between real and reciprocal space, whatever sums the second: waves one by one
 * (ewaldPlan.ts) or a mesh (pppmPlan.ts). Error of the cut real-space sum: Kolafa & Perram, Mol. Simul. 9, 351 (1992),
 * doi:10.1080/08927029208049126.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { InputError } from '../core/errors.ts';
import { type Cell, volume } from '../model/cell.ts';

export interface CoulombRequest {
  readonly cell: Cell;
  readonly nAtoms: number;
  /** Σ q², e² */
  readonly chargeSquares: number;
  /** Å */
  readonly cutoff: number;
  /** rms force error relative to 14.4 eV/Å. */
  readonly accuracy: number;
  /** 1/Å; null: from the accuracy. */
  readonly alpha: number | null;
}

export interface EwaldSplitting {
  /** 1/Å */
  readonly alpha: number;
  /** Estimated rms force error of the real-space sum, eV/Å. */
  readonly realError: number;
  /** What is left for reciprocal space, eV/Å. */
  readonly reciprocalTarget: number;
}

/** Shares of the allowed force error. */
export interface ErrorShares {
  readonly real: number;
  readonly reciprocal: number;
}

/** Splitting parameter out of the real-space sum's share of the error. */
export function splitError(request: CoulombRequest, shares: ErrorShares): EwaldSplitting {
  checkRequest(request);
  const { cell, cutoff, nAtoms, chargeSquares } = request;
  const target = request.accuracy * COULOMB_EV_ANGSTROM;
  const strength = COULOMB_EV_ANGSTROM * chargeSquares;
  const realError = (alpha: number): number =>
    ((2 * strength) / Math.sqrt(nAtoms * cutoff * volume(cell))) * Math.exp(-((alpha * cutoff) ** 2));
  const alpha = request.alpha ?? solveDecreasing(realError, shares.real * target, 0.01, 8 / cutoff);
  return { alpha, realError: realError(alpha), reciprocalTarget: shares.reciprocal * target };
}

/** x with f(x) = target for a falling f, by bisection; an end of the interval when there is none inside. */
export function solveDecreasing(f: (x: number) => number, target: number, low: number, high: number): number {
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) > target) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Zero has no answer, only a search that does not end: cutoff 0 splits at α = ∞ and asks for every wave there is,
 * accuracy 0 for a mesh without limit.
 */
function checkRequest({ nAtoms, chargeSquares, cutoff, accuracy, alpha }: CoulombRequest): void {
  const positive = { nAtoms, cutoff, accuracy, ...(alpha === null ? {} : { alpha }) };
  for (const [name, value] of Object.entries(positive)) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new InputError(`long-range Coulomb: ${name} must be positive and finite, found ${value}`);
    }
  }
  if (!(chargeSquares >= 0 && Number.isFinite(chargeSquares))) {
    throw new InputError(`long-range Coulomb: Σq² must be a finite number, found ${chargeSquares}`);
  }
}

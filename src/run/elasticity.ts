/**
 * Elastic constants by finite strain: twelve copies of a relaxed crystal, each strained a little one way, their atoms relaxed again,
 * side by side in one batch; C_ij = ∂σ_i/∂ε_j by central differences, i and j in Voigt's order xx yy zz yz xz xy (shears are
 * engineering strains γ = 2ε). Bulk and shear modulus by the means of Voigt and Reuss (Hill, Proc. Phys. Soc. A 65, 349 (1952),
 * doi:10.1088/0370-1298/65/5/307).
 */

import { multiply } from '../core/vec.ts';
import { virialStress } from '../engine/observables.ts';
import { Simulation } from '../engine/simulation.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import type { Gpu } from '../gpu/device.ts';
import { cellFromVectors, toCartesian, toFractional } from '../model/cell.ts';
import type { System } from '../model/system.ts';

/** Strain of a copy: large beside the error of a stress (1e-3 GPa of 50), small beside where crystals stop being linear. */
const STRAIN = 0.004;
/** eV/Å, of the strained copies. */
const FMAX = 1e-3;
const MOST_STEPS = 1500;

export interface Elasticity {
  /** GPa, [6][6], symmetric. */
  readonly constants: readonly (readonly number[])[];
  /** Largest |C_ij − C_ji| before they were made equal, GPa: what the figures are worth. */
  readonly asymmetry: number;
  /** GPa, Hill's means. */
  readonly bulk: number;
  readonly shear: number;
  /** False when some strained copy did not come to rest. */
  readonly converged: boolean;
  /** False when some small strain lowers the energy. */
  readonly stable: boolean;
}

/** @param system at rest, with no stress */
export async function elasticConstants(
  gpu: Gpu,
  system: System,
  forceField: ForceField,
): Promise<Elasticity> {
  const copies = [0, 1, 2, 3, 4, 5].flatMap((j) => [STRAIN, -STRAIN].map((e) => strainedBy(system, j, e)));
  const simulation = await Simulation.create(gpu, {
    forceField,
    replicas: copies.map((copy) => ({ system: copy, seed: 0, temperature: 0 })),
  });
  try {
    const { converged } = await simulation.minimize({ fmax: FMAX, maxSteps: MOST_STEPS });
    const stresses = (await simulation.observe()).map(virialStress);
    const raw = [0, 1, 2, 3, 4, 5].map((i) =>
      [0, 1, 2, 3, 4, 5].map(
        (j) =>
          ((stresses[2 * j]?.[i] ?? Number.NaN) - (stresses[2 * j + 1]?.[i] ?? Number.NaN)) / (2 * STRAIN),
      ),
    );
    return { ...fromStiffness(raw), converged };
  } finally {
    simulation.destroy();
  }
}

/** Moduli of a stiffness matrix (GPa) as it was measured. */
export function fromStiffness(raw: readonly (readonly number[])[]): Omit<Elasticity, 'converged'> {
  const at = (m: readonly (readonly number[])[], i: number, j: number): number => m[i]?.[j] ?? Number.NaN;
  const constants = raw.map((row, i) => row.map((_, j) => (at(raw, i, j) + at(raw, j, i)) / 2));
  const asymmetry = Math.max(...raw.flatMap((row, i) => row.map((x, j) => Math.abs(x - at(raw, j, i)))));
  const c = (i: number, j: number): number => at(constants, i, j);
  const trace = c(0, 0) + c(1, 1) + c(2, 2);
  const cross = c(0, 1) + c(1, 2) + c(0, 2);
  const shears = c(3, 3) + c(4, 4) + c(5, 5);
  const voigt = { bulk: (trace + 2 * cross) / 9, shear: (trace - cross + 3 * shears) / 15 };
  const pivots = cholesky(constants);
  const compliance = pivots && inverseOf(pivots);
  if (!compliance) return { constants, asymmetry, ...voigt, stable: false };
  const s = (i: number, j: number): number => at(compliance, i, j);
  const soft = s(0, 0) + s(1, 1) + s(2, 2);
  const between = s(0, 1) + s(1, 2) + s(0, 2);
  const reuss = {
    bulk: 1 / (soft + 2 * between),
    shear: 15 / (4 * soft - 4 * between + 3 * (s(3, 3) + s(4, 4) + s(5, 5))),
  };
  return {
    ...{ constants, asymmetry, stable: true },
    bulk: (voigt.bulk + reuss.bulk) / 2,
    shear: (voigt.shear + reuss.shear) / 2,
  };
}

/** L of a positive definite matrix L·Lᵀ; undefined for one that is not, hence for a crystal that is not stable. */
function cholesky(m: readonly (readonly number[])[]): number[][] | undefined {
  const lower = m.map((row) => row.map(() => 0));
  const l = (i: number, j: number): number => lower[i]?.[j] ?? 0;
  for (const [i, row] of lower.entries()) {
    for (let j = 0; j <= i; j++) {
      let sum = m[i]?.[j] ?? Number.NaN;
      for (let k = 0; k < j; k++) sum -= l(i, k) * l(j, k);
      if (i > j) row[j] = sum / l(j, j);
      else if (sum > 0) row[j] = Math.sqrt(sum);
      else return undefined;
    }
  }
  return lower;
}

function inverseOf(lower: readonly (readonly number[])[]): number[][] {
  const n = lower.length;
  const l = (i: number, j: number): number => lower[i]?.[j] ?? 0;
  const columns = lower.map((_, unit) => {
    const x = new Array<number>(n).fill(0);
    for (let i = 0; i < n; i++) {
      let sum = i === unit ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= l(i, k) * (x[k] as number);
      x[i] = sum / l(i, i);
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i] as number;
      for (let k = i + 1; k < n; k++) sum -= l(k, i) * (x[k] as number);
      x[i] = sum / l(i, i);
    }
    return x;
  });
  return columns;
}

/** A crystal with one strain of Voigt's order, fractional coordinates kept. */
export function strainedBy(system: System, component: number, strain: number): System {
  const [i, j] = [
    [0, 0],
    [1, 1],
    [2, 2],
    [1, 2],
    [0, 2],
    [0, 1],
  ][component] as [number, number];
  const deformation = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  const share = i === j ? strain : strain / 2;
  deformation[3 * i + j] = (deformation[3 * i + j] as number) + share;
  if (i !== j) deformation[3 * j + i] = share;
  const cell = cellFromVectors(multiply(system.cell.h, deformation));
  return { ...system, cell, positions: toCartesian(cell, toFractional(system.cell, system.positions)) };
}

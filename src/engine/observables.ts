/**
 * What is read off a step: partial sums made on the GPU, added here in f64. Units: eV, K, GPa, Å³.
 * Sign of stress: tension positive; pressure = −⅓ tr stress.
 */
import { GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { type Cell, volume } from '../model/cell.ts';
import type { Forces } from './forces.ts';
import type { StateBuffers } from './stateBuffers.ts';
import { temperature } from './velocities.ts';

/** Symmetric tensor: xx yy zz yz xz xy. */
export type Tensor = readonly [number, number, number, number, number, number];

export interface Observation {
  /** eV */
  readonly potential: number;
  readonly pair: number;
  readonly coulomb: number;
  readonly kinetic: number;
  /** Heat and work taken from the baths so far, eV. */
  readonly heat: number;
  /**
   * Sum over the pairs in reach of the energy by which each would jump at the cutoff, eV: forces that end at a cutoff
   * derive from the energy without it.
   */
  readonly cutoffJump: number;
  /**
   * What the dynamics conserves, eV: potential + kinetic − heat (a barostat's work is part of it) − cutoffJump. (With the jumps left in, NaCl of 512 ions
   * fluctuates by 6e-6 eV/atom, which hides drifts below 1e-4 eV/atom/ns over 20 ps.)
   */
  readonly conserved: number;
  /** K; 3N − 3 degrees of freedom, with frozen atoms three for each that moves */
  readonly temperature: number;
  /** −dE/dε, eV (virial only, without the kinetic part) */
  readonly virial: Tensor;
  /** GPa, kinetic part included */
  readonly pressure: number;
  readonly cell: Cell;
  /** Å³ */
  readonly volume: number;
  /** −virial − 2 × kinetic energy tensor over the volume, GPa: what a barostat holds against the pressure; tension positive. */
  readonly stress: Tensor;
  /** eV·fs/Å */
  readonly momentum: readonly [number, number, number];
}

/** Raw partial sums of the whole batch at one step. */
export interface RawObservation {
  readonly kinetic: Float32Array;
  readonly pair: Float32Array;
  readonly waves: Float32Array;
  readonly motions: Int32Array;
  readonly heats: Int32Array;
  readonly lattices: Uint8Array;
}

/** Adds up the partial sums of replica `r`. */
export function observe(state: StateBuffers, forces: Forces, raw: RawObservation, r: number): Observation {
  const { firstAtom, nAtoms, firstBlock, nBlocks } = state.slice(r);
  const cell = state.cell(r, raw.lattices);
  const v = volume(cell);
  const k = sumBlocks(raw.kinetic, 12, firstBlock, nBlocks);
  const p = sumBlocks(raw.pair, 12, firstBlock, nBlocks);
  const [firstWaveBlock, nWaveBlocks] = forces.longRange?.blockRange(r) ?? [0, 0];
  const w = sumBlocks(raw.waves, 8, firstWaveBlock, nWaveBlocks);
  const at = (values: Float64Array, i: number): number => values[i] as number;
  const constant = forces.longRange?.constantTerms(r, v) ?? { energy: 0, virial: 0 };
  const virial = [2, 3, 4, 5, 6, 7].map(
    (i) => at(p, i) + at(w, i) + (i < 5 ? constant.virial : 0),
  ) as unknown as Tensor;
  const pair = at(p, 0);
  const coulomb = at(p, 1) + at(w, 0) + constant.energy;
  const kinetic = at(k, 0) + at(k, 1) + at(k, 2);
  const potential = pair + coulomb;
  let heat = 0;
  for (let i = firstAtom; i < firstAtom + nAtoms; i++) heat += (raw.heats[i] as number) * 2 ** -22;
  heat +=
    ((raw.motions[12 * r + 6] as number) * 2 ** 32 + ((raw.motions[12 * r + 5] as number) >>> 0)) * 2 ** -20;
  return {
    potential,
    pair,
    coulomb,
    kinetic,
    heat,
    cutoffJump: at(p, 8),
    conserved: potential + kinetic - heat - at(p, 8),
    temperature: temperature(kinetic, state.degrees[r] as number),
    virial,
    pressure: ((virial[0] + virial[1] + virial[2] + 2 * kinetic) / (3 * v)) * GPA_PER_EV_ANGSTROM3,
    cell,
    volume: v,
    stress: virial.map(
      (w, i) => (-(w + 2 * at(k, [0, 1, 2, 4, 5, 6][i] as number)) / v) * GPA_PER_EV_ANGSTROM3,
    ) as unknown as Tensor,
    momentum: [at(k, 8), at(k, 9), at(k, 10)],
  };
}

/** Stress tensor in GPa without the kinetic part, tension positive: −virial/V. */
export function virialStress(observation: Observation): Tensor {
  return observation.virial.map((w) => (-w / observation.volume) * GPA_PER_EV_ANGSTROM3) as unknown as Tensor;
}

function sumBlocks(blocks: Float32Array, width: number, first: number, count: number): Float64Array {
  const out = new Float64Array(width);
  for (let i = first * width; i < (first + count) * width; i++) {
    const lane = i % width;
    out[lane] = (out[lane] as number) + (blocks[i] as number);
  }
  return out;
}

/** What a batch reports of itself: the words of shaders/lib/status.wgsl, read. */
import { GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { STATUS } from './layouts.ts';
import type { NeighborList } from './neighborList.ts';

/**
 * Largest displacements over all replicas, Å: since the neighbor list was pruned, and since it was built. A cell that has
 * changed its shape by e brings ions at distance r nearer by e·r at most, as if each had moved by half of that.
 */
export function largestDisplacements(
  status: Uint32Array,
  { cutoff, skin, margin }: Pick<NeighborList, 'cutoff' | 'skin' | 'margin'>,
): { sincePruning: number; sinceBuild: number } {
  const largest = (which: number): number => Math.max(0, ...floatsAt(status, which));
  return {
    sincePruning: Math.sqrt(largest(STATUS.displacement)) + 0.5 * largest(STATUS.stretch) * (cutoff + skin),
    sinceBuild:
      Math.sqrt(largest(STATUS.buildDisplacement)) + 0.5 * largest(STATUS.buildStretch) * (cutoff + margin),
  };
}

/** Largest ‖F − 1‖ of a cell since meshes and waves were planned. */
export function largestCellChange(status: Uint32Array): number {
  return Math.max(0, ...floatsAt(status, STATUS.cellChange));
}

/** Largest deviation of the stress of each replica from the pressure asked for, GPa, as the minimiser reported it. */
export function stressDeviations(status: Uint32Array): number[] {
  return floatsAt(status, STATUS.stress).map((x) => x * GPA_PER_EV_ANGSTROM3);
}

/** Largest force of each replica, eV/Å, as the minimiser reported it. */
export function largestForces(status: Uint32Array): number[] {
  return floatsAt(status, STATUS.force).map(Math.sqrt);
}

/** Longest list of candidates that did not fit; zero when all did. */
export function neededCapacity(status: Uint32Array): number {
  return Math.max(0, ...wordsAt(status, STATUS.candidates));
}

function wordsAt(words: ArrayLike<number>, which: number): number[] {
  const out: number[] = [];
  for (let i = which; i < words.length; i += STATUS.words) out.push(words[i] as number);
  return out;
}

function floatsAt(status: Uint32Array, which: number): number[] {
  return wordsAt(new Float32Array(status.buffer, status.byteOffset, status.length), which);
}

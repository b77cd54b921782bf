/** What a batch reports of itself: the words of shaders/lib/status.wgsl, read. */
import { STATUS } from './layouts.ts';

/** Largest displacements over all replicas, Å: since the neighbor list was pruned, and since it was built. */
export function largestDisplacements(status: Uint32Array): { sincePruning: number; sinceBuild: number } {
  const largest = (which: number): number => Math.sqrt(Math.max(0, ...floatsAt(status, which)));
  return { sincePruning: largest(STATUS.displacement), sinceBuild: largest(STATUS.buildDisplacement) };
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

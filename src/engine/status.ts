/** What a batch reports of itself: the words of shaders/lib/status.wgsl, read. */
import { STATUS } from './layouts.ts';

/** Largest displacement since the list was built, Å, over all replicas. */
export function largestDisplacement(status: Uint32Array): number {
  return Math.sqrt(Math.max(0, ...floatsAt(status, STATUS.displacement)));
}

/** Largest force of each replica, eV/Å, as the minimiser reported it. */
export function largestForces(status: Uint32Array): number[] {
  return floatsAt(status, STATUS.force).map(Math.sqrt);
}

/** Longest neighbor list that did not fit; zero when all did. */
export function neededCapacity(status: Uint32Array): number {
  return Math.max(0, ...wordsAt(status, STATUS.neighbors));
}

function wordsAt(words: ArrayLike<number>, which: number): number[] {
  const out: number[] = [];
  for (let i = which; i < words.length; i += STATUS.words) out.push(words[i] as number);
  return out;
}

function floatsAt(status: Uint32Array, which: number): number[] {
  return wordsAt(new Float32Array(status.buffer, status.byteOffset, status.length), which);
}

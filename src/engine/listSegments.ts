/**
 * Which atoms' neighbor lists stand together in one buffer. An adapter binds so many bytes of a buffer and no more (128 MiB
 * by WebGPU's default, which is what lavapipe offers): the lists of a million ions need five times as much.
 */
import type { ReplicaSlice } from './stateBuffers.ts';

/** Whole replicas, or a part of one; the fields of the structs PairLoop and NeighborLoop. */
export interface ListSegment {
  readonly firstAtom: number;
  readonly nAtoms: number;
  readonly firstReplica: number;
  readonly nReplicas: number;
  /** First atom within each replica, and how many of each at most. */
  readonly firstOfReplica: number;
  readonly perReplica: number;
}

/** Cuts the batch into as few segments of at most `most` atoms as consecutive replicas allow. */
export function listSegments(slices: readonly ReplicaSlice[], most: number): ListSegment[] {
  const segments: ListSegment[] = [];
  slices.forEach(({ firstAtom, nAtoms }, firstReplica) => {
    const last = segments.at(-1);
    if (last && last.firstOfReplica === 0 && last.nAtoms + nAtoms <= most) {
      segments[segments.length - 1] = {
        ...last,
        nAtoms: last.nAtoms + nAtoms,
        nReplicas: last.nReplicas + 1,
        perReplica: Math.max(last.perReplica, nAtoms),
      };
      return;
    }
    const parts = Math.ceil(nAtoms / most);
    const part = Math.ceil(nAtoms / parts);
    for (let first = 0; first < nAtoms; first += part) {
      const count = Math.min(part, nAtoms - first);
      segments.push({
        firstAtom: firstAtom + first,
        nAtoms: count,
        firstReplica,
        nReplicas: 1,
        firstOfReplica: first,
        perReplica: count,
      });
    }
  });
  return segments;
}

/** What the tests of LAMMPS files share. */
import { openTrajectory, readStructure } from '../../../src/io/index.ts';
import type { System } from '../../../src/model/system.ts';
import type { Frame } from '../../../src/model/trajectory.ts';
import { goldenBytes } from './fixtures.ts';

/** A LAMMPS data file in tests/golden/io/lammps. */
export const goldenData = (name: string, types?: readonly string[]) =>
  readStructure(goldenBytes(`lammps/${name}`), name, types ? { types } : {});

/** All frames of a dump in tests/golden/io/lammps. */
export async function dumpFrames(name: string, options = {}) {
  const trajectory = await openTrajectory(goldenBytes(`lammps/${name}`), name, options);
  const frames: Frame[] = [];
  for await (const frame of trajectory.frames()) frames.push(frame);
  return { trajectory, frames };
}

/** Dot products of all pairs of vectors: what a rotation keeps. */
export function gram(vectors: ArrayLike<number>): number[] {
  return products(vectors, vectors);
}

/** Dot products of positions with velocities. */
export function dots({
  positions,
  velocities,
}: {
  positions: Float64Array;
  velocities?: Float64Array;
}): number[] {
  return products(positions, velocities!);
}

function products(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const out: number[] = [];
  for (let i = 0; i < a.length; i += 3) {
    for (let j = 0; j < b.length; j += 3)
      out.push(a[i]! * b[j]! + a[i + 1]! * b[j + 1]! + a[i + 2]! * b[j + 2]!);
  }
  return out;
}

export function speeds({ velocities }: { velocities?: Float64Array }): number[] {
  const v = velocities!;
  return Array.from({ length: v.length / 3 }, (_, i) => Math.hypot(v[3 * i]!, v[3 * i + 1]!, v[3 * i + 2]!));
}

export function temperature({ velocities, typeOf, species }: System): number {
  let twiceKinetic = 0;
  typeOf.forEach((type, i) => {
    for (let k = 0; k < 3; k++) twiceKinetic += species[type]!.mass * velocities![3 * i + k]! ** 2;
  });
  return (twiceKinetic * 103.6427) / (3 * typeOf.length - 3) / 8.617333e-5;
}

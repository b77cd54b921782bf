/** Synthetic motion with known answers: lattice walks, cages, and a fixed cubic cell to put them in. Seeded. */
import type { DisplacementSeries } from '../../../../src/analysis/frames/displacements.ts';
import { DisplacementCollector } from '../../../../src/analysis/frames/displacements.ts';
import type { Tracks } from '../../../../src/analysis/transport/tracks.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors } from '../../../../src/model/cell.ts';
import type { Species, System } from '../../../../src/model/system.ts';

/** [walkers] of x, y, z, each [frames]. */
export type Paths = readonly (readonly [Float64Array, Float64Array, Float64Array])[];

export interface Walk {
  readonly walkers: number;
  readonly frames: number;
  /** Probability of a hop per frame. */
  readonly rate: number;
  /** Å */
  readonly hop: number;
  /** Standard deviation of the vibration per component, Å; white in time. */
  readonly vibration: number;
}

/** Frames are 100 fs apart everywhere here. */
export const FRAME_INTERVAL = 100;

/** D of a lattice walk, Å²/ps. */
export function trueD({ rate, hop }: Walk): number {
  return (rate * hop * hop) / 6 / (FRAME_INTERVAL / 1000);
}

/** White noise of unit variance; every path reads it from a place of its own (drawing 288 000 numbers per walk took 60 ms). */
const NOISE = ((): Float64Array => {
  const random = new RandomSequence(0, 2);
  return Float64Array.from({ length: 65_536 }, () => random.normal());
})();

/** Independent walkers on a simple cubic lattice, vibrating about their sites. */
export function latticeWalk(seed: number, walk: Walk): Paths {
  const random = new RandomSequence(seed, 1);
  return Array.from({ length: walk.walkers }, () => {
    const path = emptyPath(walk.frames);
    const noise = [0, 1, 2].map(() => random.below(NOISE.length));
    const site = [0, 0, 0];
    let next = waiting(random, walk.rate);
    for (let t = 0; t < walk.frames; t++) {
      while (t >= next) {
        const way = random.below(6);
        site[way >> 1]! += way & 1 ? walk.hop : -walk.hop;
        next += waiting(random, walk.rate);
      }
      for (let k = 0; k < 3; k++)
        path[k]![t] = site[k]! + walk.vibration * NOISE[(noise[k]! + t) % NOISE.length]!;
    }
    return startAtZero(path);
  });
}

/** Frames until the next hop: geometric. */
function waiting(random: RandomSequence, rate: number): number {
  return rate > 0 ? Math.ceil(Math.log(1 - random.uniform()) / Math.log(1 - rate)) : Number.POSITIVE_INFINITY;
}

/** Ornstein–Uhlenbeck motion in a harmonic well: MSD(τ) = 6 s² (1 − r^τ) with `memory` r per frame, and no diffusion. */
export function harmonicCage(
  seed: number,
  walkers: number,
  frames: number,
  s: number,
  memory: number,
): Paths {
  const random = new RandomSequence(seed, 3);
  const kick = Math.sqrt(1 - memory * memory);
  return Array.from({ length: walkers }, () => {
    const path = emptyPath(frames);
    for (let k = 0; k < 3; k++) {
      let x = s * random.normal();
      for (let t = 0; t < frames; t++) {
        path[k]![t] = x;
        x = memory * x + kick * s * random.normal();
      }
    }
    return startAtZero(path);
  });
}

/** Ions that hop among the eight corners of a cube of edge 2b, `rate` per frame and axis, and never leave it. */
export function hoppingCage(seed: number, walkers: number, frames: number, b: number, rate: number): Paths {
  const random = new RandomSequence(seed, 4);
  return Array.from({ length: walkers }, () => {
    const path = emptyPath(frames);
    for (let k = 0; k < 3; k++) {
      let x = random.below(2) ? b : -b;
      let next = waiting(random, rate);
      for (let t = 0; t < frames; t++) {
        while (t >= next) {
          x = -x;
          next += waiting(random, rate);
        }
        path[k]![t] = x + 0.15 * random.normal();
      }
    }
    return startAtZero(path);
  });
}

export function tracksOf(paths: Paths): Tracks {
  return {
    walkers: paths.length,
    frames: paths[0]![0].length,
    frameInterval: FRAME_INTERVAL,
    read(walker, x, y, z) {
      const [px, py, pz] = paths[walker]!;
      x.set(px);
      y.set(py);
      z.set(pz);
    },
  };
}

export const LI: Species = { label: 'Li', element: 'Li', mass: 6.94, formalCharge: 1 };
export const CL: Species = { label: 'Cl', element: 'Cl', mass: 35.45, formalCharge: -1 };

/** A cubic system of `edge` Å with these atoms, all at the origin: only displacements matter. */
export function boxOf(edge: number, species: readonly Species[], counts: readonly number[]): System {
  const typeOf = Uint16Array.from(counts.flatMap((n, s) => new Array<number>(n).fill(s)));
  return {
    title: 'box',
    cell: cellFromVectors([edge, 0, 0, 0, edge, 0, 0, 0, edge]),
    species,
    typeOf,
    positions: new Float64Array(3 * typeOf.length),
  };
}

/** The displacement series of paths, through the collector, as a run would make it. */
export function seriesOf(system: System, paths: Paths): DisplacementSeries {
  const collector = new DisplacementCollector(system);
  const frames = paths[0]![0].length;
  for (let t = 0; t < frames; t++) {
    const positions = new Float64Array(3 * paths.length);
    paths.forEach((path, i) => {
      for (let k = 0; k < 3; k++) positions[3 * i + k] = path[k]![t]!;
    });
    collector.add({ step: t, time: t * FRAME_INTERVAL, cell: system.cell, positions });
  }
  return collector.series();
}

function emptyPath(frames: number): [Float64Array, Float64Array, Float64Array] {
  return [new Float64Array(frames), new Float64Array(frames), new Float64Array(frames)];
}

function startAtZero(
  path: [Float64Array, Float64Array, Float64Array],
): [Float64Array, Float64Array, Float64Array] {
  for (const component of path) {
    const first = component[0]!;
    for (let t = 0; t < component.length; t++) component[t]! -= first;
  }
  return path;
}

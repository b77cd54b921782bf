/**
 * Displacements of every atom since the first frame, collected frame by frame: from a file, or live while the engine
 * runs. One object feeds every transport analysis.
 */
import { InputError } from '../../core/errors.ts';
import { mean } from '../../core/stats.ts';
import { inverse, norm, rowTimes, rowsTimes as transform } from '../../core/vec.ts';
import { volume } from '../../model/cell.ts';
import { atomCount, atomName, type System } from '../../model/system.ts';
import type { Frame, Trajectory } from '../../model/trajectory.ts';
import { checkAtomCount } from './unwrap.ts';

/** Displacements of all atoms at equally spaced times. Plain values, structured-clone-safe. */
export interface DisplacementSeries {
  readonly system: System;
  /** fs between the frames kept. */
  readonly frameInterval: number;
  /** [frames] of [n×3] Å: u_i(t) since the first frame, nothing subtracted; the first is zero. */
  readonly frames: readonly Float32Array[];
  /** [frames] of [species×3] Å: Σ_i u_i over the atoms of each species, in f64. */
  readonly speciesSums: readonly Float64Array[];
  /** Mean cell volume, Å³. */
  readonly volume: number;
  /** Mean distance from an atom of each species to the nearest of its kind in the first frame, Å; NaN for a lone atom. */
  readonly nearestDistances: readonly number[];
}

export interface CollectOptions {
  /** Memory for displacements, bytes; when full, every second frame is dropped and the interval doubles. */
  readonly maxBytes?: number;
  /** fs at the start that are left out. */
  readonly discard?: number;
}

/**
 * Half a gigabyte holds 70 000 frames of 600 atoms or 4 000 of 10 000: a browser tab lives with it.
 */
const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

const FEWEST_FRAMES_KEPT = 64;

/** Times of frames may carry the rounding of a text file: 1e-4 of the interval. */
const INTERVAL_TOLERANCE = 1e-4;

/** A fractional step this large is a wrapped coordinate, not motion: a crossing shows as 1 less one step. */
const WRAPPED_STEP = 0.8;

/**
 * Collects u_i(t) = Σ_t' Δs_i(t')·H̄(t'), Δs the change of the fractional coordinate and H̄ the mean of the two cells: the
 * Cartesian displacement when the cell is fixed, and free of the barostat's affine breathing when it is not (a site at
 * rest in fractional coordinates has no displacement, however many cells from the origin).
 * Owns the growing store, hence a class.
 */
export class DisplacementCollector {
  readonly system: System;
  private readonly maxFrames: number;
  private readonly discard: number;
  /** Of so many frames one is kept: more than 1 once `maxBytes` was full. */
  stride = 1;
  /** Frames received, and of these the ones after `discard`. */
  received = 0;
  private used = 0;
  private firstTime: number | undefined;
  private interval: number | undefined;
  /** Time, cell, positions and fractional coordinates of the frame before: copies, for a caller may reuse its arrays. */
  private last:
    | { time: number; h: Float64Array; positions: Float64Array; fractional: Float64Array }
    | undefined;
  private readonly current: Float64Array;
  private volumeSum = 0;
  private frames: Float32Array[] = [];
  private speciesSums: Float64Array[] = [];
  private nearest: readonly number[] = [];

  constructor(system: System, options: CollectOptions = {}) {
    this.system = system;
    const bytesPerFrame = 12 * atomCount(system);
    this.maxFrames = Math.max(
      FEWEST_FRAMES_KEPT,
      Math.floor((options.maxBytes ?? DEFAULT_MAX_BYTES) / bytesPerFrame),
    );
    this.discard = options.discard ?? 0;
    this.current = new Float64Array(3 * atomCount(system));
  }

  /** Number of frames kept. */
  get frameCount(): number {
    return this.frames.length;
  }

  /** Adds the next frame. Positions must be continuous; frames must be equally spaced in time. */
  add(frame: Frame): void {
    checkAtomCount(frame, atomCount(this.system), this.received);
    this.received++;
    this.firstTime ??= frame.time;
    if (frame.time - this.firstTime < this.discard) return;
    this.checkInterval(frame);
    this.advance(frame);
    this.volumeSum += volume(frame.cell);
    if (this.used % this.stride === 0) this.keep();
    this.used++;
  }

  /** What has been collected so far. Later frames do not change it. */
  series(): DisplacementSeries {
    return {
      system: this.system,
      frameInterval: (this.interval ?? 0) * this.stride,
      frames: [...this.frames],
      speciesSums: [...this.speciesSums],
      volume: this.volumeSum / Math.max(1, this.used),
      nearestDistances: this.nearest,
    };
  }

  private checkInterval(frame: Frame): void {
    if (this.last === undefined) return;
    const step = frame.time - this.last.time;
    this.interval ??= step;
    if (!(step > 0) || Math.abs(step - this.interval) > INTERVAL_TOLERANCE * this.interval) {
      throw new InputError(
        `frame ${this.received} (step ${frame.step}) comes ${step} fs after the one before it, the first interval was ` +
          `${this.interval} fs: frames must be equally spaced in time`,
      );
    }
  }

  private advance(frame: Frame): void {
    const n = 3 * atomCount(this.system);
    const h = Float64Array.from(frame.cell.h);
    const positions = Float64Array.from(frame.positions);
    const fractional = new Float64Array(n);
    transform(positions, inverse(h), fractional);
    if (this.last === undefined) {
      this.nearest = nearestDistances(this.system, h, fractional);
    } else {
      const before = this.last;
      const step = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        const ds = (fractional[i] as number) - (before.fractional[i] as number);
        if (!(Math.abs(ds) < WRAPPED_STEP)) throw this.wrappedError(Math.floor(i / 3), ds);
        step[i] = ds;
      }
      if (h.every((x, k) => x === before.h[k])) {
        for (let i = 0; i < n; i++) step[i] = (positions[i] as number) - (before.positions[i] as number);
      } else {
        transform(
          step,
          h.map((x, k) => (x + (before.h[k] as number)) / 2),
          step,
        );
      }
      for (let i = 0; i < n; i++) this.current[i] = (this.current[i] as number) + (step[i] as number);
    }
    this.last = { time: frame.time, h, positions, fractional };
  }

  private keep(): void {
    if (this.frames.length >= this.maxFrames) {
      this.frames = this.frames.filter((_, t) => t % 2 === 0);
      this.speciesSums = this.speciesSums.filter((_, t) => t % 2 === 0);
      this.stride *= 2;
      if (this.used % this.stride !== 0) return;
    }
    const sums = new Float64Array(3 * this.system.species.length);
    this.system.typeOf.forEach((type, i) => {
      for (let k = 0; k < 3; k++) {
        sums[3 * type + k] = (sums[3 * type + k] as number) + (this.current[3 * i + k] as number);
      }
    });
    this.frames.push(Float32Array.from(this.current));
    this.speciesSums.push(sums);
  }

  private wrappedError(atom: number, step: number): InputError {
    return new InputError(
      `${atomName(this.system, atom)} moves by ${step.toFixed(2)} of a cell edge between frames ` +
        `${this.received - 1} and ${this.received}: the coordinates are wrapped, unwrap them first`,
    );
  }
}

/** Displacements of a whole trajectory. */
export async function collectDisplacements(
  trajectory: Trajectory,
  options: CollectOptions = {},
): Promise<DisplacementSeries> {
  const collector = new DisplacementCollector(trajectory.system, options);
  for await (const frame of trajectory.frames()) collector.add(frame);
  return collector.series();
}

/**
 * Mean over (at most 200) atoms of a species of the distance to the nearest atom of the same species, Å: the scale of a
 * hop between like sites. Minimum image in fractional coordinates, enough for distances below half the cell.
 */
function nearestDistances(system: System, h: Float64Array, fractional: Float64Array): number[] {
  return system.species.map((_, type) => {
    const atoms = atomsOf(system, type);
    const stride = Math.max(1, Math.ceil(atoms.length / 200));
    const nearest: number[] = [];
    for (let p = 0; p < atoms.length; p += stride) {
      let smallest = Number.POSITIVE_INFINITY;
      for (let q = 0; q < atoms.length; q++) {
        if (q === p) continue;
        smallest = Math.min(smallest, imageDistance(h, fractional, atoms[p] as number, atoms[q] as number));
      }
      if (Number.isFinite(smallest)) nearest.push(smallest);
    }
    return mean(nearest);
  });
}

function imageDistance(h: Float64Array, fractional: Float64Array, i: number, j: number): number {
  const ds = [0, 1, 2].map((k) => {
    const d = (fractional[3 * i + k] as number) - (fractional[3 * j + k] as number);
    return d - Math.round(d);
  });
  return norm(rowTimes(ds, h));
}

/** Indices of the atoms of a species. */
export function atomsOf(system: System, species: number): number[] {
  const atoms: number[] = [];
  system.typeOf.forEach((type, i) => {
    if (type === species) atoms.push(i);
  });
  return atoms;
}

/**
 * Displacements of all atoms since the first frame, one frame at a time, with the drift of the frame of reference taken off:
 * the streaming form of frames/displacements.ts and transport/tracks.ts. Keeps one frame, no history.
 */
import { InputError } from '../../core/errors.ts';
import { inverse, rowsTimes } from '../../core/vec.ts';
import { perpendicularWidths, volume } from '../../model/cell.ts';
import { atomCount, atomName, type Species, type System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { checkAtomCount } from '../frames/unwrap.ts';
import type { Drift } from '../transport/tracks.ts';

/** The choices of an option `drift`. */
export const DRIFTS: readonly Drift[] = ['massCenter', 'framework', 'none'];

/** A step of so much of the cell's smallest width is a wrapped coordinate, not motion. */
const WRAPPED_STEP = 0.8;

/** Times of frames may carry the rounding of a text file: 1e-4 of the interval. */
const INTERVAL_TOLERANCE = 1e-4;

/**
 * u_i(t) − d(t): u_i sums Δs·H̄ (changes of the fractional coordinates times the mean of the two cells), so a barostat's
 * breathing is no displacement; d is the mean of u over the framework's atoms, or Σmu/Σm. Owns the frame before, hence a class.
 */
export class FrameDisplacements {
  readonly system: System;
  /** [n×3] Å; overwritten by the next frame. */
  readonly values: Float64Array;
  /** What is taken off. */
  readonly reference: Drift;
  /** Frames received. */
  frames = 0;
  private readonly raw: Float64Array;
  /** [n] shares of the atoms in d. */
  private readonly weights: Float64Array | undefined;
  private readonly previous: Float64Array;
  private readonly h = new Float64Array(9);
  private width = 0;
  private time = 0;
  private interval: number | undefined;
  private volumeSum = 0;
  private readonly before: Float64Array<ArrayBuffer>;
  private readonly after: Float64Array<ArrayBuffer>;

  /** @param mobile indices of the species that are not framework */
  constructor(system: System, drift: Drift, mobile: readonly number[]) {
    const n = atomCount(system);
    this.system = system;
    this.values = new Float64Array(3 * n);
    this.raw = new Float64Array(3 * n);
    this.previous = new Float64Array(3 * n);
    this.before = new Float64Array(3 * n);
    this.after = new Float64Array(3 * n);
    const hasFramework = system.typeOf.some((type) => !mobile.includes(type));
    this.reference = drift === 'framework' && !hasFramework ? 'massCenter' : drift;
    this.weights = driftWeights(system, this.reference, mobile);
  }

  /** Å³, mean over the frames. */
  get meanVolume(): number {
    return this.volumeSum / Math.max(1, this.frames);
  }

  /** fs between frames; 0 before the second one. */
  get frameInterval(): number {
    return this.interval ?? 0;
  }

  /** Takes the next frame and returns `values`. */
  add(frame: Frame): Float64Array {
    checkAtomCount(frame, atomCount(this.system), this.frames);
    if (this.frames > 0) {
      this.checkInterval(frame);
      this.advance(frame);
    }
    const { h } = frame.cell;
    if (this.frames === 0 || !this.hasCell(h)) {
      this.h.set(h);
      this.width = Math.min(...perpendicularWidths(frame.cell));
    }
    this.previous.set(frame.positions);
    this.time = frame.time;
    this.volumeSum += volume(frame.cell);
    this.frames++;
    removeMean(this.raw, this.weights, this.values);
    return this.values;
  }

  private checkInterval(frame: Frame): void {
    const step = frame.time - this.time;
    this.interval ??= step;
    if (!(step > 0) || Math.abs(step - this.interval) > INTERVAL_TOLERANCE * this.interval) {
      throw new InputError(
        `frame ${this.frames + 1} (step ${frame.step}) comes ${step} fs after the one before it, the first interval was ` +
          `${this.interval} fs: frames must be equally spaced in time`,
      );
    }
  }

  private advance(frame: Frame): void {
    const { raw, before, after } = this;
    if (this.hasCell(frame.cell.h)) {
      for (let k = 0; k < raw.length; k++) {
        after[k] = (frame.positions[k] as number) - (this.previous[k] as number);
      }
    } else {
      rowsTimes(this.previous, inverse(this.h), before);
      rowsTimes(frame.positions, inverse(frame.cell.h), after);
      for (let k = 0; k < raw.length; k++) after[k] = (after[k] as number) - (before[k] as number);
      const mean = this.h.map((x, k) => (x + (frame.cell.h[k] as number)) / 2);
      rowsTimes(after, mean, after);
    }
    const limit = (WRAPPED_STEP * this.width) ** 2;
    for (let k = 0; k < raw.length; k += 3) {
      const dx = after[k] as number;
      const dy = after[k + 1] as number;
      const dz = after[k + 2] as number;
      // Written so that NaN is refused as well.
      if (!(dx * dx + dy * dy + dz * dz < limit)) {
        throw new InputError(
          `${atomName(this.system, k / 3)} moves ${Math.hypot(dx, dy, dz).toFixed(2)} Å between frames ${this.frames} and ` +
            `${this.frames + 1}, the cell is ${this.width.toFixed(2)} Å wide: the coordinates are wrapped, unwrap them first`,
        );
      }
      raw[k] = (raw[k] as number) + dx;
      raw[k + 1] = (raw[k + 1] as number) + dy;
      raw[k + 2] = (raw[k + 2] as number) + dz;
    }
  }

  private hasCell(h: Float64Array): boolean {
    for (let k = 0; k < 9; k++) if (this.h[k] !== h[k]) return false;
    return true;
  }
}

/** [n] weights that sum to one; undefined for `none`. */
export function driftWeights(
  system: System,
  drift: Drift,
  mobile: readonly number[],
): Float64Array | undefined {
  if (drift === 'none') return undefined;
  const weights = Float64Array.from(system.typeOf, (type) =>
    drift === 'massCenter' ? (system.species[type] as Species).mass : mobile.includes(type) ? 0 : 1,
  );
  let total = 0;
  for (const w of weights) total += w;
  return weights.map((w) => w / total);
}

/** out = vectors [n×3] minus their weighted mean; a copy without weights. */
export function removeMean(
  vectors: Float64Array,
  weights: Float64Array | undefined,
  out: Float64Array,
): void {
  let [x, y, z] = [0, 0, 0];
  if (weights) {
    for (let i = 0; i < weights.length; i++) {
      const w = weights[i] as number;
      x += w * (vectors[3 * i] as number);
      y += w * (vectors[3 * i + 1] as number);
      z += w * (vectors[3 * i + 2] as number);
    }
  }
  for (let k = 0; k < out.length; k += 3) {
    out[k] = (vectors[k] as number) - x;
    out[k + 1] = (vectors[k + 1] as number) - y;
    out[k + 2] = (vectors[k + 2] as number) - z;
  }
}

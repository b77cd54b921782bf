/**
 * How far each complex turns within a window, against time, and whether it turns more when something happens: what a
 * "paddle wheel" claims, with the null hypothesis that it must beat.
 */
import { InputError } from '../../core/errors.ts';
import { RandomSequence } from '../../core/rng.ts';

/** |Δθ|(t) of every complex. */
export interface AngularSeries {
  /** Time between samples, fs. */
  readonly interval: number;
  /** The turn is that between t − window/2 and t + window/2, fs. */
  readonly window: number;
  /** Time of the first sample after the first frame, fs. */
  readonly start: number;
  /** [complexes] of [samples], degrees: root mean square over its bonds of the angle each has turned. */
  readonly angles: readonly Float32Array[];
}

/** Samples within a window: it moves on by an eighth of its length. */
const PER_WINDOW = 8;
/** f32 values kept of all complexes together: 32 MB; when full every second sample is dropped. */
const MOST_VALUES = 2 ** 23;

/** Angle in degrees out of a cosine that rounding may have carried beyond one. */
export function degrees(cosine: number): number {
  return (Math.acos(Math.max(-1, Math.min(1, cosine))) * 180) / Math.PI;
}

/** Collects |Δθ|(t) from the bond directions of each frame. Owns its store, hence a class. */
export class AngularCollector {
  private readonly first: Int32Array;
  private readonly spacing: number;
  private readonly ring: Float64Array[];
  private readonly interval: number;
  private angles: Float32Array[];
  private length = 0;
  private stride = 1;
  private frame = 0;
  private taken = 0;

  /**
   * @param first [complexes + 1] first bond of each complex
   * @param interval fs between frames
   * @param window fs
   */
  constructor(first: Int32Array, interval: number, window: number) {
    this.first = first;
    this.interval = interval;
    this.spacing = Math.max(1, Math.round(window / PER_WINDOW / interval));
    const samples = Math.max(1, Math.round(window / (this.spacing * interval)));
    const bonds = first.at(-1) ?? 0;
    this.ring = Array.from({ length: samples }, () => new Float64Array(3 * bonds));
    this.angles = Array.from({ length: first.length - 1 }, () => new Float32Array(64));
  }

  /** Takes the unit vectors of all bonds, [bonds×3]. */
  add(directions: Float64Array): void {
    if (this.frame++ % this.spacing !== 0) return;
    const slot = this.ring[this.taken % this.ring.length] as Float64Array;
    const sample = this.taken - this.ring.length;
    if (sample >= 0 && sample % this.stride === 0) this.keep(slot, directions);
    slot.set(directions);
    this.taken++;
  }

  /** All that has been collected. */
  series(): AngularSeries {
    const step = this.spacing * this.interval;
    return {
      interval: step * this.stride,
      window: step * this.ring.length,
      start: (step * this.ring.length) / 2,
      angles: this.angles.map((a) => a.slice(0, this.length)),
    };
  }

  private keep(earlier: Float64Array, later: Float64Array): void {
    if (this.length * this.angles.length >= MOST_VALUES) {
      this.length = Math.ceil(this.length / 2);
      for (const own of this.angles) for (let t = 0; t < this.length; t++) own[t] = own[2 * t] as number;
      this.stride *= 2;
      if ((this.taken - this.ring.length) % this.stride !== 0) return;
    }
    this.angles.forEach((own, c) => {
      let values = own;
      if (this.length === own.length) {
        values = new Float32Array(2 * own.length);
        values.set(own);
        this.angles[c] = values;
      }
      let sum = 0;
      const [begin, end] = [this.first[c] as number, this.first[c + 1] as number];
      for (let b = 3 * begin; b < 3 * end; b += 3) {
        sum +=
          degrees(
            (earlier[b] as number) * (later[b] as number) +
              (earlier[b + 1] as number) * (later[b + 1] as number) +
              (earlier[b + 2] as number) * (later[b + 2] as number),
          ) ** 2;
      }
      values[this.length] = Math.sqrt(sum / Math.max(1, end - begin));
    });
    this.length++;
  }
}

/** Something that happened next to a complex. */
export interface AngularEvent {
  readonly complex: number;
  /** fs after the first frame */
  readonly time: number;
}

export interface EventAverage {
  /** fs before (negative) and after the event. */
  readonly times: Float64Array;
  /** ⟨|Δθ|⟩ at those times, degrees. */
  readonly mean: Float64Array;
  /** ⟨|Δθ|⟩ of the same complexes at all times, degrees. */
  readonly background: number;
  /** mean at the event over background. */
  readonly excess: number;
  /** Share of shuffles whose excess is as large or larger, with the observed one among them: never zero. */
  readonly pValue: number;
  readonly events: number;
}

/**
 * Event-triggered average of |Δθ|. The null hypothesis moves all events of a complex by one random time, around the end to
 * the beginning: bursts of events stay bursts, and a restless complex stays restless.
 * @param halfWidth fs before and after
 */
export function eventTriggered(
  { angles, interval, start }: AngularSeries,
  events: readonly AngularEvent[],
  halfWidth: number,
  shuffles = 200,
  seed = 1,
): EventAverage {
  const samples = angles[0]?.length ?? 0;
  const sampled = events
    .map(({ complex, time }) => ({ complex, sample: Math.round((time - start) / interval) }))
    .filter(({ sample }) => sample >= 0 && sample < samples);
  if (sampled.length === 0) throw new InputError('event-triggered average: no event within the samples');
  const reach = Math.max(0, Math.round(halfWidth / interval));
  const times = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => (k - reach) * interval);
  const at = (complex: number, sample: number): number => (angles[complex] as Float32Array)[sample] as number;
  const mean = times.map((_, k) => {
    const inside = sampled.filter(({ sample }) => sample + k - reach >= 0 && sample + k - reach < samples);
    return inside.reduce((sum, e) => sum + at(e.complex, e.sample + k - reach), 0) / inside.length;
  });
  const means = new Map<number, number>();
  for (const { complex } of sampled) {
    if (means.has(complex)) continue;
    means.set(complex, (angles[complex] as Float32Array).reduce((a, b) => a + b, 0) / samples);
  }
  const background =
    sampled.reduce((sum, { complex }) => sum + (means.get(complex) as number), 0) / sampled.length;
  const observed = mean[reach] as number;
  const random = new RandomSequence(seed);
  let asLarge = 1;
  for (let k = 0; k < shuffles; k++) {
    const shift = new Map([...means.keys()].map((complex) => [complex, random.below(samples)]));
    const sum = sampled.reduce(
      (a, { complex, sample }) => a + at(complex, (sample + (shift.get(complex) as number)) % samples),
      0,
    );
    if (sum / sampled.length >= observed) asLarge++;
  }
  return {
    times,
    mean,
    background,
    excess: observed / background,
    pValue: asLarge / (shuffles + 1),
    events: sampled.length,
  };
}

/**
 * Seams: where one run has been put after another, and motion in between is not recorded. Three signs, each told with frame
 * and atom: step numbers that go back, stand or skip; a frame that repeats the one before it; and a step in which the
 * median atom moves as in no other, which is what a restart from another configuration looks like.
 *
 * The median, not the largest displacement: a hop moves one ion by 3 Å and leaves the median alone, a seam moves all.
 * Where frames are further apart than vibrations last, a seam between two instants of one run moves the framework no more
 * than every other step does; then only step numbers tell it.
 */
import { InputError } from '../../core/errors.ts';
import { inverse, rowsTimes } from '../../core/vec.ts';
import { atomName, type System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';

/** A step between two frames that is no step of a run. */
export interface Seam {
  /** Of the frame behind it, from 1. */
  readonly frame: number;
  readonly sign: 'order' | 'gap' | 'repeated' | 'jump';
  /** Step numbers before and behind it. */
  readonly steps: readonly [number, number];
  /** The atom that moves farthest over it, and how far, Å. */
  readonly atom: number;
  readonly distance: number;
  /** For a jump: how many times the usual displacement the median atom has. */
  readonly ratio: number;
}

export interface SeamReport {
  readonly seams: readonly Seam[];
  /** Largest displacement of one atom from frame to frame within runs, Å; 0 without any. */
  readonly largestWithin: number;
  /** Steps that were looked at. */
  readonly steps: number;
}

/** Steps that are judged together: a slow change (a ramp of the temperature) is no outlier among its neighbours. */
const WINDOW = 512;
/** With fewer steps nothing can be called usual. */
const FEWEST = 12;
/**
 * A jump is this far from the median of ln(median displacement), in units of its spread, and at least so many times as
 * large. Within five real runs of 4 300 steps, 2 to 500 fs apart, the largest were 7.4 spreads and a factor of 1.47.
 */
const SPREADS = 9;
const SMALLEST_RATIO = 1.6;
/** σ of a Gaussian over its median absolute deviation; and the spread that rounding of files leaves at least. */
const SIGMA_PER_MAD = 1.4826;
const SMALLEST_SPREAD = 0.01;
/** Seams that are listed; the rest are counted. */
const MOST_LISTED = 5;
/** 16 MB of records; what comes later is watched for order and repetition only. */
const MOST_STEPS = 1_000_000;

/** Takes continuous frames in order. Time O(atoms) per frame; memory one frame and 16 bytes per step. */
export class SeamDetector {
  private readonly system: System;
  private previous: { step: number; h: Float64Array; positions: Float64Array } | undefined;
  private readonly squares: Float64Array;
  private readonly change: Float64Array<ArrayBuffer>;
  private frames = 0;
  /** First difference of step numbers that go forward. */
  private stride: number | undefined;
  private readonly medians: number[] = [];
  private readonly largest: number[] = [];
  private readonly movers: number[] = [];
  private readonly stepsBehind: number[] = [];
  private readonly certain: Seam[] = [];

  constructor(system: System) {
    this.system = system;
    this.squares = new Float64Array(system.typeOf.length);
    this.change = new Float64Array(3 * system.typeOf.length);
  }

  add(frame: Frame): void {
    this.frames++;
    const { previous } = this;
    if (previous) this.addStep(previous, frame);
    this.previous = {
      step: frame.step,
      h: Float64Array.from(frame.cell.h),
      positions: Float64Array.from(frame.positions),
    };
  }

  private addStep(previous: { step: number; h: Float64Array; positions: Float64Array }, frame: Frame): void {
    const { squares } = this;
    const change = this.changeSince(previous, frame);
    let farthest = 0;
    for (let i = 0; i < squares.length; i++) {
      const x = change[3 * i] as number;
      const y = change[3 * i + 1] as number;
      const z = change[3 * i + 2] as number;
      squares[i] = x * x + y * y + z * z;
      if ((squares[i] as number) > (squares[farthest] as number)) farthest = i;
    }
    const distance = Math.sqrt(squares[farthest] as number);
    const difference = frame.step - previous.step;
    this.stride ??= difference > 0 ? difference : undefined;
    const sign = signOf(difference, this.stride, distance);
    if (sign) {
      this.certain.push({
        frame: this.frames,
        sign,
        steps: [previous.step, frame.step],
        atom: farthest,
        distance,
        ratio: Number.NaN,
      });
    }
    if (this.medians.length >= MOST_STEPS) return;
    this.largest.push(distance);
    this.movers.push(farthest);
    this.stepsBehind.push(frame.step);
    this.medians.push(Math.sqrt(medianInPlace(squares)));
  }

  /** Displacements since the frame before, in Å: Cartesian in a fixed cell, Δs·H in one that changes. */
  private changeSince(previous: { h: Float64Array; positions: Float64Array }, frame: Frame): Float64Array {
    const { change } = this;
    const { h } = frame.cell;
    if (h.every((x, k) => x === previous.h[k])) {
      for (let i = 0; i < change.length; i++) {
        change[i] = (frame.positions[i] as number) - (previous.positions[i] as number);
      }
      return change;
    }
    const before = rowsTimes(previous.positions, inverse(previous.h));
    rowsTimes(frame.positions, inverse(h), change);
    for (let i = 0; i < change.length; i++) change[i] = (change[i] as number) - (before[i] as number);
    return rowsTimes(change, h, change);
  }

  /** What has been found so far. */
  report(): SeamReport {
    const known = new Set(this.certain.map(({ frame }) => frame));
    const jumps: Seam[] = [];
    for (const { index, ratio } of outliers(this.medians)) {
      const frame = index + 2;
      if (known.has(frame)) continue;
      jumps.push({
        frame,
        sign: 'jump',
        steps: [this.stepsBehind[index - 1] ?? Number.NaN, this.stepsBehind[index] as number],
        atom: this.movers[index] as number,
        distance: this.largest[index] as number,
        ratio,
      });
    }
    const seams = [...this.certain, ...jumps].sort((a, b) => a.frame - b.frame);
    const atSeam = new Set(seams.map(({ frame }) => frame));
    let largestWithin = 0;
    this.largest.forEach((distance, index) => {
      if (!atSeam.has(index + 2)) largestWithin = Math.max(largestWithin, distance);
    });
    return { seams, largestWithin, steps: this.frames - 1 };
  }

  /**
   * Sentences about the seams. Throws InputError where an atom moves farther over one than ever within the runs: then its
   * path is not known, and no displacement over the seam is motion.
   */
  judge(): string[] {
    const report = this.report();
    const { seams, largestWithin } = report;
    const sentences = seams.slice(0, MOST_LISTED).map((seam) => seamSentence(seam, this.system));
    if (seams.length > MOST_LISTED)
      sentences.push(`${seams.length - MOST_LISTED} more seams of ${seams.length}`);
    const broken = seams.find(({ distance }) => distance > largestWithin);
    if (broken && largestWithin > 0) {
      throw new InputError(
        `${seamSentence(broken, this.system)}: farther than any atom moves within the runs (${largestWithin.toFixed(2)} Å); ` +
          'analyse the runs one by one',
      );
    }
    return sentences;
  }
}

function signOf(difference: number, stride: number | undefined, distance: number): Seam['sign'] | undefined {
  if (distance === 0) return 'repeated';
  if (difference <= 0) return 'order';
  return stride !== undefined && difference !== stride ? 'gap' : undefined;
}

function seamSentence({ frame, sign, steps, atom, distance, ratio }: Seam, system: System): string {
  const between = `between frames ${frame - 1} and ${frame}`;
  const moves = `${atomName(system, atom)} moves ${distance.toFixed(2)} Å there`;
  switch (sign) {
    case 'repeated':
      return `frame ${frame} repeats frame ${frame - 1}: no atom has moved`;
    case 'order':
      return `a seam ${between}: step numbers go from ${steps[0]} to ${steps[1]}, ${moves}`;
    case 'gap':
      return `frames are missing ${between}: step numbers go from ${steps[0]} to ${steps[1]}, ${moves}`;
    case 'jump':
      return `a seam ${between}: half of the atoms move ${ratio.toFixed(1)} times as far as they use to, ${moves}`;
  }
}

/** Places where ln(value) is far above those around it. */
function outliers(values: readonly number[]): { index: number; ratio: number }[] {
  const found: { index: number; ratio: number }[] = [];
  const windows = Math.max(1, Math.round(values.length / WINDOW));
  for (let w = 0; w < windows; w++) {
    const from = Math.round((w * values.length) / windows);
    const to = Math.round(((w + 1) * values.length) / windows);
    const logs = Float64Array.from(
      values.slice(from, to).filter((value) => value > 0),
      Math.log,
    );
    if (logs.length < FEWEST) continue;
    const middle = medianInPlace(logs);
    const deviation = medianInPlace(logs.map((x) => Math.abs(x - middle)));
    const spread = Math.max(SMALLEST_SPREAD, SIGMA_PER_MAD * deviation);
    const limit = Math.max(SPREADS * spread, Math.log(SMALLEST_RATIO));
    for (let index = from; index < to; index++) {
      const excess = Math.log(values[index] as number) - middle;
      if (excess > limit) found.push({ index, ratio: Math.exp(excess) });
    }
  }
  return found;
}

/** The upper median; reorders `values`. */
function medianInPlace(values: Float64Array): number {
  const k = values.length >> 1;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number;
    let i = low;
    let j = high;
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const held = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = held;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k] as number;
}

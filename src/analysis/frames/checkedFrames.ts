/** The frames of a trajectory made continuous, and looked at on the way for what no analysis could notice. */
import { InputError } from '../../core/errors.ts';
import { inverse, rowsTimes } from '../../core/vec.ts';
import { atomName, type System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { SeamDetector } from './seams.ts';
import { createUnwrapper } from './unwrap.ts';

/** What is needed of a file: `unwrapped` says that positions do not jump at the cell's faces. */
interface FrameSource {
  readonly system: System;
  readonly unwrapped: boolean;
  frames(): AsyncIterable<Frame>;
}

/**
 * Continuous frames. Once all have been handed out the seams are judged (seams.ts), and positions that were said to be
 * unwrapped but are not are refused.
 * @param onWarning takes what was found, one sentence each
 */
export async function* checkedFrames(
  source: FrameSource,
  onWarning: (sentence: string) => void,
): AsyncGenerator<Frame, void, undefined> {
  const { system, unwrapped } = source;
  const unwrap = unwrapped ? undefined : createUnwrapper(system);
  const check = unwrapped ? createFaceCheck(system) : undefined;
  const seams = new SeamDetector(system);
  let before: number | undefined;
  for await (const raw of source.frames()) {
    const frame = unwrap ? seamNamed(before, raw.step, () => unwrap(raw)) : raw;
    before = raw.step;
    check?.add(frame);
    seams.add(frame);
    yield frame;
  }
  check?.judge();
  for (const sentence of seams.judge()) onWarning(sentence);
}

/** What cannot be unwrapped where step numbers begin again is a seam, and no matter of how often frames were recorded. */
function seamNamed(before: number | undefined, step: number, unwrap: () => Frame): Frame {
  try {
    return unwrap();
  } catch (error) {
    if (!(error instanceof InputError) || before === undefined || step > before) throw error;
    throw new InputError(
      `two runs have been put together where step numbers go from ${before} to ${step}: analyse them one by one; ${error.message}`,
    );
  }
}

/** Coordinates of atoms at a face, printed with few digits, may lie this far outside. */
const OUTSIDE = 0.01;
/** A fractional step beyond is one over a face if the atom has been inside the cell before and after. */
const CROSSING = 0.5;

/**
 * Finds wrapped positions among ones said to be unwrapped, where steps are too large for the collector to notice (its limit
 * is 0.8 of an edge): every atom always lies inside one and the same cell, and yet some cross half of it at once. Motion
 * that does so without ever leaving the cell does not happen: who goes so far goes out.
 */
export function createFaceCheck(system: System): { add(frame: Frame): void; judge(): void } {
  let previous: Float64Array | undefined;
  let frames = 0;
  let isInside = true;
  let crossing: { readonly atom: number; readonly frame: number; readonly step: number } | undefined;
  return {
    add(frame) {
      frames++;
      if (!isInside) return;
      const fractional = rowsTimes(frame.positions, inverse(frame.cell.h));
      for (let i = 0; i < fractional.length; i++) {
        const s = fractional[i] as number;
        if (s < -OUTSIDE || s > 1 + OUTSIDE) {
          isInside = false;
          return;
        }
        const step = previous ? s - (previous[i] as number) : 0;
        if (Math.abs(step) > CROSSING) crossing ??= { atom: Math.floor(i / 3), frame: frames, step };
      }
      previous = fractional;
    },
    judge() {
      if (!isInside || !crossing) return;
      throw new InputError(
        `the coordinates are said to be unwrapped, but no atom ever leaves the cell, and ${atomName(system, crossing.atom)} ` +
          `moves by ${crossing.step.toFixed(2)} of an edge between frames ${crossing.frame - 1} and ${crossing.frame}: ` +
          'they are wrapped',
      );
    },
  };
}

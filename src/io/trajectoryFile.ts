/** Trajectories in files: frames read one at a time, as often as asked for, whatever the format. */
import { InputError } from '../core/errors.ts';
import { type System, vectorProblem } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { CutShort } from './cutShort.ts';
import { LineStream } from './lineStream.ts';
import { located } from './location.ts';
import type { ByteSource } from './source.ts';

export interface TrajectoryOptions {
  /** Names of numbered atom types, in order. */
  readonly types?: readonly string[];
  /** fs between frames, for files that do not tell it; beats what the file says. */
  readonly frameInterval?: number;
  /** True when the caller knows that coordinates do not jump at the cell's faces. */
  readonly unwrapped?: boolean;
  /** The atoms, for formats that name none (DCD). */
  readonly topology?: System;
  /**
   * Takes what is found out only while frames are read, one sentence each. With it a file that ends inside a frame is read
   * up to there; without, it is refused.
   */
  readonly onWarning?: (sentence: string) => void;
}

/** What a format may have to be told to know its atoms. */
export type AtomOptions = Pick<TrajectoryOptions, 'types' | 'topology'>;

/** fs; a thousand seconds. */
const LATEST = 1e18;

/** A trajectory in a file. Wherever `frameInterval` is known it serves as a `Trajectory` of the model. */
export interface TrajectoryFile {
  /** The first frame. */
  readonly system: System;
  /** fs; undefined when neither the file nor the caller tells it. Times of frames are then NaN. */
  readonly frameInterval: number | undefined;
  /** False: positions jump at the cell's faces, and `frames()` hands them out so. */
  readonly unwrapped: boolean;
  readonly warnings: readonly string[];
  /** Opens the file anew at each call. */
  frames(): AsyncGenerator<Frame, void, undefined>;
}

/** What all frames of a file share. */
interface SharedAtoms {
  readonly system: System;
  readonly unwrapped: boolean;
  readonly warnings: readonly string[];
}

/** How one format is read: `Raw` is a frame as the file says it. */
export interface TrajectoryReader<Raw, Atoms extends SharedAtoms> {
  readonly parse: (source: ByteSource, file: string) => AsyncGenerator<Raw, void, undefined>;
  readonly atoms: (raw: Raw, file: string, options: AtomOptions) => Atoms;
  readonly frame: (raw: Raw, atoms: Atoms, index: number, file: string) => Frame;
}

/** `parse` of a format that is text. */
export function ofLines<Raw>(
  parse: (lines: LineStream) => AsyncGenerator<Raw, void, undefined>,
): TrajectoryReader<Raw, SharedAtoms>['parse'] {
  return async function* (source, file) {
    const lines = new LineStream(source, file);
    try {
      yield* parse(lines);
    } finally {
      await lines.close();
    }
  };
}

/** Reads as far as the second frame, for the system and the time between frames. */
export async function openTrajectoryFile<Raw, Atoms extends SharedAtoms>(
  reader: TrajectoryReader<Raw, Atoms>,
  source: ByteSource,
  file: string,
  options: TrajectoryOptions,
): Promise<TrajectoryFile> {
  const { frameInterval, unwrapped, onWarning } = options;
  if (frameInterval !== undefined && !(frameInterval > 0 && Number.isFinite(frameInterval))) {
    throw new InputError(`frame interval: expected a positive number of fs, found ${frameInterval}`);
  }
  let atoms: Atoms | undefined;
  const times: number[] = [];
  // What is cut short is told when frames are read, not twice.
  for await (const raw of wholeFrames(reader.parse(source, file), onWarning && (() => undefined))) {
    atoms ??= reader.atoms(raw, file, options);
    times.push(frameOf(reader, raw, atoms, times.length, file).time);
    if (times.length === 2) break;
  }
  if (!atoms) throw new InputError('the file holds no frame', { file });
  const shared = atoms;
  const [first = NaN, second = NaN] = times;
  const found = second - first;
  return {
    system: shared.system,
    frameInterval: frameInterval ?? (found > 0 ? found : undefined),
    unwrapped: unwrapped ?? shared.unwrapped,
    warnings: shared.warnings,
    async *frames() {
      let index = 0;
      for await (const raw of wholeFrames(reader.parse(source, file), onWarning)) {
        const frame = frameOf(reader, raw, shared, index, file);
        yield frameInterval === undefined ? frame : { ...frame, time: index * frameInterval };
        index++;
      }
    },
  };
}

/** Frames up to one that the end of the file cuts short, which is a warning where somebody takes it. */
async function* wholeFrames<Raw>(
  frames: AsyncGenerator<Raw, void, undefined>,
  onWarning: ((sentence: string) => void) | undefined,
): AsyncGenerator<Raw, void, undefined> {
  let count = 0;
  try {
    for await (const frame of frames) {
      yield frame;
      count++;
    }
  } catch (error) {
    if (!(error instanceof CutShort) || !onWarning || count === 0) throw error;
    onWarning(`frame ${count + 1} is cut short and left out: ${error.message}`);
  }
}

/** A frame whose numbers can be positions and velocities. */
function frameOf<Raw, Atoms extends SharedAtoms>(
  reader: TrajectoryReader<Raw, Atoms>,
  raw: Raw,
  atoms: Atoms,
  index: number,
  file: string,
): Frame {
  return located({ file }, () => {
    const frame = reader.frame(raw, atoms, index, file);
    const problem = vectorProblem(frame);
    if (problem !== undefined) throw new InputError(`frame ${index + 1}: ${problem}`);
    if (Math.abs(frame.time) > LATEST) {
      throw new InputError(
        `frame ${index + 1}: expected a time of at most ${LATEST} fs, found ${frame.time}`,
      );
    }
    return frame;
  });
}

/** The structure of the last frame: where a run goes on. */
export async function lastStructure<Raw, Atoms extends SharedAtoms>(
  reader: TrajectoryReader<Raw, Atoms>,
  source: ByteSource,
  file: string,
  options: AtomOptions,
): Promise<{ system: System; warnings: readonly string[] }> {
  let last: Raw | undefined;
  let count = 0;
  for await (const raw of reader.parse(source, file)) {
    last = raw;
    count++;
  }
  if (last === undefined) throw new InputError('the file holds no structure', { file });
  const { system, warnings } = reader.atoms(last, file, options);
  return {
    system,
    warnings: count === 1 ? warnings : [...warnings, `${count} frames: the last one is the structure`],
  };
}

/**
 * DCD as LAMMPS and NAMD write it: numbers with the low byte first, marks of 4 bytes, CHARMM version 24, before each
 * frame the cell as lengths and cosines, coordinates in f32. A cell that does not lie with a along x is turned, with the
 * positions. The titles say that positions are unwrapped, which no field of the format says.
 */
import { InputError } from '../core/errors.ts';
import { cellParameters } from '../model/cell.ts';
import { atomCount, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { AKMA_FS, OWN_TITLE, UNWRAPPED_TITLE } from './dcdFrames.ts';
import { turnedToLammps } from './lammpsBox.ts';

/** Turns frames into bytes. The file is `head()`, then what `frame` returns; `head()` once more at the end replaces the first. */
export interface BinaryTrajectoryWriter {
  frame(frame: Frame): Uint8Array<ArrayBuffer>;
  /** The beginning of the file, always of one length: it counts the frames. */
  head(): Uint8Array<ArrayBuffer>;
}

const VERSION = 24;
const TITLE_LENGTH = 80;

export function dcdWriter(system: System, unwrapped = true): BinaryTrajectoryWriter {
  if (system.occupancies) {
    throw new InputError('DCD holds no partial occupancies: order the structure first (build --order)');
  }
  const n = atomCount(system);
  let count = 0;
  let first: Frame | undefined;
  let last: Frame | undefined;
  return {
    head: () => {
      const stepsPerFrame = first && last && count > 1 ? (last.step - first.step) / (count - 1) : 1;
      // Frames that are not equally spaced have no place in the format: they are counted.
      const steps = Number.isInteger(stepsPerFrame) && stepsPerFrame > 0 ? stepsPerFrame : 1;
      const interval = first && last && count > 1 ? (last.time - first.time) / (count - 1) : Number.NaN;
      const timeStep = Number.isFinite(interval) ? interval / steps / AKMA_FS : 0;
      return headBytes(n, { count, step: first?.step ?? 0, steps, timeStep }, unwrapped);
    },
    frame: (frame) => {
      first ??= frame;
      last = frame;
      count++;
      return frameBytes(n, frame);
    },
  };
}

function headBytes(
  n: number,
  { count, step, steps, timeStep }: { count: number; step: number; steps: number; timeStep: number },
  unwrapped: boolean,
): Uint8Array<ArrayBuffer> {
  const titles = [OWN_TITLE, unwrapped ? UNWRAPPED_TITLE : 'positions as they were'];
  const integers = new Int32Array(20);
  integers.set([count, step, steps, count * steps]);
  integers[10] = 1;
  integers[19] = VERSION;
  const header = new Uint8Array(84);
  header.set(new TextEncoder().encode('CORD'));
  header.set(littleEndian(integers, 4), 4);
  header.set(littleEndian(Float32Array.of(timeStep), 4), 4 + 36);
  const title = new Uint8Array(4 + TITLE_LENGTH * titles.length).fill(' '.charCodeAt(0));
  title.set(littleEndian(Int32Array.of(titles.length), 4));
  titles.forEach((text, i) => {
    title.set(new TextEncoder().encode(text), 4 + TITLE_LENGTH * i);
  });
  return joined([record(header), record(title), record(littleEndian(Int32Array.of(n), 4))]);
}

function frameBytes(n: number, frame: Frame): Uint8Array<ArrayBuffer> {
  const { cell, turn } = turnedToLammps(frame.cell);
  const positions = turn(frame.positions);
  const { a, b, c, alpha, beta, gamma } = cellParameters(cell);
  const cosine = (degrees: number): number => (degrees === 90 ? 0 : Math.cos((degrees * Math.PI) / 180));
  const unitCell = Float64Array.of(a, cosine(gamma), b, cosine(beta), cosine(alpha), c);
  const axes = [0, 1, 2].map((k) => {
    const values = new Float32Array(n);
    for (let i = 0; i < n; i++) values[i] = positions[3 * i + k] as number;
    return record(littleEndian(values, 4));
  });
  return joined([record(littleEndian(unitCell, 8)), ...axes]);
}

/** Bytes of a record, between its marks. */
function record(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const mark = littleEndian(Int32Array.of(bytes.length), 4);
  return joined([mark, bytes, mark]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The bytes of numbers, low byte first on any machine. */
function littleEndian(values: Int32Array | Float32Array | Float64Array, width: 4 | 8): Uint8Array {
  const bytes = new Uint8Array(values.buffer.slice(0));
  const isLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (!isLittle) for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
  return bytes;
}

/**
 * DCD, the binary trajectories of CHARMM, X-PLOR, NAMD, LAMMPS and OpenMM: bytes -> DcdFrame, the numbers as written.
 * `dcdFrames.ts` interprets them. Records of Fortran: a mark with the length, the bytes, the mark again; marks of 4 or 8
 * bytes and numbers of either order of bytes, found out by the first record.
 *
 * Header: `CORD` and 20 integers: [0] frames, [1] first step, [2] steps between frames, [8] fixed atoms, [9] time step
 * (f32; with [10] one f64 in X-PLOR), [10] a unit cell before each frame, [11] a fourth coordinate, [19] CHARMM's
 * version, 0 for X-PLOR. Then titles of 80 characters, and the number of atoms. The format names no atoms, and says
 * neither in which unit its time is nor whether positions are wrapped.
 */
import { printable } from '../core/printable.ts';
import { ByteStream } from './byteStream.ts';
import { CutShort } from './cutShort.ts';
import type { ByteSource } from './source.ts';

export interface DcdHeader {
  /** Announced; programs that are killed leave too many or 0. */
  readonly nFrames: number;
  readonly firstStep: number;
  readonly stepsPerFrame: number;
  /** In the unit of the program that wrote it. */
  readonly timeStep: number;
  readonly nAtoms: number;
  readonly hasCell: boolean;
  /** CHARMM's, which others claim: 24 mostly; 0 for X-PLOR. */
  readonly version: number;
  readonly titles: string;
}

/** One frame as written. */
export interface DcdFrame {
  readonly header: DcdHeader;
  /** Of the frame since its header, from 0. */
  readonly index: number;
  /** Six numbers, read by dcdFrames.ts. */
  readonly unitCell?: Float64Array;
  /** [n×3] Å, xyz-interleaved. */
  readonly positions: Float64Array;
}

const HEADER_BYTES = 84;
const CELL_BYTES = 48;

/** How a file's numbers are to be read. */
interface Layout {
  readonly isLittle: boolean;
  readonly markBytes: 4 | 8;
}

interface ReadHeader extends DcdHeader {
  readonly hasFourth: boolean;
  /** Indices of the atoms that move, where others are fixed: later frames hold no others. */
  readonly free: Int32Array | undefined;
}

/** The frames of a file, one at a time; files put together with `cat` are read through. */
export async function* parseDcd(source: ByteSource, file: string): AsyncGenerator<DcdFrame, void, undefined> {
  const stream = new ByteStream(source, file);
  try {
    if (await stream.isAtEnd()) throw stream.error('the file is empty');
    const start = await stream.take(12, 'header');
    const layout = layoutOf(start);
    if (!layout)
      throw stream.error('this is no DCD file: it does not begin with a record of 84 bytes "CORD"');
    const rest = await stream.take(layout.markBytes + HEADER_BYTES - 12, 'header');
    const first = new Uint8Array(HEADER_BYTES);
    first.set(start.subarray(layout.markBytes));
    first.set(rest, 12 - layout.markBytes);
    await closeRecord(stream, layout, HEADER_BYTES, 'header');
    let header = await readHeader(stream, layout, first);
    let index = 0;
    let count = 0;
    let before: Float64Array | undefined;
    while (!(await stream.isAtEnd())) {
      const what = `frame ${count + 1}`;
      let length = await openRecord(stream, layout, what);
      if (length === HEADER_BYTES && header.nAtoms * 4 !== HEADER_BYTES) {
        const again = await readHeader(stream, layout, await readBody(stream, layout, length, what));
        if (again.nAtoms !== header.nAtoms) {
          throw stream.error(`${what}: a run of ${again.nAtoms} atoms follows one of ${header.nAtoms}`);
        }
        header = again;
        index = 0;
        before = undefined;
        continue;
      }
      let unitCell: Float64Array | undefined;
      if (header.hasCell && length === CELL_BYTES) {
        unitCell = numbers(await readBody(stream, layout, length, what), layout, 8);
        length = await openRecord(stream, layout, what);
      }
      const positions = await readPositions(stream, layout, length, header, before, what);
      if (header.hasFourth) await readBody(stream, layout, await openRecord(stream, layout, what), what);
      yield { header, index, ...(unitCell && { unitCell }), positions };
      // Later frames of a file with fixed atoms lack these: they stand in the first.
      if (header.free) before ??= positions.slice();
      index++;
      count++;
    }
    if (index < header.nFrames && count > 0) {
      throw new CutShort(`the header announces ${header.nFrames} frames, the file holds ${index}`, { file });
    }
  } finally {
    await stream.close();
  }
}

/** Order of bytes and length of marks, by the first twelve bytes. */
function layoutOf(start: Uint8Array): Layout | undefined {
  const view = new DataView(start.buffer);
  const isCord = (at: number): boolean =>
    new TextDecoder('latin1').decode(start.subarray(at, at + 4)) === 'CORD';
  for (const isLittle of [true, false]) {
    if (isCord(4) && view.getInt32(0, isLittle) === HEADER_BYTES) return { isLittle, markBytes: 4 };
    const [low, high] = isLittle ? [0, 4] : [4, 0];
    if (isCord(8) && view.getInt32(low, isLittle) === HEADER_BYTES && view.getInt32(high, isLittle) === 0) {
      return { isLittle, markBytes: 8 };
    }
  }
  return undefined;
}

/** The length of the record that begins here. */
async function openRecord(stream: ByteStream, layout: Layout, what: string): Promise<number> {
  return markOf(await stream.take(layout.markBytes, what), layout);
}

async function closeRecord(stream: ByteStream, layout: Layout, length: number, what: string): Promise<void> {
  const again = await openRecord(stream, layout, what);
  if (again === length) return;
  throw stream.error(
    `${what}: the record before byte ${stream.position} is damaged: its length is ${length} before and ${again} after it`,
  );
}

/** The bytes of a record of which the first mark has been read. */
async function readBody(
  stream: ByteStream,
  layout: Layout,
  length: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await stream.take(length, what);
  await closeRecord(stream, layout, length, what);
  return bytes;
}

function markOf(bytes: Uint8Array<ArrayBuffer>, { isLittle, markBytes }: Layout): number {
  const view = new DataView(bytes.buffer);
  return markBytes === 4 ? view.getInt32(0, isLittle) : Number(view.getBigInt64(0, isLittle));
}

async function readHeader(
  stream: ByteStream,
  layout: Layout,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<ReadHeader> {
  const view = new DataView(bytes.buffer);
  const kind = new TextDecoder('latin1').decode(bytes.subarray(0, 4));
  if (kind !== 'CORD') {
    throw stream.error(`header: expected coordinates ("CORD"), found ${JSON.stringify(printable(kind))}`);
  }
  const at = (k: number): number => view.getInt32(4 + 4 * k, layout.isLittle);
  const version = at(19);
  const isCharmm = version !== 0;
  const record = async (what: string): Promise<Uint8Array<ArrayBuffer>> =>
    readBody(stream, layout, await openRecord(stream, layout, what), what);
  const titles = await record('titles');
  const atoms = await record('number of atoms');
  const nAtoms = atoms.length === 4 ? new DataView(atoms.buffer).getInt32(0, layout.isLittle) : 0;
  if (nAtoms < 1) throw stream.error('header: expected the number of atoms, at least 1');
  const nFixed = at(8);
  if (nFixed < 0 || nFixed >= nAtoms)
    throw stream.error(`header: ${nFixed} of ${nAtoms} atoms cannot be fixed`);
  return {
    nFrames: at(0),
    firstStep: at(1),
    stepsPerFrame: at(2),
    timeStep: isCharmm ? view.getFloat32(40, layout.isLittle) : view.getFloat64(40, layout.isLittle),
    nAtoms,
    hasCell: isCharmm && at(10) !== 0,
    version,
    titles: new TextDecoder('latin1')
      .decode(titles.subarray(4))
      .replace(/[\0\s]+/g, ' ')
      .trim(),
    hasFourth: isCharmm && at(11) !== 0,
    free: nFixed > 0 ? freeAtoms(await record('free atoms'), nAtoms, nFixed, layout, stream) : undefined,
  };
}

function freeAtoms(
  bytes: Uint8Array<ArrayBuffer>,
  nAtoms: number,
  nFixed: number,
  { isLittle }: Layout,
  stream: ByteStream,
): Int32Array {
  const view = new DataView(bytes.buffer);
  const free = Int32Array.from(
    { length: Math.floor(bytes.length / 4) },
    (_, i) => view.getInt32(4 * i, isLittle) - 1,
  );
  if (free.length === nAtoms - nFixed && free.every((i) => i >= 0 && i < nAtoms)) return free;
  throw stream.error(`header: expected the numbers of ${nAtoms - nFixed} atoms that are not fixed`);
}

/** Three records: all x, all y, all z, f32 mostly. `length` is that of the first, its mark has been read. */
async function readPositions(
  stream: ByteStream,
  layout: Layout,
  length: number,
  { nAtoms, free }: ReadHeader,
  before: Float64Array | undefined,
  what: string,
): Promise<Float64Array> {
  const moving = before ? free : undefined;
  const n = moving?.length ?? nAtoms;
  const width = length / n;
  if (width !== 4 && width !== 8) {
    throw stream.error(
      `${what}: expected a record of ${4 * n} bytes, ${n} coordinates, found one of ${length} bytes`,
    );
  }
  let positions: Float64Array | undefined;
  for (let k = 0; k < 3; k++) {
    const own = k === 0 ? length : await openRecord(stream, layout, what);
    if (own !== length) {
      throw stream.error(
        `${what}: expected a record of ${length} bytes, ${n} coordinates, found one of ${own} bytes`,
      );
    }
    const values = numbers(await readBody(stream, layout, length, what), layout, width);
    // Made once the file has shown that it holds as much.
    positions ??= before ? before.slice() : new Float64Array(3 * nAtoms);
    for (let i = 0; i < n; i++) positions[3 * (moving?.[i] ?? i) + k] = values[i] as number;
  }
  return positions as Float64Array;
}

const IS_LITTLE_HERE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Numbers of 4 or 8 bytes as f64; bytes are turned round in place where the file's order is not the machine's. */
function numbers(bytes: Uint8Array<ArrayBuffer>, { isLittle }: Layout, width: 4 | 8): Float64Array {
  if (isLittle !== IS_LITTLE_HERE) {
    for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
  }
  return width === 8 ? new Float64Array(bytes.buffer) : new Float64Array(new Float32Array(bytes.buffer));
}

/** The head of a DCD, decoded as text. */
export function looksLikeDcd(head: string): boolean {
  return /^(T\0{3}|\0{3}T|T\0{7}|\0{7}T)CORD/.test(head);
}

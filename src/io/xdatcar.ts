/**
 * XDATCAR of VASP 5 and 6 (https://www.vasp.at/wiki/XDATCAR): the header of a POSCAR and one configuration after another,
 * each under a line `Direct configuration= n`. Where the cell changes the header comes again before every configuration;
 * where runs were put together, before each run. lines -> XdatcarFrame -> System and Frame.
 *
 * Coordinates are inside the cell, and jump at its faces. The file does not tell the time between configurations.
 */
import { InputError } from '../core/errors.ts';
import { numberField, parseNumber, quote, splitFields } from '../core/text.ts';
import { checkSystem, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { CutShort } from './cutShort.ts';
import type { LineStream } from './lineStream.ts';
import {
  coordinatesNamed,
  looksLikePoscar,
  type PoscarFile,
  placedPoscar,
  speciesOfPoscar,
} from './poscar.ts';
import { LONGEST_HEADER, type PoscarHeader, parsePoscarHeader } from './poscarHeader.ts';
import { type RowColumn, readRows } from './rows.ts';

/** One configuration as written. */
export interface XdatcarFrame extends Pick<PoscarFile, 'coordinates' | 'positions'> {
  /** That of the configuration, or the last one before it. */
  readonly header: PoscarHeader;
  /** The number that the file gives it; undefined where it prints stars for one of too many digits. */
  readonly number: number | undefined;
  /** Line of "Direct configuration=". */
  readonly line: number;
}

/** What all configurations share. */
export interface XdatcarAtoms {
  readonly system: System;
  readonly symbols: string;
  readonly counts: string;
  readonly unwrapped: boolean;
  readonly warnings: readonly string[];
}

const CONFIGURATION = /^\s*(direct|cartesian)(\s+configuration\s*=?\s*(\d+|\*+)?)?\s*$/i;
const POSITIONS: readonly RowColumn[] = [{ name: 'position', field: 0, width: 3, kind: 'number' }];

/** The configurations of a file, one at a time. */
export async function* parseXdatcar(lines: LineStream): AsyncGenerator<XdatcarFrame, void, undefined> {
  let header: PoscarHeader | undefined;
  let before = 0;
  for (;;) {
    let line = header ? await lines.nextFilled() : await lines.next();
    if (line === undefined) return;
    if (!header || !CONFIGURATION.test(line)) {
      header = await readHeader(lines, line);
      line = await lines.nextFilled();
      if (line === undefined) {
        throw new CutShort('the file ends where "Direct configuration=" was expected', lines.location);
      }
    }
    const match = CONFIGURATION.exec(line);
    if (!match) throw lines.error(`expected "Direct configuration=" and a number, found ${quote(line)}`);
    const [, kind = '', , digits] = match;
    const at = lines.lineNumber;
    const { numbers } = await readRows(lines, header.nAtoms, POSITIONS, 'positions', 0, before);
    before = header.nAtoms;
    yield {
      header,
      number: parseNumber(digits),
      coordinates: coordinatesNamed(kind),
      positions: numbers.get('position') as Float64Array,
      line: at,
    };
  }
}

/** A header whose first line has been read. A title may be empty, in the middle of a file as well as at its beginning. */
async function readHeader(lines: LineStream, first: string): Promise<PoscarHeader> {
  const header = [first];
  let line = lines.lineNumber;
  const more = async (): Promise<string> => {
    const next = await lines.next();
    if (next === undefined) throw new CutShort('the file ends inside a header', lines.location);
    header.push(next);
    return next;
  };
  const second = await more();
  if (
    splitFields(first).length === 1 &&
    parseNumber(first.trim()) !== undefined &&
    splitFields(second).length >= 3
  ) {
    // That was the scale, under an empty line.
    header.unshift('');
    line--;
  } else numberField(splitFields(second)[0], 'scale factor', lines.location);
  while (header.length < LONGEST_HEADER - 1) await more();
  const symbols = splitFields(header[LONGEST_HEADER - 2] as string);
  if (parseNumber(symbols[0]) === undefined) await more();
  return parsePoscarHeader(header, { file: lines.file, line });
}

/** Species from the first configuration. @param types elements of the groups, for files without symbols */
export function atomsOfXdatcar(
  frame: XdatcarFrame,
  file: string,
  types: readonly string[] | undefined,
): XdatcarAtoms {
  const warnings: string[] = [];
  const { header } = frame;
  const { cell, positions, isLeftHanded } = placedPoscar({ ...header, ...frame }, file);
  if (isLeftHanded) warnings.push('the lattice vectors are left-handed: b and c are swapped');
  const system = checkSystem({
    title: header.title || file,
    cell,
    ...speciesOfPoscar(header, file, types, warnings),
    positions,
  });
  return {
    system,
    symbols: (header.symbols ?? []).join(' '),
    counts: header.counts.join(' '),
    unwrapped: false,
    warnings,
  };
}

/** A configuration of the same atoms; `time` is NaN, `step` the number of the configuration. */
export function frameOfXdatcar(frame: XdatcarFrame, atoms: XdatcarAtoms, index: number, file: string): Frame {
  const { header } = frame;
  const [symbols, counts] = [(header.symbols ?? []).join(' '), header.counts.join(' ')];
  if (counts !== atoms.counts || symbols !== atoms.symbols) {
    throw new InputError(
      `the atoms are ${symbols} ${counts}, in the first configuration they are ${atoms.symbols} ${atoms.counts}`,
      { file, line: header.lines.counts },
    );
  }
  const { cell, positions } = placedPoscar({ ...header, ...frame }, file);
  return { step: frame.number ?? index + 1, time: Number.NaN, cell, positions };
}

/** The head of an XDATCAR: that of a POSCAR, and "configuration=" where POSCAR has "Direct" alone. */
export function looksLikeXdatcar(head: string): boolean {
  return looksLikePoscar(head) && /^[^\S\n]*(direct|cartesian)[^\S\n]+configuration/im.test(head);
}

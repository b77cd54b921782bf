/**
 * Extended XYZ (https://github.com/libAtoms/extxyz): lines -> ExtxyzFrame, the comment line as keys, the columns as
 * written; and the writer. `extxyzFrames.ts` interprets what is read.
 *
 * Conventions: Å; velocities in columns `vel` (or `velo`) in Å/fs, as in GPUMD and QUIP; keys `step` and `time_fs`;
 * `unwrapped=T` says that positions do not jump at the cell's faces.
 */
import { integerField, quote, splitFields } from '../core/text.ts';
import { atomCount, type Species, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { parseKeys } from './extxyzKeys.ts';
import type { LineStream } from './lineStream.ts';
import { type RowColumn, readRows } from './rows.ts';

/** One frame as written. */
export interface ExtxyzFrame {
  readonly nAtoms: number;
  /** The keys of the comment line; a bare key is `T`. */
  readonly keys: ReadonlyMap<string, string>;
  /** [n × width] per property of kind R or I. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  /** [n] per property of kind S or L. */
  readonly texts: ReadonlyMap<string, readonly string[]>;
  /** Lines of the comment and of the first atom. */
  readonly lines: { readonly comment: number; readonly atoms: number };
}

interface Property {
  readonly name: string;
  readonly kind: 'S' | 'L' | 'R' | 'I';
  readonly width: number;
}

/** Properties of a plain XYZ file. */
const PLAIN = 'species:S:1:pos:R:3';
/** What is kept; forces, energies and the like are passed over unread. */
const KEPT: ReadonlySet<string> = new Set([
  'species',
  'label',
  'pos',
  'vel',
  'velo',
  'momenta',
  'masses',
  'occupancy',
]);
/** The frames of a file, one at a time; memory is that of one frame. */
export async function* parseExtxyz(lines: LineStream): AsyncGenerator<ExtxyzFrame, void, undefined> {
  let before = 0;
  for (let line = await lines.nextFilled(); line !== undefined; line = await lines.nextFilled()) {
    const fields = splitFields(line);
    if (fields.length !== 1) {
      throw lines.error(`number of atoms: expected one whole number, found ${quote(line)}`);
    }
    const nAtoms = integerField(fields[0], 'number of atoms', lines.location, 1);
    const keys = parseKeys(await lines.demand('the comment line'));
    const comment = lines.lineNumber;
    const properties = parseProperties(keys.get('Properties') ?? PLAIN, lines);
    const atoms = lines.lineNumber + 1;
    const nColumns = properties.reduce((sum, { width }) => sum + width, 0);
    const rows = await readRows(lines, nAtoms, keptColumns(properties), 'atoms', nColumns, before);
    before = nAtoms;
    yield { nAtoms, keys, ...rows, lines: { comment, atoms } };
  }
}

function parseProperties(text: string, lines: LineStream): Property[] {
  const parts = text.split(':');
  const properties: Property[] = [];
  for (let i = 0; i < parts.length; i += 3) {
    const [name = '', kind = '', width] = parts.slice(i, i + 3);
    if (!/^[SLRI]$/.test(kind)) {
      throw lines.error(
        `Properties: expected name:S|R|I|L:width, found ${quote(parts.slice(i, i + 3).join(':'))}`,
      );
    }
    const columns = integerField(width, `Properties ${name}`, lines.location, 1);
    properties.push({ name, kind: kind as Property['kind'], width: columns });
  }
  return properties;
}

function keptColumns(properties: readonly Property[]): RowColumn[] {
  let field = 0;
  const columns: RowColumn[] = [];
  for (const { name, kind, width } of properties) {
    const isText = kind === 'S' || kind === 'L';
    if (KEPT.has(name)) columns.push({ name, field, width, kind: isText ? 'text' : 'number' });
    field += width;
  }
  // Of two columns with one name the last counts.
  return columns.filter(({ name }, i) => columns.findLastIndex((other) => other.name === name) === i);
}

/** What a written frame carries besides the structure. */
export interface ExtxyzOptions {
  readonly step?: number;
  /** fs */
  readonly time?: number;
  /** True by default: that is what a System and a Frame hold. */
  readonly unwrapped?: boolean;
}

/** One frame as text; every number comes back bit for bit. */
export function writeExtxyz(
  system: System,
  { cell, positions, velocities }: Pick<Frame, 'cell' | 'positions' | 'velocities'> = system,
  { step, time, unwrapped = true }: ExtxyzOptions = {},
): string {
  const { occupancies } = system;
  const labels = system.species.some(({ label, element }) => label !== element);
  const comment = [
    `Lattice="${cell.h.join(' ')}"`,
    `Properties=${PLAIN}${velocities ? ':vel:R:3' : ''}${labels ? ':label:S:1' : ''}${occupancies ? ':occupancy:R:1' : ''}`,
    'pbc="T T T"',
    ...(unwrapped ? ['unwrapped=T'] : []),
    ...(step === undefined ? [] : [`step=${step}`]),
    ...(time === undefined || !Number.isFinite(time) ? [] : [`time_fs=${time}`]),
    `title="${system.title.replace(/\s+/g, ' ').replace(/["\\]/g, '\\$&')}"`,
  ];
  const lines = [String(atomCount(system)), comment.join(' ')];
  system.typeOf.forEach((type, i) => {
    const { element, label } = system.species[type] as Species;
    const fields: (string | number | undefined)[] = [element];
    for (let k = 3 * i; k < 3 * i + 3; k++) fields.push(positions[k]);
    if (velocities) for (let k = 3 * i; k < 3 * i + 3; k++) fields.push(velocities[k]);
    if (labels) fields.push(label.replace(/\s+/g, '_'));
    if (occupancies) fields.push(occupancies[i]);
    lines.push(fields.join(' '));
  });
  return `${lines.join('\n')}\n`;
}

/** The head of an extended XYZ file: a number alone, then a comment with the lattice. */
export function looksLikeExtxyz(head: string): boolean {
  return /^\s*\d+\s*\r?\n[^\n]*\b(Lattice|Properties)\s*=/.test(head);
}

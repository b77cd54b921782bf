/**
 * LAMMPS dump files, `dump custom` and `dump atom` as text (https://docs.lammps.org/dump.html): lines -> DumpFrame,
 * the columns as written. `dumpFrames.ts` interprets them.
 */
import { integerField, numberField, quote, splitFields } from '../core/text.ts';
import type { Vec3 } from '../core/vec.ts';
import { CutShort } from './cutShort.ts';
import { boxOfBoundingBox, boxOfBounds, type LammpsBox } from './lammpsBox.ts';
import type { LineStream } from './lineStream.ts';
import { type RowColumn, readRows } from './rows.ts';

/** One snapshot as written. */
export interface DumpFrame {
  readonly step: number;
  /** In the time unit of `units`; only with `dump_modify time yes`. */
  readonly time?: number;
  /** `metal`, `real` …; only with `dump_modify units yes`, carried on from the first frame. */
  readonly units?: string;
  readonly nAtoms: number;
  readonly box: LammpsBox;
  /** The numeric columns that are understood, [n] each. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** [n] */
  readonly elements?: readonly string[];
  /** Lines of the box and of the first atom. */
  readonly lines: { readonly box: number; readonly atoms: number };
}

/** Columns that are kept; others (forces, computes …) are passed over unread. */
const NUMBER_COLUMNS: ReadonlySet<string> = new Set(
  'id type mass x y z xs ys zs xu yu zu xsu ysu zsu ix iy iz vx vy vz'.split(' '),
);
const INTEGER_COLUMNS: ReadonlySet<string> = new Set(['id', 'type', 'ix', 'iy', 'iz']);

/** The snapshots of a dump, one at a time; memory is that of one snapshot. */
export async function* parseLammpsDump(lines: LineStream): AsyncGenerator<DumpFrame, void, undefined> {
  let before = 0;
  let units: string | undefined;
  let step: number | undefined;
  let time: number | undefined;
  let nAtoms: number | undefined;
  let box: { readonly box: LammpsBox; readonly line: number } | undefined;
  for (let line = await lines.nextFilled(); line !== undefined; line = await lines.nextFilled()) {
    const item = /^ITEM:(.*)$/.exec(line)?.[1]?.trim().replace(/\s+/g, ' ');
    if (item === undefined) throw lines.error(`expected a line "ITEM: …", found ${quote(line)}`);
    const value = async (name: string): Promise<string> => (await lines.demand(name)).trim();
    if (item === 'UNITS') {
      units = await value('the units');
    } else if (item === 'TIME') {
      time = numberField(await value('the time'), 'time', lines.location);
    } else if (item === 'TIMESTEP') {
      step = integerField(await value('the timestep'), 'timestep', lines.location);
    } else if (item === 'NUMBER OF ATOMS') {
      nAtoms = integerField(await value('the number of atoms'), 'number of atoms', lines.location, 1);
    } else if (item.startsWith('BOX BOUNDS')) {
      const line = lines.lineNumber + 1;
      box = { box: await readBox(lines, item), line };
    } else if (item.startsWith('ATOMS')) {
      if (step === undefined) throw lines.error('"ITEM: TIMESTEP" is missing before the atoms');
      if (nAtoms === undefined) throw lines.error('"ITEM: NUMBER OF ATOMS" is missing before the atoms');
      if (!box) throw lines.error('"ITEM: BOX BOUNDS" is missing before the atoms: the cell is unknown');
      const atomsLine = lines.lineNumber + 1;
      const atoms = await readAtoms(lines, splitFields(item).slice(1), nAtoms, before);
      before = nAtoms;
      yield {
        step,
        ...(time !== undefined && { time }),
        ...(units !== undefined && { units }),
        nAtoms,
        box: box.box,
        ...atoms,
        lines: { box: box.line, atoms: atomsLine },
      };
      step = time = nAtoms = box = undefined;
    } else {
      throw lines.error(`expected an item of a dump of atoms, found "ITEM: ${item}"`);
    }
  }
  if (step !== undefined || nAtoms !== undefined) {
    throw new CutShort('the file ends inside a frame: "ITEM: ATOMS" is missing', lines.location);
  }
}

/** Three lines of bounds, of bounds with tilts (`xy xz yz`), or of lattice vectors (`abc origin`). */
async function readBox(lines: LineStream, item: string): Promise<LammpsBox> {
  const isTilted = item.includes('xy xz yz');
  const isGeneral = item.includes('abc origin');
  const length = isGeneral ? 4 : isTilted ? 3 : 2;
  const rows: number[][] = [];
  for (let i = 0; i < 3; i++) {
    const fields = splitFields(await lines.demand('the box bounds'));
    if (fields.length < length) {
      throw lines.error(`box bounds: expected ${length} numbers, found ${fields.length}`);
    }
    rows.push(fields.slice(0, length).map((field) => numberField(field, 'box bounds', lines.location)));
  }
  const column = (k: number): Vec3 => rows.map((row) => row[k]) as unknown as Vec3;
  if (isGeneral) return { origin: column(3), vectors: rows.flatMap((row) => row.slice(0, 3)) };
  return isTilted ? boxOfBoundingBox(column(0), column(1), column(2)) : boxOfBounds(column(0), column(1));
}

async function readAtoms(
  lines: LineStream,
  names: readonly string[],
  nAtoms: number,
  before: number,
): Promise<{ columns: Map<string, Float64Array>; elements?: readonly string[] }> {
  const columns: RowColumn[] = [];
  names.forEach((name, field) => {
    if (columns.some((column) => column.name === name)) return;
    if (name === 'element') columns.push({ name, field, width: 1, kind: 'text' });
    else if (NUMBER_COLUMNS.has(name)) {
      columns.push({ name, field, width: 1, kind: INTEGER_COLUMNS.has(name) ? 'integer' : 'number' });
    }
  });
  const { numbers, texts } = await readRows(lines, nAtoms, columns, 'atoms', 0, before);
  const elements = texts.get('element');
  return { columns: numbers, ...(elements && { elements }) };
}

/** The head of a dump. */
export function looksLikeLammpsDump(head: string): boolean {
  return /^\s*ITEM: (TIMESTEP|UNITS|TIME)\b/.test(head);
}

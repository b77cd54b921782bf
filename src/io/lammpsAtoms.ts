/**
 * LammpsDataFile -> System. Units `metal` (or `real`, when the title says so): velocities become Å/fs here. Atom styles atomic,
 * charge, full and the other bonded ones; Bonds, Pair Coeffs and the like are left in the file object.
 */
import { InputError } from '../core/errors.ts';
import { integerField, numberField } from '../core/text.ts';
import { checkSystem, type System } from '../model/system.ts';
import { cellOfBox, timeUnit } from './lammpsBox.ts';
import { type LammpsDataFile, type LammpsDataRow, sectionRows } from './lammpsData.ts';
import { type NumberedType, positiveMass, speciesOfTypes } from './species.ts';

/** Columns of the Atoms section per style; three image flags may follow. */
const ATOM_COLUMNS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    atomic: ['id', 'type', 'x', 'y', 'z'],
    charge: ['id', 'type', 'q', 'x', 'y', 'z'],
    full: ['id', 'molecule', 'type', 'q', 'x', 'y', 'z'],
    bond: ['id', 'molecule', 'type', 'x', 'y', 'z'],
    angle: ['id', 'molecule', 'type', 'x', 'y', 'z'],
    molecular: ['id', 'molecule', 'type', 'x', 'y', 'z'],
  }),
);
/** Style by number of columns, for files that do not name it; three more are image flags. */
const STYLES_BY_LENGTH: readonly string[] = ['atomic', 'charge', 'full'];
/** Indices of types are 16 bits wide. */
const MAX_TYPES = 2 ** 16;
/** Charges of one type that differ by more are not one charge, e. */
const CHARGE_SPREAD = 1e-9;

interface Atom {
  readonly id: number;
  readonly type: number;
  readonly charge: number | undefined;
  /** Å, image flags unfolded. */
  readonly position: readonly number[];
  readonly line: number;
}

/** Atoms come in order of their ids. @param types names of the atom types, in order, for files that lack them */
export function systemOfLammpsData(
  parsed: LammpsDataFile,
  file: string,
  types?: readonly string[],
): { system: System; warnings: string[] } {
  const warnings: string[] = [];
  // write_data ends its title with "units = metal". Lengths of other styles are no Å, so it counts without velocities too.
  const unit = timeUnit(/\bunits = (\w+)/.exec(parsed.title)?.[1], { file, line: 1 });
  const cell = cellOfBox(parsed.box, { file, line: parsed.boxLine });
  const labels = typeLabels(parsed, file);
  const atoms = readAtoms(parsed, file, labels);
  const rank = new Map(atoms.map(({ id }, i) => [id, i]));
  const twice = atoms.find(({ id }, i) => atoms[i - 1]?.id === id);
  if (twice) throw new InputError(`atom id ${twice.id} comes twice`, { file, line: twice.line });

  const masses = readMasses(parsed, file, labels);
  const used = [...masses.keys(), ...atoms.map(({ type }) => type)];
  const nTypes = parsed.counts.get('atom types') ?? used.reduce((high, type) => Math.max(high, type), 0);
  const tooHigh = atoms.find(({ type }) => type > Math.min(nTypes, MAX_TYPES));
  if (tooHigh || nTypes > MAX_TYPES) {
    const line = tooHigh?.line ?? parsed.boxLine;
    const found = tooHigh?.type ?? `${nTypes} types`;
    throw new InputError(`atom type: expected 1 to ${Math.min(nTypes, MAX_TYPES)}, found ${found}`, {
      file,
      line,
    });
  }
  const charges = chargesOfTypes(atoms, nTypes, warnings);
  const numbered = Array.from({ length: nTypes }, (_, i): NumberedType => {
    const mass = masses.get(i + 1);
    return {
      number: i + 1,
      name: labels.get(i + 1) ?? mass?.comment.split(/\s+/)[0],
      mass: mass?.value,
      charge: charges[i],
      location: { file, line: mass?.line ?? parsed.boxLine },
    };
  });
  const named = speciesOfTypes(numbered, types);
  const velocities = readVelocities(parsed, file, rank, unit);
  const system = checkSystem({
    title: parsed.title || file,
    cell,
    species: named.species,
    typeOf: Uint16Array.from(atoms, ({ type }) => type - 1),
    positions: Float64Array.from(atoms.flatMap(({ position }) => position)),
    ...(velocities && { velocities }),
  });
  return { system, warnings: [...warnings, ...named.warnings] };
}

function readAtoms(parsed: LammpsDataFile, file: string, labels: ReadonlyMap<number, string>): Atom[] {
  const rows = sectionRows(parsed, 'Atoms', 'atoms', file);
  if (!rows) throw new InputError('the section Atoms is missing', { file, line: parsed.boxLine });
  const columns = atomColumns(parsed, rows, file);
  const [idAt, typeAt, chargeAt, xAt] = ['id', 'type', 'q', 'x'].map((name) => columns.indexOf(name)) as [
    number,
    number,
    number,
    number,
  ];
  const nColumns = rows[0]?.fields.length ?? 0;
  const hasImages = nColumns === columns.length + 3;
  const numberOf = new Map([...labels].map(([number, label]) => [label, number]));
  const atoms = rows.map(({ fields, line }): Atom => {
    const at = { file, line };
    if (fields.length !== nColumns) {
      throw new InputError(
        `expected ${nColumns} columns, as in the first line of Atoms, found ${fields.length}`,
        at,
      );
    }
    const position = [0, 1, 2].map((k) => numberField(fields[xAt + k], 'position', at));
    for (let i = 0; hasImages && i < 3; i++) {
      const image = integerField(fields[columns.length + i], 'image flag', at);
      for (let k = 0; k < 3; k++) {
        position[k] = (position[k] as number) + image * (parsed.box.vectors[3 * i + k] as number);
      }
    }
    return {
      id: integerField(fields[idAt], 'atom id', at, 1),
      type: numberOf.get(fields[typeAt] ?? '') ?? integerField(fields[typeAt], 'atom type', at, 1),
      charge: chargeAt < 0 ? undefined : numberField(fields[chargeAt], 'charge', at),
      position,
      line,
    };
  });
  return atoms.sort((a, b) => a.id - b.id);
}

/** Names of the columns before the image flags. */
function atomColumns(
  parsed: LammpsDataFile,
  rows: readonly LammpsDataRow[],
  file: string,
): readonly string[] {
  const section = parsed.sections.get('Atoms');
  const style = section?.style.split(/\s+/)[0] || undefined;
  const first = rows[0];
  if (!first) {
    throw new InputError('the section Atoms is empty', { file, line: section?.line ?? parsed.boxLine });
  }
  const fits = (columns: readonly string[]): boolean =>
    [columns.length, columns.length + 3].includes(first.fields.length);
  const candidates = style === undefined ? STYLES_BY_LENGTH : [style];
  const columns = candidates.map((name) => ATOM_COLUMNS.get(name)).find((known) => known && fits(known));
  if (columns) return columns;
  const at = { file, line: first.line };
  const known = style === undefined ? undefined : ATOM_COLUMNS.get(style);
  if (known) {
    const [n, found] = [known.length, first.fields.length];
    throw new InputError(
      `Atoms # ${style}: expected ${n} columns (${known.join(' ')}) or ${n + 3} with images, found ${found}`,
      at,
    );
  }
  const what =
    style === undefined ? `Atoms lines of ${first.fields.length} columns are` : `atom style "${style}" is`;
  throw new InputError(`${what} not known; known styles: ${[...ATOM_COLUMNS.keys()].join(', ')}`, at);
}

/** The section `Atom Type Labels`: names by type number. */
function typeLabels(parsed: LammpsDataFile, file: string): Map<number, string> {
  const rows = sectionRows(parsed, 'Atom Type Labels', 'atom types', file) ?? [];
  return new Map(
    rows.map(({ fields, line }) => [
      integerField(fields[0], 'atom type', { file, line }, 1),
      fields[1] ?? '',
    ]),
  );
}

function readMasses(
  parsed: LammpsDataFile,
  file: string,
  labels: ReadonlyMap<number, string>,
): Map<number, { value: number; comment: string; line: number }> {
  const rows = sectionRows(parsed, 'Masses', 'atom types', file) ?? [];
  const numberOf = new Map([...labels].map(([number, label]) => [label, number]));
  return new Map(
    rows.map(({ fields, comment, line }) => {
      const at = { file, line };
      const number = numberOf.get(fields[0] ?? '') ?? integerField(fields[0], 'atom type', at, 1);
      const value = positiveMass(numberField(fields[1], 'mass', at), at);
      return [number, { value, comment, line }];
    }),
  );
}

/** The charge that all atoms of a type share, by type; none, with a warning, where they differ. */
function chargesOfTypes(atoms: readonly Atom[], nTypes: number, warnings: string[]): (number | undefined)[] {
  const ranges = Array.from({ length: nTypes }, () => ({ low: Infinity, high: -Infinity }));
  for (const { type, charge } of atoms) {
    const range = ranges[type - 1];
    if (charge === undefined || !range) continue;
    range.low = Math.min(range.low, charge);
    range.high = Math.max(range.high, charge);
  }
  return ranges.map(({ low, high }, i) => {
    if (low > high) return undefined;
    if (high - low <= CHARGE_SPREAD) return low;
    warnings.push(
      `atoms of type ${i + 1} have charges from ${low} to ${high} e; a species has one charge, so none is taken`,
    );
    return undefined;
  });
}

function readVelocities(
  parsed: LammpsDataFile,
  file: string,
  rank: ReadonlyMap<number, number>,
  unit: number,
): Float64Array | undefined {
  const rows = sectionRows(parsed, 'Velocities', 'atoms', file);
  if (!rows) return undefined;
  const out = new Float64Array(3 * rank.size);
  const seen = new Set<number>();
  for (const { fields, line } of rows) {
    const at = { file, line };
    const id = integerField(fields[0], 'atom id', at, 1);
    const i = rank.get(id);
    if (i === undefined || seen.has(id)) {
      throw new InputError(`velocity of atom ${id}: ${i === undefined ? 'no such atom' : 'comes twice'}`, at);
    }
    seen.add(id);
    for (let k = 0; k < 3; k++) {
      out[3 * i + k] = numberField(fields[k + 1], 'velocity', at) / unit;
    }
  }
  if (seen.size < rank.size) {
    const line = parsed.sections.get('Velocities')?.line ?? parsed.boxLine;
    throw new InputError(`${rank.size} atoms but ${seen.size} velocities`, { file, line });
  }
  return out;
}

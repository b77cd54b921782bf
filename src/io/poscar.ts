/**
 * POSCAR and CONTCAR of VASP (https://www.vasp.at/wiki/POSCAR): text -> PoscarFile -> System, and System -> text.
 * VASP 5 and later, with the line of element symbols; VASP 4 without it when the title line or the caller names the
 * elements. Velocities are Å/fs in the file already.
 */
import { ELEMENTS } from '../core/elements.ts';
import { InputError, type SourceLocation } from '../core/errors.ts';
import { LineReader, parseNumber, quote, splitFields } from '../core/text.ts';
import { determinant, rowsTimes } from '../core/vec.ts';
import type { Cell } from '../model/cell.ts';
import { checkSystem, type System } from '../model/system.ts';
import { cellOfVectors } from './cellVectors.ts';
import { LONGEST_HEADER, type PoscarHeader, parsePoscarHeader } from './poscarHeader.ts';
import { requireElement, speciesOfLabels } from './species.ts';

/** A POSCAR as written; `scale` is not applied. */
export interface PoscarFile extends PoscarHeader {
  readonly coordinates: 'direct' | 'cartesian';
  /** [n×3] */
  readonly positions: Float64Array;
  /** [n×3] */
  readonly velocities?: Float64Array;
  readonly velocityCoordinates: 'direct' | 'cartesian';
}

/** Reads POSCAR text as it stands. */
export function parsePoscar(text: string, file: string): PoscarFile {
  const reader = new LineReader(text, file);
  const header = parsePoscarHeader(reader.lines.slice(0, LONGEST_HEADER), { file, line: 1 });
  reader.position = header.length;
  const { nAtoms } = header;
  // Checked before anything of that size is made.
  if (nAtoms > reader.lines.length - reader.position) {
    throw reader.error(
      `${nAtoms} atoms are announced, ${reader.lines.length - reader.position} lines follow`,
    );
  }

  let mode = reader.next('"Direct" or "Cartesian"').trim();
  if (/^s/i.test(mode)) mode = reader.next('"Direct" or "Cartesian"').trim();
  if (!/^[dck]/i.test(mode)) {
    throw reader.error(`expected "Direct" or "Cartesian", found ${quote(mode)}`);
  }
  const positions = readVectors(reader, nAtoms, 'position');
  const velocities = readVelocities(reader, nAtoms);
  return {
    ...header,
    coordinates: coordinatesNamed(mode),
    positions,
    ...(velocities && { velocities: velocities.values }),
    velocityCoordinates: velocities?.coordinates ?? 'cartesian',
  };
}

/** VASP goes by the first letter: C and K are Cartesian, anything else is direct. */
export function coordinatesNamed(mode: string): 'direct' | 'cartesian' {
  return /^[ck]/i.test(mode) ? 'cartesian' : 'direct';
}

function readVectors(reader: LineReader, count: number, name: string): Float64Array {
  const out = new Float64Array(3 * count);
  for (let i = 0; i < count; i++) {
    const fields = reader.fields(`${name} ${i + 1} of ${count}`);
    for (let k = 0; k < 3; k++) out[3 * i + k] = reader.number(fields[k], `${name} ${i + 1}`);
  }
  return out;
}

/** The block after the positions: an empty line or a mode, then one velocity per atom; before it perhaps the cell's. */
function readVelocities(
  reader: LineReader,
  nAtoms: number,
): { values: Float64Array; coordinates: 'direct' | 'cartesian' } | undefined {
  if (reader.done) return undefined;
  let mode = reader.next('velocities').trim();
  if (/^l/i.test(mode)) {
    // "Lattice velocities and vectors": a state, three velocities, three vectors.
    for (let i = 0; i < 7; i++) reader.next('lattice velocities');
    if (reader.done) return undefined;
    mode = reader.next('velocities').trim();
  }
  if (reader.done) return undefined;
  if (mode !== '' && !/^[cdk]/i.test(mode)) {
    throw reader.error(`expected an empty line or the end after the positions, found ${quote(mode)}`);
  }
  return {
    values: readVectors(reader, nAtoms, 'velocity'),
    coordinates: mode === '' ? 'cartesian' : coordinatesNamed(mode),
  };
}

/** The System of a POSCAR. @param types element per group of atoms, for VASP 4 files */
export function systemOfPoscar(
  poscar: PoscarFile,
  file: string,
  types?: readonly string[],
): { system: System; warnings: string[] } {
  const warnings: string[] = [];
  const { cell, positions, isLeftHanded } = placedPoscar(poscar, file);
  if (isLeftHanded) warnings.push('the lattice vectors are left-handed: b and c are swapped');
  const { species, typeOf } = speciesOfPoscar(poscar, file, types, warnings);
  const velocities = usableVelocities(poscar, warnings);
  const system = checkSystem({
    title: poscar.title || file,
    cell,
    species,
    typeOf,
    positions,
    ...(velocities && { velocities }),
  });
  return { system, warnings };
}

/** Species of the groups of atoms. @param warnings takes what had to be assumed */
export function speciesOfPoscar(
  header: PoscarHeader,
  file: string,
  types: readonly string[] | undefined,
  warnings: string[],
): Pick<System, 'species' | 'typeOf'> {
  const symbols = header.symbols ?? missingSymbols(header, file, types, warnings);
  const labels = header.counts.flatMap((count, group) =>
    Array.from({ length: count }, () => symbols[group] as string),
  );
  return speciesOfLabels(labels, (label) => {
    const { symbol, mass } = requireElement(label, { file, line: header.lines.counts });
    return { element: symbol, mass };
  });
}

/**
 * Cell and positions, the scale applied. Direct coordinates refer to the vectors as written, also where a left-handed set
 * is reordered for the cell.
 */
export function placedPoscar(
  poscar: PoscarHeader & Pick<PoscarFile, 'coordinates' | 'positions'>,
  file: string,
): { readonly cell: Cell; readonly positions: Float64Array; readonly isLeftHanded: boolean } {
  const factors = scaleFactors(poscar, { file, line: poscar.lines.scale });
  const scaled = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(values, (x, i) => x * (factors[i % 3] as number));
  const lattice = scaled(poscar.lattice);
  return {
    cell: cellOfVectors(lattice, { file, line: poscar.lines.lattice }),
    positions:
      poscar.coordinates === 'cartesian' ? scaled(poscar.positions) : rowsTimes(poscar.positions, lattice),
    isLeftHanded: determinant(lattice) < 0,
  };
}

/** Factors for x, y and z; a single negative number is minus the volume wanted, in Å³. */
function scaleFactors({ scale, lattice }: PoscarHeader, at: SourceLocation): readonly number[] {
  const [x = 1, y, z] = scale;
  if (y !== undefined && z !== undefined) {
    if (!(x > 0 && y > 0 && z > 0)) {
      throw new InputError('three scale factors: all must be positive', at);
    }
    return [x, y, z];
  }
  if (x === 0)
    throw new InputError('scale factor: expected a positive factor or minus the volume, found 0', at);
  const factor = x > 0 ? x : Math.cbrt(-x / Math.abs(determinant(lattice)));
  return [factor, factor, factor];
}

function missingSymbols(
  { title, counts, lines }: PoscarHeader,
  file: string,
  types: readonly string[] | undefined,
  warnings: string[],
): readonly string[] {
  const words = splitFields(title);
  if (types && types.length === counts.length) return types;
  if (!types && words.length === counts.length && words.every((word) => ELEMENTS.has(word))) {
    warnings.push(`VASP 4 file without element symbols: taken from the title, ${words.join(' ')}`);
    return words;
  }
  const given = types ? `, ${types.length} names were given` : '';
  throw new InputError(
    `the line of element symbols is missing (VASP 4 format): put one above this line, such as "Li Y Cl", ` +
      `or name the ${counts.length} elements with --types${given}`,
    { file, line: lines.counts },
  );
}

function usableVelocities(poscar: PoscarFile, warnings: string[]): Float64Array | undefined {
  const { velocities } = poscar;
  if (!velocities) return undefined;
  // VASP ends every CONTCAR of a relaxation with zeros.
  if (velocities.every((v) => v === 0)) return undefined;
  if (poscar.velocityCoordinates === 'direct') {
    warnings.push('velocities in direct coordinates depend on POTIM, which the file lacks: left out');
    return undefined;
  }
  return velocities;
}

/** POSCAR text, atoms grouped by species (VASP's rule), else in their order. Refuses partial occupancies. */
export function writePoscar(system: System): string {
  if (system.occupancies) {
    throw new InputError('POSCAR holds no partial occupancies: order the structure first (build --order)');
  }
  const groups = system.species
    .map((species, type) => ({ species, atoms: atomsOfType(system, type) }))
    .filter(({ atoms }) => atoms.length > 0);
  const order = groups.flatMap(({ atoms }) => atoms);
  const vectors = (values: ArrayLike<number>): string[] =>
    order.map((i) => [0, 1, 2].map((k) => values[3 * i + k]).join(' '));
  const lattice = [0, 3, 6].map((i) => system.cell.h.subarray(i, i + 3).join(' '));
  const lines = [
    system.title.replace(/\s+/g, ' '),
    '1.0',
    ...lattice,
    groups.map(({ species }) => species.element).join(' '),
    groups.map(({ atoms }) => atoms.length).join(' '),
    // Cartesian, since a round trip then keeps every digit.
    'Cartesian',
    ...vectors(system.positions),
    ...(system.velocities ? ['', ...vectors(system.velocities)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function atomsOfType(system: System, type: number): number[] {
  const atoms: number[] = [];
  system.typeOf.forEach((other, i) => {
    if (other === type) atoms.push(i);
  });
  return atoms;
}

/** The head of a POSCAR: scale, three vectors, then counts or symbols. */
export function looksLikePoscar(head: string): boolean {
  const [, scale = '', ...rest] = head.split(/\r?\n/);
  const numeric = (line: string | undefined, count: number): boolean => {
    const fields = splitFields(line ?? '');
    return (
      fields.length >= count && fields.slice(0, count).every((field) => parseNumber(field) !== undefined)
    );
  };
  return numeric(scale, 1) && [0, 1, 2].every((i) => numeric(rest[i], 3)) && /\S/.test(rest[3] ?? '');
}

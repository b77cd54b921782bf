/**
 * DumpFrame -> System and Frame. Atoms are sorted by id, scaled coordinates become Å, image flags are unfolded, and
 * velocities become Å/fs (from Å/ps unless the dump names other units).
 */
import { InputError, type SourceLocation } from '../core/errors.ts';
import { rowTimes } from '../core/vec.ts';
import { checkSystem, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import { cellOfBox, timeUnit } from './lammpsBox.ts';
import type { DumpFrame } from './lammpsDump.ts';
import { type NumberedType, requireElement, speciesOfLabels, speciesOfTypes } from './species.ts';

/** What the columns of a dump say about its coordinates. */
interface Coordinates {
  readonly names: readonly [string, string, string];
  readonly isScaled: boolean;
  readonly hasImages: boolean;
}

/** What all frames share, fixed by the first: which atoms there are and what they are. */
export interface DumpAtoms {
  readonly system: System;
  /** [n] sorted; undefined when the dump has no ids, and rows keep their order. */
  readonly ids: Float64Array | undefined;
  /** [n] the column `type`, in the same order. */
  readonly types: Float64Array | undefined;
  /** True when coordinates do not jump at the box: unwrapped columns, or image flags beside wrapped ones. */
  readonly unwrapped: boolean;
  readonly warnings: readonly string[];
}

const COORDINATES: readonly (readonly [
  names: readonly [string, string, string],
  scaled: boolean,
  wrapped: boolean,
])[] = [
  [['xu', 'yu', 'zu'], false, false],
  [['xsu', 'ysu', 'zsu'], true, false],
  [['x', 'y', 'z'], false, true],
  [['xs', 'ys', 'zs'], true, true],
];

/** System, ids and kind of coordinates from the first frame. @param types names of the atom types, in order */
export function atomsOfDump(frame: DumpFrame, file: string, types?: readonly string[]): DumpAtoms {
  const at = { file, line: frame.lines.atoms };
  const warnings: string[] = [];
  const order = sortedOrder(frame, at);
  if (!order) warnings.push('the dump has no ids: atoms are taken to keep their order in all frames');
  const { hasImages, names } = coordinatesOf(frame, at);
  const named = speciesOf(frame, order, at, types);
  const placed = placedAtoms(frame, order, file);
  const system = checkSystem({
    title: file,
    cell: placed.cell,
    species: named.species,
    typeOf: named.typeOf,
    positions: placed.positions,
    ...(placed.velocities && { velocities: placed.velocities }),
  });
  return {
    system,
    ids: sortedColumn(frame, 'id', order),
    types: sortedColumn(frame, 'type', order),
    unwrapped: hasImages || names[0].includes('u'),
    warnings: [...warnings, ...named.warnings],
  };
}

/** A later (or the first) frame of the same atoms. `time` is NaN when the dump does not tell it. */
export function frameOfDump(frame: DumpFrame, atoms: DumpAtoms, file: string): Frame {
  const at = { file, line: frame.lines.atoms };
  const { typeOf } = atoms.system;
  if (frame.nAtoms !== typeOf.length) {
    throw new InputError(`step ${frame.step} has ${frame.nAtoms} atoms, the first has ${typeOf.length}`, at);
  }
  const order = sortedOrder(frame, at);
  for (const [name, first] of [
    ['id', atoms.ids],
    ['type', atoms.types],
  ] as const) {
    const values = sortedColumn(frame, name, order);
    const other = values?.findIndex((value, i) => value !== first?.[i]) ?? -1;
    if (other >= 0 || (first && !values)) {
      const found = `${values?.[other] ?? 'none'} where the first frame has ${first?.[other] ?? 'no column'}`;
      throw new InputError(
        `step ${frame.step}: the atoms are not those of the first frame: ${name} ${found}`,
        at,
      );
    }
  }
  const time = frame.time === undefined ? NaN : frame.time * timeUnit(frame.units, at);
  return { step: frame.step, time, ...placedAtoms(frame, order, file) };
}

function placedAtoms(
  frame: DumpFrame,
  order: readonly number[] | undefined,
  file: string,
): Pick<Frame, 'cell' | 'positions' | 'velocities'> {
  const at = { file, line: frame.lines.atoms };
  const { names, isScaled, hasImages } = coordinatesOf(frame, at);
  const cell = cellOfBox(frame.box, { file, line: frame.lines.box });
  const { vectors, origin } = frame.box;
  const positions = vectorsOf(frame, names, order);
  const images = hasImages ? vectorsOf(frame, ['ix', 'iy', 'iz'], order) : undefined;
  if (isScaled || images) {
    for (let i = 0; i < positions.length; i += 3) {
      const x = positions.subarray(i, i + 3);
      // Scaled coordinates count from the box's origin; images shift by whole vectors.
      const lattice = [0, 1, 2].map((k) => (isScaled ? (x[k] as number) : 0) + (images?.[i + k] ?? 0));
      const shift = rowTimes(lattice, vectors);
      for (let k = 0; k < 3; k++) {
        x[k] = (isScaled ? (origin[k] as number) : (x[k] as number)) + (shift[k] as number);
      }
    }
  }
  const hasVelocities = ['vx', 'vy', 'vz'].every((name) => frame.columns.has(name));
  const unit = timeUnit(frame.units, at);
  return {
    cell,
    positions,
    ...(hasVelocities && {
      velocities: vectorsOf(frame, ['vx', 'vy', 'vz'], order).map((v) => v / unit),
    }),
  };
}

function coordinatesOf(frame: DumpFrame, at: SourceLocation): Coordinates {
  const found = COORDINATES.find(([names]) => names.every((name) => frame.columns.has(name)));
  if (!found) {
    throw new InputError(
      'the dump has no coordinates: expected x y z, xs ys zs, xu yu zu or xsu ysu zsu',
      at,
    );
  }
  const [names, isScaled, isWrapped] = found;
  const hasImages = isWrapped && ['ix', 'iy', 'iz'].every((name) => frame.columns.has(name));
  return { names, isScaled, hasImages };
}

/** Row numbers in order of the ids; undefined when there are none. */
function sortedOrder(frame: DumpFrame, at: SourceLocation): readonly number[] | undefined {
  const ids = frame.columns.get('id');
  if (!ids) return undefined;
  const order: number[] = [];
  let isSorted = true;
  for (let i = 0; i < ids.length; i++) {
    order.push(i);
    if (i > 0 && (ids[i] as number) <= (ids[i - 1] as number)) isSorted = false;
  }
  if (isSorted) return order;
  order.sort((i, j) => (ids[i] as number) - (ids[j] as number));
  const twice = order.findIndex((i, k) => k > 0 && ids[i] === ids[order[k - 1] as number]);
  if (twice >= 0) {
    throw new InputError(`step ${frame.step}: atom id ${ids[order[twice] as number]} comes twice`, at);
  }
  return order;
}

/** Species from types, names and masses, whichever the dump has. */
function speciesOf(
  frame: DumpFrame,
  order: readonly number[] | undefined,
  at: SourceLocation,
  types: readonly string[] | undefined,
): Pick<System, 'species' | 'typeOf'> & { readonly warnings: readonly string[] } {
  const rowOf = (atom: number): number => order?.[atom] ?? atom;
  const { elements } = frame;
  if (!frame.columns.has('type')) {
    if (!elements) {
      throw new InputError('the dump names no atoms: it needs a column "type" or "element"', at);
    }
    const labels = Array.from({ length: frame.nAtoms }, (_, i) => elements[rowOf(i)] as string);
    const named = speciesOfLabels(labels, (label, atom) => {
      const { symbol, mass } = requireElement(label, { ...at, line: (at.line ?? 1) + rowOf(atom) });
      return { element: symbol, mass };
    });
    return { ...named, warnings: [] };
  }
  const numbers = column(frame, 'type');
  const masses = frame.columns.get('mass');
  const firstRows = new Map<number, number>();
  numbers.forEach((number, row) => {
    if (!firstRows.has(number)) firstRows.set(number, row);
  });
  const present = [...firstRows].sort(([a], [b]) => a - b);
  const known = present.map(([number, row]): NumberedType => {
    const location = { ...at, line: (at.line ?? 1) + row };
    if (number < 1) throw new InputError(`atom type: expected at least 1, found ${number}`, location);
    return { number, name: elements?.[row], mass: masses?.[row], location };
  });
  if (known.length > 0xffff) throw new InputError(`${known.length} atom types are too many`, at);
  const indexOf = new Map(present.map(([number], i) => [number, i]));
  const typeOf = Uint16Array.from(
    { length: frame.nAtoms },
    (_, i) => indexOf.get(numbers[rowOf(i)] as number) as number,
  );
  return { ...speciesOfTypes(known, types), typeOf };
}

function column(frame: DumpFrame, name: string): Float64Array {
  return frame.columns.get(name) as Float64Array;
}

/** Three columns as xyz-interleaved vectors. */
function vectorsOf(
  frame: DumpFrame,
  names: readonly string[],
  order: readonly number[] | undefined,
): Float64Array {
  const out = new Float64Array(3 * frame.nAtoms);
  names.forEach((name, k) => {
    const values = column(frame, name);
    for (let i = 0; i < frame.nAtoms; i++) out[3 * i + k] = values[order?.[i] ?? i] as number;
  });
  return out;
}

function sortedColumn(
  frame: DumpFrame,
  name: string,
  order: readonly number[] | undefined,
): Float64Array | undefined {
  const values = frame.columns.get(name);
  if (!values || !order) return values;
  const out = new Float64Array(values.length);
  for (let i = 0; i < out.length; i++) out[i] = values[order[i] as number] as number;
  return out;
}

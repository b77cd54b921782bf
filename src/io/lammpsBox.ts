/**
 * The box of LAMMPS and the Cell here (https://docs.lammps.org/Howto_triclinic.html). LAMMPS' restricted triclinic
 * box has a along x, b in the xy plane and all lengths positive: rows (lx 0 0), (xy ly 0), (xz yz lz), and an origin
 * (xlo, ylo, zlo). The Cell has no origin: periodicity does not need one, positions stay as the file has them.
 */
import { InputError, type SourceLocation } from '../core/errors.ts';
import { quote } from '../core/text.ts';
import { inverse, type Mat3, multiply, rowTimes, type Vec3 } from '../core/vec.ts';
import { type Cell, cellFromParameters, cellParameters } from '../model/cell.ts';
import { cellOfVectors } from './cellVectors.ts';

/** LAMMPS' unit of time in fs, by the unit styles whose length is Å. Velocities are divided by it. */
export const TIME_UNIT_FS: Readonly<Record<string, number>> = { metal: 1000, real: 1 };

/** The time unit of a file that names its unit style; `metal` when it does not. Others are InputErrors. */
export function timeUnit(style: string | undefined, location: SourceLocation): number {
  const name = style ?? 'metal';
  const unit = Object.hasOwn(TIME_UNIT_FS, name) ? TIME_UNIT_FS[name] : undefined;
  if (unit !== undefined) return unit;
  throw new InputError(
    `units ${quote(style)} are not read; known: ${Object.keys(TIME_UNIT_FS).join(', ')}`,
    location,
  );
}

export interface LammpsBox {
  /** (xlo, ylo, zlo), Å. */
  readonly origin: Vec3;
  /** [3×3] rows a, b, c, Å. */
  readonly vectors: readonly number[];
}

/** A box from its bounds (true ones, not those of the bounding box) and tilt factors xy, xz, yz. */
export function boxOfBounds(low: Vec3, high: Vec3, [xy, xz, yz]: Vec3 = [0, 0, 0]): LammpsBox {
  return {
    origin: low,
    vectors: [high[0] - low[0], 0, 0, xy, high[1] - low[1], 0, xz, yz, high[2] - low[2]],
  };
}

/** A box from the bounding box and tilts of a dump's `ITEM: BOX BOUNDS xy xz yz`. */
export function boxOfBoundingBox(low: Vec3, high: Vec3, tilt: Vec3): LammpsBox {
  const [left, right] = overhang(tilt);
  return boxOfBounds(
    [low[0] - left[0], low[1] - left[1], low[2] - left[2]],
    [high[0] - right[0], high[1] - right[1], high[2] - right[2]],
    tilt,
  );
}

/** How far the tilted box reaches beyond its bounds, to the left (≤ 0) and to the right. */
export function overhang([xy, xz, yz]: Vec3): readonly [Vec3, Vec3] {
  return [
    [Math.min(0, xy, xz, xy + xz), Math.min(0, yz), 0],
    [Math.max(0, xy, xz, xy + xz), Math.max(0, yz), 0],
  ];
}

/** The cell of a box. */
export function cellOfBox(box: LammpsBox, location: SourceLocation): Cell {
  const [lx, , , , ly, , , , lz] = box.vectors;
  if (box.vectors[1] === 0 && box.vectors[2] === 0 && box.vectors[5] === 0) {
    for (const [name, length] of Object.entries({ x: lx, y: ly, z: lz })) {
      if (!((length as number) > 0)) {
        throw new InputError(`box: ${name}hi must be above ${name}lo, the length is ${length} Å`, location);
      }
    }
  }
  return cellOfVectors(box.vectors, location);
}

/** A cell turned into LAMMPS' orientation, and the same turn for positions and velocities. */
export interface Turned {
  readonly cell: Cell;
  /** Rotates [n×3] vectors; the identity, to the last bit, for a cell that was in orientation already. */
  readonly turn: (vectors: Float64Array) => Float64Array;
}

/** Turns a cell so that a lies along x and b in the xy plane. Lengths, angles and handedness stay. */
export function turnedToLammps(cell: Cell): Turned {
  const { h } = cell;
  const isOriented = h[1] === 0 && h[2] === 0 && h[5] === 0 && [0, 4, 8].every((i) => (h[i] as number) > 0);
  if (isOriented) return { cell, turn: (vectors) => vectors };
  const turned = cellFromParameters(cellParameters(cell));
  // r = f h and r' = f h', so r' = r (h⁻¹ h').
  const rotation: Mat3 = multiply(inverse(h), turned.h);
  return {
    cell: turned,
    turn: (vectors) => {
      const out = new Float64Array(vectors.length);
      for (let i = 0; i < vectors.length; i += 3) out.set(rowTimes(vectors.subarray(i, i + 3), rotation), i);
      return out;
    },
  };
}

/** lx, ly, lz and xy, xz, yz of a cell in LAMMPS' orientation. */
export function lengthsAndTilts({ h }: Cell): { readonly lengths: Vec3; readonly tilts: Vec3 } {
  const at = (i: number): number => h[i] as number;
  return { lengths: [at(0), at(4), at(8)], tilts: [at(3), at(6), at(7)] };
}

/** DcdFrame -> System and Frame: atoms from a topology, the many meanings of a DCD's unit cell, and what it cannot say. */
import { InputError } from '../core/errors.ts';
import { inverse, multiply, rowsTimes } from '../core/vec.ts';
import { type Cell, cellFromParameters, cellFromVectors, cellParameters } from '../model/cell.ts';
import { atomCount, checkSystem, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import type { DcdFrame, DcdHeader } from './dcd.ts';
import { located } from './location.ts';

/** CHARMM's unit of time, √(u·Å²/(kcal/mol)), in fs. */
export const AKMA_FS = 48.88821;
/** What our own files say of themselves, for no field of the format says it. */
export const OWN_TITLE = 'Written by halide-md';
export const UNWRAPPED_TITLE = 'positions unwrapped';

/** What all frames share. */
export interface DcdAtoms {
  readonly system: System;
  readonly unwrapped: boolean;
  readonly warnings: readonly string[];
  /** Turns a cell out of lengths and angles into the orientation of the positions; undefined for a along x. */
  readonly rotation: Float64Array | undefined;
  /** Of frames that have none. */
  readonly cell: Cell;
}

/** Atoms of a topology at the first frame's positions. */
export function atomsOfDcd(frame: DcdFrame, file: string, topology: System | undefined): DcdAtoms {
  const { header, positions } = frame;
  if (!topology) {
    throw new InputError(
      `a DCD names no atoms: give the structure of its ${header.nAtoms} atoms as well, with --topology FILE`,
      { file },
    );
  }
  if (atomCount(topology) !== header.nAtoms) {
    throw new InputError(
      `the DCD has ${header.nAtoms} atoms, the topology ${topology.title} has ${atomCount(topology)}`,
      { file },
    );
  }
  if (topology.occupancies) {
    throw new InputError(
      `the topology ${topology.title} has partly occupied sites: give the atoms that moved`,
      {
        file,
      },
    );
  }
  const warnings: string[] = [];
  const own = located({ file }, () => cellOfDcd(frame));
  if (!own) warnings.push('the DCD has no unit cell: all frames are taken to have that of the topology');
  const rotation = own && rotationOf(topology, own, positions);
  const { species, typeOf, title } = topology;
  const isOwn = header.titles.includes(OWN_TITLE);
  if (!isOwn) warnings.push(timeWarning(header));
  return {
    system: checkSystem({ title, cell: turned(own ?? topology.cell, rotation), species, typeOf, positions }),
    unwrapped: isOwn && header.titles.includes(UNWRAPPED_TITLE),
    warnings,
    rotation,
    cell: topology.cell,
  };
}

/** A frame; `time` is NaN but for our own files, for the unit of time is that of the program that wrote the file. */
export function frameOfDcd(frame: DcdFrame, atoms: DcdAtoms, _index: number, file: string): Frame {
  const { header, index, positions } = frame;
  const own = located({ file }, () => cellOfDcd(frame));
  const isOwn = header.titles.includes(OWN_TITLE);
  const steps = header.stepsPerFrame > 0 ? header.stepsPerFrame : 1;
  const step = header.firstStep + index * steps;
  return {
    step,
    time: isOwn ? step * header.timeStep * AKMA_FS : Number.NaN,
    cell: own ? turned(own, atoms.rotation) : atoms.cell,
    positions,
  };
}

function timeWarning({ stepsPerFrame, timeStep }: DcdHeader): string {
  const interval = timeStep * Math.max(1, stepsPerFrame) * AKMA_FS;
  const said =
    interval > 0 && Number.isFinite(interval)
      ? `it would be ${Number(interval.toPrecision(4))} fs by the header if that is in CHARMM's unit, which not all programs use`
      : 'the header does not tell it';
  return `a DCD does not tell the time between frames surely: ${said}`;
}

/**
 * The cell of six numbers: edges a, b, c at places 0, 2, 5, and at 4, 3, 1 the angles α, β, γ in degrees (old CHARMM,
 * MDAnalysis) or their cosines (NAMD, LAMMPS, OpenMM); or the lower triangle xx, xy, yy, xz, yz, zz of a symmetric matrix
 * (CHARMM from version 25 on). Undefined where no cell is written, or one of zeros.
 */
export function cellOfDcd({ header, unitCell }: Pick<DcdFrame, 'header' | 'unitCell'>): Cell | undefined {
  if (!unitCell || unitCell.every((x) => x === 0)) return undefined;
  const [a, gamma, b, beta, alpha, c] = unitCell as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const angles = [alpha, beta, gamma];
  const areCosines = angles.every((x) => Math.abs(x) <= 1);
  if (areCosines && (header.version <= 24 || angles.every((x) => x === 0))) {
    const [p, q, r] = angles.map((x) => (x === 0 ? 90 : (Math.acos(x) * 180) / Math.PI)) as [
      number,
      number,
      number,
    ];
    return cellFromParameters({ a, b, c, alpha: p, beta: q, gamma: r });
  }
  if (angles.every((x) => x > 1 && x < 180)) return cellFromParameters({ a, b, c, alpha, beta, gamma });
  return cellFromVectors([a, gamma, beta, gamma, b, alpha, beta, alpha, c]);
}

/** Lengths and angles of two cells that are taken for one: Å and degrees, more than f32 and a barostat's first steps lose. */
const SAME_CELL = 0.05;

/**
 * A cell of lengths and angles is turned as one likes: by convention a lies along x. Where the topology's cell lies
 * otherwise, positions may be in its axes (a file converted from the same source) or in the conventional ones (LAMMPS):
 * whichever brings the first frame nearer to the topology.
 */
function rotationOf(topology: System, cell: Cell, positions: Float64Array): Float64Array | undefined {
  const standard = cellFromParameters(cellParameters(topology.cell));
  const rotation = multiply(inverse(standard.h), topology.cell.h);
  const isTurned = rotation.some((x, k) => Math.abs(x - (k % 4 === 0 ? 1 : 0)) > 1e-4);
  const [own, given] = [cellParameters(cell), cellParameters(topology.cell)];
  const isSame = (Object.keys(own) as (keyof typeof own)[]).every(
    (key) =>
      Math.abs(own[key] - given[key]) <= SAME_CELL * Math.max(1, key.length === 1 ? given[key] / 100 : 1),
  );
  if (!isTurned || !isSame) return undefined;
  const reference = rowsTimes(topology.positions, inverse(topology.cell.h));
  const distance = (h: Float64Array): number => {
    const change = rowsTimes(positions, inverse(h)).map((s, i) => {
      const ds = s - (reference[i] as number);
      return ds - Math.round(ds);
    });
    return rowsTimes(change, h).reduce((sum, x) => sum + x * x, 0);
  };
  return distance(multiply(cell.h, rotation)) < distance(cell.h) ? rotation : undefined;
}

function turned(cell: Cell, rotation: Float64Array | undefined): Cell {
  return rotation ? { h: multiply(cell.h, rotation) } : cell;
}

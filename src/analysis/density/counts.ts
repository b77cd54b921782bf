/**
 * Where mobile ions were: counts per voxel of a fractional grid, frame by frame, in 8 to 16 blocks of time of equal length.
 * The drift of the framework is taken off, so that a host that slides as a whole does not smear what rests in it.
 */
import { InputError } from '../../core/errors.ts';
import { inverse } from '../../core/vec.ts';
import { type Cell, cellFromVectors } from '../../model/cell.ts';
import { type GridSize, gridPoints, gridSize, wrapIndex } from '../../model/grid.ts';
import type { Repeats } from '../../model/supercell.ts';
import type { Frame } from '../../model/trajectory.ts';
import type { Accumulator, AnalysisContext } from '../analysis.ts';

export interface CountsOptions {
  /** Å */
  readonly spacing: number;
  /** Repeats of the unit cell in the cell of the run: all of them are laid on one. */
  readonly fold: Repeats;
}

/** Complete blocks are merged in pairs when so many are full. */
const MOST_BLOCKS = 16;
/** Voxels of a grid: 17 arrays of counts of 2²⁰ voxels are 71 MB for each mobile species. */
const MOST_VOXELS = 2 ** 20;

/** Counts of one species. */
export interface SpeciesCounts {
  /** Index of the species. */
  readonly species: number;
  readonly atoms: number;
  /** Of all frames. */
  readonly total: Uint32Array;
  /** Of each complete block; the frames of the last, incomplete one are in `total` only. */
  readonly blocks: readonly Uint32Array[];
}

/** One replica's counts, growing frame by frame. */
export class DensityCounts implements Accumulator {
  readonly size: GridSize;
  readonly fold: Repeats;
  /** The spacing asked for was widened to it to bound the memory, Å. */
  readonly spacing: number;
  frames = 0;
  /** Frames of each complete block. */
  blockFrames = 1;
  /** Largest displacement of the framework's mean from where it began, in fractions of the cell; what drift took off. */
  readonly largestDrift = new Float64Array(3);
  private readonly members: readonly Members[];
  private readonly frameAtoms: Uint32Array;
  private readonly weights: Float64Array;
  private readonly positionSums: Float64Array;
  private readonly cellSum = new Float64Array(9);
  private origin: readonly [number, number, number] | undefined;
  private framesOfBlock = 0;

  constructor({ system, mobile }: AnalysisContext, { spacing, fold }: CountsOptions) {
    if (mobile.length === 0) throw new InputError('density: no species is mobile; name one');
    const unit = foldedCell(system.cell, fold);
    this.fold = fold;
    // Wider until the grid is small enough; 3 % more than the cube root, because points are whole numbers.
    let wide = spacing;
    let size = gridSize(unit, wide);
    while (gridPoints({ size }) > MOST_VOXELS) {
      wide *= 1.03 * Math.max(1, Math.cbrt(gridPoints({ size }) / MOST_VOXELS));
      size = gridSize(unit, wide);
    }
    this.size = size;
    this.spacing = wide;
    const { typeOf, species } = system;
    const atomsOfSpecies = (wanted: (type: number) => boolean): Uint32Array =>
      Uint32Array.from(typeOf.keys()).filter((i) => wanted(typeOf[i] as number));
    this.members = mobile.flatMap((index) => {
      const atoms = atomsOfSpecies((type) => type === index);
      const empty = (): Uint32Array => new Uint32Array(gridPoints({ size }));
      return atoms.length === 0 ? [] : [{ index, atoms, total: empty(), current: empty(), blocks: [] }];
    });
    if (this.members.length === 0) throw new InputError('density: there are no atoms of the mobile species');
    const host = atomsOfSpecies((type) => !mobile.includes(type));
    // Without a framework the mass centre stands still.
    this.frameAtoms = host.length > 0 ? host : atomsOfSpecies(() => true);
    const weights = Float64Array.from(this.frameAtoms, (i) =>
      host.length > 0 ? 1 : (species[typeOf[i] as number]?.mass ?? 1),
    );
    const weightSum = weights.reduce((sum, w) => sum + w, 0);
    this.weights = weights.map((w) => w / weightSum);
    this.positionSums = new Float64Array(3 * this.frameAtoms.length);
  }

  add({ cell, positions }: Frame): void {
    const m = inverse(cell.h);
    const [dx, dy, dz] = this.followFramework(m, positions);
    const [fa, fb, fc] = this.fold;
    const [na, nb, nc] = this.size;
    for (const { atoms, total, current } of this.members) {
      for (let n = 0; n < atoms.length; n++) {
        const at = 3 * (atoms[n] as number);
        const i = voxelOf(fa * (component(m, positions, at, 0) - dx), na);
        const j = voxelOf(fb * (component(m, positions, at, 1) - dy), nb);
        const k = voxelOf(fc * (component(m, positions, at, 2) - dz), nc);
        const voxel = (i * nb + j) * nc + k;
        total[voxel] = (total[voxel] as number) + 1;
        current[voxel] = (current[voxel] as number) + 1;
      }
    }
    for (let k = 0; k < 9; k++) this.cellSum[k] = (this.cellSum[k] as number) + (cell.h[k] as number);
    this.frames++;
    if (++this.framesOfBlock === this.blockFrames) this.closeBlock();
  }

  /** Counts of every mobile species that has atoms. */
  get species(): readonly SpeciesCounts[] {
    return this.members.map(({ index, atoms, total, blocks }) => ({
      species: index,
      atoms: atoms.length,
      total,
      blocks,
    }));
  }

  /** The mean cell of the run, folded. */
  get cell(): Cell {
    return foldedCell(cellFromVectors(this.cellSum.map((x) => x / this.frames)), this.fold);
  }

  /** Indices of the framework's atoms and their mean fractional places in the cell of the run, [3n], unwrapped. */
  get framework(): { readonly atoms: Uint32Array; readonly fractional: Float64Array } {
    return { atoms: this.frameAtoms, fractional: this.positionSums.map((x) => x / this.frames) };
  }

  /** Adds up the framework's places, and returns how far its mean has gone since the first frame (fractions of the cell). */
  private followFramework(m: Float64Array, positions: Float64Array): readonly [number, number, number] {
    const { weights, frameAtoms, positionSums, largestDrift } = this;
    let [x, y, z] = [0, 0, 0];
    for (let n = 0; n < frameAtoms.length; n++) {
      const at = 3 * (frameAtoms[n] as number);
      const w = weights[n] as number;
      x += w * component(m, positions, at, 0);
      y += w * component(m, positions, at, 1);
      z += w * component(m, positions, at, 2);
    }
    this.origin ??= [x, y, z];
    const drift = [x - this.origin[0], y - this.origin[1], z - this.origin[2]] as const;
    for (const k of [0, 1, 2] as const) {
      largestDrift[k] = Math.max(largestDrift[k] as number, Math.abs(drift[k]));
      for (let n = 0; n < frameAtoms.length; n++) {
        const place = component(m, positions, 3 * (frameAtoms[n] as number), k) - drift[k];
        positionSums[3 * n + k] = (positionSums[3 * n + k] as number) + place;
      }
    }
    return drift;
  }

  private closeBlock(): void {
    this.framesOfBlock = 0;
    let isFull = false;
    for (const { blocks, current } of this.members) {
      blocks.push(current.slice());
      current.fill(0);
      isFull = blocks.length === MOST_BLOCKS;
      if (isFull) mergePairs(blocks);
    }
    if (isFull) this.blockFrames *= 2;
  }
}

/** One mobile species on the way. */
interface Members {
  readonly index: number;
  readonly atoms: Uint32Array;
  readonly total: Uint32Array;
  readonly current: Uint32Array;
  readonly blocks: Uint32Array[];
}

/** Makes each pair of consecutive blocks one. */
function mergePairs(blocks: Uint32Array[]): void {
  for (let b = 0; b < blocks.length / 2; b++) {
    const [first, second] = [blocks[2 * b] as Uint32Array, blocks[2 * b + 1] as Uint32Array];
    for (let v = 0; v < first.length; v++) first[v] = (first[v] as number) + (second[v] as number);
    blocks[b] = first;
  }
  blocks.length /= 2;
}

/** Fractional coordinate along one axis of the position that begins at `at`. */
function component(m: Float64Array, positions: Float64Array, at: number, axis: 0 | 1 | 2): number {
  return (
    (positions[at] as number) * (m[axis] as number) +
    (positions[at + 1] as number) * (m[3 + axis] as number) +
    (positions[at + 2] as number) * (m[6 + axis] as number)
  );
}

/** Index of the voxel, centred on a point of the grid, that a fractional coordinate falls into. */
function voxelOf(fraction: number, count: number): number {
  return wrapIndex(Math.floor(fraction * count + 0.5), count);
}

/** The cell that a supercell of `fold` repeats is made of. */
function foldedCell({ h }: Cell, fold: Repeats): Cell {
  return cellFromVectors(h.map((x, i) => x / (fold[Math.floor(i / 3) as 0 | 1 | 2] as number)));
}

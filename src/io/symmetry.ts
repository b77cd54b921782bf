/**
 * Symmetry operations on fractional coordinates: x' = W x + w (International Tables A, columns). Reading of
 * `-y,x-y,z+1/3`, the test whether operations fit a cell, and the orbit of a site with coincident images merged.
 */
import { determinant, type Mat3, rowTimes, type Vec3 } from '../core/vec.ts';
import type { Cell } from '../model/cell.ts';

export interface SymmetryOperation {
  /** W, row-major 3×3, whole numbers in every conventional setting. */
  readonly rotation: readonly number[];
  /** w, as fractions of the cell edges. */
  readonly translation: Vec3;
}

export const IDENTITY: SymmetryOperation = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] };

/** Images of a site nearer than this are one atom, Å. Files give special positions to 1e-4 of an edge or better. */
export const MERGE_DISTANCE = 0.05;

const TERM = /([+-]?)(?:(\d+\.?\d*|\.\d+)(?:\/(\d+\.?\d*))?\*?([xyz])?|([xyz]))/y;

/** An operation written as in CIF, such as `-y, x-y, z+1/3`; undefined when the text is none. */
export function parseOperation(text: string): SymmetryOperation | undefined {
  const parts = text.toLowerCase().replace(/\s+/g, '').split(',');
  if (parts.length !== 3) return undefined;
  const rotation: number[] = [];
  const translation: number[] = [];
  for (const part of parts) {
    const row = [0, 0, 0];
    let shift = 0;
    TERM.lastIndex = 0;
    while (TERM.lastIndex < part.length) {
      const isFirst = TERM.lastIndex === 0;
      const term = TERM.exec(part);
      // Terms after the first need a sign: "xy" is no sum.
      if (!term || (!isFirst && term[1] === '')) return undefined;
      const sign = term[1] === '-' ? -1 : 1;
      const amount = term[2] === undefined ? 1 : Number(term[2]) / Number(term[3] ?? 1);
      const axis = term[4] ?? term[5];
      if (axis === undefined) shift += sign * amount;
      else row['xyz'.indexOf(axis)] = (row['xyz'.indexOf(axis)] as number) + sign * amount;
    }
    rotation.push(...row);
    translation.push(simpleFraction(shift));
  }
  if (!rotation.every(Number.isFinite) || !translation.every(Number.isFinite)) return undefined;
  if (Math.abs(Math.abs(determinant(rotation)) - 1) > 1e-6) return undefined;
  return { rotation, translation: translation as unknown as Vec3 };
}

/** 0.3333 is meant as 1/3: every translation of a conventional setting is a multiple of 1/24. */
function simpleFraction(x: number): number {
  const nearest = Math.round(x * 24) / 24;
  return Math.abs(x - nearest) < 1e-3 ? nearest : x;
}

/** The image of a fractional position, not wrapped. */
export function applyOperation({ rotation, translation }: SymmetryOperation, x: ArrayLike<number>): Vec3 {
  const image = (i: number): number =>
    (rotation[3 * i] as number) * (x[0] as number) +
    (rotation[3 * i + 1] as number) * (x[1] as number) +
    (rotation[3 * i + 2] as number) * (x[2] as number) +
    (translation[i] as number);
  return [image(0), image(1), image(2)];
}

/**
 * How far operations are from leaving the cell's metric G = h hᵀ unchanged: the largest
 * |(Wᵀ G W − G)_ij| / √(G_ii G_jj). Zero for the right axes; of order 0.1 to 1 for hexagonal operations on
 * rhombohedral axes, or a twofold axis along the wrong edge.
 */
export function metricMisfit(operations: readonly SymmetryOperation[], cell: Cell): number {
  const metric = gram(cell.h);
  let worst = 0;
  for (const { rotation } of operations) {
    // Columns of W are the images of the axes.
    const axes = [0, 1, 2].flatMap((j) => [0, 1, 2].map((i) => rotation[3 * i + j] as number));
    const transformed = gram([0, 1, 2].flatMap((j) => rowTimes(axes.slice(3 * j, 3 * j + 3), cell.h)));
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const scale = Math.sqrt((metric[4 * i] as number) * (metric[4 * j] as number));
        const change = (transformed[3 * i + j] as number) - (metric[3 * i + j] as number);
        worst = Math.max(worst, Math.abs(change) / scale);
      }
    }
  }
  return worst;
}

/** Dot products of the rows of a matrix. */
function gram(h: Mat3): number[] {
  const out: number[] = [];
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += (h[3 * i + k] as number) * (h[3 * j + k] as number);
      out.push(sum);
    }
  }
  return out;
}

/**
 * True when the product of any two operations is, up to lattice translations, again one of them. Every operation not
 * reached yet becomes a generator: some thousand products for the largest groups instead of all 192².
 */
export function isGroup(operations: readonly SymmetryOperation[]): boolean {
  const known = new Set(operations.map(operationKey));
  const seen = new Set<string>();
  const reached: SymmetryOperation[] = [];
  const generators: SymmetryOperation[] = [];
  for (const operation of operations) {
    if (seen.has(operationKey(operation))) continue;
    generators.push(operation);
    const queue = [IDENTITY, ...reached];
    for (let x = queue.pop(); x; x = queue.pop()) {
      for (const generator of generators) {
        const product = compose(generator, x);
        const key = operationKey(product);
        if (!known.has(key)) return false;
        if (seen.has(key)) continue;
        seen.add(key);
        reached.push(product);
        queue.push(product);
      }
    }
  }
  return true;
}

/** First b, then a. */
function compose(a: SymmetryOperation, b: SymmetryOperation): SymmetryOperation {
  const rotation = [0, 1, 2].flatMap((i) => [...rowTimes(a.rotation.slice(3 * i, 3 * i + 3), b.rotation)]);
  return { rotation, translation: applyOperation(a, b.translation) };
}

/** Equal for operations that differ by a lattice translation; translations to 1/240. */
function operationKey({ rotation, translation }: SymmetryOperation): string {
  const shifts = translation.map((w) => ((Math.round(w * 240) % 240) + 240) % 240);
  return [...rotation.map((x) => Math.round(x * 12)), ...shifts].join();
}

/**
 * The distinct images of a site, fractional, in [0, 1). Images nearer than MERGE_DISTANCE are one atom, put at their
 * mean: that is the projection on the special position, so 0.3333 becomes 1/3 and symmetry is exact again.
 */
export function orbit(operations: readonly SymmetryOperation[], x: Vec3, cell: Cell): Vec3[] {
  const images: { readonly first: Vec3; readonly shift: [number, number, number]; count: number }[] = [];
  for (const operation of operations) {
    const image = applyOperation(operation, x);
    const known = images.find(({ first }) => separation(first, image, cell) <= MERGE_DISTANCE);
    if (!known) {
      images.push({ first: image, shift: [0, 0, 0], count: 1 });
      continue;
    }
    for (const k of [0, 1, 2] as const) known.shift[k] += nearestImage(image[k] - known.first[k]);
    known.count++;
  }
  const mean = (first: number, shift: number, count: number): number => wrap(first + shift / count);
  return images.map(({ first, shift, count }) => [
    mean(first[0], shift[0], count),
    mean(first[1], shift[1], count),
    mean(first[2], shift[2], count),
  ]);
}

/**
 * Distance between two fractional positions modulo the cell, Å. Exact where it is short against the cell, which is
 * what coincidences need.
 */
export function separation(x: Vec3, y: Vec3, { h }: Cell): number {
  const a = nearestImage(y[0] - x[0]);
  const b = nearestImage(y[1] - x[1]);
  const c = nearestImage(y[2] - x[2]);
  let square = 0;
  for (let k = 0; k < 3; k++) {
    square += (a * (h[k] as number) + b * (h[3 + k] as number) + c * (h[6 + k] as number)) ** 2;
  }
  return Math.sqrt(square);
}

function nearestImage(d: number): number {
  return d - Math.round(d);
}

/** Into [0, 1); rounding errors just below 1 become 0. */
function wrap(x: number): number {
  const inside = x - Math.floor(x);
  return inside > 1 - 1e-9 ? 0 : inside;
}

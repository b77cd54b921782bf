import { readFileSync } from 'node:fs';
import { InputError } from '../../../src/core/errors.ts';
import { toFractional } from '../../../src/model/cell.ts';
import type { System } from '../../../src/model/system.ts';
import { atomCount } from '../../../src/model/system.ts';

const FOLDER = new URL('../../golden/io/', import.meta.url);

/** Bytes of a file in tests/golden/io. */
export function goldenBytes(name: string): Uint8Array {
  return readFileSync(new URL(name, FOLDER));
}

export function goldenText(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

export function goldenJson<T>(name: string): T {
  return JSON.parse(goldenText(name)) as T;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The InputError that `action` ends with; fails when it ends well or with another error. */
export async function inputError(action: () => unknown): Promise<InputError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('expected an InputError, but nothing was thrown');
}

/** Shortest distance over all images, Å, and its pair of elements; atoms sharing a site (below 0.05 Å) are passed over. */
export function shortestDistance(system: System): { distance: number; pair: string } {
  const x = toFractional(system.cell, system.positions);
  const h = system.cell.h;
  const n = atomCount(system);
  const element = (i: number): string => system.species[system.typeOf[i]!]!.element;
  let distance = Infinity;
  let pair = '';
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      for (let m = 0; m < 27; m++) {
        if (i === j && m === 13) continue;
        const d = [(m % 3) - 1, (Math.floor(m / 3) % 3) - 1, Math.floor(m / 9) - 1].map(
          (shift, k) => x[3 * j + k]! - x[3 * i + k]! + shift,
        );
        const r = Math.hypot(...[0, 1, 2].map((k) => d[0]! * h[k]! + d[1]! * h[3 + k]! + d[2]! * h[6 + k]!));
        if (r >= distance || (i !== j && r < 0.05)) continue;
        distance = r;
        pair = [element(i), element(j)].sort().join('-');
      }
    }
  }
  return { distance, pair };
}

/** Largest absolute difference of two arrays. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
  return worst;
}

/** A small triclinic structure with atoms far outside the cell, velocities and species of one element each. */
export function wildSystem(): System {
  return {
    title: 'Li3YCl6 “wild”',
    cell: { h: Float64Array.of(6.1, 0.2, -0.3, -1.7, 5.8, 0.4, 0.9, -1.1, 7.2) },
    species: [
      { label: 'Li', element: 'Li', mass: 6.94, charge: 0.7 },
      { label: 'Y', element: 'Y', mass: 88.906, charge: 2.1 },
      { label: 'Cl', element: 'Cl', mass: 35.45, charge: -0.7 },
    ],
    typeOf: Uint16Array.of(0, 0, 1, 2, 2),
    positions: Float64Array.of(
      ...[-7.123456789012345, 0.1, 1e-7],
      ...[25.1, -31.7, 1 / 3],
      ...[0, 0, 0],
      ...[5.5, 2.25, -14.4],
      ...[Math.PI, Math.E, 1e3],
    ),
    velocities: Float64Array.from({ length: 15 }, (_, i) => Math.sin(i + 1) * 0.01),
  };
}

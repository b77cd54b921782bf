/** A small reader of XDATCAR for tests on real data: fixed cells, species in blocks. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { cellFromVectors } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';

export interface Xdatcar {
  /** Å, rows */
  readonly h: readonly number[];
  readonly elements: readonly string[];
  readonly counts: readonly number[];
  /** [frames] of [n×3], fractional as they stand. */
  readonly frames: readonly Float64Array[];
}

export function readXdatcar(path: string): Xdatcar {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines = text.split('\n');
  const numbers = (line: string | undefined): number[] => (line ?? '').trim().split(/\s+/).map(Number);
  const scale = Number(lines[1]);
  const h = [2, 3, 4].flatMap((i) => numbers(lines[i])).map((x) => x * scale);
  const elements = (lines[5] ?? '').trim().split(/\s+/);
  const counts = numbers(lines[6]);
  const n = counts.reduce((a, b) => a + b, 0);
  const frames: Float64Array[] = [];
  for (let i = 7; i < lines.length; i++) {
    if (!(lines[i] as string).startsWith('Direct')) continue;
    const frame = new Float64Array(3 * n);
    for (let a = 0; a < n; a++) frame.set(numbers(lines[i + 1 + a]).slice(0, 3), 3 * a);
    frames.push(frame);
    i += n;
  }
  return { h, elements, counts, frames };
}

export function toSystem(
  h: readonly number[],
  elements: readonly string[],
  counts: readonly number[],
  known: Readonly<Record<string, { readonly mass: number; readonly formalCharge: number }>>,
): System {
  const typeOf = Uint16Array.from(counts.flatMap((n, s) => new Array<number>(n).fill(s)));
  return {
    title: elements.join(''),
    cell: cellFromVectors([...h]),
    species: elements.map((element) => ({ label: element, element, ...known[element]! })),
    typeOf,
    positions: new Float64Array(3 * typeOf.length),
  };
}

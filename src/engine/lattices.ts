/**
 * Cells on the GPU: lattice vectors as whole numbers of a power of two Å, so that the moves of a barostat, which may be 1e-8 of
 * an edge, add up exactly. A cell that has not moved is the system's own, to the last bit of f64.
 */
import { packStructs, readField } from '../gpu/struct.ts';
import { type Cell, cellFromVectors } from '../model/cell.ts';
import { Lattice } from './layouts.ts';

/** Room of a word beyond the cell that a run begins with. */
const ROOM = 4;

const ZERO = new Array<number>(9).fill(0);

/** The initial state of the cells of a batch. */
export function packLattices(cells: readonly Cell[]): ArrayBuffer {
  const rows = cells.map(({ h }) => {
    const unit = unitOf(h);
    const words = [...h].map((x) => Math.round(x / unit));
    return {
      ...{ a: words.slice(0, 3), b: words.slice(3, 6), c: words.slice(6, 9), unit },
      ...{ draws: 0, rampSteps: 0, strainRate: ZERO, strain: ZERO, velocityStrain: ZERO },
      strainChain: [0, 0, 0],
      extended: 0,
    };
  });
  return packStructs(Lattice, rows);
}

/** The cell of replica `r` out of the lattice words of a batch. */
export function latticeCell(words: ArrayBufferView, r: number): Cell {
  const [unit = 0] = readField(Lattice, words, r, 'unit');
  const vectors = (['a', 'b', 'c'] as const).flatMap((name) => readField(Lattice, words, r, name));
  return cellFromVectors(vectors.map((x) => x * unit));
}

/** True when the lattice vectors of replica `r` are the same in both. */
export function sameLattice(one: ArrayBufferView, other: ArrayBufferView, r: number): boolean {
  return (['a', 'b', 'c'] as const).every((name) => {
    const found = readField(Lattice, other, r, name);
    return readField(Lattice, one, r, name).every((x, k) => x === found[k]);
  });
}

function unitOf(h: Float64Array): number {
  const largest = h.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return 2 ** (Math.ceil(Math.log2(ROOM * largest)) - 32);
}

/**
 * Every pair of atoms nearer than a cutoff, all periodic images counted, by a list of cells and half of the neighbourhood.
 * The one pair loop of the structure analyses. There is no limit on the cutoff: beyond half of the cell's width a pair meets
 * through several images, and an atom meets its own.
 */
import { inverse } from '../../core/vec.ts';
import { type Cell, perpendicularWidths } from '../../model/cell.ts';

/**
 * Gets each unordered pair once: original indices, the vector from i to the image of j (Å) and its square (Å²).
 * i = j is an atom and its own image.
 */
export type PairVisit = (i: number, j: number, dx: number, dy: number, dz: number, r2: number) => void;

/** Bins along an axis per cutoff: two of them waste least on pairs beyond it. */
const BINS_PER_CUTOFF = 2;
/** Bins per axis at most; empty ones cost time. */
const MOST_BINS = 64;

/** Sorted copies of the atoms of one frame after the other, reused from frame to frame. */
export class PairSearch {
  private readonly atoms: number;
  private readonly bin: Int32Array;
  private readonly order: Int32Array;
  private readonly xyz: Float64Array;
  private starts = new Int32Array(0);

  constructor(atoms: number) {
    this.atoms = atoms;
    this.bin = new Int32Array(atoms);
    this.order = new Int32Array(atoms);
    this.xyz = new Float64Array(3 * atoms);
  }

  /**
   * Time: about N·(2π/3)ρ·cutoff³ visits and three times as many looks. Nothing is allocated per pair or per atom.
   * @param positions [n×3] Å, wrapped or not
   * @param cutoff Å, exclusive
   */
  forEach(cell: Cell, positions: ArrayLike<number>, cutoff: number, visit: PairVisit): void {
    const { h } = cell;
    const [wa, wb, wc] = perpendicularWidths(cell);
    const binsOf = (width: number): number =>
      Math.max(1, Math.min(MOST_BINS, Math.floor((BINS_PER_CUTOFF * width) / cutoff)));
    const [na, nb, nc] = [binsOf(wa), binsOf(wb), binsOf(wc)];
    this.sort(cell, positions, na, nb, nc);
    const { starts, order, xyz } = this;
    const limit = cutoff * cutoff;
    const [sa, sb, sc] = [cutoff / wa, cutoff / wb, cutoff / wc].map((x, k) =>
      Math.ceil(x * ([na, nb, nc][k] as number)),
    ) as [number, number, number];
    for (let a = 0; a < na; a++) {
      for (let b = 0; b < nb; b++) {
        for (let c = 0; c < nc; c++) {
          const home = (a * nb + b) * nc + c;
          const begin = starts[home] as number;
          const end = starts[home + 1] as number;
          if (begin === end) continue;
          for (let da = 0; da <= sa; da++) {
            const shiftA = Math.floor((a + da) / na);
            for (let db = da === 0 ? 0 : -sb; db <= sb; db++) {
              const shiftB = Math.floor((b + db) / nb);
              for (let dc = da === 0 && db === 0 ? 0 : -sc; dc <= sc; dc++) {
                const shiftC = Math.floor((c + dc) / nc);
                const there =
                  ((a + da - shiftA * na) * nb + b + db - shiftB * nb) * nc + c + dc - shiftC * nc;
                const first = starts[there] as number;
                const last = starts[there + 1] as number;
                if (first === last) continue;
                const isOwn = da === 0 && db === 0 && dc === 0;
                const tx = shiftA * (h[0] as number) + shiftB * (h[3] as number) + shiftC * (h[6] as number);
                const ty = shiftA * (h[1] as number) + shiftB * (h[4] as number) + shiftC * (h[7] as number);
                const tz = shiftA * (h[2] as number) + shiftB * (h[5] as number) + shiftC * (h[8] as number);
                for (let m = begin; m < end; m++) {
                  const x = (xyz[3 * m] as number) - tx;
                  const y = (xyz[3 * m + 1] as number) - ty;
                  const z = (xyz[3 * m + 2] as number) - tz;
                  for (let n = isOwn ? m + 1 : first; n < last; n++) {
                    const dx = (xyz[3 * n] as number) - x;
                    const dy = (xyz[3 * n + 1] as number) - y;
                    const dz = (xyz[3 * n + 2] as number) - z;
                    const r2 = dx * dx + dy * dy + dz * dz;
                    if (r2 < limit) visit(order[m] as number, order[n] as number, dx, dy, dz, r2);
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /** Wraps the atoms into the cell and sorts them by bin. */
  private sort(cell: Cell, positions: ArrayLike<number>, na: number, nb: number, nc: number): void {
    const { bin, order, xyz } = this;
    const { h } = cell;
    const g = inverse(h);
    const bins = na * nb * nc;
    if (this.starts.length !== bins + 1) this.starts = new Int32Array(bins + 1);
    const starts = this.starts.fill(0);
    const [g0, g1, g2, g3, g4, g5, g6, g7, g8] = g as unknown as NineNumbers;
    for (let i = 0; i < this.atoms; i++) {
      const x = positions[3 * i] as number;
      const y = positions[3 * i + 1] as number;
      const z = positions[3 * i + 2] as number;
      const u = x * g0 + y * g3 + z * g6;
      const v = x * g1 + y * g4 + z * g7;
      const w = x * g2 + y * g5 + z * g8;
      const a = Math.min(na - 1, Math.floor((u - Math.floor(u)) * na));
      const b = Math.min(nb - 1, Math.floor((v - Math.floor(v)) * nb));
      const c = Math.min(nc - 1, Math.floor((w - Math.floor(w)) * nc));
      const key = (a * nb + b) * nc + c;
      bin[i] = key;
      starts[key + 1] = (starts[key + 1] as number) + 1;
    }
    for (let k = 0; k < bins; k++) starts[k + 1] = (starts[k + 1] as number) + (starts[k] as number);
    for (let i = this.atoms - 1; i >= 0; i--) {
      // Counted from the end of each bin; starts is put right below.
      const key = bin[i] as number;
      const place = (starts[key + 1] as number) - 1;
      starts[key + 1] = place;
      order[place] = i;
    }
    for (let k = 0; k < bins; k++) starts[k] = starts[k + 1] as number;
    starts[bins] = this.atoms;
    const [h0, h1, h2, h3, h4, h5, h6, h7, h8] = h as unknown as NineNumbers;
    for (let m = 0; m < this.atoms; m++) {
      const i = order[m] as number;
      const x = positions[3 * i] as number;
      const y = positions[3 * i + 1] as number;
      const z = positions[3 * i + 2] as number;
      const u = x * g0 + y * g3 + z * g6;
      const v = x * g1 + y * g4 + z * g7;
      const w = x * g2 + y * g5 + z * g8;
      const fu = Math.floor(u);
      const fv = Math.floor(v);
      const fw = Math.floor(w);
      xyz[3 * m] = x - fu * h0 - fv * h3 - fw * h6;
      xyz[3 * m + 1] = y - fu * h1 - fv * h4 - fw * h7;
      xyz[3 * m + 2] = z - fu * h2 - fv * h5 - fw * h8;
    }
  }
}

type NineNumbers = readonly [number, number, number, number, number, number, number, number, number];

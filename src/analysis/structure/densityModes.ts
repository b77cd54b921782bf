/**
 * Fourier components of the density of each species at reciprocal vectors of the cell, A_a(q) = Σ_{j∈a} exp(iq·r_j), by direct
 * sums: exact for the periodic cell. Structure factors and powder patterns are made from them.
 */
import { inverse } from '../../core/vec.ts';
import { type Cell, reciprocalVectors, volume } from '../../model/cell.ts';

/** Vectors q = 2π(ha* + kb* + lc*), one of each ±q. */
export interface Modes {
  readonly count: number;
  /** [3·count] h, k, l, in the order of h, k, l. */
  readonly hkl: Int32Array;
  /** [count] how many vectors each stands for: one, or more where only a part of a shell was taken. */
  readonly weight: Float64Array;
  /** True when every vector is there. */
  readonly isComplete: boolean;
}

/** Shells of |q| from which a large cell's vectors are drawn. */
const SHELLS = 120;

/**
 * The vectors with 0 < |q| ≤ qMax of half a sphere. When there are more than `most`, shells of equal width in |q| keep the same
 * number each, drawn by a hash of the indices: the same ones every time, all of those at small |q|.
 * @param qMax Å⁻¹
 */
export function modesWithin(cell: Cell, qMax: number, most = Number.POSITIVE_INFINITY): Modes {
  const shells = new Float64Array(SHELLS);
  const shellOf = (q: number): number => Math.min(SHELLS - 1, Math.floor((q / qMax) * SHELLS));
  let all = 0;
  forEachMode(cell, qMax, (_h, _k, _l, q) => {
    const s = shellOf(q);
    shells[s] = (shells[s] as number) + 1;
    all++;
  });
  const cap = all > most ? evenCap(shells, most) : Number.POSITIVE_INFINITY;
  const share = shells.map((n) => Math.min(1, cap / n));
  const hkl: number[] = [];
  const weight: number[] = [];
  forEachMode(cell, qMax, (h, k, l, q) => {
    const part = share[shellOf(q)] as number;
    if (part < 1 && hash(h, k, l) >= part) return;
    hkl.push(h, k, l);
    weight.push(1 / part);
  });
  return {
    count: weight.length,
    hkl: Int32Array.from(hkl),
    weight: Float64Array.from(weight),
    isComplete: all <= most,
  };
}

/** About how many vectors half a sphere of qMax has. */
export function modeCount(cell: Cell, qMax: number): number {
  return (volume(cell) * (4 / 3) * Math.PI * qMax ** 3) / (2 * Math.PI) ** 3 / 2;
}

/** The same largest number for every shell that together makes `most`. */
function evenCap(shells: Float64Array, most: number): number {
  let cap = most / shells.length;
  for (let round = 0; round < 50; round++) {
    const kept = shells.reduce((sum, n) => sum + Math.min(n, cap), 0);
    const full = shells.reduce((sum, n) => sum + (n > cap ? 1 : 0), 0);
    if (full === 0 || Math.abs(most - kept) < full * 1e-6) break;
    cap += (most - kept) / full;
  }
  return Math.max(1, cap);
}

function forEachMode(
  cell: Cell,
  qMax: number,
  visit: (h: number, k: number, l: number, q: number) => void,
): void {
  const { h } = cell;
  const g = reciprocalVectors(cell).map((x) => 2 * Math.PI * x);
  const edge = (i: number): number =>
    Math.hypot(h[3 * i] as number, h[3 * i + 1] as number, h[3 * i + 2] as number);
  const [ha, ka, la] = [0, 1, 2].map((i) => Math.floor((qMax * edge(i)) / (2 * Math.PI) + 1e-9)) as [
    number,
    number,
    number,
  ];
  for (let a = 0; a <= ha; a++) {
    for (let b = a === 0 ? 0 : -ka; b <= ka; b++) {
      for (let c = a === 0 && b === 0 ? 1 : -la; c <= la; c++) {
        const q = modeLength(g, a, b, c);
        if (q <= qMax) visit(a, b, c, q);
      }
    }
  }
}

/** |q|, Å⁻¹. @param g rows 2πa*, 2πb*, 2πc* */
export function modeLength(g: ArrayLike<number>, h: number, k: number, l: number): number {
  const x = h * (g[0] as number) + k * (g[3] as number) + l * (g[6] as number);
  const y = h * (g[1] as number) + k * (g[4] as number) + l * (g[7] as number);
  const z = h * (g[2] as number) + k * (g[5] as number) + l * (g[8] as number);
  return Math.sqrt(x * x + y * y + z * z);
}

/** A number in [0, 1) that looks random and belongs to the indices. */
function hash(h: number, k: number, l: number): number {
  let x = Math.imul(h + 1013, 0x9e3779b1) ^ Math.imul(k + 2027, 0x85ebca6b) ^ Math.imul(l + 4049, 0xc2b2ae35);
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 4294967296;
}

/** Atoms whose phases are held at a time: tables of 256 atoms stay in a cache. */
const CHUNK = 256;

/** Sums over the atoms of one frame after the other; arrays are reused. */
export class DensityModes {
  readonly modes: Modes;
  /** [species × count] */
  readonly re: Float64Array;
  readonly im: Float64Array;
  private readonly groups: Int32Array[];
  private readonly shares: ArrayLike<number> | undefined;
  private readonly most: readonly [number, number, number];
  private readonly cosine: readonly Float64Array[];
  private readonly sine: readonly Float64Array[];
  private readonly rowCosine = new Float64Array(CHUNK);
  private readonly rowSine = new Float64Array(CHUNK);

  /**
   * @param typeOf [n] species of each atom
   * @param shares [n] occupancies; absent when every site is full
   */
  constructor(modes: Modes, typeOf: ArrayLike<number>, species: number, shares?: ArrayLike<number>) {
    this.modes = modes;
    this.shares = shares;
    this.re = new Float64Array(species * modes.count);
    this.im = new Float64Array(species * modes.count);
    const atoms: number[][] = Array.from({ length: species }, () => []);
    for (let i = 0; i < typeOf.length; i++) atoms[typeOf[i] as number]?.push(i);
    this.groups = atoms.map((list) => Int32Array.from(list));
    const most = [0, 0, 0];
    modes.hkl.forEach((index, m) => {
      most[m % 3] = Math.max(most[m % 3] as number, Math.abs(index));
    });
    this.most = most as unknown as readonly [number, number, number];
    this.cosine = most.map((n) => new Float64Array((n + 1) * CHUNK));
    this.sine = most.map((n) => new Float64Array((n + 1) * CHUNK));
  }

  /** Time: about 3 ns per atom and vector. @param positions [n×3] Å */
  evaluate(cell: Cell, positions: ArrayLike<number>): void {
    this.re.fill(0);
    this.im.fill(0);
    const toFractional = inverse(cell.h);
    this.groups.forEach((atoms, species) => {
      for (let first = 0; first < atoms.length; first += CHUNK) {
        const size = Math.min(CHUNK, atoms.length - first);
        this.phases(toFractional, positions, atoms, first, size);
        this.accumulate(species, size);
      }
    });
  }

  /** Tables of cos and sin 2πnx of a chunk for n = 0 … most, by axis. */
  private phases(
    g: Float64Array,
    positions: ArrayLike<number>,
    atoms: Int32Array,
    first: number,
    size: number,
  ): void {
    for (let axis = 0; axis < 3; axis++) {
      const cosine = this.cosine[axis] as Float64Array;
      const sine = this.sine[axis] as Float64Array;
      const most = this.most[axis as 0 | 1 | 2];
      for (let m = 0; m < size; m++) {
        const at = 3 * (atoms[first + m] as number);
        const s =
          (positions[at] as number) * (g[axis] as number) +
          (positions[at + 1] as number) * (g[3 + axis] as number) +
          (positions[at + 2] as number) * (g[6 + axis] as number);
        const angle = 2 * Math.PI * (s - Math.floor(s));
        const [c1, s1] = [Math.cos(angle), Math.sin(angle)];
        // The share of an atom stands in the table of its last axis.
        let c = axis === 2 ? (this.shares?.[atoms[first + m] as number] ?? 1) : 1;
        let d = 0;
        for (let n = 0; n <= most; n++) {
          cosine[n * CHUNK + m] = c;
          sine[n * CHUNK + m] = d;
          const next = c * c1 - d * s1;
          d = c * s1 + d * c1;
          c = next;
        }
      }
    }
  }

  private accumulate(species: number, size: number): void {
    const { hkl, count } = this.modes;
    const [ca, cb, cc] = this.cosine as readonly [Float64Array, Float64Array, Float64Array];
    const [sa, sb, sc] = this.sine as readonly [Float64Array, Float64Array, Float64Array];
    const { rowCosine, rowSine, re, im } = this;
    const offset = species * count;
    let [h, k] = [Number.NaN, Number.NaN];
    for (let m = 0; m < count; m++) {
      if (hkl[3 * m] !== h || hkl[3 * m + 1] !== k) {
        h = hkl[3 * m] as number;
        k = hkl[3 * m + 1] as number;
        const a = h * CHUNK;
        const b = Math.abs(k) * CHUNK;
        const sign = k < 0 ? -1 : 1;
        for (let n = 0; n < size; n++) {
          const c1 = ca[a + n] as number;
          const s1 = sa[a + n] as number;
          const c2 = cb[b + n] as number;
          const s2 = sign * (sb[b + n] as number);
          rowCosine[n] = c1 * c2 - s1 * s2;
          rowSine[n] = c1 * s2 + s1 * c2;
        }
      }
      const l = hkl[3 * m + 2] as number;
      const c = Math.abs(l) * CHUNK;
      const sign = l < 0 ? -1 : 1;
      let x = 0;
      let y = 0;
      for (let n = 0; n < size; n++) {
        const c1 = rowCosine[n] as number;
        const s1 = rowSine[n] as number;
        const c2 = cc[c + n] as number;
        const s2 = sign * (sc[c + n] as number);
        x += c1 * c2 - s1 * s2;
        y += c1 * s2 + s1 * c2;
      }
      re[offset + m] = (re[offset + m] as number) + x;
      im[offset + m] = (im[offset + m] as number) + y;
    }
  }
}

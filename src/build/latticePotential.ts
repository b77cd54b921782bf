/**
 * Potentials of point charges of a periodic lattice at fixed places, by Ewald sums (de Leeuw, Perram & Smith,
 * doi:10.1098/rspa.1980.0135; tin-foil boundary, uniform background), as matrices: E = ½ Σ qᵢ qⱼ Mᵢⱼ holds for all charges,
 * those that do not add up to zero too. Cut where the reference is (src/reference/ewald.ts), so both agree to rounding.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { erfc, TWO_OVER_SQRT_PI } from '../core/erf.ts';
import { InputError } from '../core/errors.ts';
import { norm, row } from '../core/vec.ts';
import { type Cell, perpendicularWidths, reciprocalVectors, toFractional, volume } from '../model/cell.ts';
import type { Repeats } from '../model/supercell.ts';

const REACH = 6.2;
/** α over √π/∛V: waves are cheaper than erfc, so more of the work is theirs. */
const SHARPNESS = 1.5;
/** Terms of both sums of a matrix: about a minute. */
const MOST_TERMS = 2e10;
/** Phases that are kept, of every point and wave: 160 MB. */
const MOST_PHASES = 1e7;
/** Interval of the table of erfc; cubic pieces are off by less than 3e-14. */
const STEP = 1 / 1024;

/** Splitting, lattice vectors and waves of one cell. */
interface Lattice {
  readonly cell: Cell;
  readonly alpha: number;
  /** [×3] Å: shifts of nearest images that come within the cutoff. */
  readonly shifts: Float64Array;
  /** [×3] whole numbers h k l, one of every pair ±. */
  readonly waves: Int32Array;
  /** [waves] Å⁻¹, factors 2 (±) and 4π/V in them. */
  readonly weights: Float64Array;
  /** Of the background, Å⁻¹. */
  readonly background: number;
}

function latticeOf(cell: Cell, points: number, pairs: number): Lattice {
  const v = volume(cell);
  const alpha = (SHARPNESS * Math.sqrt(Math.PI)) / Math.cbrt(v);
  const cutoff = REACH / alpha;
  const edges = ([0, 1, 2] as const).map((i) => norm(row(cell.h, i)));
  // A wrapped difference is at most half of every edge long, added up.
  const reach = cutoff + edges.reduce((sum, edge) => sum + edge / 2, 0);
  const widths = perpendicularWidths(cell);
  const most = widths.map((width) => Math.floor(cutoff / width + 0.5)) as [number, number, number];
  const kMax = 2 * REACH * alpha;
  const order = edges.map((edge) => Math.floor((kMax * edge) / (2 * Math.PI))) as [number, number, number];
  const boxes = most.reduce((p, n) => p * (2 * n + 1), 1) + order.reduce((p, n) => p * (2 * n + 1), 0.5);
  if (boxes * pairs > MOST_TERMS || boxes * points > MOST_PHASES) {
    throw new InputError(
      `a cell of ${edges.map((edge) => edge.toFixed(1)).join(' × ')} Å with so many sites takes too long to be ranked by energy; ` +
        'take a smaller supercell, or one that is less thin',
    );
  }
  const shifts: number[] = [];
  forBox(most, (a, b, c) => {
    const shift = [0, 1, 2].map(
      (k) => a * (cell.h[k] as number) + b * (cell.h[3 + k] as number) + c * (cell.h[6 + k] as number),
    );
    if (norm(shift) < reach) shifts.push(...shift);
  });
  const reciprocal = reciprocalVectors(cell);
  const waves: number[] = [];
  const weights: number[] = [];
  forBox(order, (h, k, l) => {
    if (h < 0 || (h === 0 && (k < 0 || (k === 0 && l <= 0)))) return;
    const wave = [0, 1, 2].map(
      (c) =>
        h * (reciprocal[c] as number) + k * (reciprocal[3 + c] as number) + l * (reciprocal[6 + c] as number),
    );
    const k2 = (2 * Math.PI * norm(wave)) ** 2;
    if (k2 > kMax * kMax) return;
    waves.push(h, k, l);
    weights.push(((8 * Math.PI) / v) * (Math.exp(-k2 / (4 * alpha * alpha)) / k2));
  });
  return {
    cell,
    alpha,
    shifts: Float64Array.from(shifts),
    waves: Int32Array.from(waves),
    weights: Float64Array.from(weights),
    background: -Math.PI / (alpha * alpha * v),
  };
}

function forBox(
  [a, b, c]: readonly [number, number, number],
  visit: (...n: [number, number, number]) => void,
): void {
  for (let i = -a; i <= a; i++) for (let j = -b; j <= b; j++) for (let k = -c; k <= c; k++) visit(i, j, k);
}

/** Values and slopes × STEP of erfc, once it is needed. */
let table: Float64Array | undefined;

function erfcTable(): Float64Array {
  if (table) return table;
  const size = Math.ceil(REACH / STEP) + 2;
  table = new Float64Array(2 * size);
  for (let i = 0; i < size; i++) {
    const x = i * STEP;
    table[2 * i] = erfc(x);
    table[2 * i + 1] = -STEP * TWO_OVER_SQRT_PI * Math.exp(-x * x);
  }
  return table;
}

/** Σ erfc(αr)/r over the images of a wrapped difference (Å); the term r = 0 is that of a charge on itself. */
function realSum(
  { alpha, shifts }: Lattice,
  dx: number,
  dy: number,
  dz: number,
  values: Float64Array,
): number {
  const limit = (REACH / alpha) ** 2;
  let sum = 0;
  for (let s = 0; s < shifts.length; s += 3) {
    const x = dx + (shifts[s] as number);
    const y = dy + (shifts[s + 1] as number);
    const z = dz + (shifts[s + 2] as number);
    const r2 = x * x + y * y + z * z;
    if (r2 >= limit) continue;
    const r = Math.sqrt(r2);
    if (r < 1e-9) {
      sum -= alpha * TWO_OVER_SQRT_PI;
      continue;
    }
    const place = (alpha * r) / STEP;
    const i = 2 * Math.floor(place);
    const t = place - i / 2;
    const u = 1 - t;
    const left = (values[i] as number) * (1 + 2 * t) + (values[i + 1] as number) * t;
    const right = (values[i + 2] as number) * (1 + 2 * u) - (values[i + 3] as number) * u;
    sum += (u * u * left + t * t * right) / r;
  }
  return sum;
}

/** cos and sin of 2π h·x for every wave, one point after the other. */
function phases({ waves }: Lattice, fractional: Float64Array): { re: Float64Array; im: Float64Array } {
  const [k, n] = [waves.length / 3, fractional.length / 3];
  const [re, im] = [new Float64Array(k * n), new Float64Array(k * n)];
  for (let i = 0; i < n; i++) {
    for (let w = 0; w < k; w++) {
      let turns = 0;
      for (let c = 0; c < 3; c++) turns += (waves[3 * w + c] as number) * (fractional[3 * i + c] as number);
      const angle = 2 * Math.PI * (turns - Math.round(turns));
      re[i * k + w] = Math.cos(angle);
      im[i * k + w] = Math.sin(angle);
    }
  }
  return { re, im };
}

/** Interactions of the sites of a supercell, kept once for all pairs of cells with the same difference. */
export interface SiteMatrix {
  /** Sites of the given cell. */
  readonly sites: number;
  readonly repeats: Repeats;
  /** [site][site][difference of cells] eV/e²: of a charge on the first and one on the second, in the cell so much further. */
  readonly values: Float64Array;
}

/**
 * The interactions of all sites of a supercell.
 * @param positions [n×3] Å, of the sites of the given cell
 */
export function siteMatrix(cell: Cell, positions: Float64Array, repeats: Repeats): SiteMatrix {
  const [na, nb, nc] = repeats;
  const copies = na * nb * nc;
  const n = positions.length / 3;
  const large: Cell = { h: cell.h.map((x, i) => x * (repeats[Math.floor(i / 3)] as number)) };
  const lattice = latticeOf(large, n + copies, (n * (n + 1) * copies) / 2);
  const { weights, background } = lattice;
  const fractional = toFractional(large, positions);
  const steps = new Float64Array(3 * copies);
  for (let m = 0; m < copies; m++) {
    steps[3 * m] = Math.floor(m / (nb * nc)) / na;
    steps[3 * m + 1] = (Math.floor(m / nc) % nb) / nb;
    steps[3 * m + 2] = (m % nc) / nc;
  }
  const sites = phases(lattice, fractional);
  const cells = phases(lattice, steps);
  const k = weights.length;
  const values = new Float64Array(n * n * copies);
  const erfcs = erfcTable();
  const [re, im] = [new Float64Array(k), new Float64Array(k)];
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < copies; m++) {
      for (let w = 0; w < k; w++) {
        const [a, b] = [sites.re[i * k + w] as number, sites.im[i * k + w] as number];
        const [c, d] = [cells.re[m * k + w] as number, cells.im[m * k + w] as number];
        re[w] = (weights[w] as number) * (c * a + d * b);
        im[w] = (weights[w] as number) * (d * a - c * b);
      }
      const opposite = oppositeCell(m, repeats);
      for (let j = i; j < n; j++) {
        let sum = background;
        for (let w = 0, p = j * k; w < k; w++, p++) {
          sum += (re[w] as number) * (sites.re[p] as number) - (im[w] as number) * (sites.im[p] as number);
        }
        sum += realSum(lattice, ...wrapped(large, fractional, fractional, i, j, steps, m), erfcs);
        values[(i * n + j) * copies + m] = COULOMB_EV_ANGSTROM * sum;
        values[(j * n + i) * copies + opposite] = COULOMB_EV_ANGSTROM * sum;
      }
    }
  }
  return { sites: n, repeats, values };
}

function oppositeCell(m: number, [na, nb, nc]: Repeats): number {
  const [a, b, c] = [Math.floor(m / (nb * nc)), Math.floor(m / nc) % nb, m % nc];
  return (((na - a) % na) * nb + ((nb - b) % nb)) * nc + ((nc - c) % nc);
}

/** Difference of two points plus a step, wrapped, Å. */
function wrapped(
  { h }: Cell,
  from: Float64Array,
  to: Float64Array,
  i: number,
  j: number,
  steps: Float64Array,
  m: number,
): [number, number, number] {
  const [u, v, w] = [0, 1, 2].map((c) => {
    const d = (to[3 * j + c] as number) - (from[3 * i + c] as number) + (steps[3 * m + c] as number);
    return d - Math.round(d);
  }) as [number, number, number];
  return [0, 1, 2].map((c) => u * (h[c] as number) + v * (h[3 + c] as number) + w * (h[6 + c] as number)) as [
    number,
    number,
    number,
  ];
}

/** Potential (eV/e) at points of a cell of charges elsewhere in it, with a background where they do not add up to zero. */
export function potentialAt(
  cell: Cell,
  points: Float64Array,
  positions: Float64Array,
  charges: Float64Array,
): Float64Array {
  const [n, sources] = [points.length / 3, charges.length];
  const lattice = latticeOf(cell, n + sources, n * sources);
  const { weights, background } = lattice;
  const [at, from] = [toFractional(cell, points), toFractional(cell, positions)];
  const [here, there] = [phases(lattice, at), phases(lattice, from)];
  const k = weights.length;
  const [re, im] = [new Float64Array(k), new Float64Array(k)];
  let net = 0;
  for (let j = 0; j < sources; j++) {
    const charge = charges[j] as number;
    net += charge;
    for (let w = 0; w < k; w++) {
      re[w] = (re[w] as number) + charge * (there.re[j * k + w] as number);
      im[w] = (im[w] as number) + charge * (there.im[j * k + w] as number);
    }
  }
  const nowhere = new Float64Array(3);
  const erfcs = erfcTable();
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = background * net;
    for (let w = 0, p = i * k; w < k; w++, p++) {
      const wave = (re[w] as number) * (here.re[p] as number) + (im[w] as number) * (here.im[p] as number);
      sum += (weights[w] as number) * wave;
    }
    for (let j = 0; j < sources; j++) {
      const difference = wrapped(cell, at, from, i, j, nowhere, 0);
      sum += (charges[j] as number) * realSum(lattice, ...difference, erfcs);
    }
    return COULOMB_EV_ANGSTROM * sum;
  });
}

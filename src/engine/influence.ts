/**
 * Optimal influence function of a particle mesh, and the error that is left with it, for forces by ik differentiation
 * (three transforms back) and by analytic differentiation (ad: one, and the slopes of the splines). Hockney & Eastwood,
 * Computer Simulation Using Particles (1988), chapter 8; Deserno & Holm, J. Chem. Phys. 109, 7678 (1998),
 * doi:10.1063/1.477414; for ad Ballenegger, Cerdà & Holm, J. Chem. Theory Comput. 8, 936 (2012), doi:10.1021/ct2001792.
 *
 *   R(k) = (4πk_e/V) κ/κ² e^{−κ²/4α²}        U = Π_a sinc^P(k_a/n_a)        sums over b: whole multiples of the grid
 *   ik   G = κ·Σ U²R / [κ² (Σ U²)²]          Q = Σ_k { Σ |R|² − [κ·Σ U²R]² / [κ² (Σ U²)²] }
 *   ad   G = Σ U² κ_b·R / [Σ U² Σ U²κ_b²]    Q = Σ_k { Σ |R|² − [Σ U² κ_b·R]² / [Σ U² Σ U²κ_b²] }
 *
 * κ is the Cartesian wave vector of the indices folded to (−n/2, n/2], κ_b that of an alias. Q is the squared error of
 * the force between two unit charges, averaged over all places of both; what a charge does to itself through an ad mesh
 * is apart from it (meshSelfForce.ts).
 *
 * The index n/2 of an even axis stands for +n/2 and −n/2 alike, so a derivative along that axis has no sign there, and
 * neither have half of the virial's components. G is zero on these planes: fields come out real and the virial unambiguous
 * with no special case in a kernel. Keeping the derivative's other two components there instead would lower √Q by 1.6 % at
 * worst (ik, order 7, 8 points per axis, αh 0.7 with h the mesh spacing), by less than 0.01 % at αh < 0.45.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { dot, norm, row, type Vec3 } from '../core/vec.ts';
import { type Cell, reciprocalVectors, volume } from '../model/cell.ts';

export type Grid = readonly [number, number, number];
export type SplineOrder = 3 | 5 | 7;
/** How fields come out of a mesh: by ik on its waves, or analytically, by the slopes of the splines. */
export type Differentiation = 'ik' | 'ad';

export interface InfluenceFunction {
  /** [n1·n2·(⌊n3/2⌋+1)] G at ((h·n2)+k)·(⌊n3/2⌋+1)+l, eV/e²; the other half of the third axis is G(−k) = G(k). */
  readonly influence: Float64Array;
  /** Q, (eV/Å)²/e⁴ */
  readonly meanSquareError: number;
}

/**
 * Aliases summed along each axis, −2 … 2: e^{−κ²/4α²} leaves nothing beyond. With −5 … 5 instead G changes by 4e-14 of
 * itself at αh 1.75 (order 3) and not at all at αh ≤ 1.3, where every plan is; with −1 … 1 by 9e-7 and 1.5e-8.
 */
const ALIASES = 2;

/** An alias whose exponent is this much below its wave's adds under 1e-19 of the wave's own term. */
const NEGLIGIBLE = 45;

/** Wave indices of one axis and their aliases; entry i + b·n of index i at [width·i + b + ALIASES]. */
interface Axis {
  readonly n: number;
  /** Wave vectors, three numbers per entry, 1/Å. */
  readonly waves: Float64Array;
  /** Lower bounds of the squared length of any wave vector with this index along the axis, 1/Å². */
  readonly least: Float64Array;
  /** U²(i + b·n) / Σ_b U². */
  readonly shares: Float64Array;
  /** [n] the shares of all b ≠ 0 together. */
  readonly aliased: Float64Array;
  /** [n] Σ_b U² */
  readonly sums: Float64Array;
  /** [n] What aliases add to the mean of i + b·n and of its square, weighted with the shares. */
  readonly shift: Float64Array;
  readonly spread: Float64Array;
  readonly reciprocal: Vec3;
}

type Axes = readonly [Axis, Axis, Axis];

/** Aliases summed along an axis alone, where nothing but the spline damps them. */
const FAR = 200;

const WIDTH = 2 * ALIASES + 1;

/** G and Q of a mesh in a cell. */
export function optimalInfluence(
  cell: Cell,
  alpha: number,
  grid: Grid,
  order: SplineOrder,
  differentiation: Differentiation,
): InfluenceFunction {
  const reciprocal = reciprocalVectors(cell);
  const axis = (i: 0 | 1 | 2): Axis => axisOf(grid[i], order, row(reciprocal, i), norm(row(cell.h, i)));
  const axes: Axes = [axis(0), axis(1), axis(2)];
  const [a, b, c] = axes;
  const prefactor = (4 * Math.PI * COULOMB_EV_ANGSTROM) / volume(cell);
  const half = Math.floor(c.n / 2) + 1;
  const influence = new Float64Array(a.n * b.n * half);
  const wave = new Float64Array(2);
  const damping = 1 / (4 * alpha * alpha);
  const ad = differentiation === 'ad';
  let meanSquareError = 0;
  for (let h = 0, i = 0; h < a.n; h++) {
    for (let k = 0; k < b.n; k++) {
      for (let l = 0; l < half; l++, i++) {
        evaluateWave(wave, axes, h, k, l, damping, ad);
        influence[i] = prefactor * (wave[0] as number);
        // The planes of the third axis that are their own mirror image stand once in the full grid.
        meanSquareError += (l === 0 || 2 * l === c.n ? 1 : 2) * (wave[1] as number);
      }
    }
  }
  return { influence, meanSquareError: prefactor * prefactor * meanSquareError };
}

/**
 * G and the summand of Q of one wave, both with 1 for 4πk_e/V. The summand is a small difference of large numbers
 * (3e-12 of them in NaCl at accuracy 1e-6), so what all images of the wave do together is written as what they add and what
 * the wave itself loses:  |R|² − K² = (R − K)(R + K)  with  K = R (1 − ε) + aliased part,  ε from axisOf.
 */
function evaluateWave(
  out: Float64Array,
  axes: Axes,
  h: number,
  k: number,
  l: number,
  damping: number,
  ad: boolean,
): void {
  const [a, b, c] = axes;
  const [av, bv, cv] = [a.waves, b.waves, c.waves];
  const [al, bl, cl] = [a.least, b.least, c.least];
  const [as, bs, cs] = [a.shares, b.shares, c.shares];
  const [a0, b0, c0] = [WIDTH * h, WIDTH * k, WIDTH * l];
  const [ai, bi, ci] = [3 * (a0 + ALIASES), 3 * (b0 + ALIASES), 3 * (c0 + ALIASES)];
  const kx = (av[ai] as number) + (bv[bi] as number) + (cv[ci] as number);
  const ky = (av[ai + 1] as number) + (bv[bi + 1] as number) + (cv[ci + 1] as number);
  const kz = (av[ai + 2] as number) + (bv[bi + 2] as number) + (cv[ci + 2] as number);
  const k2 = kx * kx + ky * ky + kz * kz;
  const reach = k2 + NEGLIGIBLE / damping;
  // Over the aliases b ≠ 0: Σ |R|² and Σ share κ·R (ik) or Σ share κ_b·R (ad).
  let squares = 0;
  let along = 0;
  for (let p = a0; p < a0 + WIDTH; p++) {
    if ((al[p] as number) > reach) continue;
    for (let q = b0; q < b0 + WIDTH; q++) {
      if ((bl[q] as number) > reach) continue;
      const x = (av[3 * p] as number) + (bv[3 * q] as number);
      const y = (av[3 * p + 1] as number) + (bv[3 * q + 1] as number);
      const z = (av[3 * p + 2] as number) + (bv[3 * q + 2] as number);
      const share = (as[p] as number) * (bs[q] as number);
      const center = p === a0 + ALIASES && q === b0 + ALIASES ? c0 + ALIASES : -1;
      for (let r = c0; r < c0 + WIDTH; r++) {
        if (r === center || (cl[r] as number) > reach) continue;
        const wx = x + (cv[3 * r] as number);
        const wy = y + (cv[3 * r + 1] as number);
        const wz = z + (cv[3 * r + 2] as number);
        const w2 = wx * wx + wy * wy + wz * wz;
        if (w2 > reach) continue;
        const strength = Math.exp(-damping * w2) / w2;
        squares += strength * strength * w2;
        along += share * (cs[r] as number) * strength * (ad ? w2 : kx * wx + ky * wy + kz * wz);
      }
    }
  }
  if (k2 === 0) {
    out[0] = 0;
    out[1] = squares;
    return;
  }
  const length = Math.sqrt(k2);
  const own = Math.exp(-damping * k2) / length;
  if (isEdge(a, h) || isEdge(b, k) || isEdge(c, l)) {
    out[0] = 0;
    out[1] = squares + own * own;
    return;
  }
  const [ea, eb, ec] = [a.aliased[h] as number, b.aliased[k] as number, c.aliased[l] as number];
  // 1 − (1 − ea)(1 − eb)(1 − ec) without its cancellation.
  const aliased = ea + (1 - ea) * (eb + (1 - eb) * ec);
  const sums = (a.sums[h] as number) * (b.sums[k] as number) * (c.sums[l] as number);
  if (ad) {
    // Means over the aliases with the shares: ⟨κ_b²⟩ = κ² + more, ⟨κ_b·R⟩ = kept.
    const more = meanSquareExcess(axes, [h, k, l]);
    const force = own * length;
    const kept = (1 - aliased) * force + along;
    out[0] = kept / ((k2 + more) * sums);
    const lost = force * force * (more / k2 + aliased * (2 - aliased));
    out[1] = squares + (lost - along * (force * (1 - aliased) + kept)) / (k2 + more);
    return;
  }
  const lost = own * aliased - along / length;
  const kept = own - lost;
  out[0] = kept / (length * sums);
  out[1] = squares + lost * (own + kept);
}

/** ⟨κ_b²⟩ − κ² = Σ_ab g_a·g_b (⟨j_a j_b⟩ − i_a i_b) of one wave, j = i + b·n, 1/Å². */
function meanSquareExcess(axes: Axes, index: readonly [number, number, number]): number {
  let sum = 0;
  for (let p = 0; p < 3; p++) {
    const a = axes[p] as Axis;
    const [i, shift] = [signed(a, index[p] as number), a.shift[index[p] as number] as number];
    sum += dot(a.reciprocal, a.reciprocal) * (a.spread[index[p] as number] as number);
    for (let q = 0; q < p; q++) {
      const b = axes[q] as Axis;
      const [j, other] = [signed(b, index[q] as number), b.shift[index[q] as number] as number];
      sum += 2 * dot(a.reciprocal, b.reciprocal) * (i * other + j * shift + shift * other);
    }
  }
  return 4 * Math.PI * Math.PI * sum;
}

function signed({ n }: Axis, i: number): number {
  return 2 * i > n ? i - n : i;
}

/** Whether index i stands for +n/2 and −n/2 alike. */
function isEdge({ n }: Axis, i: number): boolean {
  return 2 * i === n;
}

/**
 * Tables of one axis. Σ_b U² has a closed form (a polynomial in sin²), but the error needs 1 − U²(i)/Σ_b U² to many
 * digits where it is 1e-12 and less, so the aliases are summed one by one: 200 on either side leave 2e-14 of the sum
 * for order 3, less above, and there are only 400·n terms.
 */
function axisOf(n: number, order: SplineOrder, reciprocal: Vec3, edge: number): Axis {
  const axis: Axis = {
    n,
    waves: new Float64Array(3 * WIDTH * n),
    least: new Float64Array(WIDTH * n),
    shares: new Float64Array(WIDTH * n),
    aliased: new Float64Array(n),
    sums: new Float64Array(n),
    shift: new Float64Array(n),
    spread: new Float64Array(n),
    reciprocal,
  };
  for (let i = 0; i < n; i++) {
    const x = (2 * i > n ? i - n : i) / n;
    // U²(x + b)/U²(x): the sines are the same up to their sign.
    const ratio = (b: number): number => (b === 0 ? 1 : (x / (x + b)) ** (2 * order));
    let [others, shift, spread] = [0, 0, 0];
    for (let b = FAR; b > 0; b--) {
      const [up, down] = [ratio(b), ratio(-b)];
      others += up + down;
      shift += b * (up - down);
      spread += b * b * (up + down) + 2 * b * x * (up - down);
    }
    // ⟨j²⟩ falls slowest: its terms beyond FAR, 2 b² (x/b)^2P, as an integral.
    spread += (2 * x ** (2 * order) * (FAR + 0.5) ** (3 - 2 * order)) / (2 * order - 3);
    const own = x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) ** (2 * order);
    axis.sums[i] = own * (1 + others);
    axis.aliased[i] = others / (1 + others);
    axis.shift[i] = (n * shift) / (1 + others);
    axis.spread[i] = (n * n * spread) / (1 + others);
    for (let b = -ALIASES; b <= ALIASES; b++) {
      const entry = WIDTH * i + b + ALIASES;
      // The component of a wave vector along the edge a is 2π(index)/|a|.
      axis.least[entry] = ((2 * Math.PI * (x + b) * n) / edge) ** 2;
      axis.shares[entry] = ratio(b) / (1 + others);
      reciprocal.forEach((component, w) => {
        axis.waves[3 * entry + w] = 2 * Math.PI * (x + b) * n * component;
      });
    }
  }
  return axis;
}

/**
 * Sums over the displacements of one species: moments, self van Hove histograms, scattering functions, and what each ion
 * did by itself. Filled by a MultiTau; read by displacementStatistics.ts.
 */
import { BlockSums } from './blockSums.ts';
import { isMilestone } from './multiTau.ts';

/** Places in the sums of one lag. The scattering functions follow at `SCATTERING`, one per q. */
export const SUM = { samples: 0, xx: 1, yy: 2, zz: 3, xy: 4, xz: 5, yz: 6, r4: 7 } as const;
const SCATTERING = 8;

/** Moduli of q, Å⁻¹: multiples of the spacing, the range of quasi-elastic neutron scattering. */
export const Q_SPACING = 0.2;
export const Q_COUNT = 12;
const SUMS_PER_LAG = SCATTERING + Q_COUNT;

/** Below this Δq·r the recurrence of sin jx loses digits; 1 − (jx)²/6 is good to 1e-12 there. */
const SMALL_PHASE = 1e-4;

/** Place of a sum in a block. */
export function sumPlace(lagIndex: number, which: number): number {
  return lagIndex * SUMS_PER_LAG + which;
}

/** Place of Σ sin(qr)/(qr) for the j-th q. */
export function scatteringPlace(lagIndex: number, j: number): number {
  return lagIndex * SUMS_PER_LAG + SCATTERING + j;
}

export function sumsWidth(lags: number): number {
  return lags * SUMS_PER_LAG;
}

export interface Histogram {
  /** Å */
  readonly binWidth: number;
  /** Å */
  readonly maximum: number;
}

/** One species' share of one replica. Owns its sums, hence a class. */
export class DisplacementSums {
  readonly blocks = new BlockSums(sumsWidth(1));
  /** By lag index: Σ r² and Σ r⁴ over time origins, one entry per ion, Å² and Å⁴. */
  readonly ionSquares: Float64Array[] = [];
  readonly ionFourths: Float64Array[] = [];
  /** By lag index, milestones only: counts of |Δu| by bin; the last entry counts what lies beyond. */
  readonly histograms: (Float64Array | undefined)[] = [];
  readonly atoms: Int32Array;
  private readonly bins: Histogram;
  private readonly scatters: boolean;
  private readonly waves = new Float64Array(Q_COUNT);

  /** @param scatters whether scattering functions are wanted too */
  constructor(atoms: Int32Array, bins: Histogram, scatters: boolean) {
    this.atoms = atoms;
    this.bins = bins;
    this.scatters = scatters;
  }

  /** Adds all ions of the species at a pair of instants: the visitor of a MultiTau over [n×3] displacements. */
  add(earlier: Float64Array, later: Float64Array, lagIndex: number): void {
    this.blocks.reserve(sumsWidth(lagIndex + 1));
    const n = this.atoms.length;
    this.ionSquares[lagIndex] ??= new Float64Array(n);
    this.ionFourths[lagIndex] ??= new Float64Array(n);
    const squares = this.ionSquares[lagIndex];
    const fourths = this.ionFourths[lagIndex];
    const isCollected = isMilestone(lagIndex);
    if (isCollected) {
      this.histograms[lagIndex] ??= new Float64Array(Math.round(this.bins.maximum / this.bins.binWidth) + 1);
    }
    const histogram = this.histograms[lagIndex];
    const beyond = (histogram?.length ?? 0) - 1;
    let [xx, yy, zz, xy, xz, yz, r4] = [0, 0, 0, 0, 0, 0, 0];
    this.waves.fill(0);
    for (let i = 0; i < n; i++) {
      const a = 3 * (this.atoms[i] as number);
      const dx = (later[a] as number) - (earlier[a] as number);
      const dy = (later[a + 1] as number) - (earlier[a + 1] as number);
      const dz = (later[a + 2] as number) - (earlier[a + 2] as number);
      const [sx, sy, sz] = [dx * dx, dy * dy, dz * dz];
      const r2 = sx + sy + sz;
      xx += sx;
      yy += sy;
      zz += sz;
      xy += dx * dy;
      xz += dx * dz;
      yz += dy * dz;
      r4 += r2 * r2;
      squares[i] = (squares[i] as number) + r2;
      fourths[i] = (fourths[i] as number) + r2 * r2;
      if (!histogram) continue;
      const r = Math.sqrt(r2);
      const bin = Math.min(beyond, Math.floor(r / this.bins.binWidth));
      histogram[bin] = (histogram[bin] as number) + 1;
      if (this.scatters) this.addWaves(Q_SPACING * r);
    }
    const { current } = this.blocks;
    const sums = [n, xx, yy, zz, xy, xz, yz, r4];
    const place = sumPlace(lagIndex, 0);
    for (let k = 0; k < sums.length; k++) {
      current[place + k] = (current[place + k] as number) + (sums[k] as number);
    }
    for (let j = 0; j < Q_COUNT; j++) {
      const p = scatteringPlace(lagIndex, j);
      current[p] = (current[p] as number) + (this.waves[j] as number);
    }
  }

  /** Adds sin(jx)/(jx), j = 1 … Q_COUNT, by sin (j+1)x = 2 cos x sin jx − sin (j−1)x: two transcendental calls for all. */
  private addWaves(x: number): void {
    const { waves } = this;
    if (x < SMALL_PHASE) {
      for (let j = 0; j < Q_COUNT; j++) waves[j] = (waves[j] as number) + 1 - ((j + 1) * x) ** 2 / 6;
      return;
    }
    const twice = 2 * Math.cos(x);
    let before = 0;
    let sine = Math.sin(x);
    for (let j = 0; j < Q_COUNT; j++) {
      waves[j] = (waves[j] as number) + sine / ((j + 1) * x);
      const next = twice * sine - before;
      before = sine;
      sine = next;
    }
  }
}

/** Mean positions and displacement parameters U_ij of every atom about its mean, in the frame of the framework. */
import { inverse } from '../../core/vec.ts';
import type { System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import type { Estimate } from '../estimate.ts';
import { BlockSums, blockEstimate, type PooledBlocks } from './blockSums.ts';

/** Numbers of an atom in a row: u and its six products. */
const PER_ATOM = 9;

/**
 * Takes frames of one replica: fractional steps from the first frame, times the cell of the frame, with the mean step of the
 * framework taken off; the mean of n framework ions itself jitters by about U/n, which ions beside it see in addition. A row of `sums` holds u_x, u_y, u_z, u_xx, u_yy, u_zz, u_yz, u_xz, u_xy of every atom (Å, Å²).
 */
export class DisplacementMoments {
  readonly sums: BlockSums;
  /** [n×3] Å: the last frame with the drift of the framework taken off; valid until the next one. */
  readonly steady: Float64Array;
  private readonly weights: Float64Array;
  private readonly row: Float64Array;
  private start: Float64Array | undefined;

  /** @param mobile species that are no framework; with none left the mass centre stands in */
  constructor(system: System, mobile: readonly number[]) {
    const n = system.typeOf.length;
    const isFramework = Array.from(system.typeOf, (type) => !mobile.includes(type));
    const hasFramework = isFramework.some(Boolean);
    this.weights = Float64Array.from(system.typeOf, (type, i) =>
      hasFramework ? (isFramework[i] ? 1 : 0) : (system.species[type]?.mass ?? 1),
    );
    const total = this.weights.reduce((sum, w) => sum + w, 0);
    this.weights.forEach((w, i) => {
      this.weights[i] = w / total;
    });
    this.row = new Float64Array(PER_ATOM * n);
    this.sums = new BlockSums(this.row.length);
    this.steady = new Float64Array(3 * n);
  }

  add(frame: Frame): void {
    const { h } = frame.cell;
    const g = inverse(h);
    const { row, steady, weights } = this;
    const n = weights.length;
    const r = frame.positions;
    const first = this.start === undefined;
    const start = this.start ?? new Float64Array(3 * n);
    this.start = start;
    let [ax, ay, az] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = r[3 * i] as number;
      const y = r[3 * i + 1] as number;
      const z = r[3 * i + 2] as number;
      for (let k = 0; k < 3; k++) {
        const s = x * (g[k] as number) + y * (g[3 + k] as number) + z * (g[6 + k] as number);
        if (first) start[3 * i + k] = s;
        steady[3 * i + k] = s - (start[3 * i + k] as number);
      }
      const w = weights[i] as number;
      ax += w * (steady[3 * i] as number);
      ay += w * (steady[3 * i + 1] as number);
      az += w * (steady[3 * i + 2] as number);
    }
    for (let i = 0; i < n; i++) {
      const a = (steady[3 * i] as number) - ax;
      const b = (steady[3 * i + 1] as number) - ay;
      const c = (steady[3 * i + 2] as number) - az;
      const x = a * (h[0] as number) + b * (h[3] as number) + c * (h[6] as number);
      const y = a * (h[1] as number) + b * (h[4] as number) + c * (h[7] as number);
      const z = a * (h[2] as number) + b * (h[5] as number) + c * (h[8] as number);
      const at = PER_ATOM * i;
      row[at] = x;
      row[at + 1] = y;
      row[at + 2] = z;
      row[at + 3] = x * x;
      row[at + 4] = y * y;
      row[at + 5] = z * z;
      row[at + 6] = y * z;
      row[at + 7] = x * z;
      row[at + 8] = x * y;
      const p = (start[3 * i] as number) + a;
      const q = (start[3 * i + 1] as number) + b;
      const s = (start[3 * i + 2] as number) + c;
      for (let k = 0; k < 3; k++) {
        steady[3 * i + k] = p * (h[k] as number) + q * (h[3 + k] as number) + s * (h[6 + k] as number);
      }
    }
    this.sums.add(row);
  }

  /** [n×3] fractional mean positions, not wrapped. @param h mean cell */
  meanFractional(h: ArrayLike<number>): Float64Array {
    const g = inverse(h);
    const { total, rows } = this.sums;
    return Float64Array.from(this.start ?? [], (s, index) => {
      const [i, k] = [Math.floor(index / 3), index % 3];
      let shift = 0;
      for (let m = 0; m < 3; m++)
        shift += ((total[PER_ATOM * i + m] as number) / rows) * (g[3 * m + k] as number);
      return s + shift;
    });
  }
}

/** [n×6] U_xx, U_yy, U_zz, U_yz, U_xz, U_xy of one replica's atoms, Å² along the Cartesian axes. */
export function displacementTensors({ total, rows }: BlockSums): Float64Array {
  const n = total.length / PER_ATOM;
  const out = new Float64Array(6 * n);
  const pairs = [0, 0, 1, 1, 2, 2, 1, 2, 0, 2, 0, 1];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < 6; k++) {
      const a = (total[PER_ATOM * i + (pairs[2 * k] as number)] as number) / rows;
      const b = (total[PER_ATOM * i + (pairs[2 * k + 1] as number)] as number) / rows;
      out[6 * i + k] = (total[PER_ATOM * i + 3 + k] as number) / rows - a * b;
    }
  }
  return out;
}

/**
 * U_iso = ⅓ tr U, mean over the atoms of a species, each about its own mean in its own replica; blocks of time are taken about the
 * means of the whole.
 * @param parts one per replica
 */
export function isotropicDisplacement(
  parts: readonly BlockSums[],
  typeOf: ArrayLike<number>,
  species: number,
  pooled: Pick<PooledBlocks, 'what'>,
): Estimate {
  const ofReplica = parts.map((part) => traceOf(part.total, part.rows, part, typeOf, species));
  const mean = ofReplica.reduce((sum, x) => sum + x, 0) / parts.length;
  const blocks =
    parts.length >= 4
      ? ofReplica
      : parts.flatMap((part) => {
          return part.full().map((block) => traceOf(block, part.length, part, typeOf, species));
        });
  return blockEstimate(mean, blocks, 'Å²', pooled.what);
}

function traceOf(
  sums: Float64Array,
  rows: number,
  whole: BlockSums,
  typeOf: ArrayLike<number>,
  species: number,
): number {
  let sum = 0;
  let atoms = 0;
  for (let i = 0; i < typeOf.length; i++) {
    if (typeOf[i] !== species) continue;
    atoms++;
    for (let k = 0; k < 3; k++) {
      const mean = (whole.total[PER_ATOM * i + k] as number) / whole.rows;
      const square = (sums[PER_ATOM * i + 3 + k] as number) / rows;
      sum += square - 2 * mean * ((sums[PER_ATOM * i + k] as number) / rows) + mean * mean;
    }
  }
  return sum / (3 * atoms);
}

/** Turns of the bonds of complexes, frame by frame: what rotation.ts reports on. */
import type { Frame } from '../../model/trajectory.ts';
import type { Accumulator, AnalysisContext } from '../analysis.ts';
import { checkAtomCount } from '../frames/unwrap.ts';
import { AngularCollector, type AngularSeries, degrees } from './angularDisplacements.ts';
import { type Complexes, findComplexes } from './complexes.ts';
import { isMilestone, MultiTau } from './multiTau.ts';

export interface RotationOptions {
  readonly central: string;
  readonly ligand: string;
  readonly cutoff: number;
  readonly window: number;
}

/** Bins of turned angles, degrees. */
export const BIN = 5;
export const BINS = 180 / BIN;
/** Places in the sums of a complex at one lag: samples, Σ P₁, Σ P₂, then the histogram of angles. */
export const SUMS = 3 + BINS;
/** A ligand this much beyond the gap behind the first shell has left its complex. */
const LEFT = 1.2;

/** One replica's share. */
export class RotationPart implements Accumulator {
  readonly complexes: Complexes | undefined;
  /** By lag index: [complexes × SUMS]. Angles are counted at milestones only. */
  readonly sums: Float64Array[] = [];
  /** [complexes] 1 where a ligand has left. */
  readonly broken: Uint8Array;
  private readonly walk: MultiTau;
  private readonly directions: Float64Array;
  private readonly angular: AngularCollector | undefined;
  private readonly atoms: number;

  constructor({ system, mobile, frameInterval }: AnalysisContext, options: RotationOptions) {
    this.complexes = findComplexes(system, mobile, options);
    const bonds = this.complexes?.ligands.length ?? 0;
    this.atoms = system.typeOf.length;
    this.broken = new Uint8Array(this.complexes?.centrals.length ?? 0);
    this.directions = new Float64Array(3 * bonds);
    this.walk = new MultiTau(3 * bonds, (earlier, later, l) => this.visit(earlier, later, l));
    this.angular =
      this.complexes && new AngularCollector(this.complexes.first, frameInterval, options.window);
  }

  get frames(): number {
    return this.walk.frames;
  }

  add(frame: Frame): void {
    checkAtomCount(frame, this.atoms, this.walk.frames);
    if (this.complexes) this.orient(this.complexes, frame);
    this.walk.add(this.directions);
    this.angular?.add(this.directions);
  }

  /** |Δθ|(t) of every complex; see angularDisplacements. */
  angularSeries(): AngularSeries | undefined {
    return this.angular?.series();
  }

  /** Unit vectors from centre to ligand; marks complexes that a ligand has left. */
  private orient({ centrals, first, ligands, images, cutoff }: Complexes, { positions, cell }: Frame): void {
    const { h } = cell;
    const { directions } = this;
    for (let c = 0; c < centrals.length; c++) {
      const centre = 3 * (centrals[c] as number);
      for (let b = first[c] as number; b < (first[c + 1] as number); b++) {
        const ligand = 3 * (ligands[b] as number);
        let square = 0;
        for (let k = 0; k < 3; k++) {
          const d =
            (positions[ligand + k] as number) -
            (positions[centre + k] as number) +
            (images[3 * b] as number) * (h[k] as number) +
            (images[3 * b + 1] as number) * (h[3 + k] as number) +
            (images[3 * b + 2] as number) * (h[6 + k] as number);
          directions[3 * b + k] = d;
          square += d * d;
        }
        const length = Math.sqrt(square);
        if (!(length < LEFT * cutoff)) this.broken[c] = 1;
        for (let k = 0; k < 3; k++) directions[3 * b + k] = (directions[3 * b + k] as number) / length;
      }
    }
  }

  private visit(earlier: Float64Array, later: Float64Array, lagIndex: number): void {
    if (!this.complexes) return;
    const { first } = this.complexes;
    this.sums[lagIndex] ??= new Float64Array(SUMS * this.broken.length);
    const sums = this.sums[lagIndex];
    const isCounted = isMilestone(lagIndex);
    for (let c = 0; c < this.broken.length; c++) {
      const place = SUMS * c;
      for (let b = first[c] as number; b < (first[c + 1] as number); b++) {
        const cosine =
          (earlier[3 * b] as number) * (later[3 * b] as number) +
          (earlier[3 * b + 1] as number) * (later[3 * b + 1] as number) +
          (earlier[3 * b + 2] as number) * (later[3 * b + 2] as number);
        sums[place] = (sums[place] as number) + 1;
        sums[place + 1] = (sums[place + 1] as number) + cosine;
        sums[place + 2] = (sums[place + 2] as number) + 1.5 * cosine * cosine - 0.5;
        if (!isCounted) continue;
        const bin = place + 3 + Math.min(BINS - 1, Math.floor(degrees(cosine) / BIN));
        sums[bin] = (sums[bin] as number) + 1;
      }
    }
  }
}

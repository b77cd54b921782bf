/** Running sums of powder scattering of one replica: |F|² and F of every reciprocal vector, the cell, and displacements. */
import type { System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import type { Accumulator, AnalysisContext } from '../analysis.ts';
import { BlockSums } from './blockSums.ts';
import { DensityModes, modeCount, modeLength, modesWithin } from './densityModes.ts';
import { DisplacementMoments } from './displacementParameters.ts';
import { twoThetaOf, waveNumberAt } from './reflections.ts';
import { type Scatterer, scatterersOf } from './scatterers.ts';
import { waveVectors } from './structureFactors.ts';

/** Atoms times vectors of one frame, 0.4 s: larger cells are followed to smaller angles. */
const MOST_PHASES = 1.5e8;
/** … and on average over the frames of the trajectory. */
const PHASES_PER_FRAME = 1.5e6;
/** Vectors whose sums are held: 30 MB. */
const MOST_MODES = 150_000;
/** In the order of the sums. */
export const RADIATIONS = ['xray', 'neutron'] as const;

/** Sums of one replica: |F|² of both radiations in blocks, F itself, the cell, and displacements. */
export class PowderAccumulator implements Accumulator {
  readonly hkl: Int32Array;
  /** 2θ that the vectors reach, degrees. */
  readonly to: number;
  /** Rows [2·vectors]: |F|² of X-rays, then of neutrons. */
  readonly squares: BlockSums;
  /** [4·vectors] Σ Re F, Σ Im F of X-rays, then of neutrons. */
  readonly amplitudes: Float64Array;
  readonly cellSum = new Float64Array(9);
  readonly moments: DisplacementMoments;
  readonly every: number;
  private readonly density: DensityModes;
  private readonly scatterers: readonly (readonly Scatterer[])[];
  private readonly row: Float64Array;
  private frames = 0;

  constructor(
    { system, mobile, charges }: AnalysisContext,
    { wavelength, to, ions, every }: { wavelength: number; to: number; ions: boolean; every: number },
  ) {
    this.to = Math.min(to, reachableAngle(system, wavelength));
    const modes = modesWithin(system.cell, waveNumberAt(this.to, wavelength));
    this.hkl = modes.hkl;
    const phases = modes.count * system.typeOf.length;
    this.every = every > 0 ? Math.round(every) : Math.max(1, Math.ceil(phases / PHASES_PER_FRAME));
    this.density = new DensityModes(modes, system.typeOf, system.species.length);
    this.scatterers = RADIATIONS.map((radiation) =>
      scatterersOf(radiation, system.species, ions ? charges : []),
    );
    this.row = new Float64Array(2 * modes.count);
    this.squares = new BlockSums(this.row.length);
    this.amplitudes = new Float64Array(4 * modes.count);
    this.moments = new DisplacementMoments(system, mobile);
  }

  get frameCount(): number {
    return this.frames;
  }

  add(frame: Frame): void {
    this.moments.add(frame);
    const { h } = frame.cell;
    for (let k = 0; k < 9; k++) this.cellSum[k] = (this.cellSum[k] as number) + (h[k] as number);
    if (this.frames++ % this.every !== 0) return;
    const { modes, re, im } = this.density;
    const { row, amplitudes } = this;
    this.density.evaluate(frame.cell, this.moments.steady);
    const g = waveVectors(frame.cell);
    const n = modes.count;
    const species = re.length / n;
    for (let m = 0; m < n; m++) {
      const [h0, k0, l0] = [3 * m, 3 * m + 1, 3 * m + 2];
      const q = modeLength(g, this.hkl[h0] as number, this.hkl[k0] as number, this.hkl[l0] as number);
      for (let radiation = 0; radiation < 2; radiation++) {
        const scatterers = this.scatterers[radiation] as readonly Scatterer[];
        let x = 0;
        let y = 0;
        for (let a = 0; a < species; a++) {
          const f = (scatterers[a] as Scatterer).at(q / (4 * Math.PI));
          x += f * (re[a * n + m] as number);
          y += f * (im[a * n + m] as number);
        }
        row[radiation * n + m] = x * x + y * y;
        const at = 2 * radiation * n + m;
        amplitudes[at] = (amplitudes[at] as number) + x;
        amplitudes[at + n] = (amplitudes[at + n] as number) + y;
      }
    }
    this.squares.add(row);
  }
}

/** The largest 2θ whose vectors can be summed. */
function reachableAngle(system: System, wavelength: number): number {
  const most = Math.min(MOST_MODES, MOST_PHASES / system.typeOf.length);
  const qMax = (most / modeCount(system.cell, 1)) ** (1 / 3);
  const limit = twoThetaOf(qMax, wavelength);
  return Number.isNaN(limit) ? 175 : limit;
}

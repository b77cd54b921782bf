/** Velocities of frames for correlation functions: as recorded, or from displacements where frames are close enough. */
import type { System } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { driftWeights, FrameDisplacements, removeMean } from './frameDisplacements.ts';

/** Vibrations of ions, and of light polyanions' frames, end below 30 THz: the Nyquist frequency must not be lower. */
export const HIGHEST_FREQUENCY = 30;
/** Longest interval between frames whose recorded velocities tell apart frequencies up to 30 THz, fs. */
export const LONGEST_INTERVAL = 1000 / (2 * HIGHEST_FREQUENCY);
/** … and of frames whose displacements stand in for velocities: an average over 10 fs keeps 73 % of the power at 30 THz. */
export const LONGEST_DIFFERENCE = 10;

export type VelocityOrigin = 'recorded' | 'displacements';

/** Why there are no velocities to correlate; undefined when there are. @param interval fs */
export function velocityProblem(interval: number, origin: VelocityOrigin | undefined): string | undefined {
  if (origin === 'recorded' && interval > LONGEST_INTERVAL) {
    return (
      `frames are ${interval} fs apart: frequencies above ${(500 / interval).toPrecision(3)} THz fold back; ` +
      `record velocities every ${Math.floor(LONGEST_INTERVAL)} fs or more often`
    );
  }
  if (origin !== 'recorded' && interval > LONGEST_DIFFERENCE) {
    return (
      `frames have no velocities and are ${interval} fs apart, too far for displacements to stand in for them; record ` +
      `velocities, or frames every ${LONGEST_DIFFERENCE} fs or more often`
    );
  }
  return undefined;
}

/** Gives the velocities of each frame, relative to the centre of mass. Keeps one frame, hence a class. */
export class VelocitySource {
  /** [n×3] Å/fs; overwritten by the next frame. */
  readonly values: Float64Array;
  readonly displacements: FrameDisplacements;
  /** undefined before the first frame. */
  origin: VelocityOrigin | undefined;
  private readonly weights: Float64Array | undefined;
  private readonly before: Float64Array;
  private readonly interval: number;

  /** @param interval fs between frames */
  constructor(system: System, mobile: readonly number[], interval: number) {
    this.displacements = new FrameDisplacements(system, 'massCenter', mobile);
    this.values = new Float64Array(3 * system.typeOf.length);
    this.before = new Float64Array(3 * system.typeOf.length);
    this.weights = driftWeights(system, 'massCenter', mobile);
    this.interval = interval;
  }

  /** Takes the next frame; returns velocities, or undefined for the first frame of a trajectory without any. */
  add(frame: Frame): Float64Array | undefined {
    const u = this.displacements.add(frame);
    this.origin ??= frame.velocities ? 'recorded' : 'displacements';
    if (this.origin === 'recorded' && frame.velocities) {
      removeMean(frame.velocities, this.weights, this.values);
      return this.values;
    }
    for (let k = 0; k < u.length; k++) {
      this.values[k] = ((u[k] as number) - (this.before[k] as number)) / this.interval;
    }
    this.before.set(u);
    return this.displacements.frames > 1 ? this.values : undefined;
  }
}

/** Words for methods. */
export function originWords(origin: VelocityOrigin | undefined): string {
  return origin === 'recorded'
    ? 'velocities of the frames'
    : 'displacements between frames divided by their interval';
}

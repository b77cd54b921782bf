/** How many steps go into a batch, so that one takes about the wall-clock time asked for, and how long to expect it to take. */

/** Wall-clock milliseconds of a batch where nobody asks for others. */
export const BATCH_MILLISECONDS = 150;
/** Steps in a batch at most: keeps command buffers of small systems within reason. */
const MAXIMUM_STEPS = 4000;
/**
 * Steps of the first batch, when nothing is known yet, and atoms of all its steps together: a driver's watchdog ends work of some
 * two seconds.
 */
const FIRST_STEPS = 8;
const FIRST_ATOM_STEPS = 2e5;

export class Pace {
  /** Steps of the next batch. */
  steps: number;
  private readonly batchMilliseconds: number;
  /** The shortest time per step seen; undefined before the first batch. */
  private fastest: number | undefined;
  private lastDone = 0;

  constructor(batchMilliseconds: number, nAtoms: number) {
    this.batchMilliseconds = batchMilliseconds;
    this.steps = Math.max(1, Math.min(FIRST_STEPS, Math.floor(FIRST_ATOM_STEPS / nAtoms)));
  }

  /** Time counts from here. */
  begin(): void {
    this.lastDone = performance.now();
  }

  /** Milliseconds that a batch running since the last one ended will still take. Never guessed long: that would be lost. */
  expected(steps: number): number {
    return (this.fastest ?? 0) * steps - (performance.now() - this.lastDone);
  }

  /** A batch of `steps` has ended. */
  done(steps: number): void {
    const now = performance.now();
    const perStep = Math.max(1e-3, (now - this.lastDone) / Math.max(1, steps));
    this.lastDone = now;
    this.fastest = Math.min(perStep, this.fastest ?? 0.5 * perStep);
    const wanted = this.batchMilliseconds / perStep;
    const next = Math.min(2 * this.steps, Math.max(this.steps / 2, wanted));
    this.steps = Math.max(1, Math.min(MAXIMUM_STEPS, Math.round(next)));
  }
}

/** How long a neighbor list, or its candidates, may serve. It never changes a result, only how often lists are made. */

/** Part of the allowed displacement that an interval aims at. */
const AIM = 0.6;
/** The most by which one growth lengthens it, beside the one step that it may always take. */
const GROWTH = 1.2;
/** Steps at most. */
const MOST_STEPS = 200;

/** Steps between two prunings or builds: as many as displacements allow. */
export class ListInterval {
  /** Steps. */
  steps: number;
  /** Å that an atom may move meanwhile. */
  readonly allowed: number;

  constructor(steps: number, allowed: number) {
    this.steps = steps;
    this.allowed = allowed;
  }

  /**
   * The next interval after one without violation, from the largest displacement seen (Å): what takes atoms to six tenths
   * of what is allowed, if they go on as they did, and a fifth longer at most.
   */
  adapt(displacement: number): void {
    const factor = Math.min(GROWTH, (AIM * this.allowed) / displacement);
    const next = Math.max(factor > 1 ? this.steps + 1 : 1, Math.floor(factor * this.steps));
    this.steps = Math.min(MOST_STEPS, next);
  }

  shorten(factor: number): void {
    this.steps = Math.max(1, Math.floor(factor * this.steps));
  }
}

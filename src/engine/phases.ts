/**
 * A part of a step that can be encoded by itself, for timing. Parts do not depend on each other's results in what they cost;
 * forces mean nothing after one was encoded alone.
 */
export interface Phase {
  readonly name:
    | 'pair loop'
    | 'neighbor list'
    | 'pruning'
    | 'spread'
    | 'transforms'
    | 'gather'
    | 'Ewald waves'
    | 'integration';
  /** How often a step has it: less than once for what is not done every step. */
  readonly perStep: number;
  encode(pass: GPUComputePassEncoder): void;
}

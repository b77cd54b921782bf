/** Frames in time, as every analysis takes them. */
import type { Cell } from './cell.ts';
import type { System } from './system.ts';

/** One instant. Positions are *unwrapped*. Optional arrays are absent, never zero-filled. */
export interface Frame {
  readonly step: number;
  /** fs */
  readonly time: number;
  readonly cell: Cell;
  /** [n×3] Å, unwrapped. */
  readonly positions: Float64Array;
  /** [n×3] Å/fs. */
  readonly velocities?: Float64Array;
}

/** A lazy sequence of frames of one system; analysis takes this and nothing else. */
export interface Trajectory {
  readonly system: System;
  /** fs between frames. */
  readonly frameInterval: number;
  frames(): AsyncIterable<Frame>;
}

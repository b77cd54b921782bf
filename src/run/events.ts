/** What a run tells while it goes on, and what may be asked of it meanwhile. */
import type { FrameSet } from '../analysis/frameSet.ts';
import type { TuneRequest } from '../engine/tuning.ts';
import type { Gpu } from '../gpu/device.ts';
import type { Frame } from '../model/trajectory.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Precision } from './precision.ts';
import type { ThermoRow } from './recorder.ts';
import type { Look } from './until.ts';

/** What a run tells while it goes on. */
export type RunEvent =
  | { readonly type: 'log'; readonly text: string }
  | {
      readonly type: 'progress';
      readonly stage: string;
      readonly stageIndex: number;
      readonly stages: number;
      /** Steps of this stage, and of all stages together. */
      readonly step: number;
      readonly steps: number;
      readonly totalStep: number;
      readonly totalSteps: number;
      /** Of a run that goes on until it knows enough: what the last look found; totals follow what it expects. */
      readonly until?: Look;
      /** fs of dynamics so far */
      readonly time: number;
      /** Of the first replica, at the last recorded step. */
      readonly temperature: number | null;
      readonly potential: number | null;
    }
  | { readonly type: 'series'; readonly rows: readonly ThermoRow[] }
  | { readonly type: 'frame'; readonly frames: readonly Frame[]; readonly production: boolean }
  /** Analyses of frames begin, or begin anew: the run feeds them, and they can be asked at any time. */
  | { readonly type: 'analyses'; readonly set: FrameSet }
  /** How well the dynamics have been integrated, at every checkpoint and at the end. */
  | { readonly type: 'precision'; readonly precision: Precision }
  /** The device was lost: what was told after this checkpoint is told again; without one the run begins again. */
  | { readonly type: 'lost'; readonly checkpoint: Checkpoint | undefined }
  /** Of a run that is taken up, out of its files: frames that count, replica by replica, and then all rows by replica. */
  | { readonly type: 'pastFrame'; readonly replica: number; readonly frame: Frame }
  | { readonly type: 'pastRows'; readonly rows: readonly (readonly ThermoRow[])[] };

/** What a user may do to a run while it goes on. */
export interface RunControls {
  /** A new bath temperature (K) for all replicas; displacements and means are counted afresh from the step it resolves to. */
  setTemperature(kelvin: number): Promise<number>;
  /** Hands everything recorded so far to the sink: its files are complete up to this step. */
  flush(): Promise<void>;
}

export interface RunOptions {
  readonly platform: string;
  /** Awaited before every batch of steps: a pause is a promise that is not yet resolved. */
  readonly beforeBatch?: (controls: RunControls) => void | Promise<void>;
  readonly onEvent?: (event: RunEvent) => void;
  readonly signal?: AbortSignal;
  readonly batchMilliseconds?: number;
  /** A checkpoint also after so much time, not only after the spec's number of steps; nothing else depends on it. */
  readonly checkpointMilliseconds?: number;
  /** How choices that the spec leaves open are made; default: by a short measurement. */
  readonly tune?: TuneRequest;
  /** Opens another device when the one in use is lost; without it the run ends there. */
  readonly reopen?: () => Promise<Gpu>;
  /** The state to go on from; the sink then holds the files of the run that left it. */
  readonly resume?: Checkpoint;
}

/**
 * What the page and the engine's worker say to each other. Everything is plain and structured-clone-safe; typed arrays are
 * transferred. The page never waits for a reply: it shows what has arrived.
 */
import type { ReportRow } from '../analysis/analysis.ts';
import type { Figure } from '../analysis/figure.ts';
import type { TransportResults } from '../analysis/transport/transport.ts';
import type { Citation, CoulombMethod, MeasuredCheck } from '../forcefield/forceField.ts';
import type { AdapterDescription } from '../gpu/device.ts';
import type { Role } from '../report/palette.ts';
import type { Precision } from '../run/precision.ts';

/** A file that the user gave, or an example: the text of its specification and where its files stand. */
export type Source =
  | { readonly kind: 'example'; readonly name: string; readonly text: string; readonly base: string }
  | { readonly kind: 'file'; readonly file: File; readonly potential: string | null }
  /** A run that was not finished: it goes on at once. */
  | { readonly kind: 'stored'; readonly run: string; readonly origin: RunOrigin };

/** What a run was made from. */
export interface RunOrigin {
  readonly kind: 'example' | 'file';
  readonly name: string;
}

export type ToWorker =
  /** Reads a source, shows its structure and prepares its run; ends a run in progress. `kelvin` is for files only. */
  | { readonly do: 'open'; readonly id: number; readonly source: Source; readonly kelvin: number }
  | { readonly do: 'run' | 'pause' | 'resume' | 'reset' }
  /** The analysis of frames whose figures the page shows; null: none. */
  | { readonly do: 'watch'; readonly analysis: string | null }
  /** The bath: of the run in progress, else of the next one. */
  | { readonly do: 'temperature'; readonly kelvin: number }
  /** Removes a run that was not finished. */
  | { readonly do: 'discard'; readonly run: string }
  /** A file of the run folder as it is now. */
  | { readonly do: 'file'; readonly ticket: number; readonly name: string }
  /** For tests: see selftest.ts. */
  | { readonly do: 'selftest'; readonly ticket: number; readonly request: SelftestRequest };

export type FromWorker =
  | { readonly is: 'adapter'; readonly adapter: AdapterState }
  | { readonly is: 'scene'; readonly id: number; readonly scene: Scene }
  /** `kelvin`: where the slider stands. */
  | { readonly is: 'opened'; readonly id: number; readonly run: OpenedRun; readonly kelvin: number }
  | { readonly is: 'refused'; readonly id: number; readonly sentence: string }
  | { readonly is: 'phase'; readonly phase: 'starting' | 'running' | 'paused' | 'finished' | 'ready' }
  | { readonly is: 'failed'; readonly failure: Failure }
  | { readonly is: 'progress'; readonly progress: Progress }
  /** Positions in the cell of the scene, and the cell as it is (rows a, b, c, Å). */
  | {
      readonly is: 'frame';
      readonly time: number;
      readonly positions: Float32Array<ArrayBuffer>;
      readonly cell: Float64Array;
    }
  /** Rows of SERIES_COLUMNS numbers of the first replica. */
  | { readonly is: 'series'; readonly rows: Float64Array<ArrayBuffer> }
  | { readonly is: 'analysis'; readonly analysis: LiveAnalysis }
  | { readonly is: 'report'; readonly report: LiveReportOf }
  /** The bath was set while displacements were counted: they are counted afresh from this time (fs). */
  | { readonly is: 'restarted'; readonly kelvin: number; readonly time: number }
  /**
   * The run stands where it was at this time (fs): rows are sent again from the first one, analyses of what came later do not
   * hold any more, displacements count from where they did then.
   */
  | {
      readonly is: 'rewound';
      readonly time: number;
      readonly restarted: { readonly kelvin: number; readonly time: number } | null;
    }
  | { readonly is: 'precision'; readonly precision: Precision }
  | { readonly is: 'notice'; readonly notice: Notice }
  /** Runs in this browser that can be continued, the newest first. */
  | { readonly is: 'unfinished'; readonly runs: readonly UnfinishedRun[] }
  | { readonly is: 'file'; readonly ticket: number; readonly blob: Blob | null }
  | { readonly is: 'selftest'; readonly ticket: number; readonly result: SelftestResult };

export type AdapterState =
  | { readonly kind: 'probing' }
  | { readonly kind: 'ready'; readonly description: AdapterDescription }
  | { readonly kind: 'none'; readonly reason: NoGpuReason };

/** Why nothing can be computed: no API, an API without an adapter, or an adapter that refused. */
export type NoGpuReason =
  | { readonly is: 'noApi' }
  | { readonly is: 'insecure' }
  | { readonly is: 'noAdapter' }
  | { readonly is: 'refused'; readonly sentence: string };

export interface Failure {
  readonly kind: 'input' | 'gpu' | 'physics' | 'bug';
  readonly sentence: string;
}

/** What a user should know of a run that goes on all the same; the last of each kind counts. */
export interface Notice {
  readonly about: 'device' | 'adapter' | 'storage';
  readonly sentence: string;
}

export interface UnfinishedRun {
  readonly id: string;
  readonly title: string;
  readonly origin: RunOrigin;
  /** Of its last checkpoint. */
  readonly step: number;
  /** Why it cannot be continued, if so. */
  readonly why: string | null;
}

/** What the viewer draws. */
export interface Scene {
  readonly title: string;
  /** Rows a, b, c, Å. */
  readonly cell: Float64Array;
  readonly species: readonly SceneSpecies[];
  /** [n] index into species. */
  readonly typeOf: Uint16Array;
  /** [n×3] Å, inside the cell. */
  readonly positions: Float32Array<ArrayBuffer>;
  readonly hulls: SceneHulls;
}

export interface SceneSpecies {
  readonly label: string;
  /** `Li⁺` */
  readonly name: string;
  readonly element: string;
  readonly count: number;
  /** e; null when nobody says. */
  readonly formalCharge: number | null;
  readonly role: Role;
  /** Sphere colour. */
  readonly fill: string;
  /** Colour of lines and text, a CSS value that follows the theme. */
  readonly line: string;
  readonly dash: string;
  /** Å: for drawing, and of the ion. */
  readonly radius: number;
  readonly ionicRadius: number;
}

/** Coordination polyhedra as they were in the structure: atoms and triangles. */
export interface SceneHulls {
  /** Triangles: [metal, anion, anion, anion] each. */
  readonly triangles: Uint32Array;
  /** Edges: [metal, anion, anion] each. */
  readonly edges: Uint32Array;
}

/** A run that is ready to start. */
export interface OpenedRun {
  readonly title: string;
  readonly formula: string;
  readonly nAtoms: number;
  readonly replicas: number;
  readonly supercell: readonly [number, number, number];
  /** Å and degrees. */
  readonly lattice: readonly [number, number, number, number, number, number];
  readonly mobile: readonly string[];
  /** Å */
  readonly cutoff: number;
  /** What sums long-range Coulomb; auto: settled when the run starts. */
  readonly coulomb: CoulombMethod;
  readonly stages: readonly StageView[];
  readonly potential: PotentialView;
  /** Sets that cover the structure, the one in use among them; a single one when the run names its own. */
  readonly choices: readonly { readonly name: string; readonly description: string }[];
  readonly bath: Bath;
  readonly warnings: readonly string[];
  /** How the structure was made of what the file has, a sentence each. */
  readonly built: readonly string[];
  /** Analyses of frames that the run makes: names and titles. */
  readonly analyses: readonly { readonly name: string; readonly title: string }[];
  /** Names of the files that the run will have written, those for download first. */
  readonly files: readonly string[];
}

/** What the temperature slider acts on. */
export interface Bath {
  /** K; of the production stage. */
  readonly kelvin: number;
  /** Why it cannot be set while the run goes on, or at all. */
  readonly locked: 'several' | null;
  /** True where production has no bath (constant energy). */
  readonly constantEnergy: boolean;
}

export interface StageView {
  readonly name: string;
  readonly do: 'minimize' | 'nvt' | 'npt' | 'nve';
  readonly thermostat: string | null;
  /** What the stage holds; null where it has a ramp instead, or nothing. */
  readonly kelvin: number | null;
  /** K at its first and last step. */
  readonly ramp: readonly [number, number] | null;
  readonly cell: 'fixed' | 'iso' | 'aniso' | 'full';
  /** GPa at its first and last step, where the cell is not fixed. */
  readonly pressure: readonly [number, number] | null;
  /** fs */
  readonly duration: number | null;
  readonly timestep: number | null;
  readonly steps: number;
  readonly production: boolean;
}

export interface PotentialView {
  readonly name: string;
  readonly description: string;
  readonly provenance: 'published' | 'fitted';
  readonly citation: readonly Citation[];
  readonly validFor: string;
  readonly validTemperature: readonly [number, number] | null;
  readonly knownFailures: string;
  readonly measured: readonly MeasuredCheck[];
}

export interface Progress {
  readonly stageIndex: number;
  /** Steps of this stage. */
  readonly step: number;
  readonly steps: number;
  readonly totalStep: number;
  /** fs of dynamics so far. */
  readonly time: number;
  readonly stepsPerSecond: number | null;
}

export const SERIES = [
  'step',
  'time',
  'stage',
  'temperature',
  'potential',
  'kinetic',
  'conserved',
  'pressure',
  'volume',
] as const;
export const SERIES_COLUMNS = SERIES.length;

/** Transport so far, from the displacements since the last change of the bath. */
export interface LiveAnalysis {
  /** fs of production behind it, and when they began. */
  readonly duration: number;
  readonly since: number;
  readonly replicas: number;
  readonly results: TransportResults;
  /** One per species: lag in ps, MSD in Å², thinned for drawing. */
  readonly curves: readonly {
    readonly label: string;
    readonly lag: Float64Array;
    readonly msd: Float64Array;
  }[];
}

/** One analysis of frames so far. */
export interface LiveReportOf {
  readonly name: string;
  /** Frames behind it, of all replicas together. */
  readonly frames: number;
  readonly rows: readonly ReportRow[];
  readonly figures: readonly Figure[];
  readonly notes: readonly string[];
}

export type SelftestRequest =
  | { readonly what: 'kernels' }
  | {
      readonly what: 'run';
      readonly spec: string;
      readonly structure: string;
      readonly structureName: string;
    }
  /** Destroys the device in use: for the engine a loss like any other. */
  | { readonly what: 'loseDevice' };

export type SelftestResult =
  | { readonly kernels: readonly string[] }
  | { readonly files: Readonly<Record<string, string>>; readonly adapter: AdapterDescription }
  | { readonly done: true }
  | { readonly failed: string };

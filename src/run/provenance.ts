/** What a run was made with: versions, hashes, adapter, choices. Two runs with the same provenance have the same bits. */
import type { OrderReport } from '../build/order.ts';
import type { AchievedError } from '../engine/achievedError.ts';
import type { LongRangeTuning } from '../engine/longRange.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { TuningRecord } from '../engine/tuning.ts';
import type { AdapterDescription } from '../gpu/device.ts';
import type { PreparedRun } from './prepare.ts';

/** Set by the build: package version and git commit. */
declare const __HALIDE_VERSION__: string;
declare const __HALIDE_COMMIT__: string;

export const VERSION = typeof __HALIDE_VERSION__ === 'string' ? __HALIDE_VERSION__ : 'development';
export const COMMIT = typeof __HALIDE_COMMIT__ === 'string' ? __HALIDE_COMMIT__ : 'unknown';

export interface Provenance {
  readonly program: 'halide-md';
  readonly version: string;
  readonly commit: string;
  /** Node or browser, with its version. */
  readonly platform: string;
  readonly adapter: AdapterDescription;
  readonly specSha256: string;
  readonly potentialSha256: string;
  /** Hashes of the table files that the potential names. */
  readonly tableSha256?: Readonly<Record<string, string>>;
  /** Hash of the positions, cell and species that the first step saw. */
  readonly systemSha256: string;
  readonly seeds: readonly number[];
  /** How partly occupied sites of the structure were ordered. */
  readonly ordering?: OrderReport;
  readonly tuning: {
    readonly skinAngstrom: number;
    readonly electrostatics: readonly LongRangeTuning[];
  } & TuningRecord;
  /** Of a damped shifted force on the first frame of the first replica. */
  readonly achieved?: AchievedError;
  readonly startedAt: string;
  /** Where the run was taken up again, and by what. */
  readonly resumed?: readonly {
    readonly step: number;
    readonly at: string;
    readonly version: string;
    readonly commit: string;
    readonly platform: string;
    readonly adapter: string;
  }[];
}

/** SHA-256 of a text or of bytes, as hexadecimal. */
export async function sha256(data: string | BufferSource): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function provenanceOf(
  prepared: PreparedRun,
  simulation: Simulation,
  platform: string,
  startedAt: Date,
  achieved?: AchievedError,
): Promise<Provenance> {
  const { system, spec, potential } = prepared;
  const seen = new Blob([
    new Float64Array(system.positions),
    new Float64Array(system.cell.h),
    new Uint16Array(system.typeOf),
    JSON.stringify(system.species),
  ]);
  const { longRange } = simulation.forces;
  const hashes = [...potential.tables].map(async ([file, text]) => [file, await sha256(text)] as const);
  const tables: Record<string, string> = Object.fromEntries(await Promise.all(hashes));
  return {
    program: 'halide-md',
    version: VERSION,
    commit: COMMIT,
    platform,
    adapter: simulation.gpu.adapter,
    specSha256: await sha256(JSON.stringify(spec)),
    potentialSha256: await sha256(potential.text),
    ...(potential.tables.size > 0 && { tableSha256: tables }),
    systemSha256: await sha256(await seen.arrayBuffer()),
    seeds: prepared.replicas.map(({ seed }) => seed),
    ...(prepared.ordering && { ordering: prepared.ordering }),
    tuning: {
      skinAngstrom: simulation.skin,
      ...simulation.tuning,
      electrostatics: longRange ? [longRange.tuning(0)] : [],
    },
    ...(achieved && { achieved }),
    startedAt: startedAt.toISOString(),
  };
}

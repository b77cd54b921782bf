/** Frames and series of a run → its files. One recorder per replica; texts are gathered and appended in pieces. */
import type { Observation } from '../engine/observables.ts';
import { openTrajectory, readText, type TrajectoryWriter, trajectoryWriter } from '../io/index.ts';
import type { CellParameters } from '../model/cell.ts';
import type { System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import type { RunSink } from './sink.ts';

/** A row of thermo.csv, with the digits that stand there: a run that goes on from its files has the same rows. */
export interface ThermoRow {
  readonly step: number;
  /** fs */
  readonly time: number;
  readonly stage: number;
  readonly observation: Pick<
    Observation,
    'temperature' | 'potential' | 'kinetic' | 'pressure' | 'volume' | 'conserved'
  > & { readonly lattice: CellParameters };
}

export const THERMO_HEADER =
  'step,time_fs,temperature_K,potential_eV,kinetic_eV,total_eV,pressure_GPa,volume_A3,conserved_eV,' +
  'a_A,b_A,c_A,alpha_deg,beta_deg,gamma_deg';

const DIGITS = 10;

/** Characters gathered before a file is touched. */
const PIECE = 1 << 16;

export class Recorder {
  readonly thermo: ThermoRow[] = [];
  private readonly sink: RunSink;
  private readonly writer: TrajectoryWriter;
  private readonly trajectoryFile: string;
  private readonly thermoFile: string;
  private readonly system: System;
  private pending = { trajectory: '', thermo: `${THERMO_HEADER}\n` };

  /** @param suffix what stands before the extension of per-replica files: empty, or `.0`, `.1`, … */
  constructor(sink: RunSink, system: System, trajectoryFile: string, suffix: string) {
    this.sink = sink;
    this.system = system;
    this.trajectoryFile = withSuffix(trajectoryFile, suffix);
    this.thermoFile = withSuffix('thermo.csv', suffix);
    this.writer = trajectoryWriter(system, trajectoryFile);
  }

  /** Names of its files. */
  get files(): readonly string[] {
    return [this.thermoFile, this.trajectoryFile];
  }

  /**
   * Takes up the files that a run has left: rows as they stand, and every frame handed to `onFrame`.
   * @param stageOf stage that a row of this step belongs to
   */
  async takeUp(stageOf: (step: number) => number, onFrame: (frame: Frame) => void): Promise<void> {
    this.pending.thermo = '';
    const rows = await this.sink.source(this.thermoFile);
    if (rows) {
      const lines = (await readText(rows, this.thermoFile)).trimEnd().split('\n').slice(1);
      for (const line of lines) this.thermo.push(thermoRow(line, stageOf));
    }
    const frames = await this.sink.source(this.trajectoryFile);
    if (!frames || (await this.sink.size(this.trajectoryFile)) === 0) return;
    const trajectory = await openTrajectory(frames, this.trajectoryFile, {
      types: this.system.species.map(({ label }) => label),
    });
    for await (const frame of trajectory.frames()) onFrame(frame);
  }

  async addRow(row: ThermoRow): Promise<void> {
    const line = thermoLine(row);
    this.thermo.push(thermoRow(line, () => row.stage));
    this.pending.thermo += `${line}\n`;
    if (this.pending.thermo.length > PIECE) await this.flush();
  }

  async addFrame(frame: Frame): Promise<void> {
    this.pending.trajectory += this.writer.frame(frame);
    if (this.pending.trajectory.length > PIECE) await this.flush();
  }

  /** Hands everything gathered to the sink. */
  async flush(): Promise<void> {
    const { trajectory, thermo } = this.pending;
    this.pending = { trajectory: '', thermo: '' };
    if (thermo) await this.sink.append(this.thermoFile, thermo);
    if (trajectory) await this.sink.append(this.trajectoryFile, trajectory);
  }
}

/** `thermo.csv`, `.1` → `thermo.1.csv` */
export function withSuffix(file: string, suffix: string): string {
  const dot = file.lastIndexOf('.');
  return dot < 0 ? file + suffix : file.slice(0, dot) + suffix + file.slice(dot);
}

const LATTICE = ['a', 'b', 'c', 'alpha', 'beta', 'gamma'] as const;

function thermoLine({ step, time, observation: o }: ThermoRow): string {
  const numbers = [
    o.temperature,
    o.potential,
    o.kinetic,
    o.potential + o.kinetic,
    o.pressure,
    o.volume,
    o.conserved,
    ...LATTICE.map((name) => o.lattice[name]),
  ];
  return [step, time, ...numbers.map((x) => Number(x.toPrecision(DIGITS)))].join(',');
}

function thermoRow(line: string, stageOf: (step: number) => number): ThermoRow {
  const numbers = line.split(',').map(Number);
  const [step, time, temperature, potential, kinetic, , pressure, volume, conserved] = numbers as [
    ...[number, number, number, number, number, number, number, number, number],
  ];
  const lattice = Object.fromEntries(
    LATTICE.map((name, i) => [name, numbers[9 + i]]),
  ) as unknown as CellParameters;
  const observation = { temperature, potential, kinetic, pressure, volume, conserved, lattice };
  return { step, time, stage: stageOf(step), observation };
}

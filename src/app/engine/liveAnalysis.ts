/**
 * Transport while the run goes on: displacements since the last change of the bath, analysed anew every few seconds, never
 * more than a tenth of the time.
 */

import type { FrameSet } from '../../analysis/frameSet.ts';
import { DisplacementCollector, type DisplacementSeries } from '../../analysis/frames/displacements.ts';
import { analyseTransport, type TransportAnalysis } from '../../analysis/transport/transport.ts';
import type { Frame } from '../../model/trajectory.ts';
import type { PreparedRun } from '../../run/prepare.ts';
import type { ThermoRow } from '../../run/recorder.ts';
import type { LiveAnalysis, LiveReportOf } from '../protocol.ts';

/** ms between two analyses, and how many times its own length one waits at least. */
const EVERY = 2000;
const SHARE = 10;
/** The run keeps displacements of its own; these are for the screen. */
const MAX_BYTES = 96 * 2 ** 20;
/** Points of a curve on the screen. */
const CURVE_POINTS = 160;
/** Beyond this part of the run an MSD is few origins and much noise. */
const LONGEST_LAG = 0.7;

export class LiveTransport {
  private readonly prepared: PreparedRun;
  private collectors: DisplacementCollector[] = [];
  /** Replicas at the temperature of the first: pooled, they are one measurement. */
  private readonly members: readonly number[];
  /** Analyses of frames that the run feeds. */
  frames: FrameSet | undefined;
  /** The one of them that is looked at: only that is told. */
  watched: string | null = null;
  private reportDue = 0;
  private last: TransportAnalysis | undefined;
  private since: number | undefined;
  private latest = 0;
  private kelvin: number | null;
  private observed = { sum: 0, count: 0 };
  private due = 0;

  /** @param kelvin of the bath; null at constant energy, where the mean of what is observed counts */
  constructor(prepared: PreparedRun, kelvin: number | null) {
    this.prepared = prepared;
    this.kelvin = kelvin;
    const first = prepared.replicas[0]?.temperature;
    this.members = prepared.replicas.flatMap(({ temperature }, r) => (temperature === first ? [r] : []));
    this.restart(kelvin);
  }

  /** fs at which the count began; undefined before the first frame. */
  get begin(): number | undefined {
    return this.since;
  }

  /** Displacements at one temperature say nothing about another: counting begins again. */
  restart(kelvin: number | null): void {
    this.kelvin = kelvin;
    this.since = undefined;
    this.observed = { sum: 0, count: 0 };
    this.due = 0;
    this.reportDue = 0;
    this.last = undefined;
    const { replicas } = this.prepared;
    const maxBytes = MAX_BYTES / replicas.length;
    this.collectors = replicas.map(({ system }) => new DisplacementCollector(system, { maxBytes }));
  }

  addFrame(frame: Frame, replica: number): void {
    this.collectors[replica]?.add(frame);
    if (replica > 0) return;
    this.latest = frame.time;
    this.since ??= frame.time;
  }

  addRow(row: ThermoRow): void {
    if (this.since === undefined || row.time <= this.since) return;
    this.observed.sum += row.observation.temperature;
    this.observed.count++;
  }

  /** A new analysis when it is time for one and there is something to analyse. */
  next(): LiveAnalysis | undefined {
    if (performance.now() < this.due) return undefined;
    return this.analyse();
  }

  analyse(): LiveAnalysis | undefined {
    const series = this.series();
    if (this.since === undefined || series.some(({ frames }) => frames.length < 2)) return undefined;
    const began = performance.now();
    const kelvin = this.temperature();
    const analysis = analyseTransport(series, {
      mobile: this.prepared.mobile,
      ...(kelvin !== null && { temperature: kelvin }),
    });
    this.last = analysis;
    const took = performance.now() - began;
    this.due = performance.now() + Math.max(EVERY, SHARE * took);
    return {
      duration: this.latest - this.since,
      since: this.since,
      replicas: this.members.length,
      results: analysis.results,
      curves: curvesOf(analysis),
    };
  }

  isReportDue(): boolean {
    return performance.now() >= this.reportDue;
  }

  /** The analysis of frames that is looked at, as it stands, at the cost of `analyse`. */
  report(): LiveReportOf | undefined {
    const { frames, watched } = this;
    if (!frames || watched === null || !frames.names.includes(watched) || frames.frameCount === 0) {
      return undefined;
    }
    const began = performance.now();
    const { rows = [], figures, notes } = frames.report(watched, this.members, this.temperature(), this.last);
    this.reportDue = performance.now() + Math.max(EVERY, SHARE * (performance.now() - began));
    return { name: watched, frames: frames.frameCount, rows, figures, notes };
  }

  /** K: of the bath, or as observed. */
  private temperature(): number | null {
    const { sum, count } = this.observed;
    return this.kelvin ?? (count > 0 ? sum / count : null);
  }

  private series(): DisplacementSeries[] {
    return this.members.map((r) => (this.collectors[r] as DisplacementCollector).series());
  }

  /** Of every replica, for results.json. */
  allSeries(): DisplacementSeries[] {
    return this.collectors.map((collector) => collector.series());
  }
}

/** Evenly spread over the logarithm of the lag. */
function curvesOf({ curves }: TransportAnalysis): LiveAnalysis['curves'] {
  return Object.entries(curves.species).map(([label, { msd, frameInterval }]) => {
    const last = Math.max(1, Math.floor(LONGEST_LAG * (msd.length - 1)));
    const lags = new Set<number>();
    for (let p = 0; p <= CURVE_POINTS; p++) lags.add(Math.round(last ** (p / CURVE_POINTS)));
    const kept = [...lags];
    return {
      label,
      lag: Float64Array.from(kept, (k) => (k * frameInterval) / 1000),
      msd: Float64Array.from(kept, (k) => msd[k] as number),
    };
  });
}

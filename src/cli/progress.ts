/**
 * Progress on stderr: a bar with the time left on a terminal, a line now and then when piped, JSON lines on stdout when
 * asked for.
 */
import type { RunEvent } from '../run/events.ts';

type ProgressEvent = Extract<RunEvent, { type: 'progress' }>;

/** Milliseconds between two updates of the bar, and between two lines. */
export const BAR_EVERY = 200;
export const LINE_EVERY = 10_000;

export class ProgressPrinter {
  private readonly json: boolean;
  private readonly terminal: boolean;
  private readonly began = performance.now();
  private shown = Number.NEGATIVE_INFINITY;
  private barOpen = false;
  /** Where dynamics began: minimisation must not distort the speed. */
  private first: { step: number; at: number } | undefined;

  constructor(json: boolean) {
    this.json = json;
    this.terminal = process.stderr.isTTY === true;
  }

  handle(event: RunEvent): void {
    if (event.type === 'log') {
      this.clearBar();
      process.stderr.write(`${event.text}\n`);
      if (this.json) this.line({ event: 'log', text: event.text });
    } else if (event.type === 'progress') this.progress(event);
    else if (event.type === 'series' && this.json) {
      this.line({
        event: 'series',
        rows: event.rows.map(({ step, time, observation }) => ({
          step,
          time,
          temperature: observation.temperature,
          potential: observation.potential,
          pressure: observation.pressure,
          conserved: observation.conserved,
        })),
      });
    }
  }

  /** Ends an open bar. */
  done(): void {
    this.clearBar();
  }

  private progress(event: ProgressEvent): void {
    const now = performance.now();
    const last = event.step >= event.steps;
    const every = this.terminal && !this.json ? BAR_EVERY : this.json ? 1000 : LINE_EVERY;
    if (now - this.shown < every && !last) return;
    this.shown = now;
    this.first ??= { step: event.totalStep, at: now };
    const rate = ((event.totalStep - this.first.step) / Math.max(1, now - this.first.at)) * 1000;
    const left = rate > 0 ? (event.totalSteps - event.totalStep) / rate : undefined;
    if (this.json) {
      this.line({
        event: 'progress',
        ...event,
        type: undefined,
        stepsPerSecond: rate,
        secondsLeft: left ?? null,
      });
      return;
    }
    const share = event.totalSteps > 0 ? event.totalStep / event.totalSteps : event.step / event.steps;
    const text = [
      `${event.stage} ${event.step}/${event.steps}`,
      `${(event.time / 1000).toFixed(2)} ps`,
      event.temperature === null ? '' : `${event.temperature.toFixed(0)} K`,
      rate > 0 ? `${rate.toFixed(rate < 10 ? 1 : 0)} steps/s` : '',
      left === undefined ? '' : `${duration(left)} left`,
    ].filter(Boolean);
    if (this.terminal) {
      process.stderr.write(
        `\r\x1b[K${bar(share)} ${(100 * share).toFixed(0).padStart(3)} %  ${text.join('  ')}`,
      );
      this.barOpen = true;
    } else process.stderr.write(`${(100 * share).toFixed(0).padStart(3)} %  ${text.join('  ')}\n`);
  }

  private clearBar(): void {
    if (this.barOpen) process.stderr.write('\r\x1b[K');
    this.barOpen = false;
  }

  private line(value: object): void {
    const seconds = Number(((performance.now() - this.began) / 1000).toFixed(3));
    process.stdout.write(`${JSON.stringify({ seconds, ...value })}\n`);
  }
}

/** A bar filled up to a share of 1. */
export function bar(share: number): string {
  const width = 24;
  const filled = Math.round(width * Math.min(1, share));
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}

export function duration(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 90) return `${s} s`;
  if (s < 5400) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}

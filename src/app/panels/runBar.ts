/** Run and pause, reset, the stages in time, live readouts, and the temperature of the bath. */
import { formatCount, formatFixed, formatNumber } from '../../report/format.ts';
import type { AppState, AppStore } from '../appState.ts';
import { byId, fill, h, icon } from '../dom.ts';
import { ICONS } from '../icons.ts';
import type { StageView } from '../protocol.ts';
import { bathSentence, picoseconds, whyNotRun } from '../words.ts';

export interface RunActions {
  readonly toggle: () => void;
  readonly reset: () => void;
  readonly setTemperature: (kelvin: number) => void;
}

const COLDEST = 50;
const HOTTEST = 2000;
const KELVIN_STEP = 10;
/** ms after the last move of the slider until the bath follows: a drag is one order. */
const SETTLED = 250;
/** A relaxation has no length in time; on the bar it is this share of the whole. */
const RELAXATION_SHARE = 0.08;

export function runBar(store: AppStore, actions: RunActions): void {
  const run = h('button', { type: 'button', id: 'toggle', class: 'button primary', onclick: actions.toggle });
  const reset = h(
    'button',
    {
      type: 'button',
      id: 'reset',
      class: 'button icon-only',
      title: 'Reset to the structure as opened; what was recorded is dropped',
      'aria-label': 'Reset',
      onclick: actions.reset,
    },
    icon(ICONS.reset),
  );
  const bar = h('div', {
    class: 'bar',
    role: 'progressbar',
    'aria-label': 'Progress of the run',
    'aria-valuemin': 0,
    'aria-valuemax': 100,
  });
  byId('run').append(
    h('div', { class: 'buttons' }, run, reset),
    h('div', { class: 'time' }, bar, createReadouts(store)),
    temperatureControl(store, actions.setTemperature),
  );

  store.watch(['phase', 'pausing', 'adapter', 'failure', 'run'], (state) => {
    const { phase, pausing } = state;
    const isRunning = phase === 'running' && !pausing;
    const again = phase === 'finished' || phase === 'failed';
    const words = isRunning ? 'Pause' : phase === 'paused' || pausing ? 'Go on' : again ? 'Run again' : 'Run';
    fill(run, icon(isRunning ? ICONS.pause : ICONS.run), h('span', {}, words));
    const why = whyNotRun(state);
    const busy = phase === 'opening' || phase === 'starting' || state.adapter.kind === 'probing';
    run.disabled = why !== undefined || busy;
    run.title = why ?? 'Space';
    reset.disabled = phase === 'empty' || phase === 'opening' || phase === 'refused' || phase === 'ready';
  });
  store.watch(['run'], (state) => fill(bar, ...segments(state.run?.stages ?? [])));
  store.watch(['run', 'progress', 'phase'], (state) => {
    const shares = done(state);
    let whole = 0;
    const parts = bar.children;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i] as HTMLElement;
      part.style.setProperty('--done', `${100 * (shares[i] ?? 0)}%`);
      whole += (shares[i] ?? 0) * Number(part.dataset['share'] ?? 0);
    }
    bar.setAttribute('aria-valuenow', String(Math.round(100 * whole)));
  });
}

/** One piece of the bar per stage, as wide as its steps. */
function segments(stages: readonly StageView[]): HTMLElement[] {
  const relaxations = stages.filter((stage) => stage.do === 'minimize').length;
  const steps = stages.reduce((sum, stage) => sum + (stage.do === 'minimize' ? 0 : stage.steps), 0);
  return stages.map((stage) => {
    const share =
      stage.do === 'minimize'
        ? RELAXATION_SHARE
        : ((1 - relaxations * RELAXATION_SHARE) * stage.steps) / Math.max(1, steps);
    const part = h('div', {
      class: `part ${stage.production ? 'production' : ''}`,
      title: stage.name,
      'data-share': share,
    });
    part.style.flexGrow = String(share);
    return part;
  });
}

/** How much of every stage is done, 0 to 1. */
function done({ run, progress, phase }: AppState): number[] {
  return (run?.stages ?? []).map((_, i) => {
    if (phase === 'finished') return 1;
    if (!progress || i > progress.stageIndex) return 0;
    return i < progress.stageIndex ? 1 : progress.step / Math.max(1, progress.steps);
  });
}

/** Names and places of what is read off live; the texts come with every row and every report of progress. */
function createReadouts(store: AppStore): HTMLElement {
  const list = h('dl', { class: 'readouts' });
  const add = (id: string, name: string): { readonly name: HTMLElement; readonly value: HTMLElement } => {
    const pair = { name: h('dt', {}, name), value: h('dd', { id: `readout-${id}` }, '–') };
    list.append(h('div', { class: 'readout' }, pair.name, pair.value));
    return pair;
  };
  const [stage, step, time, speed, temperature, potential, conserved] = [
    add('stage', 'Stage'),
    add('step', 'Step'),
    add('time', 'Time'),
    add('speed', 'Speed'),
    add('temperature', 'Temperature'),
    add('potential', 'Potential'),
    add('conserved', 'Conserved'),
  ];
  store.watch(['progress', 'seriesVersion', 'run', 'phase'], ({ progress, series, run, phase }) => {
    const now = progress ? run?.stages[progress.stageIndex] : undefined;
    const isRelaxing = now?.do === 'minimize';
    const last = (name: 'temperature' | 'potential' | 'conserved', decimals: number, unit: string): string =>
      series ? `${formatFixed(series.last(name), decimals)} ${unit}` : '–';
    const pace = phase === 'running' ? progress?.stepsPerSecond : null;
    stage.value.textContent = now?.name ?? '–';
    step.name.textContent = isRelaxing ? 'Relaxation' : 'Step';
    step.value.textContent = formatCount((isRelaxing ? progress?.step : progress?.totalStep) ?? 0);
    time.value.textContent = picoseconds(progress?.time ?? 0);
    speed.value.textContent = pace ? `${formatNumber(pace, 3)} steps/s` : '–';
    temperature.value.textContent = last('temperature', 0, 'K');
    potential.value.textContent = last('potential', 2, 'eV');
    conserved.value.textContent = last('conserved', 3, 'eV');
  });
  return list;
}

function temperatureControl(store: AppStore, apply: (kelvin: number) => void): HTMLElement {
  const shown = h('output', { for: 'kelvin' });
  const note = h('p', { class: 'small', id: 'kelvin-note' });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const slider = h('input', {
    type: 'range',
    id: 'kelvin',
    min: COLDEST,
    max: HOTTEST,
    step: KELVIN_STEP,
    'aria-describedby': 'kelvin-note',
    oninput: () => {
      const kelvin = Number(slider.value);
      shown.textContent = `${kelvin} K`;
      slider.setAttribute('aria-valuetext', `${kelvin} kelvin`);
      clearTimeout(timer);
      timer = setTimeout(() => apply(kelvin), SETTLED);
    },
  });
  store.watch(['kelvin', 'run'], ({ kelvin }) => {
    slider.value = String(kelvin);
    slider.setAttribute('aria-valuetext', `${kelvin} kelvin`);
    slider.style.setProperty('--at', `${(100 * (kelvin - COLDEST)) / (HOTTEST - COLDEST)}%`);
    shown.textContent = `${kelvin} K`;
  });
  store.watch(['run', 'phase', 'progress', 'restarted'], (state) => {
    const { run, phase, progress } = state;
    const stage = run?.stages[progress?.stageIndex ?? 0];
    const active = phase === 'running' || phase === 'paused' || phase === 'starting';
    slider.disabled =
      !run || run.bath.locked !== null || (active && run.bath.constantEnergy && stage?.do === 'nve');
    const words = bathSentence(state);
    if (note.textContent !== words) note.textContent = words;
  });
  return h(
    'div',
    { class: 'temperature' },
    h('div', { class: 'row between' }, h('label', { for: 'kelvin' }, 'Bath temperature'), shown),
    slider,
    note,
  );
}

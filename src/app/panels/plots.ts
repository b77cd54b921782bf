/** Live plots, drawn anew at most four times a second and only while they can be seen. */
import { type ChartSeries, chart } from '../../report/chart.ts';
import { token } from '../../report/palette.ts';
import { type AppState, type AppStore, isActive } from '../appState.ts';
import { byId, fillSvg, h } from '../dom.ts';
import type { SeriesColumn, SeriesTable } from '../seriesTable.ts';

const EVERY = 250;
const HEIGHT = 196;
const MILLI = 1e3;

type Thermo = 'temperature' | 'energy' | 'pressure' | 'volume';
const THERMO: readonly (readonly [Thermo, string])[] = [
  ['temperature', 'Temperature'],
  ['energy', 'Energy'],
  ['pressure', 'Pressure'],
  ['volume', 'Volume'],
];

export function plotsPanel(store: AppStore): void {
  const panel = byId('plots');
  const figures = { sigma: figure(), msd: figure(), thermo: figure() };
  let choice: Thermo = 'temperature';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tabs = h('div', { class: 'tabs', role: 'group', 'aria-label': 'Plot against time' });
  const buttons = new Map<Thermo, HTMLElement>();
  for (const [name, words] of THERMO) {
    const choose = (): void => {
      choice = name;
      draw();
    };
    const button = h('button', { type: 'button', onclick: choose }, words);
    buttons.set(name, button);
    tabs.append(button);
  }
  panel.append(figures.msd, figures.sigma, h('div', { class: 'tabbed' }, tabs, figures.thermo));

  const draw = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (document.hidden) return;
    const { state } = store;
    const moves = state.run?.stages.some(({ cell }) => cell !== 'fixed') ?? false;
    const shown = choice === 'volume' && !moves ? 'temperature' : choice;
    for (const [name, button] of buttons) {
      button.setAttribute('aria-pressed', String(name === shown));
      button.hidden = name === 'volume' && !moves;
    }
    const width = Math.max(260, Math.min(640, panel.clientWidth - 36));
    fillSvg(figures.msd, msdChart(state, width));
    fillSvg(figures.sigma, sigmaChart(state, width));
    fillSvg(figures.thermo, thermoChart(state, shown, width));
  };
  const later = (): void => {
    timer ??= setTimeout(draw, EVERY);
  };
  store.watch(['seriesVersion', 'analysis', 'history', 'run', 'phase', 'kelvin', 'scene'], later);
  new ResizeObserver(later).observe(panel);
  document.addEventListener('visibilitychange', later);
}

function figure(): HTMLElement {
  return h('figure', { class: 'plot' });
}

function msdChart({ analysis, scene, phase }: AppState, width: number): string {
  const mobileFit = analysis?.results.transport.mobile
    .map((label) => analysis.results.diffusion[label]?.fit)
    .find((fit) => fit);
  const order = { mobile: 0, metal: 1, anion: 2 } as const;
  const series = (analysis?.curves ?? [])
    .map(({ label, lag, msd }) => ({
      species: scene?.species.find((one) => one.label === label),
      label,
      lag,
      msd,
    }))
    .sort((p, q) => order[p.species?.role ?? 'anion'] - order[q.species?.role ?? 'anion'])
    .map(
      ({ species, label, lag, msd }): ChartSeries => ({
        label: species?.name ?? label,
        x: lag,
        y: msd,
        color: species?.line ?? token('ink-2'),
        ...(species?.dash && { dash: species.dash }),
        ...(species?.role === 'mobile' && { width: 2.2 }),
      }),
    );
  return chart(series, {
    title: 'Mean squared displacement',
    xLabel: 'lag, ps',
    yLabel: 'Å²',
    xScale: 'log',
    yScale: 'log',
    width,
    height: HEIGHT,
    ...(mobileFit && {
      shadedX: { from: mobileFit.start / 1000, to: mobileFit.end / 1000, label: 'fit window' },
    }),
    emptyText: waiting(phase, 'Begins with production.', 'How far ions of each kind move.'),
  });
}

function sigmaChart({ history, phase }: AppState, width: number): string {
  const known = history.filter(({ value }) => Number.isFinite(value));
  const x = known.map(({ duration }) => duration / 1000);
  const series: ChartSeries[] =
    known.length < 2
      ? []
      : [
          {
            label: 'σ tracer',
            x,
            y: known.map(({ value }) => value * MILLI),
            band: { low: known.map(({ low }) => low * MILLI), high: known.map(({ high }) => high * MILLI) },
            color: token('mobile'),
          },
        ];
  return chart(series, {
    title: 'Conductivity as it converges',
    xLabel: 'time counted, ps',
    yLabel: 'mS/cm',
    yScale: 'log',
    width,
    height: HEIGHT,
    emptyText: waiting(
      phase,
      'Begins when there are hops enough for a number.',
      'The conductivity and its 95 % interval, while they converge.',
    ),
  });
}

function thermoChart({ series, scene, phase, run, kelvin }: AppState, shown: Thermo, width: number): string {
  const isEmpty = !series || series.length < 2;
  const time = isEmpty ? [] : Array.from(series.column('time'), (t) => t / 1000);
  const options = {
    xLabel: 'time, ps',
    width,
    height: HEIGHT,
    emptyText: waiting(phase, 'Begins when the atoms move.', 'Temperature, energy and pressure in time.'),
    lines: productionLine(series, run),
  };
  if (shown === 'temperature') {
    const y = isEmpty ? [] : series.column('temperature');
    const bath = isEmpty ? undefined : bathNow(run, series.last('stage'), kelvin);
    return chart(isEmpty ? [] : [{ label: '', x: time, y, color: token('collective'), width: 1.3 }], {
      ...options,
      title: 'Temperature',
      yLabel: 'K',
      lines: [...options.lines, ...(bath === undefined ? [] : [{ y: bath, label: '' }])],
    });
  }
  if (shown === 'pressure') {
    const y = isEmpty ? [] : series.column('pressure');
    return chart(isEmpty ? [] : [{ label: '', x: time, y, color: token('collective'), width: 1.3 }], {
      ...options,
      title: 'Pressure',
      yLabel: 'GPa',
    });
  }
  if (shown === 'volume') {
    const nAtoms = Math.max(1, scene?.typeOf.length ?? 1);
    const y = isEmpty ? [] : series.column('volume').map((v) => v / nAtoms);
    return chart(isEmpty ? [] : [{ label: '', x: time, y, color: token('collective'), width: 1.3 }], {
      ...options,
      title: 'Volume',
      yLabel: 'Å³ per atom',
    });
  }
  const perAtom = MILLI / Math.max(1, scene?.typeOf.length ?? 1);
  const change = (name: SeriesColumn): Float64Array => {
    const values = isEmpty ? new Float64Array(0) : series.column(name);
    return values.map((value) => (value - (values[0] as number)) * perAtom);
  };
  const lines: ChartSeries[] = [
    { label: 'conserved', x: time, y: change('conserved'), color: token('mobile'), width: 1.6 },
    {
      label: 'potential',
      x: time,
      y: change('potential'),
      color: token('collective'),
      width: 1.2,
      dash: '4 2',
    },
  ];
  return chart(isEmpty ? [] : lines, {
    ...options,
    title: 'Energy',
    yLabel: 'meV per atom, since the first row',
  });
}

/** K that the stage in progress aims at; undefined without a bath. */
function bathNow(run: AppState['run'], stage: number, kelvin: number): number | undefined {
  const now = run?.stages[stage];
  if (!run || (now?.do !== 'nvt' && now?.do !== 'npt') || run.bath.locked) return undefined;
  return now.kelvin === run.bath.kelvin ? kelvin : (now.kelvin ?? undefined);
}

/** Where production begins, once it has. */
function productionLine(series: SeriesTable | null, run: AppState['run']): { x: number; label: string }[] {
  const stage = run?.stages.findIndex(({ production }) => production) ?? -1;
  if (!series || stage <= 0) return [];
  const first = series.column('stage').indexOf(stage);
  return first < 0 ? [] : [{ x: (series.column('time')[first] as number) / 1000, label: 'production' }];
}

/** What an empty plot says: what it waits for, or before a run what it will show. */
function waiting(phase: AppState['phase'], active: string, before: string): string {
  return isActive(phase) ? active : before;
}

/**
 * The answer: conductivity with its interval once it is earned, and until then what is missing. The headline is the
 * conductivity from tracer diffusion until the collective one is resolved; its label always says which.
 */

import type { Estimate } from '../../analysis/estimate.ts';
import type { SpeciesDiffusion } from '../../analysis/transport/diffusion.ts';
import { capitalized } from '../../core/text.ts';
import { estimateParts, formatNumber, formatPlain } from '../../report/format.ts';
import { token } from '../../report/palette.ts';
import { ruler } from '../../report/ruler.ts';
import { type AppState, type AppStore, isActive } from '../appState.ts';
import { byId, type Child, fill, fillSvg, h } from '../dom.ts';
import type { LiveAnalysis } from '../protocol.ts';
import { picoseconds } from '../words.ts';

/** S/cm → mS/cm */
const MILLI = 1e3;

const TONES: Readonly<Record<SpeciesDiffusion['verdict'], string>> = {
  diffusive: 'ok',
  subdiffusive: 'warn',
  'not diffusing': '',
  'too short': 'warn',
};

const VERDICTS: Readonly<Record<SpeciesDiffusion['verdict'], string>> = {
  diffusive: 'Diffusive',
  subdiffusive: 'Subdiffusive',
  'not diffusing': 'Not diffusing',
  'too short': 'Too short',
};

export function answerPanel(store: AppStore): void {
  const panel = byId('sigma');
  store.watch(['analysis', 'run', 'phase', 'kelvin', 'restarted', 'adapter'], (state) => {
    fill(
      panel,
      ...(state.analysis
        ? answered(state.analysis, isActive(state.phase), panel.clientWidth)
        : unanswered(state)),
    );
  });
}

function title(kelvin: number | null): HTMLElement {
  return h(
    'h2',
    {},
    kelvin === null ? 'Ionic conductivity' : `Ionic conductivity at ${formatPlain(kelvin, 4)} K`,
  );
}

function unanswered({ phase, run, kelvin, restarted, adapter }: AppState): Child[] {
  const words: Readonly<Partial<Record<AppState['phase'], string>>> = {
    ready: 'Press Run: this crystal is computed on your machine. Nothing is uploaded.',
    starting: 'The kernels are being compiled.',
    refused: 'There is nothing to compute.',
    failed: 'The run ended before displacements could be analysed.',
    finished: 'The run had no production stage to analyse.',
    empty: 'Open an example or a structure file.',
    opening: 'The structure is being read.',
  };
  const settling = restarted
    ? 'Displacements count from the last change of the bath; the first frames are being collected.'
    : 'The structure is relaxing and settling; displacements count from the start of production.';
  return [
    h('div', { class: 'answer-head' }, title(run && !run.bath.constantEnergy ? kelvin : null)),
    h(
      'p',
      { class: 'big words' },
      isActive(phase) ? 'Not yet' : phase === 'refused' ? 'Cannot run' : 'No number yet',
    ),
    h(
      'p',
      { class: 'why' },
      adapter.kind === 'none' ? 'Nothing can be computed in this browser.' : (words[phase] ?? settling),
    ),
  ];
}

/** @param goesOn a verdict of a run that goes on is one so far */
function answered({ results, duration, replicas }: LiveAnalysis, goesOn: boolean, width: number): Child[] {
  const { conductivity, diffusion, transport } = results;
  const { nernstEinstein, collective, havenRatio } = conductivity;
  const mobile = transport.mobile.flatMap((label) => {
    const found = diffusion[label];
    return found ? [{ label, ...found }] : [];
  });
  const [first] = mobile;
  const headline = collective.value === null ? nernstEinstein : collective;
  const which = headline === collective ? 'from the collective motion of all ions' : 'from tracer diffusion';
  const rows = [
    { label: 'tracer', estimate: nernstEinstein, color: token('mobile') },
    { label: 'collective', estimate: collective, color: token('collective') },
  ];
  const scale = h('div', { class: 'ruler' });
  const isKnown = headline.value !== null;
  if (isKnown) {
    const drawn = ruler(rows, {
      title: 'Conductivity',
      unit: 'mS/cm',
      factor: MILLI,
      width: Math.max(280, Math.min(520, width - 36)),
    });
    fillSvg(scale, drawn);
  }
  return [
    h(
      'div',
      { class: 'answer-head' },
      title(transport.temperature),
      first ? h('span', { class: `chip ${TONES[first.verdict]}` }, verdict(first, goesOn)) : null,
    ),
    isKnown ? bigNumber(headline, which) : bigWords(first, goesOn),
    isKnown ? null : h('p', { class: 'why' }, ...reason(headline, first)),
    isKnown ? scale : null,
    h(
      'dl',
      { class: 'results' },
      ...mobile.flatMap(({ label, D, hopsPerIon }) => [
        ...row(`Tracer diffusion D(${label})`, D, 'cm²/s'),
        ...(D.value === null ? [] : plainRow(`Hops per ${label}`, formatNumber(hopsPerIon, 2))),
      ]),
      ...row('σ from tracer diffusion', nernstEinstein, 'mS/cm', MILLI),
      ...row('σ collective', collective, 'mS/cm', MILLI),
      ...row('Haven ratio', havenRatio, ''),
      ...plainRow(
        'Counted',
        replicas > 1 ? `${picoseconds(duration)} × ${replicas} replicas` : picoseconds(duration),
      ),
    ),
    ...transport.notes.map((note) => h('p', { class: 'note' }, `${capitalized(note)}.`)),
  ];
}

function bigNumber(estimate: Estimate, which: string): HTMLElement {
  const { value = '', interval } = estimateParts(estimate, MILLI);
  return h(
    'div',
    { class: 'big-row' },
    h('p', { class: 'big' }, value, h('span', { class: 'unit' }, ' mS/cm')),
    h('p', { class: 'interval' }, h('span', {}, which), interval ? h('b', {}, `95 %: ${interval}`) : null),
  );
}

function bigWords(first: SpeciesDiffusion | undefined, goesOn: boolean): HTMLElement {
  const settled = !goesOn && first?.verdict === 'not diffusing';
  return h('p', { class: 'big words' }, settled ? 'Not diffusing' : goesOn ? 'Not yet' : 'No number');
}

function verdict(first: SpeciesDiffusion, goesOn: boolean): string {
  const words = VERDICTS[first.verdict];
  return goesOn && first.verdict === 'not diffusing' ? `${words} so far` : words;
}

/** What is missing, and what can be said already. */
function reason(estimate: Estimate, first: SpeciesDiffusion | undefined): Child[] {
  const why = first?.D.why ?? estimate.why ?? '';
  const bound = estimate.ci95;
  return [
    why ? `${capitalized(why)}. ` : null,
    bound
      ? h('span', { class: 'bound' }, `At most ${formatNumber(bound[1] * MILLI, 2)} mS/cm (95 %).`)
      : null,
  ];
}

/** A result, its interval, and why it is none when it is none. */
function row(name: string, estimate: Estimate, unit: string, factor = 1): Child[] {
  const { value, interval } = estimateParts(estimate, factor);
  const shown = value === undefined ? 'not resolved' : `${value}${unit ? ` ${unit}` : ''}`;
  return [
    h('dt', {}, name),
    h(
      'dd',
      { title: estimate.why },
      h('b', { class: value === undefined ? 'unresolved' : '' }, shown),
      interval ? h('span', { class: 'range' }, interval) : null,
    ),
  ];
}

function plainRow(name: string, value: string): Child[] {
  return [h('dt', {}, name), h('dd', {}, value)];
}

/** The answer of a run in a number, an interval and a sentence; the table of everything measured. */

import { type Estimate, relativeError } from '../analysis/estimate.ts';
import type { SpeciesDiffusion } from '../analysis/transport/diffusion.ts';
import type { ArrheniusResults } from '../analysis/transport/temperatures.ts';
import type { TransportAnalysis } from '../analysis/transport/transport.ts';
import type { Verdict } from '../analysis/transport/verdict.ts';
import { capitalized } from '../core/text.ts';
import type { Species, System } from '../model/system.ts';
import {
  estimateParts,
  formatEstimate,
  formatNumber,
  formatPlain,
  formatTime,
  ionName,
  listed,
  powerOfTen,
} from './format.ts';
import type { ReportGroup } from './input.ts';
import { type Content, html, type Markup } from './markup.ts';
import { token } from './palette.ts';
import type { Plots } from './plotFiles.ts';
import { ruler } from './ruler.ts';

/** S/cm → mS/cm */
export const MILLI = 1000;

const VERDICTS: Readonly<Record<Verdict, { readonly words: string; readonly tone: 'ok' | 'warn' | '' }>> = {
  diffusive: { words: 'Diffusive', tone: 'ok' },
  subdiffusive: { words: 'Subdiffusive', tone: 'warn' },
  'not diffusing': { words: 'Not diffusing', tone: '' },
  'too short': { words: 'Too short', tone: 'warn' },
};

/** What would settle it. */
const ADVICE: Readonly<Record<Verdict, string>> = {
  diffusive: '',
  subdiffusive: 'A longer run may reach the straight part.',
  'not diffusing': 'A higher temperature, vacancies or a much longer run would show whether it ever does.',
  'too short': 'Run longer, or with more replicas.',
};

export function verdictChip(verdict: Verdict): Markup {
  const { words, tone } = VERDICTS[verdict];
  return html`<span class="chip ${tone}">${words}</span>`;
}

function speciesOf(system: System, label: string): Species {
  return system.species.find((species) => species.label === label) ?? { label, element: '', mass: 0 };
}

function atTemperature(temperature: number | null): string {
  return temperature === null ? '' : ` at ${formatPlain(temperature, 4)} K`;
}

interface MobileSpecies {
  readonly species: Species;
  readonly found: SpeciesDiffusion;
}

function mobileOf(system: System, { results }: TransportAnalysis): MobileSpecies[] {
  return results.transport.mobile.flatMap((label) => {
    const found = results.diffusion[label];
    return found ? [{ species: speciesOf(system, label), found }] : [];
  });
}

/** The headline of one temperature. */
export function answer(system: System, { temperature, analysis }: ReportGroup, plots: Plots): Markup {
  const { nernstEinstein, collective } = analysis.results.conductivity;
  const mobile = mobileOf(system, analysis);
  const chips = [...new Set(mobile.map(({ found }) => found.verdict))].map(verdictChip);
  const at = atTemperature(temperature);
  // Collective when it is known: it needs no assumption. The label always says which one it is.
  const best = collective.value !== null ? collective : nernstEinstein;
  if (best.ci95 !== null) {
    return html`<h2>Ionic conductivity${at} ${chips}</h2>
${bigNumber(best, 'mS/cm', MILLI)}
<figure>${plots.show('conductivity', sigmaRuler(nernstEinstein, collective))}</figure>
<p>${sigmaWords(best === collective, nernstEinstein, collective)} ${motionWords(mobile, analysis)}</p>`;
  }
  const [first] = mobile;
  if (first && first.found.D.ci95 !== null) {
    return html`<h2>Diffusion of ${ionName(first.species)}${at} ${chips}</h2>
${bigNumber(first.found.D, 'cm²/s', 1)}
<p>No conductivity: ${nernstEinstein.why ?? 'it was not asked for'}. ${motionWords(mobile, analysis)}</p>`;
  }
  return html`<h2>Ionic conductivity${at} ${chips}</h2>
<p class="answer words">No number from this run</p>
<p>${motionWords(mobile, analysis) || `${nernstEinstein.why ?? 'Nothing was measured'}.`}</p>`;
}

function bigNumber(estimate: Estimate, unit: string, factor: number): Markup {
  const { value, interval } = estimateParts(estimate, factor);
  const below =
    interval === undefined
      ? html`<p class="interval">upper bound, 95 % confidence</p>`
      : html`<p class="interval">95 % interval <b>${interval} ${unit}</b></p>`;
  return html`<p class="answer">${value} <small>${unit}</small></p>${below}`;
}

function sigmaRuler(nernstEinstein: Estimate, collective: Estimate): string {
  return ruler(
    [
      { label: 'collective', estimate: collective, color: token('collective') },
      { label: 'from tracers', estimate: nernstEinstein, color: token('mobile') },
    ],
    { title: 'Conductivity', unit: 'mS/cm', factor: MILLI },
  );
}

function sigmaWords(isCollective: boolean, nernstEinstein: Estimate, collective: Estimate): string {
  if (isCollective)
    return 'This is the collective conductivity, from the displacement of all charges of the cell together: correlations between ions are in it.';
  if (nernstEinstein.value === null) return 'No number can be given, but an upper bound.';
  const why = collective.why ?? 'it was not measured';
  return `This is the Nernst–Einstein conductivity: ions counted as if each moved for itself. The collective one is not resolved (${why}).`;
}

/** What the mobile ions did, a sentence per species. */
function motionWords(mobile: readonly MobileSpecies[], { results }: TransportAnalysis): string {
  const { frameInterval, frames } = results.transport;
  const length = formatTime(frameInterval * Math.max(1, ...frames.map((n) => n - 1)));
  return mobile
    .map(({ species, found }) => {
      const name = ionName(species);
      const { verdict, hopsPerIon, hopLength, D } = found;
      if (D.value !== null) {
        const hops = `${formatNumber(hopsPerIon, 2)} ${hopsPerIon === 1 ? 'hop' : 'hops'} of ${formatNumber(hopLength.value, 2)} Å`;
        return `${name} diffuses: on average each ion made about ${hops} in ${length}.`;
      }
      return `${name}: ${verdict}; ${D.why ?? 'no reason given'}. ${ADVICE[verdict]}`.trim();
    })
    .join(' ');
}

/** A row of the results table. */
function row(name: Content, value: Content, ...remarks: readonly Content[]): Markup {
  const shown = remarks.filter((remark) => remark !== '' && remark !== undefined);
  return html`<tr><th scope="row">${name}</th><td>${value}${shown.map((remark) => html`<div class="small">${remark}</div>`)}</td></tr>`;
}

function estimateCell(estimate: Estimate, unit: string, factor = 1): Markup {
  const { value, interval } = estimateParts(estimate, factor);
  if (value === undefined) return html`<b>not resolved</b>`;
  const suffix = unit === '' ? '' : ` ${unit}`;
  return html`<b>${value}${suffix}</b>${interval !== undefined && html` (95 %: ${interval})`}`;
}

/** Rows of one temperature: every species, both conductivities, the Haven ratio. */
export function transportRows(system: System, { analysis }: ReportGroup): Markup[] {
  const { diffusion, conductivity, transport } = analysis.results;
  const labels = [
    ...transport.mobile,
    ...Object.keys(diffusion).filter((label) => !transport.mobile.includes(label)),
  ];
  const species = labels.flatMap((label): Markup[] => {
    const found = diffusion[label];
    if (!found) return [];
    const isMobile = transport.mobile.includes(label);
    const one = speciesOf(system, label);
    return [
      row(
        html`Tracer diffusivity D* of ${ionName(one)} ${isMobile ? verdictChip(found.verdict) : html`<span class="small">framework</span>`}`,
        estimateCell(found.D, 'cm²/s'),
        found.D.value !== null && formatEstimate(found.angstrom2PerPs, 'Å²/ps'),
        isMobile && tensorText(found),
        found.D.why === undefined
          ? ''
          : isMobile || found.verdict !== 'not diffusing'
            ? sentence(found.D.why)
            : 'stays in place, as a framework should',
      ),
    ];
  });
  const { nernstEinstein, collective, havenRatio } = conductivity;
  return [
    row(
      'Conductivity from tracers (Nernst–Einstein)',
      estimateCell(nernstEinstein, 'mS/cm', MILLI),
      sentence(nernstEinstein.why),
    ),
    row('Collective conductivity', estimateCell(collective, 'mS/cm', MILLI), sentence(collective.why)),
    row('Haven ratio', estimateCell(havenRatio, ''), havenWords(havenRatio)),
    ...species,
  ];
}

function sentence(words: string | undefined): string {
  if (words === undefined) return '';
  return capitalized(words.replace(/^not resolved: /, ''));
}

function havenWords(estimate: Estimate): string {
  const { value, ci95 } = estimate;
  if (value === null || ci95 === null) return sentence(estimate.why);
  if (ci95[1] < 1) return 'Below one: ions move together.';
  if (ci95[0] > 1) return 'Above one: ions hinder each other.';
  return 'Not told from one, the value of independent ions.';
}

/** Diagonal of the tensor in the power of ten of D. */
function tensorText({ tensor, D }: SpeciesDiffusion): string {
  const { ci95 } = tensor;
  if (ci95 === null || D.value === null) return '';
  const exponent = Math.floor(Math.log10(D.value));
  const parts = (['xx', 'yy', 'zz'] as const).map((ab): string => {
    const { value = '', interval } = estimateParts(
      { value: tensor[ab], ci95: ci95[ab], unit: '' },
      10 ** -exponent,
    );
    return `${ab} ${value}${interval === undefined ? '' : ` (${interval})`}`;
  });
  return `Along the axes, in ${powerOfTen(exponent)} cm²/s: ${parts.join(', ')}`;
}

/** Everything at a glance for several temperatures. */
export function temperatureTable(system: System, groups: readonly ReportGroup[]): Markup {
  const mobile = groups[0]?.analysis.results.transport.mobile ?? [];
  const diffusivities = mobile.map(
    (label) => html`<th>D* of ${ionName(speciesOf(system, label))}, cm²/s</th>`,
  );
  const rows = groups.map(({ temperature, analysis: { results } }) => {
    const cell = (estimate: Estimate | undefined, factor: number): Markup =>
      html`<td>${estimate ? estimateCell(estimate, '', factor) : '–'}</td>`;
    const { nernstEinstein, collective, havenRatio } = results.conductivity;
    return html`<tr><th scope="row">${temperature === null ? '–' : `${formatPlain(temperature, 4)} K`}</th>${mobile.map((label) => cell(results.diffusion[label]?.D, 1))}${cell(nernstEinstein, MILLI)}${cell(collective, MILLI)}${cell(havenRatio, 1)}</tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th>T</th>${diffusivities}<th>σ from tracers, mS/cm</th><th>σ collective, mS/cm</th><th>Haven ratio</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** The headline of several temperatures: the range, or what is missing. */
export function temperaturesAnswer(groups: readonly ReportGroup[], arrhenius?: ArrheniusResults): Markup {
  const known = groups.flatMap(({ temperature, analysis: { results } }) => {
    const { nernstEinstein, collective } = results.conductivity;
    const best = collective.value !== null ? collective : nernstEinstein;
    return best.value === null || temperature === null ? [] : [{ temperature, best }];
  });
  const temperatures = groups.flatMap(({ temperature }) =>
    temperature === null ? [] : [formatPlain(temperature, 4)],
  );
  const heading = html`<h2>Ionic conductivity at ${listed(temperatures)} K</h2>`;
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) {
    return html`${heading}<p class="answer words">No number from this run</p><p>At no temperature was diffusion resolved; the table below has the reasons and the bounds.</p>`;
  }
  const value = ({ best }: typeof first): string => estimateParts(best, MILLI).value ?? '';
  const range = first === last ? value(first) : `${value(first)} – ${value(last)}`;
  const where =
    first === last
      ? `at ${formatPlain(first.temperature, 4)} K; no number at the other temperatures`
      : `from ${formatPlain(first.temperature, 4)} to ${formatPlain(last.temperature, 4)} K`;
  const worst = Math.max(...known.map(({ best }) => relativeError(best)));
  return html`${heading}<p class="answer">${range} <small>mS/cm</small></p><p class="interval">${where}</p>
<p>${counted(known.length, groups.length)} The least certain of them has a standard error of ${formatNumber(100 * worst, 2)} %. Values are collective conductivities where these are resolved, else Nernst–Einstein ones.</p>
${arrhenius && html`<p>${arrheniusWords(arrhenius)}</p>`}`;
}

const WHICH = { collective: 'collective', nernstEinstein: 'Nernst–Einstein' } as const;

/** Activation energy and conductivity at 300 K in a sentence, or why there is none. */
function arrheniusWords({ Ea, sigma300, of, fit }: ArrheniusResults): string {
  if (Ea.value === null || fit === null) return `No activation energy: ${Ea.why ?? 'no reason given'}.`;
  const bounds =
    fit.bounds.length > 0
      ? ` and ${fit.bounds.length === 1 ? 'an upper bound' : `${fit.bounds.length} upper bounds`}`
      : '';
  return (
    `The activation energy is ${formatEstimate(Ea, 'eV')}, of a straight line through the ${WHICH[of]} conductivities of ` +
    `${fit.temperatures.length} temperatures${bounds}. Carried on to 300 K it gives ${formatEstimate(sigma300, 'mS/cm', MILLI)}: ` +
    `an extrapolation over a factor of ${formatNumber(fit.extrapolation, 3)} in temperature, right only if nothing changes on the way.`
  );
}

/** Activation energies and values at 300 K, of the conductivity and of every mobile species. */
export function arrheniusTable(system: System, arrhenius: ArrheniusResults): Markup {
  const line = (name: Content, Ea: Estimate, at300: Estimate, unit: string, factor: number): Markup =>
    html`<tr><th scope="row">${name}</th><td>${estimateCell(Ea, 'eV')}${Ea.value === null && html`<div class="small">${sentence(Ea.why)}</div>`}</td><td>${estimateCell(at300, unit, factor)}</td></tr>`;
  const rows = [
    line(
      `${capitalized(WHICH[arrhenius.of])} conductivity (σT)`,
      arrhenius.Ea,
      arrhenius.sigma300,
      'mS/cm',
      MILLI,
    ),
    ...Object.entries(arrhenius.diffusion).map(([label, { Ea, D300 }]) =>
      line(html`D* of ${ionName(speciesOf(system, label))}`, Ea, D300, 'cm²/s', 1),
    ),
  ];
  return html`<h3>Activation energies</h3><div class="scroll"><table><thead><tr><th></th><th>E<sub>a</sub></th><th>at 300 K</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function counted(known: number, all: number): string {
  return known === all ? 'Every temperature gave a value.' : `${known} of ${all} temperatures gave a value.`;
}

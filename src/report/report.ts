/**
 * report.html: one file that explains a run by itself: the answer and how sure it is, the curves behind it, what was done,
 * and where everything comes from. No script, nothing loaded from anywhere; every text of a file is escaped (markup.ts).
 */
import type { TransportAnalysis } from '../analysis/transport.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { formula, reducedFormula, type System } from '../model/system.ts';
import { answer, MILLI, temperaturesAnswer, temperatureTable, transportRows } from './answer.ts';
import { cellPicture } from './cellPicture.ts';
import {
  formatCount,
  formatEstimate,
  formatFixed,
  formatMean,
  formatNumber,
  formatPlain,
  formatTime,
  ionName,
  prettyFormulas,
} from './format.ts';
import type { ReportGroup, ReportOutcome, ReportReplica, ReportRun } from './input.ts';
import { type Content, html, type Markup, trusted } from './markup.ts';
import { analysisParagraph, cellText, runMethods, trajectoryParagraph } from './methods.ts';
import { type TokenName, token } from './palette.ts';
import {
  collectiveChart,
  directionChart,
  msdChart,
  type RowSet,
  rowChart,
  startScanChart,
  temperatureCharts,
} from './plots.ts';
import { type Bibliography, bibliography } from './references.ts';
import { ruler } from './ruler.ts';
import { STYLE } from './style.ts';

/** Temperatures with a section of their own, and replicas in the table: a report stays a page. */
const MOST_SECTIONS = 12;
const MOST_REPLICAS = 200;

/** The report of a run; a ReportWriter of the run floor. */
export function renderReport(run: ReportRun, outcome: ReportOutcome): string {
  const books = bibliography();
  const { spec, system } = run;
  const { results, pooled } = outcome;
  const title = prettyFormulas(spec.title);
  const several = pooled.length > 1;
  const state = { complete: 'ok', interrupted: 'warn', failed: 'error' }[results.status];
  // Methods first: sources are numbered in the order of the text, the potential's among them.
  const methods = runMethods(run, outcome, books);
  return page(title, [
    html`<header><h1>${title}</h1><p class="meta"><span>${prettyFormulas(reducedFormula(system))}</span><span>${formatCount(system.typeOf.length)} atoms</span>${run.replicas.length > 1 && html`<span>${formatCount(run.replicas.length)} replicas</span>`}<span>${formatTime(results.productionTime)} of production${run.replicas.length > 1 && ' each'}</span><span><span class="chip ${state}">${results.status}</span></span></p></header>`,
    banners(outcome),
    html`<div class="hero"><div>${headline(run, outcome)}${pooled.length > 0 && modelNote(run.forceField)}</div>${picture(outcome.final[0] ?? system, run.mobile, outcome.final.length > 0 ? lastState(outcome) : 'Initial state.')}</div>`,
    several &&
      section('Every temperature', [
        temperatureTable(system, pooled),
        figures(temperatureCharts(system, pooled)),
      ]),
    pooled
      .slice(0, MOST_SECTIONS)
      .map((group) =>
        section(several ? temperatureTitle(group) : 'Results', groupSection(run, outcome, group)),
      ),
    pooled.length > MOST_SECTIONS &&
      html`<p class="small">Curves of the first ${MOST_SECTIONS} temperatures are shown; results.json has all.</p>`,
    pooled.length === 0 &&
      section(
        'Course of the run',
        thermoFigures(
          run,
          outcome,
          run.replicas.map((_, r) => r),
        ),
      ),
    replicaSection(run, outcome),
    section('What was done', methods),
    potentialSection(run.forceField, books),
    provenanceSection(outcome),
    referenceSection(books),
    footer(outcome.provenance.version),
  ]);
}

/** The report of `analyze`: a trajectory of any program. */
export function renderAnalysis(trajectoryName: string, system: System, analysis: TransportAnalysis): string {
  const books = bibliography();
  const { transport } = analysis.results;
  const group: ReportGroup = { temperature: transport.temperature, analysis };
  const methods = [trajectoryParagraph(trajectoryName, system), analysisParagraph(system, analysis, books)];
  const length = transport.frameInterval * Math.max(0, ...transport.frames.map((n) => n - 1));
  return page(trajectoryName, [
    html`<header><h1>${trajectoryName}</h1><p class="meta"><span>${prettyFormulas(reducedFormula(system))}</span><span>${formatCount(system.typeOf.length)} atoms</span><span>${formatCount(transport.frames[0] ?? 0)} frames</span><span>${formatTime(length)}</span></p></header>`,
    notesBanner(transport.notes),
    html`<div class="hero"><div>${answer(system, group)}${statisticsNote()}</div>${picture(system, transport.mobile, 'First frame.')}</div>`,
    section('Results', [resultsTable(transportRows(system, group)), transportFigures(system, analysis)]),
    section('What was done', methods),
    referenceSection(books),
    footer(undefined),
  ]);
}

function page(title: string, content: Content): string {
  return `${
    html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';img-src data:">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>`.markup
  }\n`;
}

function section(title: string, content: Content): Markup {
  return html`<section><h2>${title}</h2>${content}</section>`;
}

function figures(charts: readonly string[]): Markup {
  return html`<div class="figures">${charts.filter(Boolean).map((one) => html`<figure>${trusted(one)}</figure>`)}</div>`;
}

/** What the reader must know before any number. */
function banners({ results, pooled }: ReportOutcome): Markup {
  const { status, why } = results;
  const reason = why === undefined ? '' : `: ${why}`;
  const early =
    status === 'failed'
      ? html`<div class="banner error" role="alert"><p><b>The run failed${reason}.</b> What follows is what it had recorded until then.</p></div>`
      : status === 'interrupted'
        ? html`<div class="banner"><p><b>The run was interrupted${reason}.</b> Numbers below rest on the part that was run.</p></div>`
        : false;
  const notes = new Set([
    ...results.warnings,
    ...pooled.flatMap(({ analysis }) => analysis.results.transport.notes),
  ]);
  return html`${early}${notesBanner([...notes])}`;
}

function notesBanner(notes: readonly string[]): Content {
  if (notes.length === 0) return false;
  return html`<div class="banner"><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></div>`;
}

function headline({ system }: ReportRun, { pooled, results }: ReportOutcome): Markup {
  const [first] = pooled;
  if (first === undefined) {
    const why =
      results.productionTime > 0 ? 'No analysis of transport was asked for.' : 'Production was not reached.';
    return html`<h2>Ionic conductivity</h2><p class="answer words">No number from this run</p><p>${why}</p>`;
  }
  return pooled.length > 1 ? temperaturesAnswer(pooled) : answer(system, first);
}

function statisticsNote(): Markup {
  return html`<p class="small">The interval is statistical: how far the number could move if the run were repeated. It knows nothing of errors of the model.</p>`;
}

function modelNote({ name, provenance }: ForceField): Markup {
  const kind =
    provenance === 'published' ? 'a published potential' : 'a fitted potential, not a published one';
  return html`<p class="small">The interval is statistical: how far the number could move if the run were repeated. It knows nothing of errors of the model, <a href="#potential">${name}</a>, ${kind}.</p>`;
}

function picture(system: System, mobile: readonly string[], caption: string): Markup {
  return html`<figure class="picture">${trusted(cellPicture(system, { mobile }))}<figcaption>${caption} Sphere sizes follow ionic radii, mobile ions enlarged; ${formula(system).length > 40 ? '' : `${prettyFormulas(formula(system).replaceAll(' ', ''))}, `}cell ${cellText(system)}.</figcaption></figure>`;
}

function lastState({ results, final, pooled }: ReportOutcome): string {
  const [first] = results.replicas;
  const at =
    pooled.length > 1 && first?.targetTemperature ? ` at ${formatPlain(first.targetTemperature, 4)} K` : '';
  const which = final.length > 1 && first ? ` of the replica with seed ${first.seed}${at}` : '';
  return results.status === 'failed' ? `Last saved state${which}.` : `Last state${which}.`;
}

function temperatureTitle({ temperature }: ReportGroup): string {
  return temperature === null ? 'Results' : `${formatPlain(temperature, 4)} K`;
}

function resultsTable(rows: readonly Markup[]): Markup {
  return html`<table class="results"><tbody>${rows}</tbody></table>`;
}

function transportFigures(system: System, analysis: TransportAnalysis): Markup {
  return html`<h3>Curves</h3>${figures([
    msdChart(system, analysis),
    startScanChart(system, analysis),
    ...(analysis.curves.collective ? [collectiveChart(system, analysis)] : []),
    directionChart(system, analysis),
  ])}`;
}

/** Indices of the replicas of a group: those with its temperature; all when there is one group. */
function membersOf({ pooled, results }: ReportOutcome, { temperature }: ReportGroup): number[] {
  return results.replicas.flatMap(({ targetTemperature }, r) =>
    pooled.length === 1 || targetTemperature === temperature ? [r] : [],
  );
}

function groupSection(run: ReportRun, outcome: ReportOutcome, group: ReportGroup): Content {
  const members = membersOf(outcome, group);
  return [
    resultsTable([...transportRows(run.system, group), ...stateRows(outcome, members)]),
    transportFigures(run.system, group.analysis),
    html`<h3>Course of the run</h3>`,
    thermoFigures(run, outcome, members),
  ];
}

/** Temperature, pressure and drift, of the replica when there is one. */
function stateRows({ results }: ReportOutcome, members: readonly number[]): Markup[] {
  const [r, ...others] = members;
  const replica = r === undefined ? undefined : results.replicas[r];
  if (!replica || others.length > 0) return [];
  const line = (name: string, value: Content, remark: string): Markup =>
    html`<tr><th scope="row">${name}</th><td><b>${value}</b><div class="small">${remark}</div></td></tr>`;
  const { temperature, pressure, nve, targetTemperature } = replica;
  const target = targetTemperature === null ? '' : `; asked for ${formatPlain(targetTemperature, 4)} K`;
  return [
    ...(temperature
      ? [line('Temperature in production', `${formatMean(temperature)} K`, `mean ± standard error${target}`)]
      : []),
    ...(pressure
      ? [
          line(
            'Pressure in production',
            `${formatMean(pressure)} GPa`,
            'mean ± standard error, at fixed cell',
          ),
        ]
      : []),
    ...(nve
      ? [
          line(
            'Drift of the energy (NVE)',
            formatEstimate(nve.drift, 'eV/atom/ns'),
            nve.drift.why ?? 'of the conserved energy; zero for an exact integrator',
          ),
        ]
      : []),
  ];
}

/** At most so many replicas are drawn together. */
const MOST_CURVES = 4;
const CURVE_COLORS: readonly TokenName[] = ['accent', 'line-metal-3', 'line-anion-4', 'ink-3'];

function thermoFigures(run: ReportRun, outcome: ReportOutcome, members: readonly number[]): Markup {
  const { stages } = run.spec;
  const shown = members.slice(0, MOST_CURVES);
  const sets = shown.map(
    (r, i): RowSet => ({
      label: `seed ${outcome.results.replicas[r]?.seed ?? run.replicas[r]?.seed ?? r}`,
      rows: outcome.thermo[r] ?? [],
      color: token(CURVE_COLORS[i] ?? 'ink-3'),
    }),
  );
  const n = run.system.typeOf.length;
  const target = outcome.results.replicas[shown[0] ?? 0]?.targetTemperature;
  const more =
    members.length > shown.length
      ? html`<p class="small">The first ${MOST_CURVES} of ${formatCount(members.length)} replicas are drawn.</p>`
      : false;
  return html`${figures([
    rowChart(sets, stages, {
      title: 'Temperature',
      yLabel: 'T, K',
      value: ({ observation }) => observation.temperature,
      ...(target && { lines: [{ y: target, label: `${formatPlain(target, 4)} K` }] }),
    }),
    rowChart(sets, stages, {
      title: 'Potential energy',
      yLabel: 'eV per atom',
      value: ({ observation }) => observation.potential / n,
    }),
    rowChart(sets, stages, {
      title: 'Drift of the conserved energy',
      yLabel: 'since the start of the stage, meV per atom',
      value: ({ observation }, first) => (1000 * (observation.conserved - first.observation.conserved)) / n,
      note: conservedNote(
        sets[0],
        stages.findIndex(({ production }) => production),
        n,
      ),
    }),
    rowChart(sets, stages, {
      title: 'Pressure',
      yLabel: 'GPa',
      value: ({ observation }) => observation.pressure,
    }),
  ])}${more}`;
}

function conservedNote(set: RowSet | undefined, production: number, nAtoms: number): string {
  const rows = set?.rows.filter(({ stage }) => stage === production) ?? [];
  const [first, last] = [rows[0], rows.at(-1)];
  const meaning =
    'Kinetic plus potential energy minus the heat taken from the thermostat: constant but for errors of the integration.';
  if (!first || !last || first === last) return meaning;
  const change = (1000 * (last.observation.conserved - first.observation.conserved)) / nAtoms;
  return `${meaning} Over production: ${formatNumber(change, 2)} meV per atom.`;
}

/** Replicas one by one, when there are several. */
function replicaSection(run: ReportRun, outcome: ReportOutcome): Content {
  const { replicas } = outcome.results;
  if (replicas.length < 2) return false;
  const several = outcome.pooled.length > 1;
  const name = ({ seed, targetTemperature }: ReportReplica): string =>
    several && targetTemperature !== null
      ? `${formatPlain(targetTemperature, 4)} K, seed ${seed}`
      : `seed ${seed}`;
  const [label] = run.mobile;
  const species = run.system.species.find((one) => one.label === label);
  const rows = replicas.slice(0, MOST_REPLICAS).map((replica) => {
    const D = label === undefined ? undefined : replica.diffusion?.[label]?.D;
    const sigma = replica.conductivity?.nernstEinstein;
    return html`<tr><th scope="row">${name(replica)}</th><td>${replica.temperature ? formatMean(replica.temperature) : '–'}</td><td>${D ? formatEstimate(D, '') : '–'}</td><td>${sigma ? formatEstimate(sigma, '', MILLI) : '–'}</td></tr>`;
  });
  const chart = ruler(
    [
      ...replicas.flatMap((replica) => {
        const estimate = replica.conductivity?.nernstEinstein;
        return estimate ? [{ label: name(replica), estimate, color: token('mobile') }] : [];
      }),
      ...(several
        ? []
        : outcome.pooled.map(({ analysis }) => ({
            label: 'together',
            estimate: analysis.results.conductivity.nernstEinstein,
            color: token('ink'),
          }))),
    ].slice(0, 40),
    { title: 'Nernst–Einstein conductivity of every replica', unit: 'mS/cm', factor: MILLI, width: 560 },
  );
  return section('Replica by replica', [
    html`<p>Replicas differ in their random numbers only; when their intervals do not overlap, the runs are too short or the structure has more than one long-lived state.</p>`,
    chart !== '' &&
      html`<figure style="max-width:640px">${trusted(chart)}<figcaption>Conductivity from tracers, with 95 % intervals.</figcaption></figure>`,
    html`<div class="scroll"><table><thead><tr><th>replica</th><th>T, K</th><th>D*${species && ` of ${ionName(species)}`}, cm²/s</th><th>σ from tracers, mS/cm</th></tr></thead><tbody>${rows}</tbody></table></div>`,
    replicas.length > MOST_REPLICAS &&
      html`<p class="small">The first ${MOST_REPLICAS} replicas are listed; results.json has all.</p>`,
  ]);
}

function potentialSection(forceField: ForceField, books: Bibliography): Markup {
  const {
    name,
    version,
    description,
    provenance,
    validFor,
    validTemperature,
    knownFailures,
    measured,
    citation,
  } = forceField;
  const range = validTemperature
    ? ` (${formatPlain(validTemperature[0])}–${formatPlain(validTemperature[1])} K)`
    : '';
  const rows = measured.map(({ system, quantity, value, reference, unit, note }, i) => {
    const off = reference === 0 ? Number.NaN : (100 * (value - reference)) / Math.abs(reference);
    // The name of a system stands beside its first quantity only.
    const isFirst = measured[i - 1]?.system !== system;
    const goesOn = measured[i + 1]?.system === system;
    return html`<tr><td class="${goesOn && 'again'}">${isFirst && prettyFormulas(system)}</td><td>${quantity}${note !== undefined && html`<div class="small">${note}</div>`}</td><td class="number">${formatPlain(value)}</td><td class="number">${formatPlain(reference)}</td><td>${unit}</td><td class="number">${off > 0 && '+'}${formatFixed(off, 1)} %</td></tr>`;
  });
  return html`<section id="potential"><h2>The potential: ${name} <span class="chip ${provenance === 'published' ? 'ok' : 'warn'}">${provenance}</span></h2>
<p>${prettyFormulas(description)} Version ${version}.${books.cite(...citation)}</p>
<div class="potential"><div><h3>Valid for${range}</h3><p>${prettyFormulas(validFor)}</p></div><div><h3>What it gets wrong</h3><div class="weakness"><p>${prettyFormulas(knownFailures)}</p></div></div></div>
${rows.length > 0 && html`<h3>Measured with this set</h3><div class="scroll"><table class="compact"><thead><tr><th>system</th><th>quantity</th><th class="number">this set</th><th class="number">reference</th><th>unit</th><th class="number">off by</th></tr></thead><tbody>${rows}</tbody></table></div>`}</section>`;
}

function provenanceSection({ provenance }: ReportOutcome): Markup {
  const { program, version, commit, platform, adapter, startedAt, tuning, seeds } = provenance;
  const kind = adapter.kind === 'gpu' ? 'GPU' : `software: ${adapter.kind}`;
  const entries: readonly (readonly [string, Content])[] = [
    ['program', `${program} ${version}, commit ${commit}`],
    ['platform', platform],
    ['adapter', `${adapter.name} (${kind})`],
    ['driver', adapter.driver],
    ['started', startedAt],
    ['seeds', seeds.length > 40 ? `${seeds.slice(0, 40).join(', ')}, …` : seeds.join(', ')],
    ['skin of the neighbour list', `${formatPlain(tuning.skinAngstrom)} Å`],
    ['specification, SHA-256', html`<code>${provenance.specSha256}</code>`],
    ['potential, SHA-256', html`<code>${provenance.potentialSha256}</code>`],
    ['structure, SHA-256', html`<code>${provenance.systemSha256}</code>`],
  ];
  return section('Provenance', [
    html`<p class="small">The same version, adapter, seeds and choices give the same bits.</p>`,
    html`<dl>${entries.filter(([, value]) => value !== '').map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`,
  ]);
}

function referenceSection(books: Bibliography): Markup {
  return section('References', [
    books.list(),
    html`<details><summary>BibTeX</summary><pre>${books.bibtex()}</pre></details>`,
  ]);
}

function footer(version: string | undefined): Markup {
  return html`<footer>Written by halide-md${version !== undefined && ` ${version}`}. Units: Å, ps, eV, K, GPa; conductivities in mS/cm (results.json: S/cm), diffusivities in cm²/s. Intervals are 95 %. “&lt;” marks an upper bound at 95 % confidence.</footer>`;
}

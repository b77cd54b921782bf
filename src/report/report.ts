/**
 * report.html: one file that explains a run by itself: the answer and how sure it is, the curves behind it, what was done,
 * and where everything comes from. No script, nothing loaded from anywhere; every text of a file is escaped (markup.ts).
 * Its figures stand beside it once more as files.
 */
import type { AnalysisReport } from '../analysis/analysis.ts';
import { FRAME_ANALYSES } from '../analysis/frameAnalyses.ts';
import type { AnalysisReports } from '../analysis/frameSet.ts';
import type { TransportAnalysis } from '../analysis/transport/transport.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { formula, reducedFormula, type System } from '../model/system.ts';
import { reportSection, stylesByLabel } from './analysisFigures.ts';
import { analysisParagraph, frameParagraphs } from './analysisMethods.ts';
import { answer, arrheniusTable, temperaturesAnswer, temperatureTable, transportRows } from './answer.ts';
import { cellPicture } from './cellPicture.ts';
import { courseFigures, stateRows } from './course.ts';
import { formatCount, formatPlain, formatTime, prettyFormulas } from './format.ts';
import type { ReportDynamics, ReportGroup, ReportInput, ReportOutcome, ReportRun } from './input.ts';
import { type Content, html, type Markup } from './markup.ts';
import { runMethods } from './methods.ts';
import { figureGrid, footer, notesBanner, page, referenceSection, section } from './page.ts';
import { type Files, type Plots, plotCollection } from './plotFiles.ts';
import { potentialSection } from './potential.ts';
import { precisionTable } from './precisionTable.ts';
import { provenanceSection } from './provenance.ts';
import { bibliography } from './references.ts';
import { replicaSection } from './replicas.ts';
import { cellText, trajectoryParagraph } from './systemMethods.ts';
import { temperaturePlots } from './temperaturePlots.ts';
import { collectiveChart, directionChart, msdChart, startScanChart } from './transportPlots.ts';

/** Temperatures with a section of their own: a report stays a page. */
const MOST_SECTIONS = 12;

/** The files of a run's report, report.html first; a ReportWriter of the run floor. */
export function renderReport(run: ReportRun, outcome: ReportOutcome, dynamics: ReportDynamics): Files {
  const input: ReportInput = { run, outcome, dynamics };
  const books = bibliography();
  const plots = plotCollection();
  const { spec, system } = run;
  const { results, pooled } = outcome;
  const title = prettyFormulas(spec.title);
  const several = pooled.length > 1;
  const state = { complete: 'ok', interrupted: 'warn', failed: 'error' }[results.status];
  // Methods first: sources are numbered in the order of the text, the potential's among them.
  const methods = runMethods(input, books);
  const text = page(title, [
    html`<header><h1>${title}</h1><p class="meta"><span>${prettyFormulas(reducedFormula(system))}</span><span>${formatCount(system.typeOf.length)} atoms</span>${run.replicas.length > 1 && html`<span>${formatCount(run.replicas.length)} replicas</span>`}<span>${formatTime(results.productionTime)} of production${run.replicas.length > 1 && ' each'}</span><span><span class="chip ${state}">${results.status}</span></span></p></header>`,
    banners(outcome),
    html`<div class="hero"><div>${headline(run, outcome, plots)}${pooled.some(hasInterval) && modelNote(run.forceField)}</div>${picture(outcome.final[0] ?? system, run.mobile, outcome.final.length > 0 ? lastState(outcome) : 'Initial state.', plots)}</div>`,
    several &&
      section('Every temperature', [
        temperatureTable(system, pooled),
        results.arrhenius && arrheniusTable(system, results.arrhenius),
        temperatureFigures(system, outcome, plots),
      ]),
    pooled
      .slice(0, MOST_SECTIONS)
      .map((group) =>
        section(several ? temperatureTitle(group) : 'Results', groupSection(input, group, plots)),
      ),
    pooled.length > MOST_SECTIONS &&
      html`<p class="small">Curves of the first ${MOST_SECTIONS} temperatures are shown; results.json has all.</p>`,
    pooled.length === 0 &&
      section(
        'Course of the run',
        courseFigures(
          input,
          run.replicas.map((_, r) => r),
          plots,
          '',
        ),
      ),
    replicaSection(input, plots),
    outcome.precision.stages.length > 0 && section('Precision', precisionTable(outcome.precision)),
    section('What was done', methods),
    potentialSection(run.forceField, books),
    provenanceSection(outcome.provenance),
    referenceSection(books),
    footer(outcome.provenance.version),
  ]);
  return { 'report.html': text, 'references.bib': `${books.bibtex()}\n`, ...plots.files() };
}

/** The report of `analyze`: a trajectory of any program. */
export function renderAnalysis(
  trajectoryName: string,
  system: System,
  analysis: TransportAnalysis,
  reports: AnalysisReports,
): Files {
  const books = bibliography();
  const plots = plotCollection();
  const { transport } = analysis.results;
  const group: ReportGroup = { temperature: transport.temperature, analysis, reports };
  const methods = [
    trajectoryParagraph(trajectoryName, system),
    analysisParagraph(system, analysis, books),
    ...frameParagraphs(reports, books),
  ];
  const length = transport.frameInterval * Math.max(0, ...transport.frames.map((n) => n - 1));
  const text = page(trajectoryName, [
    html`<header><h1>${trajectoryName}</h1><p class="meta"><span>${prettyFormulas(reducedFormula(system))}</span><span>${formatCount(system.typeOf.length)} atoms</span><span>${formatCount(transport.frames[0] ?? 0)} frames</span><span>${formatTime(length)}</span></p></header>`,
    notesBanner(transport.notes),
    html`<div class="hero"><div>${answer(system, group, plots)}${hasInterval(group) && statisticsNote()}</div>${picture(system, transport.mobile, 'First frame.', plots)}</div>`,
    section('Results', [
      resultsTable(transportRows(system, group)),
      transportFigures(system, analysis, plots),
    ]),
    frameSections(system, group, plots, ''),
    section('What was done', methods),
    referenceSection(books),
    footer(undefined),
  ]);
  return { 'report.html': text, 'references.bib': `${books.bibtex()}\n`, ...plots.files() };
}

/** The report of one analysis of a structure: a map of it. */
export function renderFields(
  name: string,
  title: string,
  system: System,
  mobile: readonly string[],
  report: AnalysisReport,
): Files {
  const books = bibliography();
  const plots = plotCollection();
  const methods = frameParagraphs({ [title]: report }, books);
  const text = page(name, [
    html`<header><h1>${name}</h1><p class="meta"><span>${prettyFormulas(reducedFormula(system))}</span><span>${formatCount(system.typeOf.length)} atoms</span></p></header>`,
    html`<div class="hero"><div>${reportSection(title, report, stylesByLabel(system, mobile), plots, '')}</div>${picture(system, mobile, 'The structure.', plots)}</div>`,
    section('What was done', methods),
    referenceSection(books),
    footer(undefined),
  ]);
  return { 'report.html': text, 'references.bib': `${books.bibtex()}\n`, ...plots.files() };
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

function headline({ system }: ReportRun, { pooled, results }: ReportOutcome, plots: Plots): Markup {
  const [first] = pooled;
  if (first === undefined) {
    const why =
      results.productionTime > 0 ? 'No analysis of transport was asked for.' : 'Production was not reached.';
    return html`<h2>Ionic conductivity</h2><p class="answer words">No number from this run</p><p>${why}</p>`;
  }
  const found =
    pooled.length > 1 ? temperaturesAnswer(pooled, results.arrhenius) : answer(system, first, plots);
  return html`${found}${results.until && untilSentence(results.until)}`;
}

function untilSentence({ reached, why }: { readonly reached: boolean; readonly why: string }): Markup {
  return reached
    ? html`<p>Production ended when the conductivity was known as well as was asked for: ${why} (relative standard error).</p>`
    : html`<p>The conductivity is not known as well as was asked for: ${why}.</p>`;
}

/** Whether the headline has an interval to explain. */
function hasInterval({ analysis: { results } }: ReportGroup): boolean {
  const { transport, diffusion, conductivity } = results;
  const estimates = [
    conductivity.collective,
    conductivity.nernstEinstein,
    ...transport.mobile.map((label) => diffusion[label]?.D),
  ];
  return estimates.some((estimate) => (estimate?.ci95 ?? null) !== null);
}

function statisticsNote(): Markup {
  return html`<p class="small">The interval is statistical: how far the number could move if the run were repeated. It knows nothing of errors of the model.</p>`;
}

function modelNote({ name, provenance }: ForceField): Markup {
  const kind =
    provenance === 'published' ? 'a published potential' : 'a fitted potential, not a published one';
  return html`<p class="small">The interval is statistical: how far the number could move if the run were repeated. It knows nothing of errors of the model, <a href="#potential">${name}</a>, ${kind}.</p>`;
}

function picture(system: System, mobile: readonly string[], caption: string, plots: Plots): Markup {
  return html`<figure class="picture">${plots.show('structure', cellPicture(system, { mobile }))}<figcaption>${caption} Sphere sizes follow ionic radii, mobile ions enlarged; ${formula(system).length > 40 ? '' : `${prettyFormulas(formula(system).replaceAll(' ', ''))}, `}cell ${cellText(system)}.</figcaption></figure>`;
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

function temperatureFigures(system: System, { pooled, results }: ReportOutcome, plots: Plots): Markup {
  const { conductivity, diffusivity } = temperaturePlots(system, pooled, results.arrhenius);
  return figureGrid([
    plots.show('conductivity_temperature', conductivity),
    plots.show('diffusivity_temperature', diffusivity),
  ]);
}

function transportFigures(system: System, analysis: TransportAnalysis, plots: Plots, suffix = ''): Markup {
  const show = (name: string, svg: string): Markup => plots.show(`${name}${suffix}`, svg);
  return html`<h3>Curves</h3>${figureGrid([
    show('msd', msdChart(system, analysis)),
    show('diffusion_start', startScanChart(system, analysis)),
    ...(analysis.curves.collective ? [show('collective', collectiveChart(system, analysis))] : []),
    show('directions', directionChart(system, analysis)),
  ])}`;
}

/** Every analysis of frames, in the order asked for. */
function frameSections(
  system: System,
  { analysis, reports }: ReportGroup,
  plots: Plots,
  suffix: string,
): Content {
  const styles = stylesByLabel(system, analysis.results.transport.mobile);
  return Object.entries(reports).map(
    ([name, report]) =>
      report && reportSection(FRAME_ANALYSES[name]?.title ?? name, report, styles, plots, suffix),
  );
}

/** Indices of the replicas of a group: those with its temperature; all when there is one group. */
function membersOf({ pooled, results }: ReportOutcome, { temperature }: ReportGroup): number[] {
  return results.replicas.flatMap(({ targetTemperature }, r) =>
    pooled.length === 1 || targetTemperature === temperature ? [r] : [],
  );
}

function groupSection(input: ReportInput, group: ReportGroup, plots: Plots): Content {
  const { run, outcome } = input;
  const members = membersOf(outcome, group);
  const suffix = outcome.pooled.length > 1 ? `.${group.temperature}K` : '';
  return [
    resultsTable([...transportRows(run.system, group), ...stateRows(outcome, members)]),
    transportFigures(run.system, group.analysis, plots, suffix),
    frameSections(run.system, group, plots, suffix),
    html`<h3>Course of the run</h3>`,
    courseFigures(input, members, plots, suffix),
  ];
}

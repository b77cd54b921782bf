/** How the atoms were moved, in sentences: the stages as they really ran. */
import { formatCount, formatPlain, formatTime, listed } from './format.ts';
import type { ReportDynamics, ReportInput, ReportOutcome, ReportRun, ReportStage } from './input.ts';
import { html, joined, type Markup, paragraph } from './markup.ts';
import type { Bibliography } from './references.ts';

export function dynamicsParagraph({ run, outcome, dynamics }: ReportInput, books: Bibliography): Markup {
  const { spec, replicas } = run;
  const { results, thermo } = outcome;
  const stages = spec.stages.map((stage, i) =>
    stageText(stage, run, dynamics, stageTime(thermo[0] ?? [], i), books),
  );
  const used = spec.stages.flatMap((stage) => {
    const key = integratorOf(stage);
    return key === undefined ? [] : [key];
  });
  const sentences = [...new Set(used)].flatMap((key) => {
    const integrator = dynamics.integrators[key];
    return integrator ? [{ key, ...integrator }] : [];
  });
  const added = new Set(
    spec.stages.flatMap(({ barostat }) => dynamics.barostats[barostat ?? '']?.letters ?? []),
  );
  const extra = [
    ...[...added].flatMap((some) => some.split(' ')),
    ...(spec.stages.some(isRamp) ? ['R'] : []),
  ];
  const letters = [...new Set(sentences.flatMap(({ sentence }) => sentence.split(' '))), ...extra];
  const early =
    results.status === 'complete'
      ? ''
      : `The run ended early (${results.status}${results.why === undefined ? '' : `: ${results.why}`}).`;
  return paragraph(
    'Dynamics',
    html`${joined(stages, '; ')}.`,
    early,
    sentences.length > 0 &&
      `One step reads ${listed(sentences.map(({ key, sentence }) => `${sentence} (${key})`))}, with ${letters.map((letter) => `${letter} = ${dynamics.letters[letter] ?? letter}`).join(', ')}${extra.includes('P') ? '; at constant pressure P stands before C' : ''}${extra.includes('X') ? '; at constant pressure X stands in the middle of A and E behind the last B' : ''}${extra.includes('R') ? '; a ramp begins with R' : ''}.`,
    spec.velocities === 'file'
      ? 'Initial velocities are those of the structure file.'
      : 'Initial velocities are drawn from Maxwell’s distribution and the total momentum is removed.',
    spec.stages.some(({ frozen = [] }) => frozen.length > 0)
      ? 'The temperature counts 3N − 3 degrees of freedom, where atoms are held still three for each that moves.'
      : 'The temperature counts 3N − 3 degrees of freedom.',
    replicaSentence(replicas),
  );
}

/** The key of the integrator of a stage; a relaxation has none. */
export function integratorOf(stage: ReportStage | undefined): string | undefined {
  if (stage === undefined || stage.do === 'minimize') return undefined;
  return stage.do === 'nve' ? 'nve' : (stage.thermostat ?? 'csvr');
}

/** fs that a stage really ran for, from its recorded rows; undefined when it left none. */
function stageTime(rows: ReportOutcome['thermo'][number], stage: number): number | undefined {
  const own = rows.filter((row) => row.stage === stage);
  const before = rows.filter((row) => row.stage < stage).at(-1);
  const last = own.at(-1);
  return last === undefined ? undefined : last.time - (before?.time ?? 0);
}

function stageText(
  stage: ReportStage,
  run: ReportRun,
  { integrators, minimizer, barostats }: ReportDynamics,
  ran: number | undefined,
  books: Bibliography,
): Markup {
  const name = html`<i>${stage.name}</i>: `;
  if (stage.do === 'minimize') {
    const free = stage.cell !== undefined && stage.cell !== 'fixed';
    const what = free
      ? `of atoms and cell (${CELL_WORDS[stage.cell as keyof typeof CELL_WORDS]}) at ${rampText(stage.pressure ?? 0)} GPa`
      : 'of the atoms at fixed cell';
    const stress = free ? ` and no stress deviates by more than ${formatPlain(stage.smax ?? 0)} GPa` : '';
    return html`${name}relaxation ${what} by ${minimizer.name}${books.cite(...minimizer.sources)} until the largest force is below ${formatPlain(stage.fmax ?? 0)} eV/Å${stress}${extrasText(stage)}`;
  }
  const key = integratorOf(stage) as string;
  const integrator = integrators[key];
  const { duration = 0, timestep = 1, tau } = stage;
  const temperatures =
    run.spec.replicas.temperature?.map((t) => formatPlain(t)) ??
    (stage.temperature === undefined ? [] : [rampText(stage.temperature)]);
  const kelvin = stage.do === 'nve' || temperatures.length === 0 ? '' : ` at ${listed(temperatures)} K`;
  const bath = stage.do === 'nve' || tau === undefined ? '' : `, relaxation time τ = ${formatPlain(tau)} fs`;
  const barostat = barostats[stage.barostat ?? ''];
  const cell = barostat
    ? html`, with ${barostat.name}${books.cite(...barostat.sources)} of the cell (${CELL_WORDS[(stage.cell ?? 'iso') as keyof typeof CELL_WORDS]}) at ${rampText(stage.pressure ?? 0)} GPa, relaxation time ${formatPlain(stage.tauP ?? 0)} fs${stage.barostat === 'cellRescaling' && ` at a compressibility of ${formatPlain(stage.compressibility ?? 0)} GPa⁻¹`}`
    : '';
  // A row may be missing at the end: durations need not be multiples of the interval of the series.
  const slack = 1.01 * run.spec.record.series.every * timestep;
  const cut =
    ran !== undefined && ran < duration - slack
      ? ` (${formatTime(ran)} of it were run)`
      : ran === undefined
        ? ' (not reached)'
        : '';
  return html`${name}${formatTime(duration)}${cut} of ${integrator?.name ?? key}${integrator && books.cite(...integrator.sources)}${kelvin}${bath}${cell}, timestep ${formatPlain(timestep)} fs${extrasText(stage)}${stage.production && ', production'}`;
}

const CELL_WORDS = {
  iso: 'edges by one factor',
  aniso: 'each edge by its own factor, angles kept',
  full: 'edges and angles',
} as const;

/** A field, and what stands still. */
function extrasText({ field, frozen = [] }: ReportStage): string {
  const drive = field ? `, in a uniform field of (${field.map((x) => formatPlain(x)).join(', ')}) V/Å` : '';
  return frozen.length > 0 ? `${drive}, ${listed(frozen)} held still` : drive;
}

function isRamp({ temperature, pressure }: ReportStage): boolean {
  return typeof temperature === 'object' || typeof pressure === 'object';
}

/** `600`, or `300 to 600` for a ramp. */
function rampText(ramp: number | readonly [number, number]): string {
  const values = typeof ramp === 'number' ? [ramp] : [...new Set(ramp)];
  return values.map((value) => formatPlain(value)).join(' to ');
}

function replicaSentence(replicas: ReportRun['replicas']): string {
  const [first] = replicas;
  if (first === undefined) return '';
  if (replicas.length === 1) return `The seed of the random numbers is ${first.seed}.`;
  const temperatures = [...new Set(replicas.map(({ temperature }) => temperature))];
  const seeds = [...new Set(replicas.map(({ seed }) => seed))];
  const at = temperatures.length > 1 ? ` at ${listed(temperatures.map((t) => formatPlain(t)))} K` : '';
  const shown = seeds.length > 12 ? `${seeds.slice(0, 12).join(', ')}, …` : listed(seeds.map(String));
  return `${formatCount(replicas.length)} replicas${at} with the ${seeds.length === 1 ? 'seed' : 'seeds'} ${shown} ran side by side; random numbers depend on a replica’s seed alone.`;
}

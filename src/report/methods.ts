/** "What was done": sentences made from what actually happened, as a paper's methods section would put them. */
import type { TransportAnalysis } from '../analysis/transport.ts';
import { AVOGADRO } from '../core/constants.ts';
import type { Citation, ForceField } from '../forcefield/forceField.ts';
import { PAIR_FORMS, type PairFormDefinition } from '../forcefield/pairForms.ts';
import { cellParameters, volume } from '../model/cell.ts';
import { formula, reducedFormula, type System, speciesCounts } from '../model/system.ts';
import {
  counted,
  formatCount,
  formatFixed,
  formatNumber,
  formatPlain,
  formatTime,
  ionName,
  listed,
  prettyFormulas,
} from './format.ts';
import type { ReportOutcome, ReportRun, ReportStage } from './input.ts';
import { type Content, html, joined, type Markup } from './markup.ts';
import type { Bibliography, PublicationKey } from './references.ts';

/**
 * Integrators in words. The sentences repeat those of the engine's registry, which stands on a higher floor; a test holds
 * the two against each other.
 */
export const DYNAMICS: Readonly<
  Record<
    string,
    { readonly name: string; readonly sentence: string; readonly sources: readonly PublicationKey[] }
  >
> = {
  nve: { name: 'velocity Verlet at constant energy', sentence: 'B A F B C', sources: ['swope1982'] },
  csvr: {
    name: 'velocity Verlet with stochastic velocity rescaling (CSVR)',
    sentence: 'B A F B V C',
    sources: ['swope1982', 'bussi2007'],
  },
  langevin: { name: 'Langevin dynamics (BAOAB)', sentence: 'B A O A F B C', sources: ['leimkuhler2013'] },
};

const LETTERS: Readonly<Record<string, string>> = {
  B: 'half kick',
  A: 'drift',
  F: 'forces',
  O: 'Ornstein–Uhlenbeck',
  V: 'velocity rescaling',
  C: 'centre of mass kept',
  N: 'Nosé–Hoover chain',
  P: 'cell half-step',
};

const TRUNCATIONS = {
  none: 'simply cut off',
  shift: 'shifted to zero energy at the cutoff',
  shiftForce: 'shifted to zero energy and force at the cutoff',
} as const;

/** The paragraphs of a run. */
export function runMethods(run: ReportRun, outcome: ReportOutcome, books: Bibliography): Markup {
  const analyses = outcome.pooled.map(({ analysis }) => analysis);
  return html`${[
    systemParagraph(run),
    forceParagraph(run, outcome, books),
    dynamicsParagraph(run, outcome, books),
    samplingParagraph(run, outcome),
    ...(analyses[0] ? [analysisParagraph(run.system, analyses[0], books)] : []),
  ]}`;
}

function paragraph(title: string, ...sentences: readonly Content[]): Markup {
  return html`<p><b>${title}.</b> ${joined(
    sentences.filter((sentence) => sentence !== '' && sentence !== false),
    ' ',
  )}</p>`;
}

function composition(system: System): string {
  const counts = speciesCounts(system);
  return system.species
    .map((species, s) => `${formatCount(counts[s] as number)} ${ionName(species)}`)
    .join(', ');
}

export function cellText(system: System): string {
  const { a, b, c, alpha, beta, gamma } = cellParameters(system.cell);
  const edges = [a, b, c].map((x) => formatFixed(x, 3)).join(' × ');
  const isRight = [alpha, beta, gamma].every((angle) => Math.abs(angle - 90) < 5e-3);
  const angles = isRight
    ? 'right angles'
    : `angles ${[alpha, beta, gamma].map((x) => formatFixed(x, 2)).join(', ')}°`;
  return `${edges} Å, ${angles}`;
}

function density(system: System): string {
  const counts = speciesCounts(system);
  const mass = system.species.reduce((sum, species, s) => sum + species.mass * (counts[s] as number), 0);
  // u/Å³ → g/cm³
  return formatFixed((mass / volume(system.cell)) * (1e24 / AVOGADRO), 3);
}

function systemParagraph({ spec, system }: ReportRun): Markup {
  const repeats = spec.supercell.some((n) => n !== 1) ? `, repeated ${spec.supercell.join(' × ')} times` : '';
  return paragraph(
    'System',
    html`The cell holds ${counted(system.typeOf.length, 'atom')} of ${prettyFormulas(reducedFormula(system))} (${composition(system)}), from the structure file <code>${spec.structure}</code>${repeats}.`,
    `Its edges are ${cellText(system)} (${density(system)} g/cm³); it is periodic in all three directions and keeps its shape.`,
  );
}

function forceParagraph(
  { forceField, system }: ReportRun,
  { provenance }: ReportOutcome,
  books: Bibliography,
): Markup {
  const { name, version, provenance: origin, cutoff, truncation, citation } = forceField;
  const labels = system.species.map(({ label }) => label);
  const pairs = forceField.pairs.filter(({ between }) => between.every((label) => labels.includes(label)));
  const forms = [...new Set(pairs.map(({ form }) => form))];
  const charges = system.species
    .flatMap(({ label, charge }) => (charge === undefined ? [] : [`${label} ${formatSigned(charge)}`]))
    .join(', ');
  const source =
    origin === 'published' ? 'a published set' : 'a set fitted for this program, not a published one';
  return paragraph(
    'Forces',
    html`Ions interact through the potential <code>${name}</code>, version ${version} (${source}${books.cite(...citation)}): ${counted(pairs.length, 'short-range term')} (${joined(
      forms.map((form) => formText(form, books)),
      '; ',
    )}), ${TRUNCATIONS[truncation]} at ${formatPlain(cutoff)} Å${charges !== '' && `, and point charges (${charges} e)`}.`,
    electrostaticsSentence(forceField, provenance, books),
    formalSentence(system),
  );
}

/** Sources of pair forms, made once: a bibliography knows a source by identity. */
const FORM_SOURCES: ReadonlyMap<string, Citation> = new Map(
  Object.entries(PAIR_FORMS).map(([name, { reference }]: [string, PairFormDefinition]) => {
    const [text = '', doi] = reference.split(', doi:');
    return [name, { text: `${text}.`, ...(doi !== undefined && { doi }) }];
  }),
);

function formText(form: keyof typeof PAIR_FORMS, books: Bibliography): Markup {
  const source = FORM_SOURCES.get(form);
  return html`${form}${source && books.cite(source)}, V(r) = ${PAIR_FORMS[form].formula}`;
}

function electrostaticsSentence(
  { coulomb }: ForceField,
  { tuning }: ReportOutcome['provenance'],
  books: Bibliography,
): Content {
  const [plan] = tuning.electrostatics;
  if (coulomb.method === 'none') return 'There is no Coulomb interaction.';
  if (plan === undefined) return '';
  return html`Coulomb forces are summed by the Ewald method${books.cite('ewald1921')} with a splitting parameter α = ${formatNumber(plan.alphaPerAngstrom, 4)} Å⁻¹ and ${formatCount(plan.waves)} wave vectors in the half space; the estimated rms force error${books.cite('kolafa1992')} is ${formatNumber(plan.estimatedForceError, 2)} eV/Å, asked for was ${formatNumber(coulomb.accuracy, 1)} of the force between two unit charges at 1 Å.`;
}

function formalSentence(system: System): string {
  const differs = system.species.filter(
    ({ charge, formalCharge }) =>
      formalCharge !== undefined && charge !== undefined && charge !== formalCharge,
  );
  if (differs.length === 0) return '';
  const formal = system.species.flatMap(({ label, formalCharge }) =>
    formalCharge === undefined ? [] : [`${label} ${formatSigned(formalCharge)}`],
  );
  return `Conductivities use the formal charges (${formal.join(', ')} e), forces the charges above.`;
}

function formatSigned(x: number): string {
  return x > 0 ? `+${formatPlain(x)}` : formatPlain(x);
}

function dynamicsParagraph(run: ReportRun, { results, thermo }: ReportOutcome, books: Bibliography): Markup {
  const { spec, replicas } = run;
  const stages = spec.stages.map((stage, i) => stageText(stage, run, stageTime(thermo[0] ?? [], i), books));
  const used = spec.stages.flatMap((stage) => {
    const key = integratorOf(stage);
    return key === undefined ? [] : [key];
  });
  const sentences = [...new Set(used)].flatMap((key) => {
    const dynamics = DYNAMICS[key];
    return dynamics ? [{ key, ...dynamics }] : [];
  });
  const letters = [...new Set(sentences.flatMap(({ sentence }) => sentence.split(' ')))];
  const early =
    results.status === 'complete'
      ? ''
      : `The run ended early (${results.status}${results.why === undefined ? '' : `: ${results.why}`}).`;
  return paragraph(
    'Dynamics',
    html`${joined(stages, '; ')}.`,
    early,
    sentences.length > 0 &&
      `One step reads ${listed(sentences.map(({ key, sentence }) => `${sentence} (${key})`))}, with ${letters.map((letter) => `${letter} = ${LETTERS[letter] ?? letter}`).join(', ')}.`,
    spec.velocities === 'file'
      ? 'Initial velocities are those of the structure file.'
      : 'Initial velocities are drawn from Maxwell’s distribution and the total momentum is removed.',
    'The temperature counts 3N − 3 degrees of freedom.',
    replicaSentence(replicas),
  );
}

function integratorOf({ do: what, thermostat }: ReportStage): string | undefined {
  if (what === 'minimize') return undefined;
  return what === 'nve' ? 'nve' : (thermostat ?? 'csvr');
}

/** fs that a stage really ran for, from its recorded rows; undefined when it left none. */
function stageTime(rows: ReportOutcome['thermo'][number], stage: number): number | undefined {
  const own = rows.filter((row) => row.stage === stage);
  const before = rows.filter((row) => row.stage < stage).at(-1);
  const last = own.at(-1);
  return last === undefined ? undefined : last.time - (before?.time ?? 0);
}

function stageText(stage: ReportStage, run: ReportRun, ran: number | undefined, books: Bibliography): Markup {
  const name = html`<i>${stage.name}</i>: `;
  if (stage.do === 'minimize') {
    return html`${name}relaxation of the atoms at fixed cell by FIRE${books.cite('bitzek2006')} until the largest force is below ${formatPlain(stage.fmax ?? 0)} eV/Å`;
  }
  const key = integratorOf(stage) as string;
  const dynamics = DYNAMICS[key];
  const { duration = 0, timestep = 1, tau } = stage;
  const temperatures =
    run.spec.replicas.temperature ?? (stage.temperature === undefined ? [] : [stage.temperature]);
  const kelvin =
    stage.do === 'nve' || temperatures.length === 0
      ? ''
      : ` at ${listed(temperatures.map((t) => formatPlain(t)))} K`;
  const bath = stage.do === 'nve' || tau === undefined ? '' : `, relaxation time τ = ${formatPlain(tau)} fs`;
  // A row may be missing at the end: durations need not be multiples of the interval of the series.
  const slack = 1.01 * run.spec.record.series.every * timestep;
  const cut =
    ran !== undefined && ran < duration - slack
      ? ` (${formatTime(ran)} of it were run)`
      : ran === undefined
        ? ' (not reached)'
        : '';
  return html`${name}${formatTime(duration)}${cut} of ${dynamics?.name ?? key}${dynamics && books.cite(...dynamics.sources)}${kelvin}${bath}, timestep ${formatPlain(timestep)} fs${stage.production && ', production'}`;
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

function samplingParagraph({ spec }: ReportRun, { pooled, results }: ReportOutcome): Markup {
  const production = spec.stages.find(({ production: is }) => is);
  const step = production?.timestep ?? 1;
  const frames = pooled.flatMap(({ analysis }) => analysis.results.transport.frames);
  const { trajectory, series } = spec.record;
  const range =
    frames.length === 0
      ? ''
      : Math.min(...frames) === Math.max(...frames)
        ? formatCount(frames[0] as number)
        : `${formatCount(Math.min(...frames))} to ${formatCount(Math.max(...frames))}`;
  return paragraph(
    'Record',
    `Positions were kept every ${formatTime(trajectory.every * step)} of production, energies every ${formatTime(series.every * step)}.`,
    `Production lasted ${formatTime(results.productionTime)}${range === '' ? '' : `: ${range} frames`}${frames.length > 1 ? ' per replica' : ''}.`,
  );
}

const FRAMES = {
  framework: (system: System, mobile: readonly string[]): string => {
    const others = system.species.filter(({ label }) => !mobile.includes(label)).map(ionName);
    return `Displacements are taken relative to the mean displacement of the framework (${listed(others)})`;
  },
  massCenter: (): string => 'Displacements are taken relative to the centre of mass',
  none: (): string => 'Displacements are taken as they are, without a correction for drift',
} as const;

/** How the transport coefficients were made. */
export function analysisParagraph(
  system: System,
  { results }: TransportAnalysis,
  books: Bibliography,
): Markup {
  const { transport, diffusion, conductivity } = results;
  const fits = transport.mobile.flatMap((label) => {
    const one = diffusion[label];
    if (!one?.fit || one.D.value === null) return [];
    const { start, end, interval, blocks } = one.fit;
    const rests = {
      gls: 'the covariance of the fit',
      blocks: `the scatter of ${blocks} blocks`,
      'hop count': 'the number of hops',
    }[interval];
    return [
      `for ${ionName(system.species.find((species) => species.label === label) ?? { label, element: '' })} from ${formatTime(start)} to ${formatTime(end)} (reduced χ² ${formatNumber(one.fit.chiSquare, 2)}; the interval comes from ${rests})`,
    ];
  });
  const charges = transport.mobile.flatMap((label) => {
    const charge = transport.formalCharges[label];
    return charge === undefined ? [] : [`${label} ${formatSigned(charge)}`];
  });
  const hasSigma = conductivity.nernstEinstein.value !== null || conductivity.nernstEinstein.ci95 !== null;
  const pooled = transport.replicas > 1 ? ', replicas' : '';
  return paragraph(
    'Analysis',
    `${FRAMES[transport.referenceFrame](system, transport.mobile)}.`,
    html`The mean squared displacement averages over ions${pooled} and all time origins (by FFT${books.cite('calandrini2011')}).`,
    html`The tracer diffusivity is one sixth of the slope of a straight line with an offset for vibrations, fitted by generalised least squares${books.cite('mccluskey2025')} up to half the run; of the lags from which no later start gives another slope${books.cite('hausman1978')} it starts at the latest that costs little precision.`,
    fits.length > 0 && `The line was fitted ${fits.join('; ')}.`,
    html`The 95 % interval is the wider one of the fit’s covariance and of the scatter between blocks of the run${books.cite('flyvbjerg1989')}; where few hops were seen, it is at least that of their number${books.cite('he2018')}. A slope is called a diffusivity only when it is positive, straight, and made of enough hops; otherwise an upper bound is given.`,
    hasSigma &&
      html`The Nernst–Einstein conductivity takes these diffusivities and formal charges (${charges.join(', ')} e) at ${formatPlain(transport.temperature ?? 0)} K and a volume of ${formatPlain(transport.volume)} Å³; the collective one is the slope of the mean squared displacement of Σ q u, all charges of the cell together. The Haven ratio is the first over the second${books.cite('marcolongo2017')}; it is given only when its relative standard error is below one half.`,
  );
}

/** The sum formula and number of atoms of a trajectory, for a report without a run. */
export function trajectoryParagraph(name: string, system: System): Markup {
  return paragraph(
    'Trajectory',
    html`<code>${name}</code>: ${counted(system.typeOf.length, 'atom')} (${prettyFormulas(formula(system).replaceAll(' ', ''))}), cell ${cellText(system)}.`,
  );
}

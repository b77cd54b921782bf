/** The course of a run: temperature, energies and pressure, as means and against time. */
import { capitalized } from '../core/text.ts';
import { type RowChart, type RowSet, rowChart } from './coursePlots.ts';
import { integratorOf } from './dynamicsMethods.ts';
import { formatCount, formatEstimate, formatFixed, formatMean, formatNumber, formatPlain } from './format.ts';
import type { ReportDynamics, ReportInput, ReportOutcome, ReportReplica, ReportStage } from './input.ts';
import { type Content, html, type Markup } from './markup.ts';
import { figureGrid } from './page.ts';
import { type TokenName, token } from './palette.ts';
import type { Plots } from './plotFiles.ts';
import { movesCell } from './systemMethods.ts';

/** Temperature, pressure and drift, of the replica when there is one. */
export function stateRows({ results }: ReportOutcome, members: readonly number[]): Markup[] {
  const [r, ...others] = members;
  const replica = r === undefined ? undefined : results.replicas[r];
  if (!replica || others.length > 0) return [];
  const line = (name: string, value: Content, remark: string): Markup =>
    html`<tr><th scope="row">${name}</th><td><b>${value}</b><div class="small">${remark}</div></td></tr>`;
  const { temperature, pressure, lattice, nve, targetTemperature } = replica;
  const isFree =
    lattice !== undefined && Object.values(lattice).some(({ standardError }) => standardError > 0);
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
            `mean ± standard error, ${isFree ? 'the cell free' : 'at fixed cell'}`,
          ),
        ]
      : []),
    ...(lattice
      ? [
          line(
            'Cell in production',
            latticeText(lattice),
            isFree ? 'mean ± standard error' : 'fixed, as the stages before left it',
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

const EDGES = ['a', 'b', 'c'] as const;
const ANGLES = ['alpha', 'beta', 'gamma'] as const;

function latticeText(lattice: NonNullable<ReportReplica['lattice']>): string {
  const text = (name: keyof typeof lattice, digits: number): string => {
    const { value, standardError } = lattice[name];
    return standardError > 0 ? formatMean(lattice[name]) : formatFixed(value, digits);
  };
  const edges = EDGES.map((name) => text(name, 4)).join(' × ');
  const angles = ANGLES.map((name) => text(name, 3)).join(', ');
  return `${edges} Å, ${angles}°`;
}

/** At most so many replicas are drawn together. */
const MOST_CURVES = 4;
const CURVE_COLORS: readonly TokenName[] = ['accent', 'line-mobile-2', 'line-anion-4', 'line-metal-3'];

/**
 * Temperature, energies and pressure against time.
 * @param members indices of the replicas to draw
 * @param suffix of the names of the plots
 */
export function courseFigures(
  { run, outcome, dynamics }: ReportInput,
  members: readonly number[],
  plots: Plots,
  suffix: string,
): Markup {
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
  const show = (name: string, options: RowChart): Markup =>
    plots.show(`${name}${suffix}`, rowChart(sets, stages, options));
  const more =
    members.length > shown.length
      ? html`<p class="small">The first ${MOST_CURVES} of ${formatCount(members.length)} replicas are drawn.</p>`
      : false;
  return html`${figureGrid([
    show('temperature', {
      title: 'Temperature',
      yLabel: 'T, K',
      value: ({ observation }) => observation.temperature,
      ...(target && { lines: [{ y: target, label: `${formatPlain(target, 4)} K` }] }),
    }),
    show('potential_energy', {
      title: 'Potential energy',
      yLabel: 'eV per atom',
      value: ({ observation }) => observation.potential / n,
    }),
    show('conserved_energy', {
      title: 'Drift of the conserved energy',
      yLabel: 'since the start of the stage, meV per atom',
      value: ({ observation }, first) => (1000 * (observation.conserved - first.observation.conserved)) / n,
      note: conservedNote(sets[0], stages, dynamics, n),
    }),
    show('pressure', {
      title: 'Pressure',
      yLabel: 'GPa',
      value: ({ observation }) => observation.pressure,
    }),
    ...(stages.some(movesCell) ? cellCharts(show) : []),
  ])}${more}`;
}

function cellCharts(show: (name: string, options: RowChart) => Markup): Markup[] {
  return [
    show('volume', {
      title: 'Volume of the cell',
      yLabel: 'Å³',
      value: ({ observation }) => observation.volume,
    }),
    ...EDGES.map((name) =>
      show(`edge_${name}`, {
        title: `Edge ${name} of the cell`,
        yLabel: 'Å',
        value: ({ observation }) => observation.lattice[name],
      }),
    ),
  ];
}

/** What the dynamics conserves, and by how much it changed over production. */
function conservedNote(
  set: RowSet | undefined,
  stages: readonly ReportStage[],
  { integrators, barostats }: ReportDynamics,
  nAtoms: number,
): string {
  const production = stages.findIndex((stage) => stage.production);
  const key = integratorOf(stages[production] ?? stages.at(-1));
  const own = key !== undefined ? integrators[key]?.conserved : undefined;
  const { barostat } = stages[production] ?? stages.at(-1) ?? {};
  const conserved = (barostat ? barostats[barostat]?.conserved : own) ?? 'the conserved energy';
  const meaning = `${capitalized(conserved)}: constant but for errors of the integration.`;
  const rows = set?.rows.filter(({ stage }) => stage === production) ?? [];
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last || first === last) return meaning;
  const change = (1000 * (last.observation.conserved - first.observation.conserved)) / nAtoms;
  return `${meaning} Over production: ${formatNumber(change, 2)} meV per atom.`;
}

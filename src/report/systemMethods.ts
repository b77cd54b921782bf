/** What was simulated, in sentences. */

import { AVOGADRO } from '../core/constants.ts';
import { capitalized } from '../core/text.ts';
import { cellParameters, volume } from '../model/cell.ts';
import { formula, reducedFormula, type System, speciesCounts } from '../model/system.ts';
import { counted, formatCount, formatFixed, ionName, prettyFormulas } from './format.ts';
import type { ReportRun, ReportStage } from './input.ts';
import { html, type Markup, paragraph } from './markup.ts';

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

/** Whether a stage may change the cell. */
export function movesCell({ do: what, cell = 'fixed' }: ReportStage): boolean {
  return what === 'npt' || (what === 'minimize' && cell !== 'fixed');
}

export function systemParagraph({ spec, system, built }: ReportRun): Markup {
  const repeats = spec.supercell.some((n) => n !== 1) ? `, repeated ${spec.supercell.join(' × ')} times` : '';
  const isFree = spec.stages.some(movesCell);
  return paragraph(
    'System',
    html`The cell holds ${counted(system.typeOf.length, 'atom')} of ${prettyFormulas(reducedFormula(system))} (${composition(system)}), from the structure file <code>${spec.structure}</code>${repeats}.`,
    built.map((text) => `${capitalized(text)}.`).join(' '),
    `Its edges ${isFree ? 'at the beginning ' : ''}are ${cellText(system)} (${density(system)} g/cm³); it is periodic in all three directions and ${isFree ? 'free to change as the stages say' : 'keeps its shape'}.`,
  );
}

/** The sum formula and number of atoms of a trajectory, for a report without a run. */
export function trajectoryParagraph(name: string, system: System): Markup {
  return paragraph(
    'Trajectory',
    html`<code>${name}</code>: ${counted(system.typeOf.length, 'atom')} (${prettyFormulas(formula(system).replaceAll(' ', ''))}), cell ${cellText(system)}.`,
  );
}

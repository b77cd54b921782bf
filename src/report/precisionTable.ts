/** How well the dynamics were integrated, stage by stage, as a table. */
import { formatMean, formatNumber, formatPlain } from './format.ts';
import type { ReportPrecision } from './input.ts';
import { html, joined, type Markup } from './markup.ts';

export function precisionTable({ stages, neighborList, shares = {} }: ReportPrecision): Markup {
  const rows = stages.map(({ stage, drift, centreOfMass, temperatures }) => {
    const kelvins = Object.entries(temperatures).map(([label, mean]) => html`${label} ${formatMean(mean)}`);
    return html`<tr><th scope="row">${stage}</th><td>${drift === null ? '–' : formatNumber(drift, 2)}</td><td>${centreOfMass === null ? '–' : formatNumber(centreOfMass, 2)}</td><td>${kelvins.length > 0 ? joined(kelvins, ', ') : '–'}</td></tr>`;
  });
  const { pruning, building } = neighborList;
  const list = `Between two prunings of the neighbor list atoms moved by ${formatPlain(pruning.largest, 2)} Å at most (${formatPlain(pruning.allowed, 2)} Å are allowed), between two builds by ${formatPlain(building.largest, 2)} Å (${formatPlain(building.allowed, 2)} Å).`;
  const time = Object.entries(shares).map(([name, share]) => `${name} ${Math.round(100 * share)} %`);
  return html`<div class="scroll"><table><thead><tr><th scope="col">Stage</th><th scope="col">Drift of the conserved quantity, eV/atom/ns</th><th scope="col">Centre of mass at most, K</th><th scope="col">Temperatures, K</th></tr></thead><tbody>${joined(rows, '')}</tbody></table></div><p class="small">Temperatures by species are means over the states at checkpoints and the last one, with the error of so few. ${list}${time.length > 0 && ` Of a step’s time: ${time.join(', ')}.`}</p>`;
}

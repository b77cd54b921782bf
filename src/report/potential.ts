/** The potential of a run: what it is made for, what it gets wrong, what was measured with it. */
import type { ForceField } from '../forcefield/forceField.ts';
import { formatFixed, formatPlain, prettyFormulas } from './format.ts';
import { html, type Markup } from './markup.ts';
import type { Bibliography } from './references.ts';

export function potentialSection(forceField: ForceField, books: Bibliography): Markup {
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

/** What a run was made with. */
import { formatPlain } from './format.ts';
import type { ReportProvenance } from './input.ts';
import { type Content, html, type Markup } from './markup.ts';
import { section } from './page.ts';

export function provenanceSection(provenance: ReportProvenance): Markup {
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

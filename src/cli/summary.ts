/** Results as the few lines a user reads in the terminal; screens show σ in mS/cm. */
import type { Estimate } from '../analysis/estimate.ts';
import type { RunResults } from '../run/results.ts';

/** Three significant digits with a real minus and no false precision. */
function digits(x: number): string {
  if (x === 0) return '0';
  const magnitude = Math.abs(x);
  return magnitude >= 1e4 || magnitude < 1e-3 ? x.toExponential(2) : x.toPrecision(3);
}

/** `662 (95 %: 540…790) mS/cm`, `< 0.4 mS/cm: not diffusing`, `not resolved: …`. */
export function describeEstimate({ value, ci95, unit, why }: Estimate, factor = 1, shown = unit): string {
  if (value !== null && ci95) {
    return `${digits(value * factor)} (95 %: ${digits(ci95[0] * factor)}…${digits(ci95[1] * factor)}) ${shown}`;
  }
  if (ci95) return `below ${digits(ci95[1] * factor)} ${shown}${why ? `: ${why}` : ''}`;
  return why?.startsWith('not resolved') ? why : `not resolved${why ? `: ${why}` : ''}`;
}

export function summarize(results: RunResults): string {
  const lines = [`${results.title}: ${results.status}${results.why ? ` (${results.why})` : ''}`];
  for (const [label, species] of Object.entries(results.diffusion ?? {})) {
    const verdict = 'verdict' in species ? `${species.verdict}, ` : '';
    lines.push(`  D ${label.padEnd(3)} ${verdict}${describeEstimate(species.D)}`);
  }
  const { conductivity } = results;
  if (conductivity) {
    lines.push(
      `  σ (Nernst–Einstein) ${describeEstimate(conductivity.nernstEinstein, 1000, 'mS/cm')}`,
      `  σ (collective)      ${describeEstimate(conductivity.collective, 1000, 'mS/cm')}`,
      `  Haven ratio         ${describeEstimate(conductivity.havenRatio, 1, '')}`,
    );
  }
  for (const [r, { nve }] of results.replicas.entries()) {
    if (nve)
      lines.push(
        `  energy drift${results.replicas.length > 1 ? ` ${r}` : ''} ${describeEstimate(nve.drift)}`,
      );
  }
  lines.push(...(results.transport?.notes ?? []).map((note) => `  ${note}`));
  return lines.join('\n');
}

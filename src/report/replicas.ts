/** Replicas one by one. */
import { MILLI } from './answer.ts';
import { formatEstimate, formatMean, formatPlain, ionName } from './format.ts';
import type { ReportInput, ReportReplica } from './input.ts';
import { type Content, html } from './markup.ts';
import { section } from './page.ts';
import { token } from './palette.ts';
import type { Plots } from './plotFiles.ts';
import { ruler } from './ruler.ts';

/** Replicas in the table: a report stays a page. */
const MOST_REPLICAS = 200;

/** Replicas one by one, when there are several. */
export function replicaSection({ run, outcome }: ReportInput, plots: Plots): Content {
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
      html`<figure style="max-width:640px">${plots.show('replicas', chart)}<figcaption>Conductivity from tracers, with 95 % intervals.</figcaption></figure>`,
    html`<div class="scroll"><table><thead><tr><th>replica</th><th>T, K</th><th>D*${species && ` of ${ionName(species)}`}, cm²/s</th><th>σ from tracers, mS/cm</th></tr></thead><tbody>${rows}</tbody></table></div>`,
    replicas.length > MOST_REPLICAS &&
      html`<p class="small">The first ${MOST_REPLICAS} replicas are listed; results.json has all.</p>`,
  ]);
}

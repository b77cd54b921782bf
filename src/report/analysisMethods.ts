/** How the transport coefficients were made, in sentences. */
import { FRAME_ANALYSES } from '../analysis/frameAnalyses.ts';
import type { AnalysisReports } from '../analysis/frameSet.ts';
import type { TransportAnalysis } from '../analysis/transport/transport.ts';
import { PUBLICATIONS, type PublicationKey } from '../core/publications.ts';
import type { System } from '../model/system.ts';
import { formatNumber, formatPlain, formatSigned, formatTime, ionName, listed } from './format.ts';
import { type Content, html, type Markup, paragraph } from './markup.ts';
import type { Bibliography } from './references.ts';

const FRAMES = {
  framework: (system: System, mobile: readonly string[]): string => {
    const others = system.species.filter(({ label }) => !mobile.includes(label)).map(ionName);
    return `Displacements are taken relative to the mean displacement of the framework (${listed(others)})`;
  },
  massCenter: (): string => 'Displacements are taken relative to the centre of mass',
  none: (): string => 'Displacements are taken as they are, without a correction for drift',
} as const;

/**
 * How each analysis of frames was made: its own sentences, `{key}` turned into a citation. A key that is none stays as it is:
 * a test looks for those.
 */
export function frameParagraphs(reports: AnalysisReports, books: Bibliography): Markup[] {
  return Object.entries(reports).flatMap(([name, report]) => {
    if (!report || report.methods.length === 0) return [];
    const sentences = report.methods.map((sentence) =>
      sentence.split(/(\{\w+\})/).map((part): Content => {
        const key = part.slice(1, -1);
        return part.startsWith('{') && key in PUBLICATIONS ? books.cite(key as PublicationKey) : part;
      }),
    );
    return [paragraph(FRAME_ANALYSES[name]?.title ?? name, ...sentences)];
  });
}

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

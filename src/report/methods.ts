/** "What was done": sentences made from what actually happened, as a paper's methods section would put them. */
import { analysisParagraph, frameParagraphs } from './analysisMethods.ts';
import { dynamicsParagraph } from './dynamicsMethods.ts';
import { forceParagraph } from './forceMethods.ts';
import { formatCount, formatTime } from './format.ts';
import type { ReportInput, ReportOutcome, ReportRun } from './input.ts';
import { html, type Markup, paragraph } from './markup.ts';
import type { Bibliography } from './references.ts';
import { systemParagraph } from './systemMethods.ts';

/** The paragraphs of a run. */
export function runMethods(input: ReportInput, books: Bibliography): Markup {
  const { run, outcome } = input;
  const analyses = outcome.pooled.map(({ analysis }) => analysis);
  return html`${[
    systemParagraph(run),
    forceParagraph(run, outcome.provenance, books),
    dynamicsParagraph(input, books),
    samplingParagraph(run, outcome),
    ...(analyses[0] ? [analysisParagraph(run.system, analyses[0], books)] : []),
    ...frameParagraphs(outcome.pooled[0]?.reports ?? {}, books),
  ]}`;
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

/** `--analysis rdf,sites --set rdf.binWidth=0.02`: which analyses of frames, with which options. */
import { FRAME_ANALYSES } from '../analysis/frameAnalyses.ts';
import { ANALYSES } from '../analysis/index.ts';
import { type AnalysisRequest, type GivenOptions, isFrameAnalysis, requestOf } from '../analysis/request.ts';
import { InputError, suggestion } from '../core/errors.ts';

/** @param names as asked for; transport is always there @param settings `name.option=value` */
export function analysisRequests(names: readonly string[], settings: readonly string[]): AnalysisRequest[] {
  const known = [...Object.keys(ANALYSES), ...Object.keys(FRAME_ANALYSES)];
  for (const name of names) {
    if (!known.includes(name)) {
      throw new InputError(
        `--analysis: there is no "${name}"${suggestion(name, known)} (there are ${known.join(', ')})`,
      );
    }
  }
  const given = new Map<string, Record<string, number | string | boolean>>();
  for (const setting of settings) {
    const found = /^(\w+)\.(\w+)=(.*)$/.exec(setting);
    const [, name = '', key = '', value = ''] = found ?? [];
    if (!found || !names.includes(name)) {
      throw new InputError(
        `--set ${setting}: expected analysis.option=value of an analysis that is asked for, e.g. rdf.binWidth=0.02`,
      );
    }
    given.set(name, { ...given.get(name), [key]: literal(value) });
  }
  return names
    .filter(isFrameAnalysis)
    .map((name) => requestOf(name, (given.get(name) ?? {}) satisfies GivenOptions));
}

function literal(text: string): number | string | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

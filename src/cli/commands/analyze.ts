/** `analyze TRAJECTORY`: transport out of any supported trajectory, whatever program wrote it. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FrameSet, reportFiles, reportResults } from '../../analysis/frameSet.ts';
import { DisplacementCollector } from '../../analysis/frames/displacements.ts';
import { createUnwrapper } from '../../analysis/frames/unwrap.ts';
import { DEFAULT_ANALYSES } from '../../analysis/index.ts';
import { transportTables } from '../../analysis/transport/tables.ts';
import { analyseTransport, formalCharges, speciesNamed } from '../../analysis/transport/transport.ts';
import { InputError } from '../../core/errors.ts';
import { openTrajectory } from '../../io/index.ts';
import { renderAnalysis } from '../../report/report.ts';
import { analysisRequests } from '../analysisOptions.ts';
import type { Command } from '../command.ts';
import { writeFiles } from '../folderSink.ts';
import { parseCharges, parseList, parseOptions } from '../options.ts';
import { callerFolder, userBytes, userPath } from '../paths.ts';
import { describeEstimate } from '../summary.ts';

const DRIFTS = ['none', 'framework', 'massCenter'] as const;

export const analyze: Command = {
  help: `halide-md analyze TRAJECTORY --mobile Li --temperature 600 [options]
  --mobile Li             species that conduct; the others are the framework (comma-separated list)
  --temperature K         needed for conductivities
  --charge Li=1,Cl=-1     formal charges; conductivities use these
  --frame-interval fs     time between frames, when the file does not say it
  --types Li,O,Cl         names of numbered atom types
  --unwrapped             coordinates do not jump at the cell's faces (when the file does not say it)
  --skip fs               leaves out the beginning
  --analysis rdf,sites    analyses of frames beside transport (default: all that need no special record; none: none)
  --set rdf.binWidth=0.02 an option of one of them (list analyses has all)
  --drift massCenter|framework|none   what displacements are relative to (default: the centre of mass)
  --out DIR               results.json, CSV files, report.html and plots/*.svg; default <trajectory>-analysis`,
  async run(args) {
    const options = parseOptions(
      'analyze',
      args,
      {
        mobile: { type: 'string' },
        temperature: { type: 'string' },
        charge: { type: 'string' },
        'frame-interval': { type: 'string' },
        types: { type: 'string' },
        unwrapped: { type: 'boolean' },
        skip: { type: 'string' },
        drift: { type: 'string' },
        analysis: { type: 'string' },
        set: { type: 'string', multiple: true },
        out: { type: 'string' },
      },
      ['TRAJECTORY'],
    );
    const path = options.positionals[0] as string;
    const mobile = parseList(options.text('mobile'));
    if (!mobile) throw new InputError('analyze: --mobile is missing, e.g. --mobile Li');
    const asked = options.text('drift');
    const drift = DRIFTS.find((one) => one === (asked ?? 'massCenter'));
    if (!drift) throw new InputError(`--drift ${asked}: expected one of ${DRIFTS.join(', ')}`);
    const temperature = options.number('temperature');
    const named = options.text('analysis');
    const requests = analysisRequests(
      named === 'none' ? [] : (parseList(named) ?? DEFAULT_ANALYSES),
      options.texts('set'),
    );
    const charge = options.text('charge');
    const charges = charge === undefined ? {} : parseCharges(charge);
    const interval = options.number('frame-interval');
    const types = parseList(options.text('types'));
    const trajectory = await openTrajectory(await userBytes(userPath(path)), path, {
      ...(types && { types }),
      ...(interval !== undefined && { frameInterval: interval }),
      ...(options.flag('unwrapped') && { unwrapped: true }),
    });
    if (trajectory.frameInterval === undefined) {
      throw new InputError(
        `${path}: the file does not tell the time between frames; give --frame-interval in fs`,
      );
    }
    for (const warning of trajectory.warnings) process.stderr.write(`warning: ${warning}\n`);
    const discard = options.number('skip', -1);
    const collector = new DisplacementCollector(trajectory.system, discard === undefined ? {} : { discard });
    const { system, frameInterval } = trajectory;
    const frames = new FrameSet(requests, [
      {
        system,
        mobile: [...new Set(mobile.flatMap((name) => speciesNamed(system, name)))],
        temperature: temperature ?? null,
        charges: formalCharges(system, charges),
        frameInterval,
      },
    ]);
    const unwrap = trajectory.unwrapped ? undefined : createUnwrapper(trajectory.system);
    let first: number | undefined;
    let shown = performance.now();
    for await (const frame of trajectory.frames()) {
      const continuous = unwrap ? unwrap(frame) : frame;
      collector.add(continuous);
      first ??= frame.time;
      if (frame.time - first >= (discard ?? 0)) frames.add(0, continuous);
      if (performance.now() - shown > 2000) {
        shown = performance.now();
        process.stderr.write(`${collector.frameCount} frames read\n`);
      }
    }
    const analysis = analyseTransport(collector.series(), {
      mobile,
      drift,
      ...(temperature !== undefined && { temperature }),
      charges,
    });
    const reports = frames.reports([0], temperature ?? null, analysis);
    const out = userPath(options.text('out') ?? `${basename(path).replace(/\..*$/, '')}-analysis`);
    if (existsSync(join(out, 'spec.json'))) {
      throw new InputError(`${out} is a run folder; its results are not written over, choose another --out`);
    }
    const results = { trajectory: path, ...analysis.results, ...reportResults(reports) };
    await writeFiles(out, {
      ...transportTables(analysis),
      ...reportFiles(reports),
      'results.json': `${JSON.stringify(results, null, 2)}\n`,
      ...renderAnalysis(path, system, analysis, reports),
    });
    for (const [label, { D, verdict }] of Object.entries(analysis.results.diffusion)) {
      process.stderr.write(`D ${label}: ${verdict}, ${describeEstimate(D)}\n`);
    }
    const { nernstEinstein, collective, havenRatio } = analysis.results.conductivity;
    process.stderr.write(
      `σ (Nernst–Einstein): ${describeEstimate(nernstEinstein, 1000, 'mS/cm')}\n` +
        `σ (collective): ${describeEstimate(collective, 1000, 'mS/cm')}\n` +
        `Haven ratio: ${describeEstimate(havenRatio, 1, '')}\n`,
    );
    for (const report of Object.values(reports)) {
      for (const { label, value } of report?.rows ?? []) process.stderr.write(`${label}: ${value}\n`);
      for (const note of report?.notes ?? []) process.stderr.write(`note: ${note}\n`);
    }
    process.stdout.write(`${options.text('out') ?? out.replace(`${callerFolder()}/`, '')}\n`);
    return 0;
  },
};

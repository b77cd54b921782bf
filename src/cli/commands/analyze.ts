/** `analyze TRAJECTORY`: transport out of any supported trajectory, whatever program wrote it. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FrameSet, reportResults } from '../../analysis/frameSet.ts';
import { checkedFrames } from '../../analysis/frames/checkedFrames.ts';
import { DisplacementCollector } from '../../analysis/frames/displacements.ts';
import { DEFAULT_ANALYSES } from '../../analysis/index.ts';
import { transportTables } from '../../analysis/transport/tables.ts';
import { analyseTransport, formalCharges, speciesNamed } from '../../analysis/transport/transport.ts';
import { InputError } from '../../core/errors.ts';
import { openTrajectory } from '../../io/index.ts';
import { rowText } from '../../report/analysisFigures.ts';
import { renderAnalysis } from '../../report/report.ts';
import { analysisFiles } from '../../run/analysisFiles.ts';
import { analysisRequests } from '../analysisOptions.ts';
import type { Command } from '../command.ts';
import { writeFiles } from '../folderSink.ts';
import { parseCharges, parseList, parseOptions } from '../options.ts';
import { callerFolder, readTopology, userPath } from '../paths.ts';
import { WatchedFile } from '../readingProgress.ts';
import { describeEstimate } from '../summary.ts';

const DRIFTS = ['none', 'framework', 'massCenter'] as const;

/**
 * Memory for displacements. With what transport.ts makes of them and the reading of files the process stays below 500 MB
 * however long the file is; 2 000 frames of 6 000 atoms fit.
 */
const MAX_BYTES = 144 * 2 ** 20;

const warn = (sentence: string): void => {
  process.stderr.write(`warning: ${sentence}\n`);
};

export const analyze: Command = {
  help: `halide-md analyze TRAJECTORY --mobile Li --temperature 600 [options]
  --mobile Li             species that conduct; the others are the framework (comma-separated list)
  --temperature K         needed for conductivities
  --charge Li=1,Cl=-1     formal charges; conductivities use these
  --frame-interval fs     time between frames, when the file does not say it
  --types Li,O,Cl         names of numbered atom types
  --unwrapped             coordinates do not jump at the cell's faces (when the file does not say it)
  --topology FILE         structure that names the atoms of a DCD: LAMMPS data, CIF, POSCAR, extended XYZ
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
        topology: { type: 'string' },
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
    const file = await WatchedFile.open(userPath(path));
    const topology = await readTopology(options.text('topology'), types);
    const trajectory = await openTrajectory(file.source, path, {
      ...(types && { types }),
      ...(topology && { topology }),
      ...(interval !== undefined && { frameInterval: interval }),
      ...(options.flag('unwrapped') && { unwrapped: true }),
      onWarning: warn,
    });
    trajectory.warnings.forEach(warn);
    if (trajectory.frameInterval === undefined) {
      throw new InputError(
        `${path}: the file does not tell the time between frames; give --frame-interval in fs`,
      );
    }
    const discard = options.number('skip', -1);
    const collector = new DisplacementCollector(trajectory.system, {
      maxBytes: MAX_BYTES,
      ...(discard !== undefined && { discard }),
    });
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
    const checked = checkedFrames(trajectory, warn);
    let first: number | undefined;
    try {
      for await (const frame of checked) {
        collector.add(frame);
        first ??= frame.time;
        if (frame.time - first >= (discard ?? 0)) frames.add(0, frame);
        file.show(collector.received);
      }
    } finally {
      file.done();
    }
    if (collector.stride > 1) {
      warn(
        `the memory for displacements (${MAX_BYTES / 2 ** 20} MiB) holds one frame in ${collector.stride} of ` +
          `${collector.received}: they are analysed ${collector.stride * trajectory.frameInterval} fs apart`,
      );
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
      ...analysisFiles(reports),
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
      for (const row of report?.rows ?? []) process.stderr.write(`${row.label}: ${rowText(row)}\n`);
      for (const note of report?.notes ?? []) process.stderr.write(`note: ${note}\n`);
    }
    process.stdout.write(`${options.text('out') ?? out.replace(`${callerFolder()}/`, '')}\n`);
    return 0;
  },
};

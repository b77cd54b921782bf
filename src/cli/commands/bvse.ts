/** `bvse STRUCTURE`: bond-valence site energies of a mobile ion, and beside a trajectory how they compare with its density. */
import type { AnalysisContext, AnalysisReport } from '../../analysis/analysis.ts';
import { bvseReport, compareMaps } from '../../analysis/density/bvse.ts';
import { density } from '../../analysis/density/density.ts';
import { densityGrids } from '../../analysis/density/grids.ts';
import type { Neighbours } from '../../analysis/density/percolation.ts';
import { checkedFrames } from '../../analysis/frames/checkedFrames.ts';
import { speciesNamed } from '../../analysis/transport/transport.ts';
import { InputError } from '../../core/errors.ts';
import { bvseMap } from '../../engine/bvse.ts';
import { bvseModel } from '../../forcefield/bvse.ts';
import type { Gpu } from '../../gpu/device.ts';
import { openTrajectory, readStructure } from '../../io/index.ts';
import { type GridField, gridSize } from '../../model/grid.ts';
import type { System } from '../../model/system.ts';
import { rowText } from '../../report/analysisFigures.ts';
import { renderFields } from '../../report/report.ts';
import { analysisFiles } from '../../run/analysisFiles.ts';
import type { Command } from '../command.ts';
import { writeFiles } from '../folderSink.ts';
import { parseCharges, parseList, parseOptions } from '../options.ts';
import { callerFolder, userBytes, userPath } from '../paths.ts';
import { adapterChoice, withGpu } from '../respawn.ts';

const NEIGHBOURS = ['26', '6'] as const;

/** What a map is asked for. */
interface Asked {
  readonly label: string;
  readonly mobile: readonly number[];
  readonly spacing: number;
  readonly neighbours: Neighbours;
  readonly states: ReadonlyMap<string, number>;
}

export const bvse: Command = {
  help: `halide-md bvse STRUCTURE|TRAJECTORY --mobile Li [options]
  The energy of one mobile ion everywhere in the framework, by bond valences (softBV), and the lowest levels that percolate in
  one, two and three dimensions: a screening of paths, not an activation energy.
  --mobile Li             the ion; all of it is taken out of the framework
  --states Fe=2,P=5       oxidation states that neutrality leaves open
  --spacing 0.2           widest step of the grid, Å (0.1: barriers to 0.005 eV)
  --neighbours 26|6       steps of a path: all around, or across faces only
  --every N               a map of every N-th frame of a trajectory, for disorder: mean and spread of the barriers
  --density               one map of the mean framework of a trajectory, compared with the density of the ions in it
  --temperature K         of the trajectory, for --density
  --types Li,O,Cl         names of numbered atom types
  --out DIR               results.json, CSV, .cube and CHGCAR, report.html; default <structure>-bvse`,
  async run(args) {
    const options = parseOptions(
      'bvse',
      args,
      {
        mobile: { type: 'string' },
        states: { type: 'string' },
        spacing: { type: 'string' },
        neighbours: { type: 'string' },
        every: { type: 'string' },
        density: { type: 'boolean' },
        temperature: { type: 'string' },
        types: { type: 'string' },
        out: { type: 'string' },
      },
      ['STRUCTURE'],
    );
    const path = options.positionals[0] as string;
    const label = options.text('mobile');
    if (label === undefined) throw new InputError('bvse: --mobile is missing, e.g. --mobile Li');
    const steps = NEIGHBOURS.find((one) => one === (options.text('neighbours') ?? '26'));
    if (!steps) throw new InputError(`--neighbours ${options.text('neighbours')}: expected 26 or 6`);
    const every = options.number('every');
    const withDensity = options.flag('density');
    if (every !== undefined && (withDensity || !Number.isInteger(every))) {
      throw new InputError(
        withDensity
          ? '--every and --density: choose one of the two'
          : `--every ${every}: expected a whole number`,
      );
    }
    const types = parseList(options.text('types'));
    const reading = types ? { types } : {};
    const bytes = await userBytes(userPath(path));
    const trajectory =
      every !== undefined || withDensity
        ? await openTrajectory(bytes, path, { ...reading, frameInterval: 1 })
        : undefined;
    const system = trajectory?.system ?? (await readStructure(bytes, path, reading)).system;
    const states = options.text('states');
    const asked: Asked = {
      label,
      mobile: speciesNamed(system, label),
      spacing: options.number('spacing') ?? 0.2,
      neighbours: Number(steps) as Neighbours,
      states: new Map(states === undefined ? [] : Object.entries(parseCharges(states))),
    };
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const report = await reportOf(
        gpu,
        system,
        trajectory,
        asked,
        every,
        options.number('temperature') ?? null,
      );
      for (const row of report.rows ?? []) process.stdout.write(`${row.label}: ${rowText(row)}\n`);
      for (const note of report.notes) process.stderr.write(`note: ${note}\n`);
      const name = path.replace(/^.*[\\/]/, '').replace(/\..*$/, '');
      const out = userPath(options.text('out') ?? `${name}-bvse`);
      await writeFiles(out, {
        ...analysisFiles({ bvse: report }),
        'results.json': `${JSON.stringify({ structure: path, ...report.results }, null, 2)}\n`,
        ...renderFields(path, 'Bond-valence site energies', system, [label], report),
      });
      process.stdout.write(`${options.text('out') ?? out.replace(`${callerFolder()}/`, '')}\n`);
      return 0;
    });
  },
};

async function reportOf(
  gpu: Gpu,
  system: System,
  trajectory: Awaited<ReturnType<typeof openTrajectory>> | undefined,
  asked: Asked,
  every: number | undefined,
  temperature: number | null,
): Promise<AnalysisReport> {
  if (!trajectory) return snapshots(gpu, [system], asked);
  if (every === undefined) return besideDensity(gpu, trajectory, asked, temperature);
  const chosen: System[] = [];
  let t = 0;
  for await (const { cell, positions } of trajectory.frames()) {
    if (t++ % every === 0) chosen.push({ ...system, cell, positions: Float64Array.from(positions) });
  }
  return snapshots(gpu, chosen, asked);
}

/** Maps of one structure, or of frames of a trajectory, each in its own cell with the grid of the first. */
async function snapshots(gpu: Gpu, systems: readonly System[], asked: Asked): Promise<AnalysisReport> {
  const [first] = systems;
  if (!first) throw new InputError('bvse: the trajectory has no frames');
  const model = bvseModel(first, asked.mobile, { states: asked.states });
  const size = gridSize(first.cell, asked.spacing);
  const maps: GridField[] = [];
  for (const system of systems) {
    maps.push(await bvseMap(gpu, system, model, size));
    if (systems.length > 1) process.stderr.write(`map ${maps.length} of ${systems.length}\n`);
  }
  return reported(maps, first, asked, model.notes);
}

/** A map of the mean framework on the grid of the density, and how alike the two are. */
async function besideDensity(
  gpu: Gpu,
  trajectory: Awaited<ReturnType<typeof openTrajectory>>,
  asked: Asked,
  temperature: number | null,
): Promise<AnalysisReport> {
  const { system } = trajectory;
  const context: AnalysisContext = {
    system,
    mobile: asked.mobile,
    temperature,
    charges: [],
    frameInterval: trajectory.frameInterval ?? 1,
  };
  const settings = {
    spacing: asked.spacing,
    smoothing: 0.25,
    fold: 'auto',
    neighbours: String(asked.neighbours),
  };
  const counts = density.begin(context, settings);
  const warn = (sentence: string): void => void process.stderr.write(`warning: ${sentence}\n`);
  for await (const frame of checkedFrames(trajectory, warn)) counts.add(frame);
  const [grids] = densityGrids([counts], context, settings);
  if (!grids) throw new InputError('bvse: the trajectory has no frames');
  // The framework alone does not tell the mobile ion's state: that of the whole structure does.
  const whole = bvseModel(system, asked.mobile, { states: asked.states });
  const states = new Map([...asked.states, [asked.label, whole.mobile.state]]);
  const model = bvseModel(grids.framework, asked.mobile, { states });
  const map = await bvseMap(gpu, grids.framework, model, grids.density.size);
  const found = reported([map], grids.framework, asked, model.notes);
  const { correlation, slope, overlap, points } = compareMaps(grids.freeEnergy, map, asked.neighbours);
  const unit = temperature === null ? 'k_BT per eV' : 'eV per eV';
  const number = (x: number | null): string => (x === null ? 'none' : x.toPrecision(3));
  return {
    ...found,
    results: { ...found.results, comparison: { correlation, slope, slopeUnit: unit, overlap, points } },
    rows: [
      ...(found.rows ?? []),
      {
        label: 'Correlation with the free energy of the density',
        value: number(correlation),
        detail: `over ${points} points that ions visited; ${number(slope)} ${unit}`,
      },
      {
        label: 'Overlap of the percolating regions in 1, 2, 3 dimensions',
        value: overlap.map(number).join(', '),
        detail: 'intersection over union, each at its own level',
      },
    ],
  };
}

function reported(
  maps: readonly GridField[],
  system: System,
  { label, spacing, neighbours }: Asked,
  notes: readonly string[],
): AnalysisReport {
  const report = bvseReport(maps, { label, spacing, neighbours, notes });
  const [field] = maps;
  if (!field) return report;
  // Formats of fields know full sites only; the map has counted occupancies.
  const { occupancies: _, ...atoms } = system;
  return {
    ...report,
    grids: [
      { name: `bvse_${label}`, title: `${label} bond-valence site energy`, unit: 'eV', field, system: atoms },
    ],
  };
}

/**
 * What a potential makes of a structure: the cell and the bonds it comes to rest with, its elastic constants, whether it lasts at a
 * temperature, and the walls inside the potential. What the tables of potentials/*.json are made of.
 */
import { PhysicsError } from '../core/errors.ts';
import { seriesMean } from '../core/stats.ts';
import { Simulation } from '../engine/simulation.ts';
import { maxwellVelocities } from '../engine/velocities.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { interactionsOf, wallOf } from '../forcefield/interactions.ts';
import { tailPressure, tailPressureAt } from '../forcefield/tail.ts';
import type { Gpu } from '../gpu/device.ts';
import { type CellParameters, cellFromVectors, cellParameters, volume } from '../model/cell.ts';
import { type Repeats, repeatsForWidth, supercell } from '../model/supercell.ts';
import { formula, type System, speciesCounts } from '../model/system.ts';
import { type Coordination, coordination } from './coordination.ts';
import { type Elasticity, elasticConstants } from './elasticity.ts';
import { checkRunnable } from './prepare.ts';
import { relaxCell } from './relaxCell.ts';
import { collapseTexts } from './softCells.ts';
import { interactionWarnings } from './walls.ts';

export interface CheckSettings {
  /** K of the run at zero pressure. */
  readonly temperature: number;
  /** fs of it; 0: none. */
  readonly duration: number;
  /** fs */
  readonly timestep: number;
  readonly seed: number;
  /** Whether elastic constants are asked for. */
  readonly elastic: boolean;
  /** Whether cells feel what lies beyond the cutoff (forcefield/tail.ts); elastic constants go without its 0.1 GPa or so. */
  readonly tail?: boolean;
  /** Called with what is being done, for a progress line. */
  readonly onStage?: (what: string) => void;
}

export interface PotentialCheck {
  readonly structure: string;
  readonly formula: string;
  readonly atoms: number;
  /** Repeats of the given cell that everything was computed in. */
  readonly repeats: Repeats;
  readonly atRest: {
    readonly converged: boolean;
    readonly steps: number;
    /** Of the given cell. */
    readonly given: CellParameters;
    readonly relaxed: CellParameters;
    /** What lies beyond the cutoff adds to the pressure there, GPa; absent where it was not asked for. */
    readonly tailPressure?: number;
    /** Relaxed over given volume, minus one. */
    readonly volumeChange: number;
    /** eV per given cell. */
    readonly energy: number;
    readonly bonds: readonly { readonly given?: Coordination; readonly relaxed?: Coordination }[];
  };
  readonly elastic?: Elasticity;
  readonly run?: StabilityRun;
  /** Walls inside inner maxima of the potential: where they begin (Å), and how high the maxima stand over the minimum (eV). */
  readonly innerMaxima: readonly {
    readonly between: readonly [string, string];
    readonly radius: number;
    readonly barrier: number;
  }[];
  readonly warnings: readonly string[];
}

export interface StabilityRun {
  /** K */
  readonly temperature: number;
  /** fs */
  readonly duration: number;
  /** True when the run came to its end with every cation's coordination within half a bond of where it began. */
  readonly intact: boolean;
  /** What happened, where it is not. */
  readonly why?: string;
  /** Means over the second half, of the given cell; absent where there was none. */
  readonly mean?: CellParameters;
  readonly bonds?: readonly Coordination[];
  /** Pairs that met inside a wall. */
  readonly wallVisits: number;
}

/** Least width over the cutoff: edges may shrink by 7 % as they relax and the cell is still twice as thick as the cutoff. */
const ROOM = 2.15;
const RELAX = { cell: 'full', pressure: 0, fmax: 2e-3, smax: 2e-3, maxSteps: 3000 } as const;

/**
 * Checks one structure.
 * @param given species assigned, sites full, its own cell (it is repeated as the cutoff asks)
 */
export async function checkPotential(
  gpu: Gpu,
  given: System,
  forceField: ForceField,
  settings: CheckSettings,
): Promise<PotentialCheck> {
  const { onStage } = settings;
  const repeats = repeatsForWidth(given.cell, ROOM * forceField.cutoff);
  const copies = repeats[0] * repeats[1] * repeats[2];
  const start = supercell(given, repeats);
  checkRunnable(start, forceField);
  const tail = settings.tail ? tailPressure(forceField, start.species, speciesCounts(start)) : 0;
  onStage?.('relaxing atoms and cell');
  const rest = await relaxCell(gpu, start, forceField, { ...RELAX, tail });
  const perGivenCell = ({ cell }: System): CellParameters =>
    cellParameters(cellFromVectors(cell.h.map((x, i) => x / (repeats[Math.floor(i / 3)] as number))));
  const { elastic: wantsElastic, duration } = rest.isThin ? { elastic: false, duration: 0 } : settings;
  if (wantsElastic) onStage?.('elastic constants: twelve strained copies');
  const elastic = wantsElastic ? await elasticConstants(gpu, rest.system, forceField) : undefined;
  if (duration > 0) onStage?.(`${settings.duration} fs at ${settings.temperature} K and 0 GPa`);
  const run =
    duration > 0
      ? await stabilityRun(
          gpu,
          rest.system,
          forceField,
          settings,
          repeats,
          -tailPressureAt(tail, rest.system.cell),
        )
      : undefined;
  return {
    structure: given.title,
    formula: formula(given),
    atoms: given.typeOf.length,
    repeats,
    atRest: {
      ...{ converged: rest.converged, steps: rest.steps },
      given: cellParameters(given.cell),
      relaxed: perGivenCell(rest.system),
      ...(settings.tail && { tailPressure: tailPressureAt(tail, rest.system.cell) }),
      volumeChange: volume(rest.system.cell) / volume(start.cell) - 1,
      energy: rest.energy / copies,
      bonds: paired(coordination(start), coordination(rest.system)),
    },
    ...(elastic && { elastic }),
    ...(run && { run }),
    innerMaxima: interactionsOf(forceField, given.species, forceField.cutoff).flatMap((interaction) => {
      const wall = wallOf(interaction);
      const { inner, labels } = interaction;
      return wall && inner.kind === 'wall'
        ? [{ between: labels, radius: wall.radius, barrier: inner.barrier }]
        : [];
    }),
    warnings: [
      ...(forceField.warnings ?? []),
      ...interactionWarnings(given, forceField),
      ...collapseTexts('at rest', start, rest.system, forceField),
      ...(rest.isThin
        ? [`at rest: the cell has shrunk below twice the cutoff, and was followed no further`]
        : []),
    ],
  };
}

/**
 * Atoms and cell at a temperature, long enough to fall apart if they want to.
 * @param pressure GPa, on what the pair terms within the cutoff do
 */
async function stabilityRun(
  gpu: Gpu,
  system: System,
  forceField: ForceField,
  { temperature, duration, timestep, seed }: CheckSettings,
  repeats: Repeats,
  pressure: number,
): Promise<StabilityRun> {
  const simulation = await Simulation.create(gpu, {
    ...{ forceField, variableCell: true },
    replicas: [{ system, seed, temperature }],
  });
  const cells: Float64Array[] = [];
  const steps = Math.ceil(duration / timestep);
  let last: System = system;
  let why: string | undefined;
  let wallVisits = 0;
  try {
    simulation.setVelocities(0, maxwellVelocities(system, temperature, seed));
    await simulation.setIntegrator({
      ...{ integrator: 'csvr', timestep, tau: 100 },
      barostat: {
        barostat: 'cellRescaling',
        cell: 'full',
        pressure: [pressure, pressure],
        tau: 500,
        compressibility: 0.04,
      },
    });
    await simulation.run({
      ...{ steps, seriesEvery: 10, frameEvery: Math.max(1, Math.floor(steps / 4)) },
      onSeries: (_step, [one]) => {
        if (one) cells.push(one.cell.h);
      },
      onFrame: ([frame]) => {
        if (frame) last = { ...system, cell: frame.cell, positions: frame.positions };
      },
    });
  } catch (error) {
    if (!(error instanceof PhysicsError)) throw error;
    why = error.message;
  } finally {
    wallVisits = simulation.takeWallVisits().reduce((sum, { visits }) => sum + visits, 0);
    simulation.destroy();
  }
  const late = cells.slice(Math.floor(cells.length / 2));
  const ran = { temperature, duration, wallVisits };
  if (why !== undefined || late.length < 2) {
    return { ...ran, intact: false, why: why ?? 'the run was too short for means' };
  }
  const mean = Float64Array.from(
    { length: 9 },
    (_, i) => seriesMean(late.map((h) => h[i] as number)).mean / (repeats[Math.floor(i / 3)] as number),
  );
  const bonds = coordination(last);
  // Ions that hop change their coordination without the crystal falling apart.
  const mobile = system.species.filter(({ formalCharge }) => formalCharge === 1).map(({ label }) => label);
  const changed = paired(coordination(system), bonds).find(
    ({ given, relaxed }) =>
      !mobile.includes((given ?? relaxed)?.between[0] ?? '') &&
      Math.abs((given?.number ?? 0) - (relaxed?.number ?? 0)) > 0.5,
  );
  const lost = changed && (changed.given ?? changed.relaxed);
  return {
    ...ran,
    intact: lost === undefined,
    ...(lost && {
      why: `${lost.between.join('–')} bonds per cation went from ${(changed.given?.number ?? 0).toFixed(1)} to ${(changed.relaxed?.number ?? 0).toFixed(1)}`,
    }),
    mean: cellParameters(cellFromVectors(mean)),
    bonds,
  };
}

function paired(
  given: readonly Coordination[],
  relaxed: readonly Coordination[],
): { given?: Coordination; relaxed?: Coordination }[] {
  const name = ({ between }: Coordination): string => between.join();
  return [...new Set([...given, ...relaxed].map(name))].map((key) => {
    const [before, after] = [given, relaxed].map((some) => some.find((one) => name(one) === key));
    return { ...(before && { given: before }), ...(after && { relaxed: after }) };
  });
}

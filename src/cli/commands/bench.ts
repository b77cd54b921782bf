/** `bench`: steps per second over sizes and methods, beside LAMMPS where that is wanted. */
import { COULOMB_EV_ANGSTROM } from '../../core/constants.ts';
import { InputError } from '../../core/errors.ts';
import { RandomSequence } from '../../core/rng.ts';
import { median } from '../../core/stats.ts';
import { Simulation } from '../../engine/simulation.ts';
import { maxwellVelocities } from '../../engine/velocities.ts';
import { assignForceField } from '../../forcefield/assign.ts';
import type { CoulombMethod, ForceField } from '../../forcefield/forceField.ts';
import { libraryPotential } from '../../forcefield/library.ts';
import type { Gpu } from '../../gpu/device.ts';
import { cellFromVectors } from '../../model/cell.ts';
import { supercell } from '../../model/supercell.ts';
import type { System } from '../../model/system.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { type LammpsBench, lammpsBench } from '../lammpsBench.ts';
import { type Arguments, parseOptions } from '../options.ts';
import { userPath } from '../paths.ts';
import { adapterChoice, withGpu } from '../respawn.ts';

/** Rock salt LiCl at 300 K with the fitted chloride set: Buckingham terms and charges, as in the electrolytes. */
const POTENTIAL = 'chlorides-rigid-ion-2026';
/** Å */
const EDGE = 5.14;
const RATTLE = 0.1;
const CUTOFF = 10;
const ACCURACY = 1e-5;
const KELVIN = 300;
/** fs */
const TIMESTEP = 1;
const WARM_UP = 20;
const REPEATS = 3;
const FEMTOSECONDS_PER_NS = 1e6;
const SECONDS_PER_DAY = 86400;
const METHODS = ['ewald', 'pppm', 'none'] as const;

export interface BenchRow {
  readonly atoms: number;
  readonly method: CoulombMethod;
  readonly replicas: number;
  /** Median over the repeats; of all replicas together for atoms. */
  readonly stepsPerSecond: number;
  readonly atomStepsPerSecond: number;
  readonly nsPerDay: number;
  readonly microsecondsPerAtomStep: number;
  /** Seconds from nothing to the first step: planning, compilation, first list. */
  readonly startSeconds: number;
  readonly gpuMebibytes: number;
  /** Estimated rms force error of the sums, eV/Å; null without charges. */
  readonly forceError: number | null;
  /** Ours over theirs, run by turns: median and range. */
  readonly againstLammps?: {
    readonly version: string;
    readonly ranks: number;
    readonly stepsPerSecond: number;
    readonly ratio: number;
    readonly range: readonly [number, number];
  };
}

export const bench: Command = {
  help: `halide-md bench [options]
  --sizes 512,4096,13824   ions: 8 n³, rounded to the nearest cube of rock salt cells
  --methods ewald,pppm     long-range electrostatics; none leaves out all charges
  --replicas R             copies of each cell in one batch; default 1
  --seconds 3              of each of ${REPEATS} measurements
  --against lammps         native LAMMPS beside it, by turns, with PPPM at the same accuracy and cutoff, one rank per core
  --json FILE|-            the figures as JSON`,
  async run(args) {
    const options = parseOptions('bench', args, {
      sizes: { type: 'string' },
      methods: { type: 'string' },
      replicas: { type: 'string' },
      seconds: { type: 'string' },
      against: { type: 'string' },
      json: { type: 'string' },
    });
    const sizes = (options.text('sizes') ?? '512,4096,13824').split(',').map(cellsOf);
    const methods = (options.text('methods') ?? 'ewald,pppm').split(',').map(methodOf);
    const against = options.text('against');
    if (against !== undefined && against !== 'lammps') {
      throw new InputError(`--against ${against}: expected lammps`);
    }
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const rows: BenchRow[] = [];
      const say = (text: string): void => {
        (options.text('json') === '-' ? process.stderr : process.stdout).write(`${text}\n`);
      };
      say(
        `LiCl, ${POTENTIAL}, cutoff ${CUTOFF} Å, accuracy ${ACCURACY}, nve ${TIMESTEP} fs, ${gpu.adapter.name}`,
      );
      say(HEADER);
      for (const n of sizes) {
        for (const method of methods) {
          const row = await measure(gpu, n, method, options, against === 'lammps');
          rows.push(row);
          say(lineOf(row));
        }
      }
      await report(options.text('json'), { adapter: gpu.adapter, cutoff: CUTOFF, accuracy: ACCURACY, rows });
      return 0;
    });
  },
};

async function measure(
  gpu: Gpu,
  n: number,
  method: CoulombMethod,
  options: Arguments,
  withLammps: boolean,
): Promise<BenchRow> {
  const seconds = options.number('seconds') ?? 3;
  const replicas = options.number('replicas') ?? 1;
  const set = libraryPotential(POTENTIAL);
  const forceField: ForceField = {
    ...set,
    cutoff: CUTOFF,
    coulomb: { method, accuracy: ACCURACY, alpha: null },
  };
  const system = assignForceField(rockSalt(n), forceField);
  const lammps: LammpsBench | undefined =
    withLammps && method !== 'none' ? lammpsBench(system, forceField, TIMESTEP) : undefined;
  const began = performance.now();
  const simulation = await Simulation.create(gpu, {
    forceField,
    replicas: Array.from({ length: replicas }, (_, seed) => ({ system, seed, temperature: KELVIN })),
  });
  try {
    for (let r = 0; r < replicas; r++) simulation.setVelocities(r, maxwellVelocities(system, KELVIN, r));
    await simulation.setIntegrator({ integrator: 'nve', timestep: TIMESTEP });
    await simulation.run({ steps: 1, seriesEvery: 0, frameEvery: 0 });
    const startSeconds = (performance.now() - began) / 1000;
    const steps = Math.max(WARM_UP, Math.round(seconds * (await speed(simulation, WARM_UP))));
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let k = 0; k < REPEATS; k++) {
      ours.push(await speed(simulation, steps));
      if (lammps) theirs.push(lammps.measure(steps));
    }
    const stepsPerSecond = median(ours);
    const atoms = system.typeOf.length;
    const atomStepsPerSecond = stepsPerSecond * atoms * replicas;
    const ratios = ours.map((one, k) => one / (theirs[k] ?? Number.NaN));
    return {
      atoms,
      method,
      replicas,
      stepsPerSecond,
      atomStepsPerSecond,
      nsPerDay: (stepsPerSecond * TIMESTEP * SECONDS_PER_DAY) / FEMTOSECONDS_PER_NS,
      microsecondsPerAtomStep: 1e6 / atomStepsPerSecond,
      startSeconds,
      gpuMebibytes: gpu.allocatedBytes / 2 ** 20,
      forceError: simulation.forces.longRange?.tuning(0).estimatedForceError ?? null,
      ...(lammps && {
        againstLammps: {
          version: lammps.version,
          ranks: lammps.ranks,
          stepsPerSecond: median(theirs),
          ratio: median(ratios),
          range: [Math.min(...ratios), Math.max(...ratios)] as const,
        },
      }),
    };
  } finally {
    simulation.destroy();
    lammps?.destroy();
  }
}

/** Steps per second. */
async function speed(simulation: Simulation, steps: number): Promise<number> {
  const began = performance.now();
  await simulation.run({ steps, seriesEvery: 0, frameEvery: 0 });
  return (1000 * steps) / (performance.now() - began);
}

/** n³ cells of rock salt with every ion a little off its place. */
function rockSalt(n: number): System {
  const positions: number[] = [];
  for (let i = 0; i < 8; i++) {
    // Li on the even corners, Cl on the odd ones.
    const corner = i < 4 ? [0, 3, 5, 6][i] : [1, 2, 4, 7][i - 4];
    for (const bit of [1, 2, 4]) positions.push(((corner as number) & bit ? 0.5 : 0) * EDGE);
  }
  const cell = cellFromVectors([EDGE, 0, 0, 0, EDGE, 0, 0, 0, EDGE]);
  const species = [
    { label: 'Li', element: 'Li', mass: 6.94 },
    { label: 'Cl', element: 'Cl', mass: 35.45 },
  ];
  const typeOf = Uint16Array.from([0, 0, 0, 0, 1, 1, 1, 1]);
  const whole = supercell({ title: 'LiCl', cell, species, typeOf, positions: Float64Array.from(positions) }, [
    n,
    n,
    n,
  ]);
  const random = new RandomSequence(1);
  return { ...whole, positions: whole.positions.map((x) => x + RATTLE * (2 * random.uniform() - 1)) };
}

function cellsOf(text: string): number {
  const ions = Number(text);
  const n = Math.round(Math.cbrt(ions / 8));
  if (!(ions > 0) || n * EDGE < 2 * CUTOFF) {
    throw new InputError(
      `--sizes ${text}: expected numbers of ions from ${8 * Math.ceil((2 * CUTOFF) / EDGE) ** 3} up`,
    );
  }
  return n;
}

function methodOf(text: string): (typeof METHODS)[number] {
  const method = METHODS.find((one) => one === text);
  if (!method) throw new InputError(`--methods ${text}: expected ${METHODS.join(', ')}`);
  return method;
}

const HEADER =
  '    ions  method  replicas   steps/s  atom-steps/s   ns/day  µs/atom-step  start s  GPU MiB  force error';

function lineOf(row: BenchRow): string {
  const cells = [
    String(row.atoms).padStart(8),
    row.method.padStart(7),
    String(row.replicas).padStart(9),
    row.stepsPerSecond.toFixed(2).padStart(9),
    row.atomStepsPerSecond.toExponential(2).padStart(13),
    row.nsPerDay.toFixed(2).padStart(8),
    row.microsecondsPerAtomStep.toFixed(3).padStart(13),
    row.startSeconds.toFixed(1).padStart(8),
    row.gpuMebibytes.toFixed(0).padStart(8),
    (row.forceError === null ? '–' : (row.forceError / COULOMB_EV_ANGSTROM).toExponential(1)).padStart(12),
  ];
  const { againstLammps: lammps } = row;
  const beside = lammps
    ? `   ${lammps.ratio.toFixed(2)} (${lammps.range.map((x) => x.toFixed(2)).join('–')}) of LAMMPS on ${lammps.ranks} ranks, ${lammps.stepsPerSecond.toFixed(2)} steps/s`
    : '';
  return cells.join(' ') + beside;
}

async function report(target: string | undefined, figures: object): Promise<void> {
  if (target === undefined) return;
  const text = `${JSON.stringify(figures, null, 2)}\n`;
  if (target === '-') process.stdout.write(text);
  else await writeWhole(userPath(target), text);
}

/**
 * Barostats. Cell rescaling is letter P: a move of the cell between two force evaluations at the same fractional positions. The
 * extended system of Martyna, Tobias and Klein is E (rate of strain, velocities) and X (the cell with that rate), in every step.
 */
import { BOLTZMANN_EV_PER_K, GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import type { CellFollower } from './cellFollower.ts';
import type { Forces } from './forces.ts';
import { Barostat, BLOCK, CellSums, Lattice, Replica, WORKGROUP } from './layouts.ts';
import type { StateBuffers } from './stateBuffers.ts';
import type { GlobalAction, KineticSums } from './steps.ts';

/** How a cell may change; the numbers of shaders/integrate/cellShape.wgsl. */
export const CELL_SHAPES = { iso: 0, aniso: 1, full: 2 } as const;

/** `iso`: edges by one factor; `aniso`: each edge by its own, angles kept; `full`: lengths and angles. */
export type CellShape = keyof typeof CELL_SHAPES;

export const BAROSTAT_NAMES = ['cellRescaling', 'mtk'] as const;

export interface BarostatSettings {
  readonly barostat: (typeof BAROSTAT_NAMES)[number];
  readonly cell: CellShape;
  /** GPa, at the first and the last step of the stage. */
  readonly pressure: readonly [number, number];
  /** fs. Of cell rescaling: relaxation time of the volume where `compressibility` is the true one. Of mtk: of its oscillations, about. */
  readonly tau: number;
  /** 1/GPa; a wrong one changes the relaxation time of cell rescaling, not the ensemble. */
  readonly compressibility: number;
}

/** The constant that shaders/integrate/cellShape.wgsl asks for. */
export function cellShapeText(cell: CellShape): string {
  return `const CELL_SHAPE: u32 = ${CELL_SHAPES[cell]}u;`;
}

/**
 * Steps between two moves: fine enough that a cell relaxes smoothly (the variance of the volume comes out too large by half of
 * interval/τ, 1 %), at most a fiftieth of τ, for every move costs a force evaluation and two of the virial.
 */
export function barostatEvery(
  { barostat, tau }: Pick<BarostatSettings, 'barostat' | 'tau'>,
  timestep: number,
): number {
  if (barostat === 'mtk') return 1;
  return Math.max(1, Math.floor(tau / (50 * timestep)));
}

/**
 * The letters of a barostat.
 * @param steps of the stage, over which the pressure goes from its first to its last value
 */
export async function compileBarostat(
  state: StateBuffers,
  forces: Pick<Forces, 'encode' | 'encodeEnergies' | 'pair' | 'longRange'>,
  follower: CellFollower,
  kinetic: KineticSums,
  settings: BarostatSettings,
  { timestep, steps, slots }: { timestep: number; steps: number; slots: Readonly<Record<string, string>> },
): Promise<{ readonly actions: Readonly<Record<string, GlobalAction>>; destroy(): void }> {
  const { gpu, replicaTable: replicas } = state;
  const { UNIFORM, COPY_DST } = GPUBufferUsage;
  const barostat = gpu.createBuffer('barostat', Barostat.stride, UNIFORM | COPY_DST);
  const [first, last] = settings.pressure.map((p) => p / GPA_PER_EV_ANGSTROM3) as [number, number];
  const values = {
    interval: barostatEvery(settings, timestep) * timestep,
    tau: settings.tau,
    compressibility: settings.compressibility * GPA_PER_EV_ANGSTROM3,
    pressure: first,
    pressureRate: (last - first) / steps,
  };
  gpu.write(barostat, packStructs(Barostat, [values]));
  const structs = [Replica, Lattice, CellSums, Barostat];
  const parts = { structs, slots: { ...slots, cellShape: cellShapeText(settings.cell) } };
  const make = (name: string): Promise<Kernel> => Kernel.create(gpu, `integrate/${name}.wgsl`, parts);
  const [lattices, motions] = [state.buffer('lattices'), state.buffer('motions')];
  const virial = { replicas, ...follower.virialSums };
  const sums = { ...virial, kineticBlocks: kinetic.blocks };
  const [nReplicas, groups] = [state.replicas.length, Math.ceil(state.largest / WORKGROUP)];
  const strain = (await make('strainVelocity')).bind({
    ...{ replicas, lattices },
    velocities: state.buffer('velocities'),
  });
  const encodeSums = (pass: GPUComputePassEncoder): void => {
    kinetic.kernel.dispatch(pass, Math.ceil(groups / BLOCK), nReplicas);
    forces.encodeEnergies(pass);
  };

  if (settings.barostat === 'mtk') {
    const cellMasses = uploadCellMasses(state, settings.tau);
    const kick = (await make('barostatKick')).bind({ ...sums, barostat, lattices, motions, cellMasses });
    const move = (await make('moveCell')).bind({ barostat, lattices, motions });
    return {
      actions: {
        E(pass) {
          const open = pass();
          encodeSums(open);
          kick.dispatch(open, nReplicas);
          strain.dispatch(open, groups, nReplicas);
        },
        X(pass) {
          const open = pass();
          move.dispatch(open, nReplicas);
          follower.encode(open);
        },
      },
      destroy() {
        gpu.destroyBuffer(barostat);
        gpu.destroyBuffer(cellMasses);
      },
    };
  }

  const rescale = (await make('cellRescaling')).bind({ ...sums, barostat, lattices, motions });
  const work = (await make('barostatWork')).bind({ ...virial, lattices, motions });
  return {
    actions: {
      P(pass, beforeForces) {
        const open = pass();
        encodeSums(open);
        rescale.dispatch(open, nReplicas);
        follower.encode(open);
        strain.dispatch(open, groups, nReplicas);
        beforeForces();
        forces.encode(pass());
        forces.encodeEnergies(pass());
        work.dispatch(pass(), nReplicas);
      },
    },
    destroy() {
      gpu.destroyBuffer(barostat);
    },
  };
}

/** (N_f + 3) kT τ²/3 at the temperatures that a stage begins with, eV·fs². */
function uploadCellMasses({ gpu, temperatures, degrees }: StateBuffers, tau: number): GPUBuffer {
  const { STORAGE, COPY_DST } = GPUBufferUsage;
  const buffer = gpu.createBuffer('cell masses', 4 * temperatures.length, STORAGE | COPY_DST);
  const masses = temperatures.map(
    (kelvin, r) => (((degrees[r] as number) + 3) * BOLTZMANN_EV_PER_K * kelvin * tau * tau) / 3,
  );
  gpu.write(buffer, Float32Array.from(masses));
  return buffer;
}

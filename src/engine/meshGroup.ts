/**
 * Meshes of replicas that share every dispatch because their grids are equal: buffers, kernels, and the phases of a force
 * evaluation and of an observation.
 */
import type { Gpu } from '../gpu/device.ts';
import { type Dispatch, Kernel } from '../gpu/kernel.ts';
import type { ShaderParts } from '../gpu/shaders.ts';
import { packStructs } from '../gpu/struct.ts';
import { chargesOf } from './charges.ts';
import { type LineShape, lineShape, transformText, twiddles } from './fourierStages.ts';
import type { SplineOrder } from './influence.ts';
import { BLOCK, CellSums, Lattice, Mesh, Replica, WORKGROUP } from './layouts.ts';
import type { StrainedSum } from './longRange.ts';
import { gatherPhase } from './meshGather.ts';
import type { PppmPlan } from './pppmPlan.ts';
import { splineText } from './splineText.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

/**
 * Largest charge that a mesh point must hold, in units of the largest ion's: a point of order 3 takes 0.42 of an ion on it,
 * and ions do not come closer than their neighbours' stencils share; 64 is far beyond.
 */
const HEADROOM = 64;

/** Parts of a force evaluation, as they are timed. */
export type MeshPhase = 'spread' | 'transforms' | 'gather' | 'energy';

export interface MeshDispatch extends Dispatch {
  readonly phase: MeshPhase;
}

/** What spreading and gathering bind. */
export type MeshInputs = Readonly<Record<'replicas' | 'meshes' | 'positions' | 'charges', GPUBuffer>>;

/** Lines along a of a half spectrum. */
export function linesOf([, n2, n3]: PppmPlan['grid']): number {
  return n2 * (n3 / 2 + 1);
}

/** What all meshes of a batch use. */
export interface SharedBuffers {
  readonly charges: GPUBuffer;
  readonly waveBlocks: GPUBuffer;
  /** Blocks of each replica in waveBlocks: [first, count]. */
  readonly ranges: readonly (readonly [number, number])[];
  /** Undefined: ik. */
  readonly netForces: GPUBuffer | undefined;
}

/** Replicas with the same grid, order and differentiation. */
export class MeshGroup {
  readonly members: readonly number[];
  readonly buffers: Readonly<Record<BufferName, GPUBuffer>>;
  readonly force: readonly MeshDispatch[];
  readonly energy: readonly MeshDispatch[];
  private readonly gpu: Gpu;
  private readonly state: StateBuffers;
  /** Of the first member; all have its grid, order and differentiation. */
  private readonly plan: PppmPlan;

  private constructor(
    state: StateBuffers,
    plan: PppmPlan,
    members: readonly number[],
    buffers: Readonly<Record<BufferName, GPUBuffer>>,
    force: readonly MeshDispatch[],
    energy: readonly MeshDispatch[],
  ) {
    this.gpu = state.gpu;
    this.state = state;
    this.plan = plan;
    this.members = members;
    this.buffers = buffers;
    this.force = force;
    this.energy = energy;
  }

  static async create(
    state: StateBuffers,
    plans: readonly PppmPlan[],
    members: readonly number[],
    { charges, waveBlocks, netForces, ranges }: SharedBuffers,
  ): Promise<MeshGroup> {
    const { gpu } = state;
    const plan = plans[members[0] as number] as PppmPlan;
    const { grid, order, differentiation } = plan;
    const [n1, n2, n3] = grid;
    const components = COMPONENTS[differentiation];
    const buffers = createBuffers(gpu, grid, components, members.length);
    const parts = meshParts(grid, order, components);
    const compile = (name: string, transform = ''): Promise<Kernel> =>
      Kernel.create(gpu, `electrostatics/mesh/${name}.wgsl`, {
        ...parts,
        slots: { ...parts.slots, transform },
      });
    const onProcessor = gpu.adapter.kind !== 'gpu';
    const shapes = [n1, n2, n3 / 2].map((length) => lineShape(length, onProcessor));
    const [alongA, alongB, alongC] = shapes as [LineShape, LineShape, LineShape];
    const columns = (inverse: boolean): string => `${transformText(n2, alongB)}\nconst INVERSE = ${inverse};`;
    const [rows, lines] = [transformText(n3 / 2, alongC, 2), transformText(n1, alongA)];
    const kernels = {
      spread: await compile('spread'),
      rows: await compile('rows', rows),
      columns: await compile('columns', columns(false)),
      solve: await compile(differentiation === 'ik' ? 'solve' : 'potential', lines),
      columnsBack: await compile('columns', columns(true)),
      fields: await compile('fields', rows),
      energy: await compile('energy', lines),
      lineSums: await compile('lineSums'),
    };
    const scales = members.map((r) => chargeScale(state.replicas[r] as ReplicaSetup));
    gpu.write(
      buffers.meshes,
      packStructs(
        Mesh,
        members.map((replica, i) => ({
          replica,
          firstBlock: ranges[replica]?.[0] ?? 0,
          chargeScale: scales[i] as number,
          order,
          grid,
          components,
          selfForce1: plans[replica]?.selfForce?.first ?? [0, 0, 0],
          selfForce2: plans[replica]?.selfForce?.second ?? [0, 0, 0],
        })),
      ),
    );
    members.forEach((r, i) => {
      const influence = Float32Array.from((plans[r] as PppmPlan).influence);
      gpu.write(buffers.influence, influence, i * influence.byteLength);
    });
    grid.forEach((n, axis) => {
      gpu.write(buffers[AXES[axis] as 'twiddlesA'], twiddles(n));
    });
    const { meshes, density, spectrum, fieldSpectra, field, influence, lineSums } = buffers;
    const replicas = state.replicaTable;
    const inputs = { replicas, meshes, positions: state.buffer('positions'), charges };
    const count = members.length;
    const groups = (invocations: number): number => Math.ceil(invocations / WORKGROUP);
    const atoms = groups(Math.max(...members.map((r) => state.slice(r).nAtoms)));
    const line = { replicas, meshes, twiddles: buffers.twiddlesA, spectrum, influence };
    return new MeshGroup(
      state,
      plan,
      members,
      buffers,
      [
        {
          phase: 'spread',
          kernel: kernels.spread.bind({ ...inputs, density }),
          size: [atoms, count, 1],
        },
        {
          phase: 'transforms',
          kernel: kernels.rows.bind({ meshes, twiddles: buffers.twiddlesC, density, spectrum }),
          size: [Math.ceil((n1 * n2) / alongC.lanes), count, 1],
        },
        {
          phase: 'transforms',
          kernel: kernels.columns.bind({ meshes, twiddles: buffers.twiddlesB, spectra: spectrum }),
          size: [Math.ceil((n1 * (n3 / 2 + 1)) / alongB.lanes), count, 1],
        },
        {
          phase: 'transforms',
          kernel: kernels.solve.bind({
            ...line,
            fieldSpectra,
            ...(differentiation === 'ad' && netForces && { netForces }),
          }),
          size: [Math.ceil(linesOf(grid) / alongA.lanes), count, 1],
        },
        {
          phase: 'transforms',
          kernel: kernels.columnsBack.bind({ meshes, twiddles: buffers.twiddlesB, spectra: fieldSpectra }),
          size: [Math.ceil((n1 * (n3 / 2 + 1)) / alongB.lanes), components * count, 1],
        },
        {
          phase: 'transforms',
          kernel: kernels.fields.bind({ meshes, twiddles: buffers.twiddlesC, fieldSpectra, field }),
          size: [Math.ceil((n1 * n2) / alongC.lanes), count, 1],
        },
        ...(await gatherPhase(state, parts, inputs, field, members, netForces)),
      ],
      [
        {
          phase: 'energy',
          kernel: kernels.energy.bind({ ...line, lineSums }),
          size: [Math.ceil(linesOf(grid) / alongA.lanes), count, 1],
        },
        {
          phase: 'energy',
          kernel: kernels.lineSums.bind({ meshes, lineSums, waveBlocks }),
          size: [groups(Math.ceil(linesOf(grid) / BLOCK)), count, 1],
        },
      ],
    );
  }

  /** The influence functions of cells that have moved; see strainInfluence.wgsl. */
  async createStrain(cellSums: GPUBuffer): Promise<StrainedSum> {
    const { gpu, state, members, buffers, plan } = this;
    const { meshes, influence } = buffers;
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const planned = gpu.createBuffer('planned influence function', influence.size, STORAGE | COPY_DST);
    gpu.submit('planned influence function', (encoder) => {
      encoder.copyBufferToBuffer(influence, 0, planned, 0, influence.size);
    });
    const parts = meshParts(plan.grid, plan.order, COMPONENTS[plan.differentiation]);
    const strain = await Kernel.create(gpu, 'electrostatics/mesh/strainInfluence.wgsl', {
      ...parts,
      structs: [...parts.structs, Lattice, CellSums],
    });
    const kernel = strain.bind({
      ...{ meshes, cellSums, influence, plannedInfluence: planned },
      ...{ replicas: state.replicaTable, lattices: state.buffer('lattices') },
    });
    return {
      dispatches: [{ kernel, size: [Math.ceil(linesOf(plan.grid) / WORKGROUP), members.length, 1] }],
      own: [planned],
    };
  }

  destroy(): void {
    for (const buffer of Object.values(this.buffers)) this.gpu.destroyBuffer(buffer);
  }
}

/** Values per point that are transformed back: three components of the field, or the potential. */
const COMPONENTS = { ik: 3, ad: 1 } as const;

const AXES = ['twiddlesA', 'twiddlesB', 'twiddlesC'] as const;

type BufferName =
  | (typeof AXES)[number]
  | 'meshes'
  | 'density'
  | 'spectrum'
  | 'fieldSpectra'
  | 'field'
  | 'influence'
  | 'lineSums';

function createBuffers(
  gpu: Gpu,
  [n1, n2, n3]: PppmPlan['grid'],
  components: number,
  count: number,
): Record<BufferName, GPUBuffer> {
  const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
  const points = n1 * n2 * n3;
  const modes = n1 * n2 * (n3 / 2 + 1);
  const create = (label: string, bytes: number): GPUBuffer =>
    gpu.createBuffer(label, bytes, STORAGE | COPY_DST | COPY_SRC);
  return {
    twiddlesA: create('twiddles along a', 8 * n1),
    twiddlesB: create('twiddles along b', 8 * n2),
    twiddlesC: create('twiddles along c', 8 * n3),
    meshes: create('meshes', Mesh.stride * count),
    density: create('mesh density', 4 * points * count),
    spectrum: create('mesh spectrum', 8 * modes * count),
    fieldSpectra: create('mesh field spectra', 8 * components * modes * count),
    field: create('mesh field', 4 * stride(components) * points * count),
    influence: create('influence function', 4 * modes * count),
    lineSums: create('mesh line sums', 32 * n2 * (n3 / 2 + 1) * count),
  };
}

/** Numbers per point: three components are read as a vec4f. */
function stride(components: number): number {
  return components === 3 ? 4 : components;
}

/** What every kernel of a mesh is composed of. */
function meshParts(
  [n1, n2, n3]: PppmPlan['grid'],
  order: SplineOrder,
  components: number,
): ShaderParts & Required<Pick<ShaderParts, 'structs'>> {
  // Known when a kernel is compiled, so that index arithmetic costs little.
  const mesh = [
    `const N1: u32 = ${n1}u;`,
    `const N2: u32 = ${n2}u;`,
    `const N3: u32 = ${n3}u;`,
    `const POINTS: u32 = ${n1 * n2 * n3}u;`,
    `const MODES: u32 = ${n1 * n2 * (n3 / 2 + 1)}u;`,
    `const ORDER: i32 = ${order};`,
    `const COMPONENTS: u32 = ${components}u;`,
    `const STRIDE: u32 = ${stride(components)}u;`,
  ].join('\n');
  return { structs: [Replica, Mesh], slots: { mesh, spline: splineText(order) }, counts: { ORDER: order } };
}

/** A power of two, so that scaling costs no digit. */
function chargeScale(replica: ReplicaSetup): number {
  const largest = chargesOf(replica).reduce((most, q) => Math.max(most, Math.abs(q)), 0);
  return 2 ** Math.floor(31 - Math.log2(HEADROOM * Math.max(largest, 2 ** -10)));
}

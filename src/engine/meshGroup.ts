/**
 * Meshes of replicas that share every dispatch because their grids are equal: buffers, kernels, and the phases of a force
 * evaluation and of an observation.
 */
import type { Gpu } from '../gpu/device.ts';
import { type BoundKernel, Kernel } from '../gpu/kernel.ts';
import type { ShaderParts } from '../gpu/shaders.ts';
import { packStructs } from '../gpu/struct.ts';
import { chargesOf } from './charges.ts';
import { type LineShape, lineShape, transformText, twiddles } from './fourierStages.ts';
import { BLOCK, Mesh, Replica, WORKGROUP } from './layouts.ts';
import type { PppmPlan } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

/**
 * Largest charge that a mesh point must hold, in units of the largest ion's: a point of order 3 takes 0.42 of an ion on it,
 * and ions do not come closer than their neighbours' stencils share; 64 is far beyond.
 */
const HEADROOM = 64;

export type Dispatch = { readonly kernel: BoundKernel; readonly size: readonly [number, number, number] };

/** Lines along a of a half spectrum. */
export function linesOf([, n2, n3]: PppmPlan['grid']): number {
  return n2 * (n3 / 2 + 1);
}

/** Replicas with the same grid and order. */
export class MeshGroup {
  readonly members: readonly number[];
  readonly buffers: Readonly<Record<BufferName, GPUBuffer>>;
  readonly force: readonly Dispatch[];
  readonly energy: readonly Dispatch[];
  private readonly gpu: Gpu;

  private constructor(
    gpu: Gpu,
    members: readonly number[],
    buffers: Readonly<Record<BufferName, GPUBuffer>>,
    force: readonly Dispatch[],
    energy: readonly Dispatch[],
  ) {
    this.gpu = gpu;
    this.members = members;
    this.buffers = buffers;
    this.force = force;
    this.energy = energy;
  }

  static async create(
    state: StateBuffers,
    plans: readonly PppmPlan[],
    members: readonly number[],
    charges: GPUBuffer,
    waveBlocks: GPUBuffer,
    ranges: readonly (readonly [number, number])[],
  ): Promise<MeshGroup> {
    const { gpu } = state;
    const { grid, order } = plans[members[0] as number] as PppmPlan;
    const [n1, n2, n3] = grid;
    const buffers = createBuffers(gpu, grid, members.length);
    const mesh = meshText(grid, order);
    const compile = (name: string, transform = ''): Promise<Kernel> => {
      const parts: ShaderParts = { structs: [Replica, Mesh], slots: { mesh, transform } };
      return Kernel.create(gpu, `electrostatics/mesh/${name}.wgsl`, parts);
    };
    const onProcessor = gpu.adapter.kind !== 'gpu';
    const shapes = [n1, n2, n3 / 2].map((length) => lineShape(length, onProcessor));
    const [alongA, alongB, alongC] = shapes as [LineShape, LineShape, LineShape];
    const columns = (inverse: boolean): string => `${transformText(n2, alongB)}\nconst INVERSE = ${inverse};`;
    const [rows, lines] = [transformText(n3 / 2, alongC, 2), transformText(n1, alongA)];
    const kernels = {
      spread: await compile('spread'),
      rows: await compile('rows', rows),
      columns: await compile('columns', columns(false)),
      solve: await compile('solve', lines),
      columnsBack: await compile('columns', columns(true)),
      fields: await compile('fields', rows),
      gather: await compile('gather'),
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
          components: 3,
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
    const positions = state.buffer('positions');
    const count = members.length;
    const groups = (invocations: number): number => Math.ceil(invocations / WORKGROUP);
    const atoms = groups(Math.max(...members.map((r) => state.slice(r).nAtoms)));
    const line = { replicas, meshes, twiddles: buffers.twiddlesA, spectrum, influence };
    return new MeshGroup(
      gpu,
      members,
      buffers,
      [
        {
          kernel: kernels.spread.bind({ replicas, meshes, positions, charges, density }),
          size: [atoms, count, 1],
        },
        {
          kernel: kernels.rows.bind({ meshes, twiddles: buffers.twiddlesC, density, spectrum }),
          size: [Math.ceil((n1 * n2) / alongC.lanes), count, 1],
        },
        {
          kernel: kernels.columns.bind({ meshes, twiddles: buffers.twiddlesB, spectra: spectrum }),
          size: [Math.ceil((n1 * (n3 / 2 + 1)) / alongB.lanes), count, 1],
        },
        {
          kernel: kernels.solve.bind({ ...line, fieldSpectra }),
          size: [Math.ceil(linesOf(grid) / alongA.lanes), count, 1],
        },
        {
          kernel: kernels.columnsBack.bind({ meshes, twiddles: buffers.twiddlesB, spectra: fieldSpectra }),
          size: [Math.ceil((n1 * (n3 / 2 + 1)) / alongB.lanes), 3 * count, 1],
        },
        {
          kernel: kernels.fields.bind({ meshes, twiddles: buffers.twiddlesC, fieldSpectra, field }),
          size: [Math.ceil((n1 * n2) / alongC.lanes), count, 1],
        },
        {
          kernel: kernels.gather.bind({
            ...{ replicas, meshes, positions, charges, field },
            forces: state.buffer('forces'),
          }),
          size: [atoms, count, 1],
        },
      ],
      [
        {
          kernel: kernels.energy.bind({ ...line, lineSums }),
          size: [Math.ceil(linesOf(grid) / alongA.lanes), count, 1],
        },
        {
          kernel: kernels.lineSums.bind({ meshes, lineSums, waveBlocks }),
          size: [groups(Math.ceil(linesOf(grid) / BLOCK)), count, 1],
        },
      ],
    );
  }

  destroy(): void {
    for (const buffer of Object.values(this.buffers)) this.gpu.destroyBuffer(buffer);
  }
}

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
    fieldSpectra: create('mesh field spectra', 24 * modes * count),
    field: create('mesh field', 16 * points * count),
    influence: create('influence function', 4 * modes * count),
    lineSums: create('mesh line sums', 32 * n2 * (n3 / 2 + 1) * count),
  };
}

/** Constants of the grid: known when a kernel is compiled, so that index arithmetic costs little. */
function meshText([n1, n2, n3]: PppmPlan['grid'], order: number): string {
  return [
    `const N1: u32 = ${n1}u;`,
    `const N2: u32 = ${n2}u;`,
    `const N3: u32 = ${n3}u;`,
    `const POINTS: u32 = ${n1 * n2 * n3}u;`,
    `const MODES: u32 = ${n1 * n2 * (n3 / 2 + 1)}u;`,
    `const ORDER: i32 = ${order};`,
  ].join('\n');
}

/** A power of two, so that scaling costs no digit. */
function chargeScale(replica: ReplicaSetup): number {
  const largest = chargesOf(replica).reduce((most, q) => Math.max(most, Math.abs(q)), 0);
  return 2 ** Math.floor(31 - Math.log2(HEADROOM * Math.max(largest, 2 ** -10)));
}

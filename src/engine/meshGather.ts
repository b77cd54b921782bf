/**
 * From values on the mesh to forces on the ions. ik: one kernel. ad: forces by the slopes of the splines wait in a buffer of
 * their own until their mean over the ions of a replica is known, which is taken off; sums in a fixed order, so that the
 * bits do not depend on what shares the batch.
 */
import { Kernel } from '../gpu/kernel.ts';
import type { ShaderParts } from '../gpu/shaders.ts';
import { BLOCK, WORKGROUP } from './layouts.ts';
import type { MeshDispatch, MeshInputs } from './meshGroup.ts';
import type { StateBuffers } from './stateBuffers.ts';

/** What ad needs beside the mesh; shared by all meshes of a batch. */
export interface MeshForceBuffers {
  /** Per atom, block of atoms and replica: vec4f, eV/Å. */
  readonly meshForces: GPUBuffer;
  readonly netForces: GPUBuffer;
  readonly meanForces: GPUBuffer;
}

export function createMeshForces({ gpu, nAtoms, nBlocks, replicas }: StateBuffers): MeshForceBuffers {
  const create = (label: string, count: number): GPUBuffer =>
    gpu.createBuffer(label, 16 * count, GPUBufferUsage.STORAGE);
  return {
    meshForces: create('mesh forces', nAtoms),
    netForces: create('net mesh forces', nBlocks),
    meanForces: create('mean mesh forces', replicas.length),
  };
}

/**
 * @param parts of every kernel of the mesh
 * @param inputs what spreading binds, too
 * @param buffers undefined: ik
 */
export async function gatherPhase(
  state: StateBuffers,
  parts: ShaderParts,
  inputs: MeshInputs,
  field: GPUBuffer,
  members: readonly number[],
  buffers: MeshForceBuffers | undefined,
): Promise<MeshDispatch[]> {
  const kernel = (name: string): Promise<Kernel> =>
    Kernel.create(state.gpu, `electrostatics/mesh/${name}.wgsl`, parts);
  const forces = state.buffer('forces');
  const largest = Math.max(...members.map((r) => state.slice(r).nAtoms));
  const count = members.length;
  const atoms = [Math.ceil(largest / WORKGROUP), count, 1] as const;
  if (!buffers) {
    return [
      { phase: 'gather', kernel: (await kernel('gather')).bind({ ...inputs, field, forces }), size: atoms },
    ];
  }
  const { replicas, meshes } = inputs;
  const { meshForces, netForces, meanForces } = buffers;
  const bound = [
    [(await kernel('gatherSlopes')).bind({ ...inputs, field, meshForces }), atoms],
    [
      (await kernel('netForce')).bind({ replicas, meshes, meshForces, netForces }),
      [Math.ceil(largest / BLOCK / WORKGROUP), count, 1],
    ],
    [(await kernel('meanForce')).bind({ replicas, meshes, netForces, meanForces }), [count, 1, 1]],
    [(await kernel('addForces')).bind({ replicas, meshes, meshForces, meanForces, forces }), atoms],
  ] as const;
  return bound.map(([one, size]) => ({ phase: 'gather', kernel: one, size }));
}

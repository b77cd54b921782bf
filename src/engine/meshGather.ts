/**
 * From values on the mesh to forces on the ions. ik: one kernel. ad: forces by the slopes of the splines, then their mean over
 * the ions of a replica is taken off.
 */
import { Kernel } from '../gpu/kernel.ts';
import type { ShaderParts } from '../gpu/shaders.ts';
import { WORKGROUP } from './layouts.ts';
import type { MeshDispatch, MeshInputs } from './meshGroup.ts';
import type { StateBuffers } from './stateBuffers.ts';

/** Sum of the mesh forces of each replica, three words; ad only. */
export function createNetForces({ gpu, replicas }: StateBuffers): GPUBuffer {
  return gpu.createBuffer('net mesh forces', 12 * replicas.length, GPUBufferUsage.STORAGE);
}

/**
 * @param parts of every kernel of the mesh
 * @param inputs what spreading binds, too
 * @param netForces undefined: ik
 */
export async function gatherPhase(
  state: StateBuffers,
  parts: ShaderParts,
  inputs: MeshInputs,
  field: GPUBuffer,
  members: readonly number[],
  netForces: GPUBuffer | undefined,
): Promise<MeshDispatch[]> {
  const forces = state.buffer('forces');
  const largest = Math.max(...members.map((r) => state.slice(r).nAtoms));
  const dispatch = async (
    name: string,
    buffers: Readonly<Record<string, GPUBuffer>>,
  ): Promise<MeshDispatch> => {
    const kernel = await Kernel.create(state.gpu, `electrostatics/mesh/${name}.wgsl`, parts);
    return {
      phase: 'gather',
      kernel: kernel.bind(buffers),
      size: [Math.ceil(largest / WORKGROUP), members.length, 1],
    };
  };
  if (!netForces) return [await dispatch('gather', { ...inputs, field, forces })];
  const { replicas, meshes } = inputs;
  return [
    await dispatch('gatherSlopes', { ...inputs, field, forces, netForces }),
    await dispatch('subtractMean', { replicas, meshes, netForces, forces }),
  ];
}

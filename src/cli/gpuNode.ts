/** npm `webgpu` (Dawn) → Gpu. The only place in Node that asks for an adapter. */
import { create, globals } from 'webgpu';
import { GpuError } from '../core/errors.ts';
import { adapterDescription, requiredLimits } from '../gpu/adapter.ts';
import { Gpu } from '../gpu/device.ts';

/**
 * The object that `create` returns must live as long as the process: Dawn for Node crashes or hangs when it is
 * garbage-collected. A live reference keeps Node from exiting on its own, so front doors end with process.exit.
 */
const keep: { instance?: GPU } = {};

/**
 * Bounds checks on every buffer access cost 1.4 to 1.6 times the run time of all kernels on SwiftShader; emptying workgroup
 * memory before each kernel costs a barrier, and with it ten times the run and the compile time of the mesh transforms. In
 * Node the only shaders are ours, which write before they read, so both are switched off; a browser keeps them, and the app
 * tier runs the same kernels there.
 */
const DAWN_FLAGS = ['enable-dawn-features=disable_robustness,disable_workgroup_init'];

/**
 * A device on the adapter that the environment of this process offers (see vulkan.ts).
 * @param limits lower than what the engine would ask for, to see what becomes of it
 */
export async function openNodeGpu(limits: Readonly<Record<string, number>> = {}): Promise<Gpu> {
  Object.assign(globalThis, globals);
  keep.instance ??= create(DAWN_FLAGS) as unknown as GPU;
  const adapter = await keep.instance.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new GpuError(
      'no WebGPU adapter was found: neither a GPU with a Vulkan, Metal or Direct3D 12 driver nor a software one that Dawn accepts',
    );
  }
  const description = adapterDescription(adapter.info);
  const device = await adapter.requestDevice({
    label: 'halide-md',
    requiredLimits: { ...requiredLimits(adapter.limits), ...limits },
    // `bench --phases` uses them.
    requiredFeatures: adapter.features.has('timestamp-query') ? ['timestamp-query'] : [],
  });
  return new Gpu(device, description, { spinsWhileWaiting: true });
}

/** navigator.gpu → Gpu. The only place in the browser that asks for an adapter. */
import { adapterDescription, requiredLimits } from '../gpu/adapter.ts';
import { Gpu } from '../gpu/device.ts';
import type { NoGpuReason } from './protocol.ts';

/** A device, or why there is none. Works on the page and in a worker. */
export async function openBrowserGpu(): Promise<Gpu | NoGpuReason> {
  // Typed as always there; a browser without WebGPU, or a page that is not served securely, has none.
  const gpu = (navigator as { readonly gpu?: GPU }).gpu;
  if (!gpu) return { is: isSecureContext ? 'noApi' : 'insecure' };
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return { is: 'noAdapter' };
    const device = await adapter.requestDevice({
      label: 'halide-md',
      requiredLimits: requiredLimits(adapter.limits),
    });
    return new Gpu(device, adapterDescription(adapter.info));
  } catch (error) {
    return { is: 'refused', sentence: (error as Error).message };
  }
}

/** What the engine asks of an adapter, and what it calls it in outputs. Shared by both front doors. */
import { GpuError } from '../core/errors.ts';
import type { AdapterDescription, AdapterKind } from './device.ts';

/** Limits below which the engine cannot run: the WebGPU baseline, which every conforming adapter has. */
const NEEDED = {
  maxStorageBuffersPerShaderStage: 8,
  maxUniformBuffersPerShaderStage: 12,
  maxComputeInvocationsPerWorkgroup: 64,
} as const satisfies Partial<Record<keyof GPUSupportedLimits, number>>;

/** Limits raised to what the adapter has, because they bound the size of a system, or what one kernel can do at once. */
const RAISED = ['maxBufferSize', 'maxStorageBufferBindingSize', 'maxStorageBuffersPerShaderStage'] as const;

/** Checks what is needed and returns the limits to request. */
export function requiredLimits(limits: GPUSupportedLimits): Record<string, number> {
  for (const [name, needed] of Object.entries(NEEDED)) {
    const found = limits[name as keyof typeof NEEDED];
    if (found < needed) {
      throw new GpuError(`the adapter allows ${name} = ${found}; at least ${needed} is needed`);
    }
  }
  return Object.fromEntries(RAISED.map((name) => [name, limits[name]]));
}

export function adapterDescription(info: GPUAdapterInfo): AdapterDescription {
  return {
    kind: adapterKind(info),
    name: [info.description || info.device || info.architecture, info.vendor].filter(Boolean).join(', '),
    vendor: info.vendor,
    architecture: info.architecture,
    driver: info.description,
  };
}

function adapterKind(info: GPUAdapterInfo): AdapterKind {
  const words = `${info.vendor} ${info.architecture} ${info.device} ${info.description}`.toLowerCase();
  if (words.includes('swiftshader')) return 'swiftshader';
  if (words.includes('llvmpipe') || words.includes('lavapipe')) return 'lavapipe';
  return info.isFallbackAdapter ? 'cpu' : 'gpu';
}

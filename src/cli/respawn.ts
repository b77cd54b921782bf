/**
 * GPU verbs run in a process whose environment names the Vulkan driver: this one when it was started so, else a child with
 * the same arguments (the dynamic loader reads LD_LIBRARY_PATH only at start).
 */
import { spawn } from 'node:child_process';
import { GpuError, InputError, suggestion } from '../core/errors.ts';
import type { Gpu } from '../gpu/device.ts';
import { openNodeGpu } from './gpuNode.ts';
import { ADAPTER_CHOICES, ADAPTER_MARK, type AdapterChoice, vulkanEnvironment } from './vulkan.ts';

/** What the user asks for: --adapter, else HALIDE_ADAPTER, else automatic. */
export function adapterChoice(asked: string | undefined): AdapterChoice {
  const wanted = asked ?? process.env['HALIDE_ADAPTER'] ?? 'auto';
  const choice = ADAPTER_CHOICES.find((one) => one === wanted);
  if (!choice)
    throw new InputError(`--adapter ${wanted}: no such choice${suggestion(wanted, ADAPTER_CHOICES)}`);
  return choice;
}

/**
 * Calls `work` with a device and returns its exit code; or, when this process has not the environment for it, lets a child
 * do the same and returns the child's.
 */
export async function withGpu(choice: AdapterChoice, work: (gpu: Gpu) => Promise<number>): Promise<number> {
  const mark = process.env[ADAPTER_MARK];
  if (mark === undefined) {
    const environment = await vulkanEnvironment(choice);
    if (environment) return respawn(environment);
  }
  let gpu: Gpu;
  try {
    gpu = await openNodeGpu();
  } catch (error) {
    // The system has a driver that Dawn refuses (Mesa 22 for one): the bundled one still serves.
    const fallback = error instanceof GpuError && mark === 'system' && choice === 'auto';
    const environment = fallback ? await vulkanEnvironment('swiftshader').catch(() => undefined) : undefined;
    if (!environment) throw error;
    return respawn(environment);
  }
  try {
    return await work(gpu);
  } finally {
    gpu.destroy();
  }
}

function respawn(environment: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    });
    // A signal from the terminal reaches the child by itself; one sent to this process alone is passed on.
    const pass = (signal: NodeJS.Signals) => (): void => {
      child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass(signal));
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 3)));
  });
}

/**
 * Which Vulkan driver Dawn will find. The dynamic loader reads its environment when a process starts, so the choice is
 * made before: `vulkanEnvironment` says what to set, the caller starts a process with it. Only Linux needs any of this;
 * Dawn uses Metal on macOS and Direct3D 12 on Windows.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLED_RUNS_HERE, bundled } from './bundled.ts';

export const ADAPTER_CHOICES = ['auto', 'system', 'swiftshader'] as const;
export type AdapterChoice = (typeof ADAPTER_CHOICES)[number];

/** Set in processes that were started with an environment from here; its value is the choice made. */
export const ADAPTER_MARK = 'HALIDE_ADAPTER_READY';

const DRIVER_FOLDERS = [
  '/usr/share/vulkan/icd.d',
  '/etc/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
  '/usr/local/etc/vulkan/icd.d',
];
const LOADER_FOLDERS = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/usr/local/lib',
];

/**
 * Environment variables for a process that uses the GPU; undefined when none are needed.
 * `auto` is the system's drivers when there are any (with the bundled loader where the system has none), else the
 * bundled SwiftShader.
 */
export async function vulkanEnvironment(choice: AdapterChoice): Promise<Record<string, string> | undefined> {
  if (process.platform !== 'linux') return undefined;
  const useSystem = choice === 'system' || (choice === 'auto' && systemHasDriver());
  if (useSystem) {
    const mark = { [ADAPTER_MARK]: 'system' };
    return systemHasLoader() || !BUNDLED_RUNS_HERE
      ? mark
      : { ...mark, LD_LIBRARY_PATH: withLibraryPath(await bundled('swiftshader')) };
  }
  if (!BUNDLED_RUNS_HERE) return undefined;
  const folder = await bundled('swiftshader');
  const driver = join(folder, 'vk_swiftshader_icd.json');
  return {
    [ADAPTER_MARK]: 'swiftshader',
    LD_LIBRARY_PATH: withLibraryPath(folder),
    VK_ICD_FILENAMES: driver,
    VK_DRIVER_FILES: driver,
  };
}

function systemHasDriver(): boolean {
  if (process.env['VK_DRIVER_FILES'] || process.env['VK_ICD_FILENAMES']) return true;
  return DRIVER_FOLDERS.some(
    (folder) => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json')),
  );
}

function systemHasLoader(): boolean {
  const folders = [...LOADER_FOLDERS, ...(process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter(Boolean)];
  return folders.some((folder) => existsSync(join(folder, 'libvulkan.so.1')));
}

function withLibraryPath(folder: string): string {
  const before = process.env['LD_LIBRARY_PATH'];
  return before ? `${folder}:${before}` : folder;
}

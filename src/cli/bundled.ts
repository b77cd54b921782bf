/**
 * What npm `@sparticuz/chromium` carries besides a browser: SwiftShader's Vulkan driver and a Vulkan loader, the
 * libraries and fonts Chromium needs. Unpacked by us into a versioned cache folder (to a temporary name, then renamed):
 * the package's own unpacking keeps to /tmp and skips what is already there, stale or not.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { extract } from 'tar-fs';
import { GpuError } from '../core/errors.ts';

/** Folders, each unpacked from `bin/<name>.tar.br`, and the plain executable `chromium.br`. */
export type BundledPart = 'swiftshader' | 'al2023' | 'fonts' | 'chromium';

/** True where the package's binaries can run. */
export const BUNDLED_RUNS_HERE = process.platform === 'linux' && process.arch === 'x64';

/** Path of an unpacked part: a folder, for `chromium` the executable. Unpacks it on the first call. */
export async function bundled(part: BundledPart): Promise<string> {
  if (!BUNDLED_RUNS_HERE) {
    throw new GpuError(
      `the bundled software adapter is for Linux on x64, this is ${process.platform} on ${process.arch}`,
    );
  }
  const folder = packageFolder();
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  const cache = join(await cacheFolder(), `chromium-${version}`);
  const target = join(cache, part);
  if (await exists(target)) return target;
  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(join(cache, `${part}-unpacking-`));
  const unpacked = join(temporary, part);
  const source = join(folder, 'bin', part === 'chromium' ? 'chromium.br' : `${part}.tar.br`);
  const sink = part === 'chromium' ? createWriteStream(unpacked, { mode: 0o755 }) : extract(unpacked);
  try {
    await pipeline(createReadStream(source), createBrotliDecompress(), sink);
    await rename(unpacked, target);
  } catch (error) {
    // Another process may have finished the same work first: then its result serves.
    if (!(await exists(target))) throw error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return target;
}

/** The package exports its code only, so its folder is found from the resolved entry upwards. */
function packageFolder(): string {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const name = join('@sparticuz', 'chromium');
  return entry.slice(0, entry.lastIndexOf(name) + name.length);
}

/** HALIDE_CACHE, or the user's cache folder, or the temporary one: whichever can be written. */
async function cacheFolder(): Promise<string> {
  const home = process.env['HOME'];
  const wanted = [
    process.env['HALIDE_CACHE'],
    process.env['XDG_CACHE_HOME'] && join(process.env['XDG_CACHE_HOME'], 'halide-md'),
    home && join(home, '.cache', 'halide-md'),
    join(tmpdir(), 'halide-md'),
  ];
  for (const folder of wanted) {
    if (!folder) continue;
    try {
      await mkdir(folder, { recursive: true });
      return folder;
    } catch {
      // Not writable: try the next one.
    }
  }
  throw new GpuError('no folder for the unpacked software adapter can be written; set HALIDE_CACHE');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/// <reference types="vitest/config" />
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

const { version } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as { version: string };

/** The commit that provenance names; a tree without git (an archive) has none. */
function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim();
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '-uno') ? '+changes' : '');
  } catch {
    return 'unknown';
  }
}

const define = { __HALIDE_VERSION__: JSON.stringify(version), __HALIDE_COMMIT__: JSON.stringify(commit()) };

/** One tier of tests: tests/<name>/**. */
const tier = (name: string, options: object) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.ts`], ...options },
});

/** Chooses the adapter before the test processes start. */
const onGpu = { globalSetup: [resolve(root, 'tests/support/globalSetup.ts')], hookTimeout: 240_000 };

/** What runs in Node, by mode: name of the program and its first file. */
const PROGRAMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cli: { 'halide-md': 'src/cli/main.ts' },
  tables: { tables: '.ci/tables.ts' },
  fuzz: { fuzz: 'tests/fuzz/main.ts' },
};

/** One file for everything vite does: `--mode app` (browser), the modes of PROGRAMS (Node) and the tests. */
export default defineConfig(({ mode }) => {
  const programs = PROGRAMS[mode];
  if (programs) {
    return {
      root,
      define,
      publicDir: false,
      build: {
        ssr: true,
        target: 'node20',
        outDir: `dist/${mode}`,
        emptyOutDir: true,
        rollupOptions: {
          input: Object.fromEntries(
            Object.entries(programs).map(([name, file]) => [name, resolve(root, file)]),
          ),
        },
      },
    };
  }
  return {
    root: resolve(root, 'src/app'),
    define,
    base: './',
    publicDir: resolve(root, 'public'),
    build: { outDir: resolve(root, 'dist/app'), emptyOutDir: true, target: 'es2022' },
    worker: { format: 'es' as const },
    server: { port: 5173, strictPort: true, fs: { allow: [root] } },
    preview: { port: 5173, strictPort: true },
    test: {
      root,
      pool: 'forks' as const,
      // Two on two cores: a software adapter leaves one of them idle half of the time.
      maxWorkers: Math.max(2, availableParallelism() - 1),
      projects: [
        // A minute: meshes are planned in f64, and the two cores of a build machine may be busy.
        tier('unit', { testTimeout: 60_000 }),
        tier('data', { testTimeout: 600_000 }),
        tier('fuzz', { testTimeout: 120_000 }),
        tier('kernel', { ...onGpu, testTimeout: 120_000 }),
        tier('golden', { ...onGpu, testTimeout: 120_000 }),
        tier('app', { ...onGpu, testTimeout: 240_000, fileParallelism: false }),
        tier('faults', { ...onGpu, testTimeout: 3_600_000, fileParallelism: false }),
        tier('physics', { ...onGpu, testTimeout: 3_600_000, fileParallelism: false }),
      ],
    },
  };
});

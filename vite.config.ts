/// <reference types="vitest/config" />
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

/** One tier of tests: tests/<name>/**. */
const tier = (name: string, options: object) => ({
  extends: true as const,
  test: { name, include: [`tests/${name}/**/*.test.ts`], ...options },
});

/** Chooses the adapter before the test processes start. */
const onGpu = { globalSetup: [resolve(root, 'tests/support/globalSetup.ts')], hookTimeout: 240_000 };

/** One file for everything vite does: `--mode app` (browser), `--mode cli` (Node, by --ssr) and the test tiers. */
export default defineConfig(({ mode }) => {
  if (mode === 'cli') {
    return {
      root,
      publicDir: false,
      build: {
        ssr: true,
        target: 'node20',
        outDir: 'dist/cli',
        emptyOutDir: true,
        rollupOptions: { input: { 'halide-md': resolve(root, 'src/cli/main.ts') } },
      },
    };
  }
  return {
    root: resolve(root, 'src/app'),
    base: './',
    publicDir: resolve(root, 'public'),
    build: { outDir: resolve(root, 'dist/app'), emptyOutDir: true, target: 'es2022' },
    worker: { format: 'es' as const },
    server: { port: 5173, strictPort: true, fs: { allow: [root] } },
    preview: { port: 5173, strictPort: true },
    test: {
      root,
      pool: 'forks' as const,
      projects: [
        tier('unit', {}),
        tier('kernel', { ...onGpu, testTimeout: 120_000 }),
        tier('app', { ...onGpu, testTimeout: 240_000 }),
        tier('physics', { ...onGpu, testTimeout: 3_600_000, fileParallelism: false }),
      ],
    },
  };
});

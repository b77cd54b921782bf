/// <reference types="vitest/config" />
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = import.meta.dirname;

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
        { extends: true, test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } },
        {
          extends: true,
          test: {
            name: 'kernel',
            include: ['tests/kernel/**/*.test.ts'],
            testTimeout: 120_000,
            hookTimeout: 120_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'app',
            include: ['tests/app/**/*.test.ts'],
            testTimeout: 240_000,
            hookTimeout: 240_000,
          },
        },
        {
          extends: true,
          test: {
            name: 'physics',
            include: ['tests/physics/**/*.test.ts'],
            testTimeout: 3_600_000,
            fileParallelism: false,
          },
        },
      ],
    },
  };
});

import { afterAll, afterEach } from 'vitest';
import { openNodeGpu } from '../../src/cli/gpuNode.ts';
import type { Gpu } from '../../src/gpu/device.ts';

let shared: Promise<Gpu> | undefined;

/** One device per test file; a validation error that nobody expected fails the test it happened in. */
export function testGpu(): Promise<Gpu> {
  shared ??= openNodeGpu();
  return shared;
}

afterEach(async () => {
  (await shared)?.check();
});

afterAll(async () => {
  (await shared)?.destroy();
});

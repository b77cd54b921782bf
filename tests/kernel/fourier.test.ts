/** Generated Fourier transforms against sums in f64. */
import { describe, expect, it } from 'vitest';
import { RandomSequence } from '../../src/core/rng.ts';
import { lineShape, radicesOf, transformText, twiddles } from '../../src/engine/fourierStages.ts';
import { Kernel } from '../../src/gpu/kernel.ts';
import { deviation } from '../support/deviation.ts';
import { testGpu } from '../support/gpu.ts';

const LINES = 11;

const KERNEL = `
#include "lib/complex.wgsl"
@group(0) @binding(0) var<storage, read> twiddles: array<vec2f>;
@group(0) @binding(1) var<storage, read_write> lines: array<vec2f>;
#slot transform
@compute @workgroup_size(LANES, THREADS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let line = group.x * LANES + local.x;
  for (var i = local.y; i < LENGTH && line < LINES; i += THREADS) {
    put(local.x, i, lines[line * LENGTH + i]);
  }
  transform(local.x, local.y, LENGTH);
  for (var i = local.y; i < LENGTH && line < LINES; i += THREADS) {
    lines[line * LENGTH + i] = take(local.x, i);
  }
}`;

/** Transforms of LINES lines of complex numbers, (re, im) one after the other. */
async function onGpu(
  length: number,
  lines: Float32Array<ArrayBuffer>,
  { stride = 1, onProcessor = true } = {},
): Promise<Float32Array> {
  const gpu = await testGpu();
  const shape = lineShape(length, onProcessor);
  const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
  const kernel = await Kernel.create(gpu, 'tests/fourier.wgsl', {
    files: { 'tests/fourier.wgsl': KERNEL },
    slots: {
      transform: `const LENGTH: u32 = ${length}u;\nconst LINES: u32 = ${LINES}u;\n${transformText(length, shape, stride)}`,
    },
  });
  const buffers = {
    twiddles: gpu.createBuffer('twiddles', 8 * length * stride, STORAGE | COPY_DST),
    lines: gpu.createBuffer('lines', lines.byteLength, STORAGE | COPY_DST | COPY_SRC),
  };
  gpu.write(buffers.twiddles, twiddles(length * stride));
  gpu.write(buffers.lines, lines);
  gpu.submit('fourier', (encoder) => {
    const pass = encoder.beginComputePass();
    kernel.bind(buffers).dispatch(pass, Math.ceil(LINES / shape.lanes));
    pass.end();
  });
  const result = new Float32Array(await gpu.read(buffers.lines, lines.byteLength));
  for (const buffer of Object.values(buffers)) gpu.destroyBuffer(buffer);
  return result;
}

/** X_j = Σ_k x_k exp(−2πi jk/n), one by one. */
function direct(x: ArrayLike<number>, n: number): Float64Array {
  const out = new Float64Array(2 * n);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < n; k++) {
      const angle = (-2 * Math.PI * ((j * k) % n)) / n;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const [re, im] = [x[2 * k] as number, x[2 * k + 1] as number];
      out[2 * j] = out[2 * j]! + re * c - im * s;
      out[2 * j + 1] = out[2 * j + 1]! + re * s + im * c;
    }
  }
  return out;
}

describe('factors of a length', () => {
  it('are 2, 3, 4, 5 and 8 and multiply to it', () => {
    for (const n of [1, 2, 3, 5, 6, 12, 16, 30, 32, 60, 64, 90, 125, 128, 250, 256]) {
      const factors = radicesOf(n);
      expect(factors.reduce((a, b) => a * b, 1)).toBe(n);
      for (const factor of factors) expect([2, 3, 4, 5, 8]).toContain(factor);
    }
    expect(() => radicesOf(14)).toThrow(/only factors 2, 3 and 5/);
  });
});

describe('transform of a line on the GPU against f64', () => {
  // All single radices, every pair of them in a row, odd and even numbers of stages. Measured: 3e-8 … 1.2e-7.
  it.each([
    2, 3, 4, 5, 8, 6, 10, 12, 15, 16, 20, 24, 25, 27, 32, 36, 40, 45, 60, 64, 72, 90, 100, 108, 125, 128,
  ])('%i points', async (n) => {
    const random = new RandomSequence(n);
    const lines = Float32Array.from({ length: 2 * n * LINES }, () => random.uniform() - 0.5);
    for (const onProcessor of [true, false]) {
      const found = await onGpu(n, lines.slice(), { onProcessor });
      for (let line = 0; line < LINES; line++) {
        const range = [2 * n * line, 2 * n * (line + 1)] as const;
        expect(deviation(found.subarray(...range), direct(lines.subarray(...range), n))).toBeLessThan(3e-7);
      }
    }
  });

  it('takes every second power of a longer table', async () => {
    const n = 30;
    const lines = Float32Array.from({ length: 2 * n * LINES }, (_, i) => Math.sin(i * i));
    const found = await onGpu(n, lines.slice(), { stride: 2 });
    expect(deviation(found.subarray(0, 2 * n), direct(lines.subarray(0, 2 * n), n))).toBeLessThan(3e-7);
  });
});

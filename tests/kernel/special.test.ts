import { describe, expect, it } from 'vitest';
import { erfc, TWO_OVER_SQRT_PI } from '../../src/core/erf.ts';
import { normals, philox } from '../../src/core/rng.ts';
import { randomStreamConstants } from '../../src/engine/steps.ts';
import { evaluate, spread } from '../support/evaluate.ts';
import { testGpu } from '../support/gpu.ts';

const SPECIAL = '#include "lib/special.wgsl"';
const RANDOM = '#include "lib/random.wgsl"';
const parts = { slots: { randomStreams: randomStreamConstants() } };

/** Largest |found/expected − 1|. */
function relativeError(inputs: ArrayLike<number>, outputs: Float32Array, f: (x: number) => number): number {
  let worst = 0;
  for (let i = 0; i < inputs.length; i++) {
    worst = Math.max(worst, Math.abs(outputs[4 * i]! / f(inputs[i]!) - 1));
  }
  return worst;
}

describe('special functions on the GPU against f64', () => {
  it('expAccurate: measured 1.2e-7 on SwiftShader; 2.5e-7 is two roundings', async () => {
    const x = spread(-80, 10, 40_001);
    const y = await evaluate(await testGpu(), SPECIAL, 'vec4f(expAccurate(x))', x);
    const error = relativeError(x, y, Math.exp);
    expect(error).toBeLessThan(2.5e-7);
  });

  it('erfcScaled: measured 3.3e-7; the polynomial alone is 1.3e-8', async () => {
    const x = spread(0, 5.5, 20_001);
    const y = await evaluate(await testGpu(), SPECIAL, 'vec4f(erfcScaled(x))', x);
    const error = relativeError(x, y, (t) => erfc(t) * Math.exp(t * t));
    expect(error).toBeLessThan(5e-7);
  });

  it('screening: force of erfc(z)/r over that of 1/r: measured 2.4e-7 of the latter; the fit alone is 4e-8', async () => {
    const z2 = spread(0.01, 20.25, 20_001);
    const y = await evaluate(await testGpu(), SPECIAL, 'vec4f(screening(x))', z2);
    let worst = 0;
    z2.forEach((t, i) => {
      const z = Math.sqrt(t);
      const screened = erfc(z) + TWO_OVER_SQRT_PI * z * Math.exp(-t);
      worst = Math.max(worst, Math.abs(1 - z ** 3 * y[4 * i]! - screened));
    });
    expect(worst).toBeLessThan(4e-7);
  });

  it('cosSin of an integer phase: measured 9e-8 absolute, exact at the quarters', async () => {
    const phases = Uint32Array.from({ length: 40_000 }, (_, i) => Math.imul(i, 2654435761));
    phases.set([0, 0x40000000, 0x80000000, 0xc0000000]);
    const y = await evaluate(await testGpu(), SPECIAL, 'vec4f(cosSin(x), 0.0, 0.0)', phases);
    let worst = 0;
    phases.forEach((phase, i) => {
      const angle = (2 * Math.PI * phase) / 2 ** 32;
      worst = Math.max(
        worst,
        Math.abs(y[4 * i]! - Math.cos(angle)),
        Math.abs(y[4 * i + 1]! - Math.sin(angle)),
      );
    });
    expect(worst).toBeLessThan(1.5e-7);
    const quarters = [0, 1, 2, 3].map((i) => [y[4 * i]! + 0, y[4 * i + 1]! + 0]);
    expect(quarters).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ]);
  });

  it('philox is bit-identical to the host', async () => {
    const counters = Uint32Array.from({ length: 512 }, (_, i) => Math.imul(i, 0x9e3779b1));
    const expression =
      'bitcast<vec4f>(philox(vec4u(x, x ^ 7u, 3u, ~x), vec2u(x * 5u, 11u)) & vec4u(0x7fffffu))';
    const y = await evaluate(await testGpu(), RANDOM, expression, counters, parts);
    const words = new Uint32Array(y.buffer);
    counters.forEach((x, i) => {
      const expected = philox([x, (x ^ 7) >>> 0, 3, ~x >>> 0], [Math.imul(x, 5) >>> 0, 11]);
      expect([...words.subarray(4 * i, 4 * i + 4)]).toEqual(expected.map((word) => word & 0x7fffff));
    });
  });

  it('normals agree with the host to 4e-6 (log and square root of the driver)', async () => {
    const tags = Uint32Array.from({ length: 4096 }, (_, i) => i);
    const y = await evaluate(await testGpu(), RANDOM, 'normals(42u, STREAM_LANGEVIN, x, 9u)', tags, parts);
    let worst = 0;
    tags.forEach((tag, i) => {
      normals(42, 'langevin', tag, 9).forEach((z, k) => {
        worst = Math.max(worst, Math.abs(y[4 * i + k]! - z));
      });
    });
    expect(worst).toBeLessThan(4e-6);
  });

  it.each([
    ['sqrt(x)', Math.sqrt],
    ['1.0 / x', (x: number) => 1 / x],
    ['inverseSqrt(x)', (x: number) => 1 / Math.sqrt(x)],
  ])("the driver's %s", async (expression, f) => {
    const x = spread(0.1, 150, 20_001);
    const y = await evaluate(await testGpu(), '', `vec4f(${expression})`, x);
    expect(relativeError(x, y, f)).toBeLessThan(4e-7);
  });
});

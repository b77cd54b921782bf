import { describe, expect, it } from 'vitest';
import { openNodeGpu } from '../../src/cli/gpuNode.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { maxwellVelocities } from '../../src/engine/velocities.ts';
import { Kernel } from '../../src/gpu/kernel.ts';
import { compose, declaredBindings, SHADERS } from '../../src/gpu/shaders.ts';
import { packStructs, struct } from '../../src/gpu/struct.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt } from '../support/systems.ts';

const main = '@compute @workgroup_size(1) fn main() {}';

describe('broken shaders are reported with file and line', () => {
  it('a syntax error inside an included file', async () => {
    const files = {
      'a.wgsl': `// one\n#include "b.wgsl"\n${main}`,
      'b.wgsl': 'fn fine() {}\nfn broken() { let x = ; }',
    };
    await expect(Kernel.create(await testGpu(), 'a.wgsl', { files })).rejects.toThrow(
      /shaders\/b\.wgsl:2: error/,
    );
  });

  it('a type error in generated text names the slot', async () => {
    const files = { 'a.wgsl': `\n#slot generated\n${main}` };
    const slots = { generated: 'fn ok() {}\nfn bad() -> f32 { return 1u; }' };
    await expect(Kernel.create(await testGpu(), 'a.wgsl', { files, slots })).rejects.toThrow(
      /a\.wgsl:2 \(slot generated, line 2\)/,
    );
  });

  it('a missing include, struct or slot', () => {
    expect(() => compose('a.wgsl', { files: { 'a.wgsl': '#include "no.wgsl"' } })).toThrow(
      /a\.wgsl:1: no shader file/,
    );
    expect(() => compose('a.wgsl', { files: { 'a.wgsl': '\n#struct Nothing' } })).toThrow(
      /a\.wgsl:2: no struct table/,
    );
    expect(() => compose('a.wgsl', { files: { 'a.wgsl': '#slot s' } })).toThrow(
      /nothing was given for slot s/,
    );
  });

  it('repeated lines, each where it stands', () => {
    const files = { 'a.wgsl': 'one\n  #repeat m TIMES\n  a[m] = most[m + 1];\n  b();\n  #end\nlast' };
    const { code, origins } = compose('a.wgsl', { files, counts: { TIMES: 2 } });
    expect(code.split('\n').map((line) => line.trim())).toEqual([
      ...['one', 'a[0] = most[0 + 1];', 'b();', 'a[1] = most[1 + 1];', 'b();', 'last'],
    ]);
    expect(origins.map((origin) => origin.replace('shaders/a.wgsl:', ''))).toEqual([
      ...['1', '3', '4', '3', '4', '6'],
    ]);
  });

  it('a repetition without its count or its end', () => {
    const text = (body: string): { files: Record<string, string> } => ({ files: { 'a.wgsl': body } });
    expect(() => compose('a.wgsl', text('\n#repeat m TIMES\n#end'))).toThrow(
      /a\.wgsl:2: nothing was given for count TIMES/,
    );
    expect(() => compose('a.wgsl', { ...text('#repeat m TIMES\nx[m];'), counts: { TIMES: 2 } })).toThrow(
      /a\.wgsl:1: #repeat without #end/,
    );
  });

  it('a missing or unknown binding', async () => {
    const gpu = await testGpu();
    const file = `@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@compute @workgroup_size(1) fn main() { values[0] = 1.0; }`;
    const kernel = await Kernel.create(gpu, 'a.wgsl', { files: { 'a.wgsl': file } });
    const buffer = gpu.createBuffer('values', 16, GPUBufferUsage.STORAGE);
    expect(() => kernel.bind({})).toThrow(/binding values was not given/);
    expect(() => kernel.bind({ values: buffer, extra: buffer })).toThrow(/there is no binding extra/);
    gpu.destroyBuffer(buffer);
  });
});

describe('the device', () => {
  it('a validation error after the fact is fatal at the next check', async () => {
    const gpu = await openNodeGpu();
    const small = gpu.createBuffer('small', 16, GPUBufferUsage.COPY_DST);
    gpu.submit('too much', (encoder) => encoder.clearBuffer(small, 0, 64));
    await gpu.device.queue.onSubmittedWorkDone();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(() => gpu.check()).toThrow(/WebGPU validation failed/);
    gpu.destroy();
  });

  it('a lost device ends a run with a GpuError instead of hanging', async () => {
    const gpu = await openNodeGpu();
    const system = rattled(rockSalt(naclForceField, 5.7, [2, 2, 2]), 0.05);
    const simulation = await Simulation.create(gpu, {
      forceField: naclForceField,
      cutoff: 5.5,
      replicas: [{ system, seed: 1, temperature: 300 }],
    });
    simulation.setVelocities(0, maxwellVelocities(system, 300, 1));
    await simulation.setIntegrator({ integrator: 'nve', timestep: 1 });
    const run = simulation.run({ steps: 100_000, seriesEvery: 0, frameEvery: 0 });
    setTimeout(() => gpu.device.destroy(), 150);
    await expect(run).rejects.toThrow(/lost|destroyed/);
  });

  it('refuses a buffer that the adapter cannot bind, naming the sizes', async () => {
    const gpu = await testGpu();
    const bytes = gpu.device.limits.maxStorageBufferBindingSize + 16;
    expect(() => gpu.createBuffer('huge', bytes, GPUBufferUsage.STORAGE)).toThrow(/buffer huge needs .* MiB/);
  });
});

describe('struct tables', () => {
  it('offsets and stride follow WGSL, matrix columns are padded', () => {
    const type = struct('Mixed', { a: 'f32', b: 'vec3f', c: 'u32', m: 'mat3x3f', d: 'i32' });
    expect(type.offsets).toEqual({ a: 0, b: 16, c: 28, m: 32, d: 80 });
    expect(type.stride).toBe(96);
    const bytes = packStructs(type, [{ a: 1, b: [2, 3, 4], c: 5, m: [1, 2, 3, 4, 5, 6, 7, 8, 9], d: -6 }]);
    const floats = new Float32Array(bytes);
    expect([...floats.subarray(8, 19)]).toEqual([1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9]);
    expect(new Int32Array(bytes)[20]).toBe(-6);
  });

  it('the GPU reads every field where the host wrote it', async () => {
    const gpu = await testGpu();
    const type = struct('Mixed', { a: 'f32', b: 'vec3f', c: 'u32', m: 'mat3x3f', d: 'i32' });
    const file = `#struct Mixed
@group(0) @binding(0) var<storage, read> values: array<Mixed>;
@group(0) @binding(1) var<storage, read_write> seen: array<f32>;
@compute @workgroup_size(1) fn main() {
  let v = values[1];
  let row = v.m * vec3f(1.0, 0.0, 0.0);
  let all = array<f32, 9>(v.a, v.b.x, v.b.y, v.b.z, f32(v.c), row.x, row.y, row.z, f32(v.d));
  for (var i = 0; i < 9; i++) { seen[i] = all[i]; }
}`;
    const kernel = await Kernel.create(gpu, 'a.wgsl', { structs: [type], files: { 'a.wgsl': file } });
    const one = { a: 1, b: [2, 3, 4], c: 5, m: [1, 2, 3, 4, 5, 6, 7, 8, 9], d: -6 };
    const bytes = packStructs(type, [{ ...one, a: 9 }, one]);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const values = gpu.createBuffer('values', bytes.byteLength, usage);
    const seen = gpu.createBuffer('seen', 36, usage);
    gpu.write(values, bytes);
    const bound = kernel.bind({ values, seen });
    gpu.submit('read', (encoder) => {
      const pass = encoder.beginComputePass();
      bound.dispatch(pass, 1);
      pass.end();
    });
    // The first row in TypeScript is what multiplies x: m·(1, 0, 0) = row 0.
    expect([...new Float32Array(await gpu.read(seen, 36))]).toEqual([1, 2, 3, 4, 5, 1, 2, 3, -6]);
    gpu.destroyBuffer(values);
    gpu.destroyBuffer(seen);
  });

  it('no kernel declares more than eight storage buffers, the WebGPU baseline', () => {
    for (const [path, text] of SHADERS) {
      if (!text.includes('fn main')) continue;
      const included = [...text.matchAll(/#include "([^"]+)"/g)].map(([, name]) => SHADERS.get(name!) ?? '');
      const storage = declaredBindings([text, ...included].join('\n')).filter(
        ({ type }) => type !== 'uniform',
      );
      expect(storage.length, path).toBeLessThanOrEqual(8);
    }
  });
});

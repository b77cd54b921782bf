import type { Gpu } from '../../src/gpu/device.ts';
import { Kernel } from '../../src/gpu/kernel.ts';
import type { ShaderParts } from '../../src/gpu/shaders.ts';

/**
 * Evaluates a WGSL expression of `x` (f32, or u32 with `input: 'u32'`) that gives a vec4f, for every input, on the GPU.
 * @param source declarations and #include lines the expression needs
 * @param tables storage buffers that the source reads by these names
 */
export async function evaluate(
  gpu: Gpu,
  source: string,
  expression: string,
  inputs: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
  parts: ShaderParts = {},
  tables: Readonly<Record<string, Float32Array<ArrayBuffer>>> = {},
): Promise<Float32Array> {
  const type = inputs instanceof Uint32Array ? 'u32' : 'f32';
  const declared = Object.keys(tables).map(
    (name, i) => `@group(0) @binding(${i + 2}) var<storage, read> ${name}: array<f32>;`,
  );
  const file = `${declared.join('\n')}
${source}
@group(0) @binding(0) var<storage, read> inputs: array<${type}>;
@group(0) @binding(1) var<storage, read_write> outputs: array<vec4f>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= arrayLength(&outputs)) { return; }
  let x = inputs[id.x];
  outputs[id.x] = ${expression};
}`;
  const kernel = await Kernel.create(gpu, 'evaluate.wgsl', {
    ...parts,
    files: { ...parts.files, 'evaluate.wgsl': file },
  });
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const from = gpu.createBuffer('inputs', inputs.byteLength, usage);
  const to = gpu.createBuffer('outputs', 16 * inputs.length, usage);
  gpu.write(from, inputs);
  const extra: Record<string, GPUBuffer> = {};
  for (const [name, numbers] of Object.entries(tables)) {
    extra[name] = gpu.createBuffer(name, Math.max(16, numbers.byteLength), usage);
    gpu.write(extra[name], numbers);
  }
  const bound = kernel.bind({ inputs: from, outputs: to, ...extra });
  gpu.submit('evaluate', (encoder) => {
    const pass = encoder.beginComputePass();
    bound.dispatch(pass, Math.ceil(inputs.length / 64));
    pass.end();
  });
  const out = new Float32Array(await gpu.read(to, 16 * inputs.length));
  gpu.destroyBuffer(from);
  gpu.destroyBuffer(to);
  for (const buffer of Object.values(extra)) gpu.destroyBuffer(buffer);
  return out;
}

/** `n` values from a to b. */
export function spread(a: number, b: number, n: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: n }, (_, i) => a + ((b - a) * i) / (n - 1));
}

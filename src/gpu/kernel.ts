/**
 * A compute pipeline with its bindings by name. Compilation problems are thrown with `shaders/<file>:<line>`;
 * a binding that is missing or unknown is an error when the kernel is bound, not zeros in a result.
 */
import { GpuError } from '../core/errors.ts';
import type { Gpu } from './device.ts';
import {
  type ComposedShader,
  compose,
  type DeclaredBinding,
  declaredBindings,
  describeMessage,
  type ShaderParts,
} from './shaders.ts';

export type BoundBuffer =
  | GPUBuffer
  | { readonly buffer: GPUBuffer; readonly offset: number; readonly size: number };

/** A kernel with its buffers: ready to be dispatched. */
export interface BoundKernel {
  readonly label: string;
  /** Adds a dispatch to a pass: `x`, `y`, `z` workgroups. */
  dispatch(pass: GPUComputePassEncoder, x: number, y?: number, z?: number): void;
}

/** A kernel with its buffers and the number of workgroups it runs in. */
export interface Dispatch {
  readonly kernel: BoundKernel;
  readonly size: readonly [number, number, number];
}

/** Adds dispatches to a pass, one behind the other. */
export function dispatchAll(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { kernel, size } of dispatches) kernel.dispatch(pass, ...size);
}

export class Kernel {
  readonly label: string;
  private readonly gpu: Gpu;
  private readonly pipeline: GPUComputePipeline;
  private readonly bindings: readonly DeclaredBinding[];
  private readonly layouts: readonly GPUBindGroupLayout[];

  private constructor(
    gpu: Gpu,
    label: string,
    pipeline: GPUComputePipeline,
    bindings: readonly DeclaredBinding[],
    layouts: readonly GPUBindGroupLayout[],
  ) {
    this.gpu = gpu;
    this.label = label;
    this.pipeline = pipeline;
    this.bindings = bindings;
    this.layouts = layouts;
  }

  /**
   * Compiles the entry point `main` of a shader file.
   * @param constants values of the shader's `override` constants
   */
  static async create(
    gpu: Gpu,
    entry: string,
    parts: ShaderParts = {},
    constants: Readonly<Record<string, number>> = {},
  ): Promise<Kernel> {
    const shader = compose(entry, parts);
    const { device } = gpu;
    const bindings = declaredBindings(shader.code);
    const groups = Math.max(0, ...bindings.map(({ group }) => group + 1));
    const layouts = Array.from({ length: groups }, (_, group) =>
      device.createBindGroupLayout({
        label: `${entry} group ${group}`,
        entries: bindings
          .filter((binding) => binding.group === group)
          .map(({ binding, type }) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
      }),
    );
    // One scope around everything that can be invalid: the messages below say it better than the scope's.
    device.pushErrorScope('validation');
    const module = device.createShaderModule({ label: entry, code: shader.code });
    const errors = await compilationErrors(shader, module);
    if (errors) {
      await device.popErrorScope();
      throw new GpuError(errors);
    }
    let pipeline: GPUComputePipeline | undefined;
    let reason = '';
    try {
      pipeline = await device.createComputePipelineAsync({
        label: entry,
        layout: device.createPipelineLayout({ label: entry, bindGroupLayouts: [...layouts] }),
        compute: { module, entryPoint: 'main', constants: { ...constants } },
      });
    } catch (error) {
      reason = (error as Error).message;
    }
    const invalid = await device.popErrorScope();
    if (!pipeline || invalid) {
      throw new GpuError(`shaders/${entry}: the pipeline is invalid: ${invalid?.message ?? reason}`);
    }
    return new Kernel(gpu, entry, pipeline, bindings, layouts);
  }

  /** Binds buffers by the names the shader declares. */
  bind(buffers: Readonly<Record<string, BoundBuffer>>): BoundKernel {
    const { device } = this.gpu;
    const known = new Set(this.bindings.map(({ name }) => name));
    for (const name of Object.keys(buffers)) {
      if (!known.has(name)) throw new GpuError(`shaders/${this.label}: there is no binding ${name}`);
    }
    const groups = this.layouts.map((layout, group) =>
      device.createBindGroup({
        label: `${this.label} group ${group}`,
        layout,
        entries: this.bindings
          .filter((binding) => binding.group === group)
          .map(({ binding, name }) => {
            const given = buffers[name];
            if (!given) throw new GpuError(`shaders/${this.label}: binding ${name} was not given`);
            return { binding, resource: 'buffer' in given ? given : { buffer: given } };
          }),
      }),
    );
    const { pipeline, label } = this;
    return {
      label,
      dispatch(pass, x, y = 1, z = 1) {
        pass.setPipeline(pipeline);
        groups.forEach((group, index) => {
          pass.setBindGroup(index, group);
        });
        pass.dispatchWorkgroups(x, y, z);
      },
    };
  }
}

async function compilationErrors(shader: ComposedShader, module: GPUShaderModule): Promise<string> {
  const { messages } = await module.getCompilationInfo();
  const errors = messages.filter((message) => message.type === 'error');
  return errors.map((message) => describeMessage(shader, message)).join('\n');
}

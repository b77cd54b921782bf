/** What is asked of an adapter. */
import { describe, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src/core/errors.ts';
import { adapterDescription, requiredLimits } from '../../../src/gpu/adapter.ts';

/** Limits of the WebGPU baseline, with some of them changed. */
const limits = (change: object = {}): GPUSupportedLimits =>
  ({
    maxStorageBuffersPerShaderStage: 8,
    maxUniformBuffersPerShaderStage: 12,
    maxComputeInvocationsPerWorkgroup: 256,
    maxBufferSize: 2 ** 28,
    maxStorageBufferBindingSize: 2 ** 27,
    ...change,
  }) as unknown as GPUSupportedLimits;

const info = (change: object): GPUAdapterInfo =>
  ({
    vendor: '',
    architecture: '',
    device: '',
    description: '',
    isFallbackAdapter: false,
    ...change,
  }) as GPUAdapterInfo;

describe('limits', () => {
  it('the baseline is enough; sizes and numbers of buffers are raised to what there is', () => {
    expect(requiredLimits(limits({ maxBufferSize: 2 ** 32 }))).toEqual({
      maxBufferSize: 2 ** 32,
      maxStorageBufferBindingSize: 2 ** 27,
      maxStorageBuffersPerShaderStage: 8,
    });
  });

  it('an adapter with less is refused by the name of the limit, with exit code 3', () => {
    const open = () => requiredLimits(limits({ maxStorageBuffersPerShaderStage: 4 }));
    expect(open).toThrow('the adapter allows maxStorageBuffersPerShaderStage = 4; at least 8 is needed');
    try {
      open();
    } catch (error) {
      expect(exitCodeOf(error)).toBe(3);
    }
  });
});

describe('kinds', () => {
  it.each([
    ['swiftshader', { vendor: 'google', architecture: 'swiftshader' }],
    ['lavapipe', { vendor: 'mesa', description: 'llvmpipe: Mesa 25.0.7 (LLVM 15.0.6)' }],
    ['cpu', { vendor: 'someone', isFallbackAdapter: true }],
    ['gpu', { vendor: 'nvidia', architecture: 'hopper', device: 'H200' }],
  ])('%s', (kind, words) => {
    expect(adapterDescription(info(words)).kind).toBe(kind);
  });

  it('the name is the fullest there is', () => {
    expect(adapterDescription(info({ vendor: 'apple', architecture: 'metal-3' })).name).toBe(
      'metal-3, apple',
    );
  });
});

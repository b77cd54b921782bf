/** `info`: the adapter, its limits, and versions. */
import { Simulation } from '../../engine/simulation.ts';
import type { Gpu } from '../../gpu/device.ts';
import { COMMIT, VERSION } from '../../run/provenance.ts';
import { benchForceField, benchSystem, cellsOf, methodOf } from '../bench/crystal.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { adapterChoice, withGpu } from '../respawn.ts';

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;

export const info: Command = {
  help: `halide-md info [--ions N] [--json]
  The adapter that runs would use, its driver and limits, and the versions of everything.
  --ions 13824             also: GPU memory of a cell of about so many ions, as allocated for the crystal of bench with PPPM`,
  async run(args) {
    const options = parseOptions('info', args, { ions: { type: 'string' }, json: { type: 'boolean' } });
    const ions = options.text('ions');
    const cells = ions === undefined ? undefined : cellsOf(ions, '--ions');
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const { limits } = gpu.device;
      const memory = cells === undefined ? undefined : await memoryOf(gpu, cells);
      const report = {
        version: VERSION,
        commit: COMMIT,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        adapter: gpu.adapter,
        limits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
        ...(memory && { memory }),
      };
      if (options.flag('json')) process.stdout.write(`${JSON.stringify(report)}\n`);
      else {
        const lines = [
          `halide-md ${report.version} (${report.commit}), Node ${report.node}, ${report.platform}`,
          `adapter   ${gpu.adapter.name} (${gpu.adapter.kind})`,
          `vendor    ${gpu.adapter.vendor}   architecture ${gpu.adapter.architecture}`,
          `driver    ${gpu.adapter.driver}`,
          ...LIMITS.map((name) => `${name} ${limits[name]}`),
          ...(memory
            ? [
                `memory    ${(memory.gpuBytes / 2 ** 20).toFixed(1)} MiB for ${memory.ions} ions, ${memory.bytesPerIon.toFixed(0)} bytes each, the largest buffer ${(memory.largestBufferBytes / 2 ** 20).toFixed(1)} MiB`,
              ]
            : []),
        ];
        process.stdout.write(`${lines.join('\n')}\n`);
      }
      return 0;
    });
  },
};

/** What a simulation of the crystal of bench allocates: n³ cells, PPPM, neighbours within 11.5 Å. */
async function memoryOf(
  gpu: Gpu,
  n: number,
): Promise<{ ions: number; gpuBytes: number; bytesPerIon: number; largestBufferBytes: number }> {
  const forceField = benchForceField(methodOf('pppm'));
  const system = benchSystem(n, forceField);
  const replicas = [{ system, seed: 0, temperature: 0 }];
  const simulation = await Simulation.create(gpu, { forceField, replicas });
  // Sampling has buffers of its own.
  await simulation.observe();
  const ions = system.typeOf.length;
  const gpuBytes = gpu.allocatedBytes;
  const largestBufferBytes = gpu.largestBufferBytes;
  simulation.destroy();
  return { ions, gpuBytes, bytesPerIon: gpuBytes / ions, largestBufferBytes };
}

/** `info`: the adapter, its limits, and versions. */
import { COMMIT, VERSION } from '../../run/provenance.ts';
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
  help: `halide-md info [--json]
  The adapter that runs would use, its driver and limits, and the versions of everything.`,
  async run(args) {
    const options = parseOptions('info', args, { json: { type: 'boolean' } });
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const { limits } = gpu.device;
      const report = {
        version: VERSION,
        commit: COMMIT,
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        adapter: gpu.adapter,
        limits: Object.fromEntries(LIMITS.map((name) => [name, limits[name]])),
      };
      if (options.flag('json')) process.stdout.write(`${JSON.stringify(report)}\n`);
      else {
        const lines = [
          `halide-md ${report.version} (${report.commit}), Node ${report.node}, ${report.platform}`,
          `adapter   ${gpu.adapter.name} (${gpu.adapter.kind})`,
          `vendor    ${gpu.adapter.vendor}   architecture ${gpu.adapter.architecture}`,
          `driver    ${gpu.adapter.driver}`,
          ...LIMITS.map((name) => `${name} ${limits[name]}`),
        ];
        process.stdout.write(`${lines.join('\n')}\n`);
      }
      return 0;
    });
  },
};

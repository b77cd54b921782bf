import { ADAPTER_CHOICES, type AdapterChoice, vulkanEnvironment } from '../../src/cli/vulkan.ts';

/** The test processes inherit the environment set here; it decides on the adapter, so it comes before they start. */
export async function setup(): Promise<void> {
  const asked = process.env['HALIDE_ADAPTER'] ?? 'auto';
  const choice = ADAPTER_CHOICES.find((one) => one === asked);
  if (!choice) throw new Error(`HALIDE_ADAPTER=${asked}: expected one of ${ADAPTER_CHOICES.join(', ')}`);
  Object.assign(process.env, await vulkanEnvironment(choice satisfies AdapterChoice));
}

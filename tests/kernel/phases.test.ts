/** Parts of a step: together they are the step, and each can be timed. */
import { describe, expect, it } from 'vitest';
import { benchForceField, benchSystem, methodOf } from '../../src/cli/bench/crystal.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { secondsOf } from '../../src/gpu/timing.ts';
import { testGpu } from '../support/gpu.ts';

async function simulate(method: string): Promise<Simulation> {
  const forceField = benchForceField(methodOf(method));
  const system = benchSystem(4, forceField);
  const replicas = [{ system, seed: 1, temperature: 300 }];
  const simulation = await Simulation.create(await testGpu(), { forceField, replicas });
  await simulation.setIntegrator({ integrator: 'nve', timestep: 1 });
  return simulation;
}

describe('parts of a step', () => {
  it.each([
    ['none', ['pair loop', 'neighbor list', 'pruning', 'integration']],
    ['ewald', ['Ewald waves', 'pair loop', 'neighbor list', 'pruning', 'integration']],
    ['pppm', ['pair loop', 'spread', 'transforms', 'gather', 'neighbor list', 'pruning', 'integration']],
    ['pppm:7:ad', ['pair loop', 'spread', 'transforms', 'gather', 'neighbor list', 'pruning', 'integration']],
  ])('%s: forces in parts have the bits of forces at once', async (method, names) => {
    const simulation = await simulate(method);
    const { gpu } = simulation;
    const whole = await simulation.readForces();
    const phases = await simulation.phases();
    // Waves come first where the pair loop adds what they do.
    expect(phases.map(({ name }) => name).sort()).toEqual([...names].sort());
    gpu.submit('parts', (encoder) => {
      const pass = encoder.beginComputePass();
      for (const phase of phases) phase.encode(pass);
      pass.end();
    });
    // The integrator has no time to act in and the list is built of the same positions: nothing else changes.
    expect(await simulation.readForces()).toEqual(whole);
    const [frame] = await simulation.frames();
    const moved = frame!.positions.map((x, i) => x - simulation.replicas[0]!.system.positions[i]!);
    expect(Math.max(...moved.map(Math.abs))).toBeLessThan(1e-7);
    simulation.destroy();
  });

  it('are timed by the clock, and by the device where it has timestamps', async () => {
    const simulation = await simulate('none');
    const { gpu } = simulation;
    await simulation.readForces();
    const [pairs] = await simulation.phases();
    const ways = gpu.device.features.has('timestamp-query') ? [false, true] : [false];
    for (const byTimestamps of ways) {
      const seconds = await secondsOf(gpu, (pass) => pairs!.encode(pass), 0.01, byTimestamps);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(60);
    }
    simulation.destroy();
  });
});

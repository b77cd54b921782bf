import { describe, expect, it } from 'vitest';
import { BOLTZMANN_EV_PER_K } from '../../src/core/constants.ts';
import { INTEGRATORS, type IntegratorName, thermostatEvery } from '../../src/engine/integrators.ts';
import { FIRE } from '../../src/engine/minimize.ts';
import type { Observation } from '../../src/engine/observables.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { maxwellVelocities, temperatureOf } from '../../src/engine/velocities.ts';
import { referenceForces } from '../../src/reference/forces.ts';
import { integrate } from '../../src/reference/integrate.ts';
import { startState } from '../../src/reference/referenceState.ts';
import { relax } from '../../src/reference/relax.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt, strained } from '../support/systems.ts';

const field = { ...naclForceField, coulomb: { method: 'ewald', accuracy: 1e-6, alpha: null } } as const;
const small = strained(rattled(rockSalt(field, 5.7, [2, 2, 2]), 0.05), [0, 0, 0, 0.1, 0, 0, 0, 0.05, 0]);
const names = Object.keys(INTEGRATORS) as IntegratorName[];

async function simulate(options: {
  integrator: IntegratorName;
  timestep?: number;
  tau?: number;
  kelvin?: number;
  seed?: number;
  system?: typeof small;
  cutoff?: number;
}) {
  const { system = small, kelvin = 300, seed = 3, tau = 100, timestep = 1, cutoff = 5.5 } = options;
  const simulation = await Simulation.create(await testGpu(), {
    forceField: field,
    cutoff,
    replicas: [{ system, seed, temperature: kelvin }],
  });
  const velocities = maxwellVelocities(system, kelvin, seed);
  simulation.setVelocities(0, velocities);
  const settings = { integrator: options.integrator, timestep, tau };
  await simulation.setIntegrator(settings);
  return { simulation, velocities, settings };
}

describe.each(names)('%s', (integrator) => {
  it('follows the f64 twin for 20 steps', async () => {
    const { simulation, velocities, settings } = await simulate({ integrator, tau: 20 });
    // Read as the GPU has them: the twin starts from the same fixed-point positions and f32 velocities.
    const [start] = await simulation.frames();
    const forcesAt = (positions: Float64Array) => referenceForces({ ...small, positions }, field, 5.5);
    const state = startState(small, 3, start!, forcesAt);
    expect(Math.max(...velocities.map((v, i) => Math.abs(v - state.velocities[i]!)))).toBeLessThan(1e-8);
    const { sentence, centerEvery } = INTEGRATORS[integrator];
    integrate(
      state,
      {
        ...{ sentence, timestep: 1, tau: 20, temperature: 300, centerEvery, forces: forcesAt },
        thermostatEvery: thermostatEvery(settings),
      },
      20,
    );
    await simulation.run({ steps: 20, seriesEvery: 0, frameEvery: 0 });
    const [end] = await simulation.frames();
    const [seen] = await simulation.observe();
    simulation.destroy();
    const apart = Math.max(...end!.positions.map((x, i) => Math.abs(x - state.positions[i]!)));
    const faster = Math.max(...end!.velocities!.map((v, i) => Math.abs(v - state.velocities[i]!)));
    // Measured 2e-7 Å and 2e-8 Å/fs; thermal velocities are 3e-3 Å/fs, a wrong factor anywhere shows at 1e-4.
    expect(apart).toBeLessThan(3e-6);
    expect(faster).toBeLessThan(3e-7);
    const kinetic = state.velocities.length && temperatureOf(small, state.velocities);
    expect(Math.abs(seen!.temperature - kinetic)).toBeLessThan(0.02);
    expect(Math.abs(seen!.heat - state.heat)).toBeLessThan(2e-4);
  });

  it('keeps its conserved quantity and no momentum over 500 steps', async () => {
    const { simulation } = await simulate({ integrator, kelvin: 300 });
    const seen: Observation[] = [];
    await simulation.run({
      steps: 500,
      seriesEvery: 10,
      frameEvery: 0,
      onSeries: (_step, [one]) => {
        seen.push(one!);
      },
    });
    simulation.destroy();
    expect(seen.length).toBe(50);
    const energies = seen.map((one) => one.conserved / 64);
    const spread = Math.max(...energies) - Math.min(...energies);
    // Verlet at 1 fs fluctuates by 1e-4 eV per atom here (sharp cutoff at 5.5 Å included); the potential by 0.02.
    expect(spread).toBeLessThan(6e-4);
    const thermal = Math.sqrt(64 * 29 * 103.64 * BOLTZMANN_EV_PER_K * 300);
    for (const { momentum } of seen.slice(-1)) {
      expect(Math.hypot(...momentum)).toBeLessThan(
        integrator === 'langevin' ? 0.3 * thermal : 1e-3 * thermal,
      );
    }
  });
});

describe('thermostats', () => {
  // Two seconds of free particles and of a crystal: the temperature is what theory says, within the error of the mean.
  it.each(['csvr', 'langevin'] as const)(
    '%s reaches its temperature from a cold start',
    async (integrator) => {
      const { simulation } = await simulate({ integrator, tau: 20, timestep: 2, kelvin: 300 });
      simulation.setVelocities(0, new Float64Array(3 * 64));
      const kelvin: number[] = [];
      await simulation.run({
        steps: 1600,
        seriesEvery: 4,
        frameEvery: 0,
        onSeries: (step, [one]) => {
          if (step > 400) kelvin.push(one!.temperature);
        },
      });
      simulation.destroy();
      const mean = kelvin.reduce((a, b) => a + b) / kelvin.length;
      const variance = kelvin.reduce((sum, t) => sum + (t - mean) ** 2, 0) / kelvin.length;
      // Canonical: σ_T = T √(2/N_f) = 30.9 K with N_f = 189. 2.4 ps hold about 40 correlation times of 60 fs: the mean is
      // good to 5 K and the variance to 25 % (one σ); bounds are four and three σ.
      expect(Math.abs(mean - 300)).toBeLessThan(20);
      expect(Math.sqrt(variance) / (300 * Math.sqrt(2 / 189))).toBeGreaterThan(0.5);
      expect(Math.sqrt(variance) / (300 * Math.sqrt(2 / 189))).toBeLessThan(1.6);
    },
  );
});

describe('FIRE', () => {
  it('follows the f64 twin through its turns', async () => {
    const { simulation } = await simulate({ integrator: 'nve', system: rattled(small, 0.15) });
    const [start] = await simulation.frames();
    const expected = start!.positions.slice();
    const forcesAt = (positions: Float64Array) => referenceForces({ ...small, positions }, field, 5.5);
    const turns = relax({ positions: expected, cell: small.cell }, forcesAt, FIRE, 60);
    expect(turns).toBeGreaterThan(0);
    await simulation.minimize({ fmax: 1e-9, maxSteps: 60 });
    const [end] = await simulation.frames();
    simulation.destroy();
    const moved = Math.max(...end!.positions.map((x, i) => Math.abs(x - start!.positions[i]!)));
    const apart = Math.max(...end!.positions.map((x, i) => Math.abs(x - expected[i]!)));
    expect(moved).toBeGreaterThan(0.2);
    // Measured 4e-6 after moves of 0.2 Å and more.
    expect(apart).toBeLessThan(2e-5);
  });

  it('relaxes a rattled crystal to the perfect one', async () => {
    const perfect = rockSalt(field, 5.62, [2, 2, 2]);
    const { simulation } = await simulate({ integrator: 'nve', system: rattled(perfect, 0.1), cutoff: 5.6 });
    const result = await simulation.minimize({ fmax: 0.002, maxSteps: 600 });
    const [seen] = await simulation.observe();
    const forces = await simulation.readForces();
    simulation.destroy();
    expect(result.converged).toBe(true);
    expect(result.steps).toBeLessThan(400);
    expect(Math.max(...forces.map(Math.abs))).toBeLessThan(0.002);
    const { energy } = referenceForces(perfect, field, 5.6);
    expect(Math.abs(seen!.potential - energy.total)).toBeLessThan(0.002);
    expect(simulation.step).toBe(0);
  });

  it('says so when it does not converge', async () => {
    const { simulation } = await simulate({ integrator: 'nve' });
    const result = await simulation.minimize({ fmax: 1e-7, maxSteps: 30 });
    simulation.destroy();
    expect(result.converged).toBe(false);
    expect(result.largestForces[0]).toBeGreaterThan(1e-7);
  });
});

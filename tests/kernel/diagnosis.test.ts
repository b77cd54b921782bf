/** Runs that leave physics say which atoms, how far apart, by which term, and keep the steps before. */
import { describe, expect, it } from 'vitest';
import { Failure } from '../../src/engine/diagnosis.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { maxwellVelocities } from '../../src/engine/velocities.ts';
import type { System } from '../../src/model/system.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt } from '../support/systems.ts';

const perfect = rockSalt(naclForceField, 5.7, [2, 2, 2]);
/** Without attraction, so that overlaps are no business of a wall. */
const repulsive = {
  ...naclForceField,
  pairs: naclForceField.pairs.map((term) => ({ ...term, params: { ...term.params, C: 0, D: 0 } })),
};

async function failureOf(
  replicas: readonly System[],
  { kelvin = 300, timestep = 1, steps = 2000 } = {},
): Promise<Failure> {
  const simulation = await Simulation.create(await testGpu(), {
    ...{ forceField: repulsive, cutoff: 5.5 },
    replicas: replicas.map((system, r) => ({ system, seed: r + 1, temperature: kelvin })),
  });
  replicas.forEach((system, r) => {
    simulation.setVelocities(r, maxwellVelocities(system, kelvin, r + 1));
  });
  await simulation.setIntegrator({ integrator: 'nve', timestep });
  try {
    await simulation.run({ steps, seriesEvery: 10, frameEvery: 0 });
  } catch (error) {
    return error as Failure;
  } finally {
    simulation.destroy();
  }
  throw new Error('the run did not fail');
}

describe('a run that leaves physics', () => {
  it('names the atoms that overlapped from the start', async () => {
    // One Cl is put 0.7 Å from another in the second of two replicas.
    const positions = perfect.positions.slice();
    const [here, there] = [...perfect.typeOf.keys()].filter((i) => perfect.typeOf[i] === 1);
    for (let k = 0; k < 3; k++) positions[3 * there! + k] = positions[3 * here! + k]! + 0.7 / Math.sqrt(3);
    const pair = [`Cl \\(atom ${here! + 1}\\)`, `Cl \\(atom ${there! + 1}\\)`];
    const error = await failureOf([perfect, { ...perfect, positions }]);
    expect(error).toBeInstanceOf(Failure);
    expect(error.exitCode).toBe(4);
    expect(error.replica).toBe(1);
    const named = `(${pair.join(' and ')}|${pair.toReversed().join(' and ')})`;
    expect(error.message).toMatch(new RegExp(`^step 0: ${named} of replica 1 are 0.700 Å apart, `));
    expect(error.message).toMatch(/their bornMayerHuggins term pushes them apart with 1\.21e\+3 eV\/Å/);
    expect(error.message).toContain('minimise first');
    expect(error.frames).toHaveLength(1);
  });

  it('is stopped before its first step, in a cell too large for one overlap to show in its temperature', async () => {
    const large = rockSalt(naclForceField, 5.7, [6, 6, 6]);
    const positions = large.positions.slice();
    const [here, there] = [...large.typeOf.keys()].filter((i) => large.typeOf[i] === 1).slice(400);
    for (let k = 0; k < 3; k++) positions[3 * there! + k] = positions[3 * here! + k]! + 0.4;
    const simulation = await Simulation.create(await testGpu(), {
      ...{ forceField: repulsive, cutoff: 5.5 },
      replicas: [{ system: { ...large, positions }, seed: 1, temperature: 300 }],
    });
    await simulation.setIntegrator({ integrator: 'nve', timestep: 1 });
    await expect(simulation.checkStart()).rejects.toThrow(
      /^step 0: Cl .* and Cl .* are 0.693 Å apart, and their bornMayerHuggins term/,
    );
    simulation.destroy();
  });

  it('names an atom and keeps the steps before when the timestep is too long', async () => {
    const error = await failureOf([rattled(perfect, 0.05)], { timestep: 40, kelvin: 200 });
    expect(error).toBeInstanceOf(Failure);
    expect(error.message).toMatch(/a shorter timestep/);
    expect(error.frames.length).toBeGreaterThan(1);
    const last = error.frames.at(-1)!;
    expect(error.message.startsWith(`step ${last.step}: `)).toBe(true);
    expect(error.frames.map(({ step }) => step - error.frames[0]!.step)).toEqual(
      error.frames.map((_, i) => i),
    );
    for (const { positions } of error.frames.slice(0, -1))
      expect(positions.every(Number.isFinite)).toBe(true);
  });

  it('says so when it begins too hot', async () => {
    const error = await failureOf([perfect], { kelvin: 3e7 });
    expect(error).toBeInstanceOf(Failure);
    expect(error.message).toMatch(
      /^step 0: (Na|Cl) \(atom \d+\) moves at [\d.e+]+ Å\/fs .*the stage began with such velocities/,
    );
  });
});

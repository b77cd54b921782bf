import { describe, expect, it } from 'vitest';
import type { BarostatSettings } from '../../src/engine/barostat.ts';
import type { IntegratorName } from '../../src/engine/integrators.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import type { ReplicaSetup } from '../../src/engine/stateBuffers.ts';
import { maxwellVelocities } from '../../src/engine/velocities.ts';
import type { CoulombMethod } from '../../src/forcefield/forceField.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt } from '../support/systems.ts';

const crystal = rattled(rockSalt(naclForceField, 5.7, [2, 2, 3]), 0.1);
const hot: ReplicaSetup = { system: crystal, seed: 7, temperature: 900 };
/** Ions leave their sites. */
const molten: ReplicaSetup = { ...hot, temperature: 3000 };
const cold: ReplicaSetup = { system: crystal, seed: 8, temperature: 400 };

/** Final positions and velocities of every replica, as bits. */
async function trajectory(
  replicas: readonly ReplicaSetup[],
  {
    integrator = 'langevin' as IntegratorName,
    method = 'ewald' as CoulombMethod,
    skin = 1,
    seriesEvery = 0,
    steps = 150,
    intervals = undefined as readonly [number, number] | undefined,
  } = {},
) {
  const simulation = await Simulation.create(await testGpu(), {
    forceField: { ...naclForceField, coulomb: { method, accuracy: 1e-5, alpha: null } },
    cutoff: 5.5,
    skin,
    replicas,
  });
  replicas.forEach(({ system, temperature, seed }, r) => {
    simulation.setVelocities(r, maxwellVelocities(system, temperature, seed));
  });
  await simulation.setIntegrator({ integrator, timestep: 2, tau: 50 });
  if (intervals) simulation.setListIntervals(...intervals);
  await simulation.run({ steps, seriesEvery, frameEvery: seriesEvery });
  const frames = await simulation.frames();
  const { rollbacks, rebuilds } = simulation.statistics;
  simulation.destroy();
  return { frames: frames.map(({ positions, velocities }) => [positions, velocities]), rollbacks, rebuilds };
}

describe.each(['ewald', 'pppm'] as const)('determinism with %s', (method) => {
  it.each(['nve', 'csvr', 'langevin'] as const)(
    '%s: the same seed gives the same bits twice',
    async (integrator) => {
      const first = await trajectory([hot], { method, integrator });
      const second = await trajectory([hot], { method, integrator });
      expect(second.frames).toEqual(first.frames);
    },
  );

  it('another seed gives another trajectory', async () => {
    const first = await trajectory([hot], { method });
    const second = await trajectory([{ ...hot, seed: 9 }], { method });
    expect(second.frames).not.toEqual(first.frames);
  });

  it.each(['csvr', 'langevin'] as const)(
    '%s: two replicas in one batch are two single runs, bit for bit',
    async (integrator) => {
      const batch = await trajectory([hot, cold], { method, integrator });
      const alone = [
        await trajectory([hot], { method, integrator }),
        await trajectory([cold], { method, integrator }),
      ];
      expect(batch.frames).toEqual(alone.map(({ frames }) => frames[0]));
    },
  );

  it('replicas of different size share a batch without seeing each other', async () => {
    const large: ReplicaSetup = {
      ...cold,
      system: rattled(rockSalt(naclForceField, 5.7, [3, 4, 3]), 0.1, 2),
    };
    const batch = await trajectory([large, hot], { method, steps: 60 });
    const alone = [
      await trajectory([large], { method, steps: 60 }),
      await trajectory([hot], { method, steps: 60 }),
    ];
    expect(batch.frames).toEqual(alone.map(({ frames }) => frames[0]));
  });

  it('neither the skin, nor rebuilds, nor observing changes a bit', async () => {
    const plain = await trajectory([hot], { method });
    expect((await trajectory([hot], { method, skin: 2.2 })).frames).toEqual(plain.frames);
    expect((await trajectory([hot], { method, seriesEvery: 3 })).frames).toEqual(plain.frames);
  });

  it.each([
    ['a list', [120, 120]],
    ['candidates', [3, 120]],
  ] as const)(
    '%s kept too long: noticed, rolled back and repeated to the same bits',
    async (_what, intervals) => {
      const plain = await trajectory([molten], { method });
      const late = await trajectory([molten], { method, intervals });
      expect(late.rollbacks).toBeGreaterThan(0);
      expect(late.frames).toEqual(plain.frames);
    },
  );

  // What the last forces leave behind for virials must come back as well: structure factors, meshes.
  it.each(['cellRescaling', 'mtk', 'minimize'] as const)(
    '%s: a cell that moves is repeated to the same bits',
    async (how) => {
      const plain = await breathing(method, how);
      const late = await breathing(method, how, [120, 120]);
      // Batches are as long as the clock makes them, so that either may have some.
      expect(late.rollbacks).toBeGreaterThan(plain.rollbacks);
      expect(late.bits).toEqual(plain.bits);
    },
  );
});

/** Positions and cell, as bits, of a molten cell under a barostat, or of one that relaxes from far away. */
async function breathing(
  method: CoulombMethod,
  how: BarostatSettings['barostat'] | 'minimize',
  intervals: readonly [number, number] = [2, 4],
) {
  const system = how === 'minimize' ? rattled(rockSalt(naclForceField, 5.9, [2, 2, 3]), 0.5) : crystal;
  const simulation = await Simulation.create(await testGpu(), {
    forceField: { ...naclForceField, coulomb: { method, accuracy: 1e-5, alpha: null } },
    ...{ cutoff: 5.5, skin: 1, variableCell: true },
    replicas: [{ ...molten, system }],
  });
  simulation.setListIntervals(...intervals);
  if (how === 'minimize') {
    await simulation.minimize({
      ...{ fmax: 1e-5, maxSteps: 80 },
      cell: { shape: 'full', pressure: 0, smax: 1e-5 },
    });
  } else {
    simulation.setVelocities(0, maxwellVelocities(system, 3000, 7));
    await simulation.setIntegrator({
      ...{ integrator: how === 'mtk' ? 'noseHoover' : 'csvr', timestep: 2, tau: 50 },
      barostat: { barostat: how, cell: 'full', pressure: [3, 3], tau: 2000, compressibility: 0.04 },
    });
    await simulation.run({ steps: 120, seriesEvery: 0, frameEvery: 0 });
  }
  const [frame] = await simulation.frames();
  const { rollbacks } = simulation.statistics;
  simulation.destroy();
  return { bits: [[...frame!.positions], [...frame!.cell.h]], rollbacks };
}

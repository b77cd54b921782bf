/** "auto" on a GPU: what is measured, what is not, and that a recorded choice gives the same bits. */
import { describe, expect, it } from 'vitest';
import { Forces } from '../../src/engine/forces.ts';
import { NeighborList } from '../../src/engine/neighborList.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { StateBuffers } from '../../src/engine/stateBuffers.ts';
import { createKinetic } from '../../src/engine/steps.ts';
import { chooseShape } from '../../src/engine/tuneForces.ts';
import type { TuneRequest, TuningRecord } from '../../src/engine/tuning.ts';
import { maxwellVelocities } from '../../src/engine/velocities.ts';
import type { CoulombMethod } from '../../src/forcefield/forceField.ts';
import { cellFromVectors } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt } from '../support/systems.ts';

/** Where the two sums cost about the same. */
const between = rattled(rockSalt(naclForceField, 5.64, [3, 3, 4]), 0.1);
/** Where a mesh is out of the question. */
const small = rattled(rockSalt(naclForceField, 11.28), 0.1);

async function shortRun(
  system: System,
  method: CoulombMethod,
  tune?: TuneRequest,
): Promise<{ tuning: TuningRecord; positions: Float64Array | undefined }> {
  const simulation = await Simulation.create(await testGpu(), {
    forceField: { ...naclForceField, coulomb: { method, accuracy: 1e-4, alpha: null } },
    cutoff: 5.5,
    replicas: [{ system, seed: 1, temperature: 300 }],
    ...(tune && { tune }),
  });
  try {
    simulation.setVelocities(0, maxwellVelocities(system, 300, 1));
    await simulation.setIntegrator({ integrator: 'nve', timestep: 1 });
    await simulation.run({ steps: 20, seriesEvery: 0, frameEvery: 0 });
    const [frame] = await simulation.frames();
    return { tuning: simulation.tuning, positions: frame?.positions };
  } finally {
    simulation.destroy();
  }
}

describe('auto', () => {
  it('measures both sums where the cost model leaves a doubt, and takes the faster one', async () => {
    const { tuning, positions } = await shortRun(between, 'auto', 'measure');
    const choice = tuning.coulomb!;
    expect(choice.by).toBe('measurement');
    expect(tuning.choices).toEqual({ coulomb: choice.method, pair: tuning.choices.pair });
    const { ewald, pppm } = choice.milliseconds!;
    expect(ewald).toBeGreaterThan(0);
    expect(pppm).toBeGreaterThan(0);
    // Within a tenth of each other the estimate decides.
    const own = choice.milliseconds![choice.method];
    expect(own).toBeLessThanOrEqual(1.1 * Math.min(ewald, pppm));
    // Measuring leaves no trace: the bits are those of the method by name, and of the recorded choice.
    const named = await shortRun(between, choice.method);
    expect(positions).toEqual(named.positions);
    expect(named.tuning).toEqual({ choices: tuning.choices, pair: { by: 'adapter' } });
    const again = await shortRun(between, 'auto', tuning.choices);
    expect(again.positions).toEqual(positions);
    expect(again.tuning.coulomb).toEqual({ method: choice.method, by: 'record' });
  });

  it('measures with lists that outgrew their first size', async () => {
    // A slab: three times as dense where the ions are as on average.
    const h = between.cell.h.map((x, i) => (i === 8 ? 3 * x : x));
    const slab = { ...between, cell: cellFromVectors(h) };
    const { tuning, positions } = await shortRun(slab, 'auto', 'measure');
    expect(tuning.coulomb?.by).toBe('measurement');
    expect(positions).toEqual((await shortRun(slab, tuning.coulomb!.method)).positions);
  });

  it('takes what was recorded, whatever it would choose itself', async () => {
    const recorded = await shortRun(small, 'auto', { coulomb: 'pppm' });
    expect(recorded.tuning.choices.coulomb).toBe('pppm');
    expect(recorded.positions).toEqual((await shortRun(small, 'pppm')).positions);
    expect(recorded.positions).not.toEqual((await shortRun(small, 'ewald')).positions);
    await expect(shortRun(small, 'auto', {})).rejects.toThrow(/expected tuning\.choices\.coulomb/);
  });

  it('asks no clock when told not to, and none where the answer is plain', async () => {
    const off = await shortRun(between, 'auto');
    expect(off.tuning.coulomb).toMatchObject({ by: 'estimate' });
    expect(off.tuning.coulomb).not.toHaveProperty('milliseconds');
    const plain = await shortRun(small, 'auto', 'measure');
    expect(plain.tuning.coulomb).toMatchObject({ by: 'estimate', method: 'ewald' });
    const { ewald, pppm } = plain.tuning.coulomb!.estimatedWork!;
    expect(pppm / ewald).toBeGreaterThan(4);
  });

  it('has nothing to choose for a named method or without charges', async () => {
    const { tuning } = await shortRun(small, 'dsf', 'measure');
    expect(tuning).toEqual({ choices: { pair: tuning.choices.pair }, pair: { by: 'adapter' } });
    const none = { ...small, species: small.species.map((one) => ({ ...one, charge: 0 })) };
    expect((await shortRun(none, 'auto', 'measure')).tuning).toEqual(tuning);
  });
});

describe('the layout of the pair loop', () => {
  it('is the fastest of those tried, or the usual one where that is as good', async () => {
    const gpu = await testGpu();
    const state = new StateBuffers(gpu, [{ system: small, seed: 1, temperature: 300 }]);
    const list = await NeighborList.create(state, 5, 0.8);
    const kinetic = await createKinetic(state);
    const shapes = [1, 4].map((lanes) => ({ lanes, workgroup: 64 }));
    const forces = await Forces.create(state, list, naclForceField, shapes[0]!);
    const { by, tried } = await chooseShape(state, list, kinetic.kernel, forces, shapes);
    const chosen = forces.pair.shape;
    forces.destroy();
    expect(by).toBe('measurement');
    expect(tried!.map(({ lanes, workgroup }) => ({ lanes, workgroup }))).toEqual(shapes);
    const fastest = Math.min(...tried!.map(({ milliseconds }) => milliseconds));
    const own = tried!.find(({ lanes }) => lanes === chosen.lanes)!;
    expect(own.milliseconds).toBeLessThanOrEqual(1.1 * fastest);
  });
});

import { describe, expect, it } from 'vitest';
import { openNodeGpu } from '../../src/cli/gpuNode.ts';
import { planEwald } from '../../src/engine/ewaldPlan.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import type { Gpu } from '../../src/gpu/device.ts';
import { ewaldSum } from '../../src/reference/ewald.ts';
import { testGpu } from '../support/gpu.ts';
import { forceField, naclForceField, rattled, rockSalt, strained } from '../support/systems.ts';

const charges = (a: number, b: number) =>
  forceField({ Na: { element: 'Na', mass: 23, charge: a }, Cl: { element: 'Cl', mass: 35, charge: b } }, [], {
    coulomb: { method: 'ewald', accuracy: 1e-7, alpha: null },
  });
const salt = charges(1, -1);

describe('Ewald sum', () => {
  it('reference: the Madelung constant of rock salt to 1e-11, whatever the splitting', () => {
    const system = rockSalt(salt, 5.64);
    for (const alpha of [0.25, 0.4, 0.6]) {
      const { energy } = ewaldSum(system, alpha);
      const madelung = (-energy / 4) * (5.64 / 2 / 14.399645);
      // 1.747564594633182 (Bailey et al., known to many digits).
      expect(Math.abs(madelung - 1.747564594633182)).toBeLessThan(1e-11);
    }
  });

  it('reference: forces and virial do not depend on the splitting, in a sheared rattled cell', () => {
    const system = strained(rattled(rockSalt(salt, 5.64), 0.2), [0, 0, 0, 0.2, 0, 0, 0.1, -0.1, 0]);
    const [a, b] = [ewaldSum(system, 0.3), ewaldSum(system, 0.55)];
    expect(Math.max(...a.forces.map((f, i) => Math.abs(f - b.forces[i]!)))).toBeLessThan(1e-10);
    expect(Math.max(...a.virial.map((w, i) => Math.abs(w - b.virial[i]!)))).toBeLessThan(1e-9);
  });

  it('reference: a charge in its neutralising background, −1.418648739 k/a (Wigner lattice), α-independent', () => {
    const alone = charges(1, 0);
    const cubic = rockSalt(alone, 10);
    const one = { ...cubic, typeOf: cubic.typeOf.slice(0, 1), positions: cubic.positions.slice(0, 3) };
    // Simple cubic: E = −(2.837297479/2) k q²/a (Leslie & Gillan 1985).
    for (const alpha of [0.3, 0.5]) {
      expect(ewaldSum(one, alpha).energy).toBeCloseTo((-2.837297479 / 2) * 1.4399645, 8);
    }
  });

  it('GPU: the Madelung constant of a perfect crystal to 1e-6', async () => {
    const system = rockSalt(salt, 5.64, [5, 5, 5]);
    const simulation = await Simulation.create(await testGpu(), {
      forceField: salt,
      cutoff: 12,
      replicas: [{ system, seed: 1, temperature: 0 }],
    });
    const [seen] = await simulation.observe();
    const forces = await simulation.readForces();
    simulation.destroy();
    const madelung = (-seen!.coulomb / 500) * (5.64 / 2 / 14.399645);
    // Measured 4e-8 and 4e-7 eV/Å.
    expect(Math.abs(madelung - 1.747564594633182)).toBeLessThan(1e-6);
    expect(Math.max(...forces.map(Math.abs))).toBeLessThan(2e-5);
  });

  it.each([1e-4, 1e-5, 1e-6])(
    'GPU: the achieved rms force error follows the accuracy %s',
    async (accuracy) => {
      const system = strained(
        rattled(rockSalt(salt, 5.64, [3, 3, 3]), 0.2),
        [0, 0, 0, 0.1, 0, 0, 0.1, -0.1, 0],
      );
      const simulation = await Simulation.create(await testGpu(), {
        forceField: { ...salt, coulomb: { method: 'ewald', accuracy, alpha: null } },
        cutoff: 8,
        replicas: [{ system, seed: 1, temperature: 0 }],
      });
      const forces = await simulation.readForces();
      simulation.destroy();
      const expected = ewaldSum(system).forces;
      const rms = Math.sqrt(forces.reduce((sum, f, i) => sum + (f - expected[i]!) ** 2, 0) / forces.length);
      // Per component; the estimate is of the vector, so √3 below. f32 leaves 1e-6 eV/Å.
      expect(rms).toBeLessThan(accuracy * 14.4 + 2e-6);
      expect(rms).toBeGreaterThan(accuracy * 14.4 * 0.02);
    },
  );

  it('plan: half space without its mirror image, every wave of the sphere once', () => {
    const { cell } = strained(rockSalt(salt, 9), [0, 0, 0, 0.3, 0, 0, -0.2, 0.4, 0]);
    const plan = planEwald({ cell, nAtoms: 8, chargeSquares: 8, cutoff: 4, accuracy: 1e-5, alpha: null });
    const seen = new Set<string>();
    for (let i = 0; i < plan.waves.length / 4; i++) {
      const [h, k, l] = plan.waves.slice(4 * i, 4 * i + 3) as unknown as [number, number, number];
      if (plan.coefficients[2 * i]! > 0) seen.add(`${h} ${k} ${l}`);
      if (plan.coefficients[2 * i + 1]! > 0) seen.add(`${h} ${k} ${-l}`);
    }
    expect(seen.size).toBe(plan.count);
    const mirror = (key: string): string =>
      key
        .split(' ')
        .map((x) => -Number(x) + 0)
        .join(' ');
    for (const key of seen) expect(seen.has(mirror(key))).toBe(false);
    // Volume of the half sphere in reciprocal space: within the roughness of its surface.
    const volume = (9 ** 3 * plan.kMax ** 3) / (12 * Math.PI ** 2);
    expect(Math.abs(plan.count / volume - 1)).toBeLessThan(0.08);
  });

  /** Positions and forces after 20 steps of n³ cells. */
  async function twentySteps(
    gpu: Gpu,
    n: number,
  ): Promise<{ positions: Float64Array; forces: Float64Array }> {
    const system = rattled(rockSalt(naclForceField, 5.7, [n, n, n]), 0.1);
    const simulation = await Simulation.create(gpu, {
      ...{ forceField: { ...naclForceField, coulomb: salt.coulomb }, cutoff: 5.6 },
      replicas: [{ system, seed: 1, temperature: 300 }],
    });
    await simulation.setIntegrator({ integrator: 'langevin', timestep: 1, tau: 50 });
    await simulation.run({ steps: 20, seriesEvery: 0, frameEvery: 0 });
    const [frame] = await simulation.frames();
    const forces = await simulation.readForces();
    simulation.destroy();
    gpu.destroy();
    return { positions: frame!.positions, forces };
  }

  it('GPU: kernels that do the work of two give the same bits as kernels of their own', async () => {
    const fused = await twentySteps(await openNodeGpu(), 2);
    const apart = await twentySteps(await openNodeGpu({ maxStorageBuffersPerShaderStage: 8 }), 2);
    expect(fused).toEqual(apart);
  });

  it.each([4, 5])('GPU: so do lanes that share the waves, but for rounding (%s³ cells)', async (n) => {
    const gpu = await openNodeGpu();
    // Where there is none, a software adapter takes the part of a GPU.
    Object.assign(gpu.adapter, { kind: 'gpu' });
    const shared = await twentySteps(gpu, n);
    const apart = await twentySteps(await openNodeGpu({ maxStorageBuffersPerShaderStage: 8 }), n);
    const most = (a: Float64Array, b: Float64Array): number =>
      Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
    expect(most(shared.positions, apart.positions)).toBeLessThan(1e-6);
    expect(most(shared.forces, apart.forces)).toBeLessThan(2e-5);
    expect(shared.forces).not.toEqual(apart.forces);
  });
});

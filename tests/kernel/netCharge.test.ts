/**
 * A net charge and its neutralising background: nothing that can be measured may depend on the splitting parameter, in the
 * f64 sums to rounding, on the GPU to f32. Without the background the charged cells fail by electronvolts.
 */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/engine/simulation.ts';
import type { System } from '../../src/model/system.ts';
import { ewaldSum } from '../../src/reference/ewald.ts';
import { pppmSum } from '../../src/reference/pppm.ts';
import { deviation } from '../support/deviation.ts';
import { testGpu } from '../support/gpu.ts';
import { forceField, rattled, rockSalt, strained } from '../support/systems.ts';

const salt = (anion: number) =>
  forceField(
    { Na: { element: 'Na', mass: 23, charge: 1 }, Cl: { element: 'Cl', mass: 35, charge: anion } },
    [],
  );
const shear = [0.02, 0, 0, 0.15, -0.02, 0, -0.11, 0.2, 0.01];

const apart = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);

/** [name, anion charge, sheared] */
const cases: readonly (readonly [string, number, boolean])[] = [
  ['neutral, orthorhombic', -1, false],
  ['neutral, triclinic', -1, true],
  ['charged, orthorhombic', -0.8, false],
  ['charged, triclinic', -0.8, true],
];

function cellOf(anion: number, sheared: boolean, repeats: readonly [number, number, number]): System {
  const system = rattled(rockSalt(salt(anion), 5.64, repeats), 0.2);
  return sheared ? strained(system, shear) : system;
}

describe.each(cases)('reference: %s', (_name, anion, sheared) => {
  const system = cellOf(anion, sheared, [1, 2, 1]);

  it('the Ewald sum does not depend on α', () => {
    const at = ewaldSum(system, 0.4);
    for (const alpha of [0.3, 0.6]) {
      const other = ewaldSum(system, alpha);
      expect(Math.abs(at.energy - other.energy)).toBeLessThan(1e-10);
      expect(apart(at.forces, other.forces)).toBeLessThan(1e-10);
      expect(apart(at.virial, other.virial)).toBeLessThan(1e-9);
    }
  });

  it('the mesh does not, to its own accuracy', () => {
    const exact = ewaldSum(system);
    for (const alpha of [0.4, 0.5]) {
      const seen = pppmSum(system, { alpha, grid: [18, 32, 18], order: 7 });
      expect(Math.abs(seen.energy - exact.energy)).toBeLessThan(1e-6);
      expect(apart(seen.forces, exact.forces)).toBeLessThan(1e-6);
      expect(apart(seen.virial, exact.virial)).toBeLessThan(1e-5);
    }
  });

  it('virial is minus the strain derivative of the energy', () => {
    const { virial } = ewaldSum(system);
    const h = 1e-4;
    const places = [0, 4, 8, 7, 6, 3];
    places.forEach((place, k) => {
      const energyAt = (delta: number): number => {
        const strain = new Array<number>(9).fill(0);
        strain[place] = delta;
        return ewaldSum(strained(system, strain), 0.4).energy;
      };
      expect(Math.abs((energyAt(h) - energyAt(-h)) / (2 * h) + virial[k]!)).toBeLessThan(1e-5);
    });
  });
});

/**
 * Accuracy asked for; then how far energy (relative), forces (rms over rms) and virial (over the energy) may be off. Measured at
 * worst 1.3e-7, 2e-6, 6.3e-7 (Ewald) and 6.4e-6, 6e-4, 7e-5 (mesh); the background is 1e-2 of the energy.
 */
const METHODS = {
  ewald: { accuracy: 1e-8, energy: 5e-7, force: 1e-5, virial: 3e-6 },
  pppm: { accuracy: 1e-4, energy: 2e-5, force: 2e-3, virial: 2e-4 },
} as const;

describe.each(['ewald', 'pppm'] as const)('GPU, %s', (method) => {
  it.each(cases)('%s: energy, forces and virial do not depend on α', async (_name, anion, sheared) => {
    const { accuracy, ...most } = METHODS[method];
    const system = cellOf(anion, sheared, [3, 3, 3]);
    const exact = ewaldSum(system);
    for (const alpha of [0.5, 0.6]) {
      const simulation = await Simulation.create(await testGpu(), {
        forceField: { ...salt(anion), coulomb: { method, accuracy, alpha } },
        cutoff: 7.5,
        replicas: [{ system, seed: 1, temperature: 0 }],
      });
      const [seen] = await simulation.observe();
      const forces = await simulation.readForces();
      simulation.destroy();
      expect(Math.abs(seen!.coulomb / exact.energy - 1)).toBeLessThan(most.energy);
      expect(deviation(forces, exact.forces)).toBeLessThan(most.force);
      expect(apart(seen!.virial, exact.virial) / Math.abs(exact.energy)).toBeLessThan(most.virial);
    }
  });
});

/** What happens to short-range terms at the cutoff: on the GPU at the cutoff itself, and in the reference all the way. */
import { describe, expect, it } from 'vitest';
import { Simulation } from '../../src/engine/simulation.ts';
import type { ForceField, Truncation } from '../../src/forcefield/forceField.ts';
import { pairForm } from '../../src/forcefield/pairForms.ts';
import { cellFromVectors } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';
import { referenceForces } from '../../src/reference/forces.ts';
import { testGpu } from '../support/gpu.ts';
import { forceField, rattled, rockSalt, speciesOf } from '../support/systems.ts';

const cutoff = 7;
const params = { epsilon: 0.05, sigma: 4 };
const argon = (truncation: Truncation): ForceField =>
  forceField(
    { Ar: { element: 'Ar', mass: 39.95, charge: 0 }, Kr: { element: 'Kr', mass: 83.8, charge: 0 } },
    [
      { between: ['Ar', 'Ar'], form: 'lennardJones', params },
      { between: ['Ar', 'Kr'], form: 'lennardJones', params },
      { between: ['Kr', 'Kr'], form: 'lennardJones', params },
    ],
    { truncation, cutoff, coulomb: { method: 'none', accuracy: 1e-5, alpha: null } },
  );

const TRUNCATIONS = ['none', 'shift', 'shiftForce'] as const;

/** Two atoms `distance` apart along x. */
function pairOf(field: ForceField, distance: number): System {
  return {
    title: 'a pair',
    cell: cellFromVectors([20, 0, 0, 0, 20, 0, 0, 0, 20]),
    species: speciesOf(field),
    typeOf: Uint16Array.of(0, 1),
    positions: Float64Array.of(3, 5, 5, 3 + distance, 5, 5),
  };
}

describe.each(TRUNCATIONS)('truncation %s', (truncation) => {
  const field = argon(truncation);

  it('just inside the cutoff the GPU has the energy and force that it should', async () => {
    const form = pairForm('lennardJones');
    const [atCutoff, slope] = [form.energy(cutoff, params), form.slope(cutoff, params)];
    const expected = {
      none: { energy: atCutoff, force: -slope },
      shift: { energy: 0, force: -slope },
      shiftForce: { energy: 0, force: 0 },
    }[truncation];
    const simulation = await Simulation.create(await testGpu(), {
      forceField: field,
      replicas: [{ system: pairOf(field, cutoff - 1e-4), seed: 1, temperature: 0 }],
    });
    const [seen] = await simulation.observe();
    const forces = await simulation.readForces();
    simulation.destroy();
    // V = −6.7 meV and V′ = 5.5 meV/Å at the cutoff; 1e-4 Å inside of it they differ by 6e-7 eV and 5e-7 eV/Å.
    expect(Math.abs(seen!.potential - expected.energy)).toBeLessThan(2e-6);
    expect(Math.abs(forces[3]! - expected.force)).toBeLessThan(2e-6);
    expect(forces[0]).toBe(-forces[3]!);
    expect(Math.abs(seen!.cutoffJump - (truncation === 'none' ? atCutoff : 0))).toBeLessThan(1e-8);
  });

  it('the forces of the reference are minus the gradient of its energy, the virial its strain derivative', () => {
    const system = rattled(rockSalt(field, 7.2, [2, 2, 2]), 0.15, 3);
    const { forces, virial } = referenceForces(system, field);
    const h = 1e-4;
    for (const i of [0, 17, 40, 101, 150]) {
      const energyAt = (delta: number): number => {
        const positions = system.positions.slice();
        positions[i] = positions[i]! + delta;
        return referenceForces({ ...system, positions }, field).energy.total;
      };
      const difference = -(energyAt(h) - energyAt(-h)) / (2 * h);
      // A shifted energy is continuous: what is left is h²V‴. Measured 1.5e-7 eV/Å at most. A sharp cut jumps by 7 meV per pair
      // that crosses, which no difference can be held against.
      if (truncation !== 'none') expect(Math.abs(difference - forces[i]!)).toBeLessThan(1e-6);
    }
    const scaled = (strain: number): number => {
      const h9 = system.cell.h.map((x) => x * (1 + strain));
      const positions = system.positions.map((x) => x * (1 + strain));
      return referenceForces({ ...system, cell: cellFromVectors(h9), positions }, field).energy.total;
    };
    const e = 1e-6;
    const trace = -(scaled(e) - scaled(-e)) / (2 * e);
    // Measured 1e-7 eV.
    if (truncation !== 'none') {
      expect(Math.abs(trace - (virial[0]! + virial[1]! + virial[2]!))).toBeLessThan(1e-6);
    }
  });

  it('energy, forces and virial on the GPU are those of the reference', async () => {
    const system = rattled(rockSalt(field, 7.2, [2, 2, 2]), 0.15, 3);
    const simulation = await Simulation.create(await testGpu(), {
      forceField: field,
      replicas: [{ system, seed: 1, temperature: 0 }],
    });
    const [seen] = await simulation.observe();
    const forces = await simulation.readForces();
    simulation.destroy();
    const expected = referenceForces(system, field);
    const scale = Math.max(...expected.forces.map(Math.abs));
    // Measured 3.5e-5 eV of 127 eV of pair energies (the rounding of the cell to f32), 7e-7 of the largest force, 2e-4 eV.
    expect(Math.abs(seen!.potential - expected.energy.total)).toBeLessThan(1e-6 * 127);
    forces.forEach((f, i) => {
      expect(Math.abs(f - expected.forces[i]!)).toBeLessThan(5e-6 * scale);
    });
    seen!.virial.forEach((w, k) => {
      expect(Math.abs(w - expected.virial[k]!)).toBeLessThan(1e-5 * 127);
    });
  });
});

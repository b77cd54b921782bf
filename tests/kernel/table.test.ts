/** Interactions given by points, on the GPU: as good as the formula that the points were taken from. */
import { describe, expect, it } from 'vitest';
import { compileForceField } from '../../src/engine/compileForceField.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import type { ForceField } from '../../src/forcefield/forceField.ts';
import type { System } from '../../src/model/system.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt, speciesOf, tabulated } from '../support/systems.ts';

const nacl: ForceField = { ...naclForceField, coulomb: { method: 'ewald', accuracy: 1e-7, alpha: null } };
const crystal = rattled(rockSalt(nacl, 5.64, [3, 3, 3]), 0.2, 4);
const rms = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0) / values.length);

async function start(forceField: ForceField, system: System = crystal): Promise<Simulation> {
  return Simulation.create(await testGpu(), {
    forceField,
    replicas: [{ system, seed: 5, temperature: 300 }],
  });
}

describe.each(['none', 'shift', 'shiftForce'] as const)(
  'points of Fumi and Tosi’s NaCl, truncation %s',
  (truncation) => {
    it('give the energy, forces and virial of the formula', async () => {
      const field = { ...nacl, truncation };
      const results = [];
      for (const one of [field, tabulated(field, 1.8)]) {
        const simulation = await start(one);
        const [seen] = await simulation.observe();
        results.push({ seen: seen!, forces: await simulation.readForces() });
        simulation.destroy();
      }
      const [formula, points] = results as [(typeof results)[0], (typeof results)[0]];
      // Measured 8e-7 of the rms force: the sampling's 1e-6 of each force, and the rounding of both.
      const apart = points.forces.map((f, i) => f - formula.forces[i]!);
      expect(rms(apart) / rms(formula.forces)).toBeLessThan(2e-6);
      // Measured 7e-5 eV of 141 eV of short-range energy, and 2e-4 eV of the virial.
      expect(Math.abs(points.seen.pair - formula.seen.pair)).toBeLessThan(1e-6 * Math.abs(formula.seen.pair));
      points.seen.virial.forEach((w, k) => {
        expect(Math.abs(w - formula.seen.virial[k]!)).toBeLessThan(2e-6 * 1000);
      });
    });
  },
);

it('dynamics conserves the energy of the points: force and energy belong together', async () => {
  // A smooth end at the cutoff, so that nothing but the interpolation could make the energy drift.
  const field: ForceField = { ...nacl, truncation: 'shiftForce' };
  const change = [];
  for (const one of [field, tabulated(field, 1.8)]) {
    const simulation = await start(one);
    await simulation.setIntegrator({ integrator: 'nve', timestep: 0.5 });
    const energies: number[] = [];
    await simulation.run({
      steps: 400,
      seriesEvery: 10,
      frameEvery: 0,
      onSeries: (_step, [seen]) => {
        energies.push(seen!.conserved);
      },
    });
    simulation.destroy();
    change.push({ fluctuation: rms(energies.map((e) => e - energies[0]!)), last: energies.at(-1)! });
  }
  const [formula, points] = change as [(typeof change)[0], (typeof change)[0]];
  // Measured: both fluctuate by 2.05 meV (216 ions, 0.5 fs), equal to 0.1 %; after 200 fs they are 5e-5 eV apart. A force off
  // by a thousandth moves the end by meV.
  expect(Math.abs(points.fluctuation / formula.fluctuation - 1)).toBeLessThan(0.02);
  expect(Math.abs(points.last - formula.last)).toBeLessThan(3e-4);
});

it('the points stand behind the rows of the pair table, each table at its own place', () => {
  const { table, slot } = compileForceField(tabulated(nacl, 1.8), speciesOf(nacl), 8);
  const rowLength = Number(/second\) \* (\d+)u;/.exec(slot)![1]);
  const starts = [0, 1, 3].map((row) => table[row * rowLength + 9]!);
  expect(starts[0]).toBe(4 * rowLength);
  const intervals = [0, 1, 3].map((row) => table[row * rowLength + 12]! + 1);
  expect(starts[1]).toBe(starts[0]! + 4 * intervals[0]!);
  expect(starts[2]).toBe(starts[1]! + 4 * intervals[1]!);
  expect(table.length).toBe(starts[2]! + 4 * intervals[2]!);
  // The pair of the other order reads the same points.
  expect(table[2 * rowLength + 9]).toBe(starts[1]);
});

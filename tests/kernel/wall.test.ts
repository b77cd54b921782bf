/** The wall inside an inner maximum on the GPU: against f64, counted, and what it does to ions that begin inside it. */
import { describe, expect, it } from 'vitest';
import { compileForceField, wallVisitsSlot } from '../../src/engine/compileForceField.ts';
import { PairLoop } from '../../src/engine/layouts.ts';
import { pairShapeText } from '../../src/engine/pairShape.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import type { ForceField } from '../../src/forcefield/forceField.ts';
import { interactionsOf, wallOf } from '../../src/forcefield/interactions.ts';
import { insideWall, type Wall } from '../../src/forcefield/wall.ts';
import { compose } from '../../src/gpu/shaders.ts';
import { cellFromVectors } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';
import { referenceForces } from '../../src/reference/forces.ts';
import { evaluate, spread } from '../support/evaluate.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rockSalt, speciesOf } from '../support/systems.ts';
import { PAIR_FORM_RELATIVE } from '../support/tolerances.ts';

const nacl: ForceField = { ...naclForceField, coulomb: { method: 'ewald', accuracy: 1e-7, alpha: null } };
const [, naCl, clCl] = interactionsOf(nacl, speciesOf(nacl), nacl.cutoff);

/** Two ions `distance` (Å) apart in the middle of a cell 20 Å wide, and their counter-ions in its corners. */
function pairOf(i: number, j: number, distance: number): System {
  const positions = [8, 8, 8, 8 + distance, 8, 8];
  const typeOf = [i, j];
  if (i === j) {
    positions.push(0, 0, 0, 0, 10, 0);
    typeOf.push(1 - i, 1 - i);
  }
  return {
    title: 'two ions',
    cell: cellFromVectors([20, 0, 0, 0, 20, 0, 0, 0, 20]),
    species: speciesOf(nacl),
    typeOf: Uint16Array.from(typeOf),
    positions: Float64Array.from(positions),
  };
}

const create = async (system: System, forceField = nacl) =>
  Simulation.create(await testGpu(), { forceField, replicas: [{ system, seed: 1, temperature: 0 }] });

describe.each([naCl!, clCl!].map((one) => [one.labels.join('–'), one] as const))(
  'the wall of %s',
  (_name, interaction) => {
    const wall = wallOf(interaction) as Wall;
    const { chargeProduct } = interaction;

    it('agrees with f64 from its radius down to a millionth of an ångström', async () => {
      const { table } = compileForceField(nacl, speciesOf(nacl), nacl.cutoff);
      const row = (table.length / 4) * (2 * interaction.i + interaction.j);
      const source = `struct PairValue { energy: f32, forceOverR: f32 }
var<private> pairTable: array<f32, ${table.length}> = array<f32, ${table.length}>(${[...table].map((x) => `f32(${x})`).join(', ')});
#include "forces/wall.wgsl"
fn probe(r: f32) -> vec4f {
  // A row: charges, forms, three numbers of the cutoff, the wall.
  let wall = Wall(pairTable[${row + 5}], pairTable[${row + 6}], pairTable[${row + 7}], pairTable[${row + 8}]);
  let v = insideWall(wall, pairTable[${row}], r);
  return vec4f(v.energy, v.forceOverR * r, f32(r < wall.radius), 0.0);
}`;
      const r = Float32Array.from(spread(Math.log(1e-6), Math.log(wall.radius * 0.99), 801), Math.exp);
      const seen = await evaluate(await testGpu(), source, 'probe(x)', r);
      r.forEach((x, k) => {
        const { energy, slope } = insideWall(wall, chargeProduct, x);
        const scale =
          Math.abs(wall.energy) + (wall.force * wall.radius ** 2) / x + Math.abs(chargeProduct) / x;
        // Measured 3e-7 of the terms that are added, both; the tolerance of every pair form.
        expect(Math.abs(seen[4 * k]! - energy) / scale).toBeLessThan(PAIR_FORM_RELATIVE);
        expect(Math.abs(seen[4 * k + 1]! + slope) / (scale / x)).toBeLessThan(PAIR_FORM_RELATIVE);
        expect(seen[4 * k + 2]).toBe(1);
      });
    });

    it.each([0.98, 0.8, 0.5, 0.2])('energy, forces and virial of a pair at %s of its radius', async (x) => {
      const system = pairOf(interaction.i, interaction.j, x * wall.radius);
      const simulation = await create(system);
      const [seen] = await simulation.observe();
      const forces = await simulation.readForces();
      const visits = simulation.takeWallVisits();
      simulation.destroy();
      const expected = referenceForces(system, nacl);
      const push = Math.abs(expected.forces[0]!);
      // Measured 3e-8 to 4e-7 of the force of the pair (forces) and 2e-8 to 1.5e-7 (energy).
      expect(Math.max(...forces.map((f, k) => Math.abs(f - expected.forces[k]!))) / push).toBeLessThan(2e-6);
      const scale = Math.abs(expected.energy.pair) + Math.abs(expected.energy.coulomb) + push;
      expect(Math.abs(seen!.potential - expected.energy.total) / scale).toBeLessThan(5e-7);
      expect(Math.abs(seen!.virial[0] - expected.virial[0]!) / scale).toBeLessThan(5e-6);
      // The two repel: what their bare Coulomb energy and the published set make of it is attraction.
      expect(forces[0]).toBeLessThan(0);
      expect(forces[3]).toBeGreaterThan(0);
      expect(visits).toEqual([
        { replica: 0, labels: interaction.labels, radius: wall.radius, visits: 1, firstSteps: [0, 0] },
      ]);
    });

    it('pushes ions apart that begin inside, keeps the energy, and tells of it', async () => {
      const simulation = await create(pairOf(interaction.i, interaction.j, 0.6 * wall.radius));
      await simulation.setIntegrator({ integrator: 'nve', timestep: 0.05 });
      const [before] = await simulation.observe();
      await simulation.run({ steps: 400, seriesEvery: 0, frameEvery: 0 });
      const [after] = await simulation.observe();
      const [frame] = await simulation.frames();
      const [visit, ...others] = simulation.takeWallVisits();
      const none = simulation.takeWallVisits();
      simulation.destroy();
      const [x, y, z] = [0, 1, 2].map((k) => frame!.positions[3 + k]! - frame!.positions[k]!);
      expect(Math.hypot(x!, y!, z!)).toBeGreaterThan(1.2 * wall.radius);
      // 54 and 62 eV become kinetic; the total changed by 1e-5 to 2e-5 of that.
      expect(Math.abs(after!.conserved - before!.conserved)).toBeLessThan(1e-4 * after!.kinetic);
      expect(visit).toMatchObject({ replica: 0, labels: interaction.labels, firstSteps: [0, 0] });
      // Inside for 72 and 106 steps, not for all.
      expect(visit!.visits).toBeGreaterThan(20);
      expect(visit!.visits).toBeLessThan(400);
      expect(others).toEqual([]);
      expect(none).toEqual([]);
    });
  },
);

it('counts each replica on its own, and every pair once', async () => {
  const wall = wallOf(clCl!) as Wall;
  const crystal = rockSalt(nacl, 5.64, [3, 3, 3]);
  const positions = crystal.positions.slice();
  const chlorides = [...crystal.typeOf.keys()].filter((i) => crystal.typeOf[i] === 1).slice(0, 3);
  // Three chlorides within a wall's reach of each other, at the corners of a triangle: three pairs.
  chlorides.forEach((i, k) => {
    const corner = [
      [4.2, 4.2, 4.2],
      [5.2, 4.2, 4.2],
      [4.7, 5.1, 4.2],
    ][k]!;
    positions.set(corner, 3 * i);
  });
  const simulation = await Simulation.create(await testGpu(), {
    forceField: nacl,
    replicas: [
      { system: crystal, seed: 1, temperature: 0 },
      { system: { ...crystal, positions }, seed: 2, temperature: 0 },
    ],
  });
  await simulation.observe();
  const visits = simulation.takeWallVisits();
  simulation.destroy();
  expect(visits).toHaveLength(1);
  expect(visits[0]).toMatchObject({ replica: 1, labels: ['Cl', 'Cl'], radius: wall.radius, visits: 3 });
});

it('a force field without inner maxima leaves no trace of walls in the shader', () => {
  const born: ForceField = {
    ...nacl,
    pairs: nacl.pairs.map((term) => ({ ...term, params: { ...term.params, C: 0, D: 0 } })),
  };
  const text = (field: ForceField): string => {
    const { slot, walls } = compileForceField(field, speciesOf(field), 8);
    const pairShape = pairShapeText({ lanes: 1, workgroup: 64 });
    const slots = {
      ...{ pairForms: slot, wallVisits: wallVisitsSlot(walls.length > 0), pairShape },
      longRangeForce: '',
    };
    const structs = [{ ...PairLoop }, { ...PairLoop, name: 'Replica' }];
    return compose('forces/pair.wgsl', { slots, structs }).code;
  };
  expect(text(nacl)).toContain('fn insideWall');
  expect(text(born)).not.toMatch(/insideWall|wallVisits:/i);
});

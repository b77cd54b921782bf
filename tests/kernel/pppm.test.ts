/** The particle mesh on the GPU against its f64 twin, phase by phase and whole. */
import { describe, expect, it } from 'vitest';
import { Pppm } from '../../src/engine/pppm.ts';
import type { PppmPlan } from '../../src/engine/pppmPlan.ts';
import { largestMeshBytes } from '../../src/engine/pppmPlan.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import type { System } from '../../src/model/system.ts';
import { type MeshResult, pppmMesh, pppmSum } from '../../src/reference/pppm.ts';
import { deviation } from '../support/deviation.ts';
import { testGpu } from '../support/gpu.ts';
import { forceField, rattled, rockSalt, strained } from '../support/systems.ts';

type Order = 3 | 5 | 7;
type Differentiation = 'ik' | 'ad';

const salt = forceField(
  { Na: { element: 'Na', mass: 23, charge: 1 }, Cl: { element: 'Cl', mass: 35, charge: -1 } },
  [],
);

/** Moved by a part of the cell, so that stencils reach over every face of it. */
function shifted(system: System, by: number): System {
  return { ...system, positions: system.positions.map((x) => x + by) };
}

const cubic = shifted(rattled(rockSalt(salt, 5.64, [2, 2, 3]), 0.3), -1.3);
const triclinic = strained(
  shifted(rattled(rockSalt(salt, 5.64, [3, 2, 2]), 0.3, 5), 0.7),
  [0, 0, 0, 0.15, 0, 0, 0.1, -0.2, 0],
);

async function simulate(
  systems: readonly System[],
  accuracy: number,
  order: Order,
  differentiation: Differentiation = 'ik',
): Promise<Simulation> {
  return Simulation.create(await testGpu(), {
    forceField: { ...salt, coulomb: { method: 'pppm', accuracy, alpha: null, order, differentiation } },
    cutoff: 5,
    replicas: systems.map((system, r) => ({ system, seed: r, temperature: 0 })),
  });
}

function meshOf(simulation: Simulation): Pppm {
  const { longRange } = simulation.forces;
  if (!(longRange instanceof Pppm)) throw new Error('no mesh');
  return longRange;
}

// ad of order 3 wants 150³ points for 1e-4, too many for the twin.
const cases: readonly (readonly [string, Order, Differentiation, number, System])[] = [
  ['cubic', 3, 'ik', 1e-4, cubic],
  ['cubic', 5, 'ik', 1e-4, cubic],
  ['cubic', 7, 'ik', 1e-4, cubic],
  ['triclinic', 5, 'ik', 1e-4, triclinic],
  ['cubic', 3, 'ad', 2e-3, cubic],
  ['cubic', 5, 'ad', 1e-4, cubic],
  ['triclinic', 5, 'ad', 1e-4, triclinic],
  ['triclinic', 7, 'ad', 1e-4, triclinic],
];

describe.each(cases)(
  'mesh of a %s cell, order %s, %s, accuracy %s',
  (_, order, differentiation, accuracy, system) => {
    it('density, fields and forces are those of the twin', async () => {
      const simulation = await simulate([system], accuracy, order, differentiation);
      const { gpu } = simulation;
      const mesh = meshOf(simulation);
      const { buffers, force } = mesh.inspect(0);
      const { alpha, grid } = mesh.plans[0] as PppmPlan;
      const twin: MeshResult = pppmMesh(system, { alpha, grid, order, differentiation });
      const points = grid[0] * grid[1] * grid[2];
      const run = (first: number, last: number): void =>
        gpu.submit('phases', (encoder) => {
          const pass = encoder.beginComputePass();
          for (const { kernel, size } of force.slice(first, last)) kernel.dispatch(pass, ...size);
          pass.end();
        });

      const before = await simulation.readForces();
      run(0, 1);
      const fixed = new Int32Array(await gpu.read(buffers.density, 4 * points));
      const [scale] = new Float32Array(await gpu.read(buffers.meshes, 16)).subarray(2, 3);
      // A unit is 2⁻²⁵ e and weights are f32: measured 3e-7 (order 3) … 7e-7 (order 7).
      expect(
        deviation(
          Array.from(fixed, (x) => x / scale!),
          twin.density,
        ),
      ).toBeLessThan(1.5e-6);
      // Spreading in integers keeps the charge: 125 roundings per ion of half a unit at most.
      const total = fixed.reduce((sum, x) => sum + x, 0) / scale!;
      expect(Math.abs(total)).toBeLessThan(0.5 * order ** 3 * system.typeOf.length * (1 / scale!));

      run(1, 6);
      // ik: three components of a vec4f; ad: the potential.
      const stride = differentiation === 'ik' ? 4 : 1;
      const field = new Float32Array(await gpu.read(buffers.field, 4 * stride * points));
      expect(twin.fields.length).toBe(differentiation === 'ik' ? 3 : 1);
      twin.fields.forEach((expected, axis) => {
        const found = Array.from({ length: points }, (_, p) => field[stride * p + axis]!);
        // Measured 3e-7 … 1.0e-6.
        expect(deviation(found, expected)).toBeLessThan(2e-6);
      });
      // The rows leave the density empty for the next spreading.
      expect(new Int32Array(await gpu.read(buffers.density, 4 * points)).every((x) => x === 0)).toBe(true);

      run(6, force.length);
      const after = await simulation.readForces();
      const gathered = after.map((f, i) => f - before[i]!);
      // Measured 4.5e-7 … 1.2e-6. (ad on 150³ points 4.6e-6: the finer the mesh, the more do steep slopes cancel.)
      expect(deviation(gathered, twin.forces)).toBeLessThan(2e-6);
      simulation.destroy();
    });

    it('energy, forces and virial with the pair loop are those of the twin', async () => {
      const simulation = await simulate([system], accuracy, order, differentiation);
      const { alpha, grid } = meshOf(simulation).plans[0] as PppmPlan;
      const twin = pppmSum(system, { alpha, grid, order, differentiation }, 5);
      const [seen] = await simulation.observe();
      const forces = await simulation.readForces();
      simulation.destroy();
      expect(Math.abs(seen!.coulomb / twin.energy - 1)).toBeLessThan(2e-7);
      expect(deviation(forces, twin.forces)).toBeLessThan(2e-6);
      const worst = Math.max(...seen!.virial.map((w, c) => Math.abs(w - twin.virial[c]!)));
      // Measured 0.6e-7 … 1.8e-7.
      expect(worst / Math.abs(twin.energy)).toBeLessThan(4e-7);
    });
  },
);

describe.each(['ik', 'ad'] as const)('meshes of a batch, %s', (differentiation) => {
  it('equal grids share dispatches, others do not, and nobody sees the others: same bits as alone', async () => {
    const other = rattled(rockSalt(salt, 5.64, [2, 2, 3]), 0.2, 9);
    const systems = [cubic, triclinic, other];
    const batch = await simulate(systems, 1e-4, 5, differentiation);
    const mesh = meshOf(batch);
    expect([0, 1, 2].map((r) => mesh.inspect(r).member)).toEqual([0, 0, 1]);
    const seen = await batch.observe();
    const frames = await Promise.all(systems.map((_, r) => batch.readForces(r)));
    batch.destroy();
    for (const [r, system] of systems.entries()) {
      const alone = await simulate([system], 1e-4, 5, differentiation);
      const [observed] = await alone.observe();
      expect(await alone.readForces()).toEqual(frames[r]);
      expect(observed).toEqual(seen[r]);
      alone.destroy();
    }
  });

  it('more replicas than a buffer holds go in several groups, to the same bits', async () => {
    const systems = [1, 2, 3].map((seed) => rattled(cubic, 0.05, seed));
    const batch = await simulate(systems, 1e-4, 5, differentiation);
    const { plans } = meshOf(batch);
    const bytes = largestMeshBytes(plans[0]!.grid, differentiation);
    const split = await Pppm.create(batch.state, plans, 2 * bytes);
    expect([0, 1, 2].map((r) => split.inspect(r).member)).toEqual([0, 1, 0]);
    await batch.observe();
    const added = async (mesh: Pppm): Promise<Float64Array[]> => {
      batch.gpu.submit('mesh alone', (encoder) => {
        encoder.clearBuffer(batch.state.buffer('forces'));
        const pass = encoder.beginComputePass();
        mesh.encodeForces(pass);
        pass.end();
      });
      return Promise.all(systems.map((_, r) => batch.readForces(r)));
    };
    expect(await added(split)).toEqual(await added(meshOf(batch)));
    split.destroy();
    batch.destroy();
  });
});

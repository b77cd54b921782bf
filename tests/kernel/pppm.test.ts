/** The particle mesh on the GPU against its f64 twin, phase by phase and whole. */
import { describe, expect, it } from 'vitest';
import { Pppm } from '../../src/engine/pppm.ts';
import type { PppmPlan } from '../../src/engine/pppmPlan.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import type { System } from '../../src/model/system.ts';
import { type MeshResult, pppmMesh, pppmSum } from '../../src/reference/pppm.ts';
import { deviation } from '../support/deviation.ts';
import { testGpu } from '../support/gpu.ts';
import { forceField, rattled, rockSalt, strained } from '../support/systems.ts';

type Order = 3 | 5 | 7;

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

async function simulate(systems: readonly System[], accuracy: number, order: Order): Promise<Simulation> {
  return Simulation.create(await testGpu(), {
    forceField: { ...salt, coulomb: { method: 'pppm', accuracy, alpha: null, order } },
    cutoff: 5,
    replicas: systems.map((system, r) => ({ system, seed: r, temperature: 0 })),
  });
}

function meshOf(simulation: Simulation): Pppm {
  const { longRange } = simulation.forces;
  if (!(longRange instanceof Pppm)) throw new Error('no mesh');
  return longRange;
}

const cases: readonly (readonly [string, System, Order])[] = [
  ['cubic', cubic, 3],
  ['cubic', cubic, 5],
  ['cubic', cubic, 7],
  ['triclinic', triclinic, 5],
];

describe.each(cases)('mesh of a %s cell (%#), phase by phase', (_name, system, order) => {
  it('density, fields and forces are those of the twin', async () => {
    const simulation = await simulate([system], 1e-4, order);
    const { gpu } = simulation;
    const mesh = meshOf(simulation);
    const { buffers, force } = mesh.inspect(0);
    const { alpha, grid } = mesh.plans[0] as PppmPlan;
    const twin: MeshResult = pppmMesh(system, { alpha, grid, order });
    const points = grid[0] * grid[1] * grid[2];
    const run = (first: number, last: number): void =>
      gpu.submit('phases', (encoder) => {
        const pass = encoder.beginComputePass();
        for (const { kernel, size } of force.slice(first, last)) kernel.dispatch(pass, ...size);
        pass.end();
      });

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
    const field = new Float32Array(await gpu.read(buffers.field, 16 * points));
    for (const axis of [0, 1, 2] as const) {
      const found = Array.from({ length: points }, (_, p) => field[4 * p + axis]!);
      // Measured 3e-7 … 9e-7.
      expect(deviation(found, twin.fields[axis])).toBeLessThan(2e-6);
    }
    // The rows leave the density empty for the next spreading.
    expect(new Int32Array(await gpu.read(buffers.density, 4 * points)).every((x) => x === 0)).toBe(true);

    const before = await simulation.readForces();
    run(6, 7);
    const after = await simulation.readForces();
    const gathered = after.map((f, i) => f - before[i]!);
    expect(deviation(gathered, twin.forces)).toBeLessThan(2e-6);
    simulation.destroy();
  });

  it('energy, forces and virial with the pair loop are those of the twin', async () => {
    const simulation = await simulate([system], 1e-4, order);
    const { alpha, grid } = meshOf(simulation).plans[0] as PppmPlan;
    const twin = pppmSum(system, { alpha, grid, order }, 5);
    const [seen] = await simulation.observe();
    const forces = await simulation.readForces();
    simulation.destroy();
    expect(Math.abs(seen!.coulomb / twin.energy - 1)).toBeLessThan(2e-7);
    expect(deviation(forces, twin.forces)).toBeLessThan(2e-6);
    const worst = Math.max(...seen!.virial.map((w, c) => Math.abs(w - twin.virial[c]!)));
    // Measured 0.6e-7 … 1.8e-7.
    expect(worst / Math.abs(twin.energy)).toBeLessThan(4e-7);
  });
});

describe('meshes of a batch', () => {
  it('equal grids share dispatches, others do not, and nobody sees the others: same bits as alone', async () => {
    const other = rattled(rockSalt(salt, 5.64, [2, 2, 3]), 0.2, 9);
    const systems = [cubic, triclinic, other];
    const batch = await simulate(systems, 1e-4, 5);
    const mesh = meshOf(batch);
    expect([0, 1, 2].map((r) => mesh.inspect(r).member)).toEqual([0, 0, 1]);
    const seen = await batch.observe();
    const frames = await Promise.all(systems.map((_, r) => batch.readForces(r)));
    batch.destroy();
    for (const [r, system] of systems.entries()) {
      const alone = await simulate([system], 1e-4, 5);
      const [observed] = await alone.observe();
      expect(await alone.readForces()).toEqual(frames[r]);
      expect(observed).toEqual(seen[r]);
      alone.destroy();
    }
  });
});

import { describe, expect, it } from 'vitest';
import { GPA_PER_EV_ANGSTROM3 } from '../../src/core/constants.ts';
import { type BarostatSettings, barostatEvery } from '../../src/engine/barostat.ts';
import { INTEGRATORS, lettersOf, thermostatEvery } from '../../src/engine/integrators.ts';
import { packLattices } from '../../src/engine/lattices.ts';
import { FIRE } from '../../src/engine/minimize.ts';
import type { Observation } from '../../src/engine/observables.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { maxwellVelocities } from '../../src/engine/velocities.ts';
import type { ForceField } from '../../src/forcefield/forceField.ts';
import { cellParameters, volume } from '../../src/model/cell.ts';
import type { System } from '../../src/model/system.ts';
import { referenceForces } from '../../src/reference/forces.ts';
import { integrate } from '../../src/reference/integrate.ts';
import { startState } from '../../src/reference/referenceState.ts';
import { relax } from '../../src/reference/relax.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt, strained } from '../support/systems.ts';

const CUTOFF = 5.2;
const small = strained(
  rattled(rockSalt(naclForceField, 5.7, [2, 2, 2]), 0.05),
  [0, 0, 0, 0.1, 0, 0, 0, 0.05, 0],
);
const methods = ['ewald', 'pppm'] as const;
const shapes = ['iso', 'aniso', 'full'] as const;

function fieldWith(method: ForceField['coulomb']['method']): ForceField {
  return { ...naclForceField, coulomb: { method, accuracy: 1e-7, alpha: null } };
}

function simulationOf(
  system: System,
  method: ForceField['coulomb']['method'] = 'ewald',
): Promise<Simulation> {
  return testGpu().then((gpu) =>
    Simulation.create(gpu, {
      forceField: fieldWith(method),
      cutoff: CUTOFF,
      replicas: [{ system, seed: 3, temperature: 300 }],
      variableCell: true,
    }),
  );
}

/** Puts other cells under the fractional coordinates of a simulation. */
async function moveTo(simulation: Simulation, system: System): Promise<void> {
  const state = await simulation.saveState();
  const lattices = new Uint32Array(packLattices([system.cell]));
  simulation.restoreState({ ...state, words: { ...state.words, lattices } });
}

describe.each(methods)('a moved cell, %s', (method) => {
  it('has the forces, energy and virial of that cell', async () => {
    const simulation = await simulationOf(small, method);
    const moved = strained(small, [0.03, 0.01, -0.02, 0, -0.04, 0.02, 0.01, 0, 0.02]);
    await moveTo(simulation, moved);
    const forces = await simulation.readForces();
    const seen = await simulation.observe();
    const [frame] = await simulation.frames();
    simulation.destroy();
    const expected = referenceForces(moved, fieldWith(method), CUTOFF);
    const apart = Math.max(...forces.map((f, i) => Math.abs(f - expected.forces[i]!)));
    expect(frame!.positions.every((x, i) => Math.abs(x - moved.positions[i]!) < 1e-6)).toBe(true);
    expect(Math.abs(seen[0]!.volume - volume(moved.cell))).toBeLessThan(1e-5);
    // Measured 4e-6 eV/Å, 1e-4 eV of −466 and 7e-4 eV of virials up to 60; the sums of the cell before are off by 0.1 and more.
    expect(apart).toBeLessThan(2e-5);
    expect(Math.abs(seen[0]!.potential - expected.energy.total)).toBeLessThan(5e-4);
    seen[0]!.virial.forEach((w, i) => {
      expect(Math.abs(w - expected.virial[i]!)).toBeLessThan(3e-3);
    });
  });
});

describe.each(
  shapes.flatMap((cell) => [
    { cell, barostat: 'cellRescaling', integrator: 'csvr' } as const,
    { cell, barostat: 'mtk', integrator: 'noseHoover' } as const,
  ]),
)('$barostat, $cell', ({ cell, barostat: name, integrator }) => {
  it('follows the f64 twin for 20 steps', async () => {
    const barostat: BarostatSettings = {
      barostat: name,
      cell,
      pressure: [1, 1],
      tau: name === 'mtk' ? 300 : 100,
      compressibility: 0.04,
    };
    const simulation = await simulationOf(small);
    simulation.setVelocities(0, maxwellVelocities(small, 300, 3));
    const settings = { integrator, timestep: 1, tau: 20, barostat } as const;
    expect(lettersOf(settings)).toContain(name === 'mtk' ? 'X' : 'P');
    const [start] = await simulation.frames();
    const field = fieldWith('ewald');
    const forcesAt = (positions: Float64Array, at = small.cell) =>
      referenceForces({ ...small, positions, cell: at }, field, CUTOFF);
    const state = startState(small, 3, start!, forcesAt);
    integrate(
      state,
      {
        sentence: lettersOf(settings).join(' '),
        ...{ timestep: 1, tau: 20, temperature: 300, forces: forcesAt },
        centerEvery: INTEGRATORS[integrator].centerEvery,
        thermostatEvery: thermostatEvery(settings),
        barostat: { ...barostat, pressure: 1, every: barostatEvery(barostat, 1) },
      },
      20,
    );
    await simulation.setIntegrator(settings);
    await simulation.run({ steps: 20, seriesEvery: 0, frameEvery: 0 });
    const [end] = await simulation.frames();
    const [seen] = await simulation.observe();
    simulation.destroy();
    const apart = Math.max(...end!.positions.map((x, i) => Math.abs(x - state.positions[i]!)));
    const faster = Math.max(...end!.velocities!.map((v, i) => Math.abs(v - state.velocities[i]!)));
    const stretched = Math.max(...end!.cell.h.map((x, i) => Math.abs(x - state.cell.h[i]!)));
    const moved = Math.max(...end!.cell.h.map((x, i) => Math.abs(x - small.cell.h[i]!)));
    // Measured 1e-6 Å (mtk 5e-6: the rates of its cell are f32), 2e-8 Å/fs and 9e-6 eV of 0.01 to 0.4.
    expect(moved).toBeGreaterThan(0.02);
    expect(stretched).toBeLessThan(2e-5);
    expect(apart).toBeLessThan(2e-5);
    expect(faster).toBeLessThan(2e-7);
    expect(Math.abs(seen!.heat - state.heat)).toBeLessThan(5e-5);
  });
});

describe.each([
  { barostat: 'cellRescaling', integrator: 'csvr' },
  { barostat: 'cellRescaling', integrator: 'langevin' },
  { barostat: 'mtk', integrator: 'noseHoover' },
  { barostat: 'mtk', integrator: 'csvr' },
  { barostat: 'mtk', integrator: 'langevin' },
] as const)('$barostat with $integrator', ({ barostat, integrator }) => {
  it('keeps its conserved quantity over 500 steps of a cell that breathes', async () => {
    const crystal = rattled(rockSalt(naclForceField, 5.7, [2, 2, 2]), 0.05);
    const simulation = await simulationOf(crystal);
    simulation.setVelocities(0, maxwellVelocities(crystal, 300, 3));
    const settings = { barostat, cell: 'full', pressure: [1, 1], tau: 200, compressibility: 0.04 } as const;
    await simulation.setIntegrator({ integrator, timestep: 1, tau: 50, barostat: settings });
    const seen: Observation[] = [];
    await simulation.run({
      ...{ steps: 500, seriesEvery: 10, frameEvery: 0 },
      onSeries: (_step, [one]) => {
        seen.push(one!);
      },
    });
    simulation.destroy();
    const range = (pick: (one: Observation) => number): number =>
      Math.max(...seen.map(pick)) - Math.min(...seen.map(pick));
    expect(range((one) => one.volume) / seen[0]!.volume).toBeGreaterThan(0.01);
    // Measured 8e-6 (cellRescaling) and 4e-5 (mtk) eV per atom; the energy itself swings by 0.04.
    expect(range((one) => one.conserved / 64)).toBeLessThan(1.5e-4);
  });
});

/** Edge (Å) of a perfect crystal whose stress is −pressure, in f64. */
function restingEdge(pressure: number): number {
  let [low, high] = [5.2, 6.2];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    const crystal = rockSalt(naclForceField, middle, [2, 2, 2]);
    const { virial } = referenceForces(crystal, naclForceField, CUTOFF);
    const found = (virial[0]! / volume(crystal.cell)) * GPA_PER_EV_ANGSTROM3;
    if (found > pressure) low = middle;
    else high = middle;
  }
  return low;
}

describe('relaxing the cell', () => {
  it.each(shapes)('%s: follows the f64 twin through its turns', async (shape) => {
    const crystal = rattled(small, 0.15);
    const simulation = await simulationOf(crystal);
    const [start] = await simulation.frames();
    const state = { positions: start!.positions.slice(), cell: crystal.cell };
    const cell = { shape, pressure: 2 };
    const forcesAt = (positions: Float64Array, at: System['cell']) =>
      referenceForces({ ...crystal, positions, cell: at }, fieldWith('ewald'), CUTOFF);
    const turns = relax(state, forcesAt, { ...FIRE, cell }, 60);
    expect(turns).toBeGreaterThan(0);
    await simulation.minimize({ fmax: 1e-9, maxSteps: 60, cell: { ...cell, smax: 1e-9 } });
    const [end] = await simulation.frames();
    simulation.destroy();
    const most = (a: Float64Array, b: Float64Array): number =>
      Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
    expect(most(end!.cell.h, start!.cell.h)).toBeGreaterThan(0.1);
    expect(most(end!.positions, start!.positions)).toBeGreaterThan(0.2);
    // Measured 2e-6 Å (full 1e-5) of 0.4 Å and more; a cell whose inertia is off by 1 % is 1e-4 Å off.
    expect(most(end!.cell.h, state.cell.h)).toBeLessThan(2e-5);
    expect(most(end!.positions, state.positions)).toBeLessThan(2e-5);
  });

  const perfect = rockSalt(naclForceField, 5.6, [2, 2, 2]);
  const strain = {
    iso: [0.02, 0, 0, 0, 0.02, 0, 0, 0, 0.02],
    aniso: [0.02, 0, 0, 0, -0.02, 0, 0, 0, 0.01],
    full: [0.02, 0, 0, 0.03, -0.02, 0, 0.01, -0.02, 0.01],
  };

  it.each([...shapes.map((cell) => [cell, 'ewald'] as const), ['full', 'pppm'] as const])(
    '%s, %s: a strained and rattled crystal comes to rest as the perfect one',
    async (shape, method) => {
      const system = rattled(strained(perfect, strain[shape]), 0.05);
      const simulation = await simulationOf(system, method);
      const pressure = 1;
      const result = await simulation.minimize({
        ...{ fmax: 1e-3, maxSteps: 600 },
        cell: { shape, pressure, smax: 1e-3 },
      });
      const [cell] = await simulation.cells();
      const [seen] = await simulation.observe();
      simulation.destroy();
      const { a, b, c, alpha, beta, gamma } = cellParameters(cell!);
      const edge = 2 * restingEdge(pressure);
      expect(result.converged).toBe(true);
      // Measured 7e-5 Å and 0.002°, what 1e-3 GPa leaves; it began 0.2 Å and 2° off.
      for (const x of [a, b, c]) expect(Math.abs(x - edge)).toBeLessThan(5e-4);
      for (const x of [alpha, beta, gamma]) expect(Math.abs(x - 90)).toBeLessThan(0.006);
      for (const s of seen!.stress.slice(0, 3)) expect(Math.abs(s + pressure)).toBeLessThan(1.1e-3);
      for (const s of seen!.stress.slice(3)) expect(Math.abs(s)).toBeLessThan(1.1e-3);
    },
  );
});

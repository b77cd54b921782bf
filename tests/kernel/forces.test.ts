import { describe, expect, it } from 'vitest';
import { erfc } from '../../src/core/erf.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import type { ForceField } from '../../src/forcefield/forceField.ts';
import { pairKey } from '../../src/forcefield/forceField.ts';
import { valuesAtCutoff } from '../../src/forcefield/truncation.ts';
import type { System } from '../../src/model/system.ts';
import { referenceForces } from '../../src/reference/forces.ts';
import { forEachPair } from '../../src/reference/pairSum.ts';
import { testGpu } from '../support/gpu.ts';
import { forceField, naclForceField, rattled, rockSalt, strained, tabulated } from '../support/systems.ts';
import { ENERGY_RELATIVE, FORCE_RELATIVE, VIRIAL_RELATIVE } from '../support/tolerances.ts';

const accurate = { method: 'ewald', accuracy: 1e-7, alpha: null } as const;
const shear = [0.02, 0, 0, 0.15, -0.02, 0, -0.11, 0.2, 0.01];

/** Two Morse and Buckingham layers on one pair, a silent pair, a shifted force: everything the slot generator can do. */
const mixture = forceField(
  {
    Li: { element: 'Li', mass: 6.94, charge: 0.6 },
    O: { element: 'O', mass: 15.999, charge: -0.6 },
  },
  [
    { between: ['Li', 'O'], form: 'morse', params: { D: 0.001114, a: 3.429506, r0: 2.68136 } },
    { between: ['O', 'Li'], form: 'buckingham', params: { A: 200, rho: 0.3, C: 0 } },
    { between: ['Li', 'O'], form: 'buckingham', params: { A: 40, rho: 0.35, C: 2 } },
    { between: ['O', 'O'], form: 'power', params: { B: 22, n: 12 } },
    { between: ['O', 'O'], form: 'lennardJones', params: { epsilon: 0.01, sigma: 3 } },
  ],
  { truncation: 'shiftForce', coulomb: accurate },
);

/** A Lennard-Jones crystal: no charges at all. */
const argon = forceField(
  { Ar: { element: 'Ar', mass: 39.95, charge: 0 }, Kr: { element: 'Kr', mass: 83.8, charge: 0 } },
  [
    { between: ['Ar', 'Ar'], form: 'lennardJones', params: { epsilon: 0.01032, sigma: 3.405 } },
    { between: ['Ar', 'Kr'], form: 'lennardJones', params: { epsilon: 0.0121, sigma: 3.5 } },
    { between: ['Kr', 'Kr'], form: 'lennardJones', params: { epsilon: 0.0141, sigma: 3.6 } },
  ],
  { truncation: 'shift', coulomb: { method: 'none', accuracy: 1e-5, alpha: null } },
);

const nacl = { ...naclForceField, coulomb: accurate };
/** NaCl with ions thrown about by 0.9 Å: dozens of pairs inside walls, down to a quarter of their radius. */
const overlapping = rattled(rockSalt(nacl, 5.64, [3, 3, 3]), 0.9, 7);

/** Tables beside formulas, two on one pair, and a shifted force. */
const tables: ForceField = {
  ...mixture,
  pairs: [...tabulated({ ...mixture, cutoff: 9 }, 0.9).pairs.slice(0, 4), ...mixture.pairs.slice(4)],
};

const cases: [string, System, ForceField, number][] = [
  ['rattled NaCl', rattled(rockSalt(nacl, 5.64, [3, 3, 3]), 0.1), nacl, 8],
  ['triclinic NaCl', strained(rattled(rockSalt(nacl, 5.64, [3, 3, 3]), 0.1), shear), nacl, 7.5],
  ['a cell barely wide enough', rattled(rockSalt(nacl, 5.64, [2, 3, 4]), 0.1, 5), nacl, 5.6],
  [
    'several forms, layers and a shifted force',
    rattled(rockSalt(mixture, 4.6, [4, 4, 4]), 0.15, 2),
    mixture,
    9,
  ],
  ['no charges, shifted', rattled(rockSalt(argon, 6.4, [4, 3, 3]), 0.2, 3), argon, 9],
  ['ions inside walls', overlapping, nacl, 8],
  ['ions inside walls, a shifted force', overlapping, { ...nacl, truncation: 'shiftForce' }, 8],
  [
    'triclinic NaCl given by points',
    strained(rattled(rockSalt(nacl, 5.64, [3, 3, 3]), 0.1), shear),
    tabulated(nacl, 1.8),
    7.5,
  ],
  ['ions below the points of their tables', overlapping, tabulated(nacl, 1.8), 8],
  ['tables beside formulas', rattled(rockSalt(mixture, 4.6, [4, 4, 4]), 0.15, 2), tables, 9],
];

it('the cases with overlaps have pairs deep inside walls', () => {
  const closest = (i: number, j: number): number => {
    let least = Number.POSITIVE_INFINITY;
    forEachPair(overlapping, 3, (a, b, _dr, r) => {
      const types = [overlapping.typeOf[a]!, overlapping.typeOf[b]!].sort();
      if (types[0] === i && types[1] === j) least = Math.min(least, r);
    });
    return least;
  };
  // Radii of the walls: 0.85, 1.11 and 1.49 Å.
  expect(closest(0, 0)).toBeLessThan(0.65 * 0.85);
  expect(closest(0, 1)).toBeLessThan(0.45 * 1.11);
  expect(closest(1, 1)).toBeLessThan(0.25 * 1.49);
});

describe.each(cases)('%s', (_name, system, field, cutoff) => {
  it('energy, forces and virial agree with the f64 reference', async () => {
    const simulation = await Simulation.create(await testGpu(), {
      forceField: field,
      cutoff,
      replicas: [{ system, seed: 1, temperature: 300 }],
    });
    const [seen] = await simulation.observe();
    const forces = await simulation.readForces();
    simulation.destroy();
    const expected = referenceForces(system, field, cutoff);
    const rms = (values: ArrayLike<number>): number =>
      Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0) / values.length);
    // Every pair within reach counts what is left of its energy at the cutoff; Coulomb by the splitting in use.
    const alpha = simulation.forces.longRange?.plans[0]?.alpha ?? 0;
    let jump = 0;
    forEachPair(system, cutoff, (i, j) => {
      const [a, b] = [system.species[system.typeOf[i]!]!, system.species[system.typeOf[j]!]!];
      const terms = field.pairs.filter(({ between }) => pairKey(...between) === pairKey(a.label, b.label));
      const short = field.truncation === 'none' ? valuesAtCutoff(terms, cutoff, 'shift').energy : 0;
      const long = alpha > 0 ? (14.399645 * a.charge! * b.charge! * erfc(alpha * cutoff)) / cutoff : 0;
      jump += short + long;
    });
    const scale = Math.abs(expected.energy.pair) + Math.abs(expected.energy.coulomb);
    expect(Math.abs(seen!.potential - expected.energy.total) / scale).toBeLessThan(ENERGY_RELATIVE);
    expect(Math.abs(seen!.pair - expected.energy.pair) / scale).toBeLessThan(ENERGY_RELATIVE);
    expect(Math.abs(seen!.cutoffJump - jump)).toBeLessThan(1e-5 * Math.abs(jump) + 1e-6);
    expect(rms(forces.map((f, i) => f - expected.forces[i]!)) / rms(expected.forces)).toBeLessThan(
      FORCE_RELATIVE,
    );
    seen!.virial.forEach((w, k) => {
      expect(Math.abs(w - expected.virial[k]!) / scale).toBeLessThan(VIRIAL_RELATIVE);
    });
  });
});

describe('the reference itself', () => {
  const [, system, field, cutoff] = cases[1]!;

  it('forces are minus the gradient of the total energy', () => {
    const { forces } = referenceForces(system, field, cutoff);
    const h = 1e-4;
    for (const i of [0, 7, 40, 101]) {
      const energyAt = (delta: number): number => {
        const positions = system.positions.slice();
        positions[i] = positions[i]! + delta;
        return referenceForces({ ...system, positions }, field, cutoff).energy.total;
      };
      // The sharp cutoff adds steps of 1e-6 eV when a pair crosses it: hence 2e-4 eV/Å, not 1e-8.
      expect(Math.abs(-(energyAt(h) - energyAt(-h)) / (2 * h) - forces[i]!)).toBeLessThan(2e-4);
    }
  });

  it('virial is minus the strain derivative of the energy, all six components', () => {
    const { virial } = referenceForces(system, field, cutoff);
    const pairs = [
      [0, 0],
      [1, 1],
      [2, 2],
      [1, 2],
      [0, 2],
      [0, 1],
    ] as const;
    const h = 1e-5;
    pairs.forEach(([a, b], k) => {
      const energyAt = (delta: number): number => {
        const strain = new Array<number>(9).fill(0);
        strain[3 * a + b] = strain[3 * a + b]! + delta / 2;
        strain[3 * b + a] = strain[3 * b + a]! + delta / 2;
        return referenceForces(strained(system, strain), field, cutoff).energy.total;
      };
      const derivative = (energyAt(h) - energyAt(-h)) / (2 * h);
      // Pairs that cross the sharp cutoff again: a few meV against a virial of tens of eV.
      expect(Math.abs(-derivative - virial[k]!)).toBeLessThan(0.02);
    });
  });
});

describe('several lanes per atom', () => {
  const system = rattled(rockSalt(nacl, 5.64, [3, 3, 3]), 0.1);
  const run = async (lanes: number, workgroup: number) => {
    const simulation = await Simulation.create(await testGpu(), {
      forceField: nacl,
      cutoff: 8,
      replicas: [system, strained(system, shear)].map((one) => ({ system: one, seed: 1, temperature: 300 })),
      tune: { pair: { lanes, workgroup } },
    });
    const forces = [...(await simulation.readForces(0)), ...(await simulation.readForces(1))];
    simulation.destroy();
    return forces;
  };

  it.each([
    [2, 64],
    [4, 128],
    [8, 64],
  ])(
    '%i of a workgroup of %i: the forces of one lane to rounding, measured 1.3e-7 of rms, and the same bits twice',
    async (lanes, workgroup) => {
      const one = await run(1, 64);
      const several = await run(lanes, workgroup);
      const norm = (values: readonly number[]): number => Math.hypot(...values);
      expect(norm(several.map((f, i) => f - one[i]!)) / norm(one)).toBeLessThan(5e-7);
      expect(await run(lanes, workgroup)).toEqual(several);
    },
  );
});

/** `energy STRUCTURE --potential P`: a single point on the GPU. */

import { InputError } from '../../core/errors.ts';
import { type AchievedError, achievedError, describeError } from '../../engine/achievedError.ts';
import { virialStress } from '../../engine/observables.ts';
import { Simulation } from '../../engine/simulation.ts';
import { assignForceField, chargeWarnings, checkNeutral } from '../../forcefield/assign.ts';
import {
  COULOMB_METHODS,
  type CoulombMethod,
  type ForceField,
  withMethod,
} from '../../forcefield/forceField.ts';
import type { Gpu } from '../../gpu/device.ts';
import { readStructure } from '../../io/index.ts';
import { repeatsForWidth, supercell } from '../../model/supercell.ts';
import type { System } from '../../model/system.ts';
import { checkOrdered, checkRunnable, loadPotential } from '../../run/prepare.ts';
import { interactionWarnings } from '../../run/walls.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { type Arguments, parseList, parseOptions } from '../options.ts';
import { callerFolder, filesBeside, userBytes, userPath } from '../paths.ts';
import { adapterChoice, withGpu } from '../respawn.ts';

/** What `--json` writes: fixed by contract. */
interface EnergyResult {
  readonly nAtoms: number;
  readonly energy: { readonly total: number; readonly pair: number; readonly coulomb: number };
  /** eV/Å, input order */
  readonly forces: readonly (readonly number[])[];
  /** GPa: xx yy zz yz xz xy, tension positive, virial only */
  readonly stress: readonly number[];
  readonly adapter: string;
  readonly method: string;
  readonly accuracy: number;
  /** Repeats of the given cell that the sums were made in. */
  readonly replicated: readonly number[];
  readonly alpha: number | null;
  /** Of the method on this frame, energy per given cell: with --check-error, and always for dsf. */
  readonly achieved?: AchievedError;
  /** Pairs of the given cell inside a wall of the potential, by pair of species; empty as a rule. */
  readonly insideWalls: readonly {
    readonly between: readonly [string, string];
    readonly radius: number;
    readonly pairs: number;
  }[];
}

export const energy: Command = {
  help: `halide-md energy STRUCTURE --potential NAME|FILE [options]
  --method auto|ewald|pppm|dsf|none  long-range electrostatics; dsf is a preview and says how far it is off
  --accuracy 1e-5          rms force error over 14.4 eV/Å (LAMMPS' definition)
  --alpha A                Ewald splitting parameter, 1/Å, instead of the accuracy's; damping of dsf, default 0.2
  --check-error            the errors achieved here, against an Ewald sum with nothing left out
  --order 3|5|7            of the splines of pppm; default 7, or 5 with ik
  --differentiation ik|ad  of pppm: three transforms back, or one and the slopes of the splines; default ad, below
                           order 7 ik
  --cutoff Å               pair terms and real-space Coulomb
  --types Li,O,Cl          names of numbered atom types
  --json FILE|-            energy, forces and stress as JSON
A cell thinner than twice the cutoff is repeated inside; everything is reported for the cell given.`,
  async run(args) {
    const options = parseOptions(
      'energy',
      args,
      {
        potential: { type: 'string' },
        method: { type: 'string' },
        accuracy: { type: 'string' },
        alpha: { type: 'string' },
        order: { type: 'string' },
        differentiation: { type: 'string' },
        cutoff: { type: 'string' },
        types: { type: 'string' },
        'check-error': { type: 'boolean' },
        json: { type: 'string' },
      },
      ['STRUCTURE'],
    );
    const prepared = await prepare(options);
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const { system, forceField } = prepared;
      const warnings = [
        ...chargeWarnings(system, forceField),
        ...(forceField.warnings ?? []),
        ...interactionWarnings(system, forceField),
      ];
      for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
      const checked = options.flag('check-error') || forceField.coulomb.method === 'dsf';
      const result = await singlePoint(gpu, system, forceField, checked);
      await report(options.text('json'), result, prepared.system);
      return 0;
    });
  },
};

async function prepare(options: Arguments): Promise<{ system: System; forceField: ForceField }> {
  const path = options.positionals[0] as string;
  const potential = options.text('potential');
  if (potential === undefined)
    throw new InputError('energy: --potential is missing (see: halide-md list potentials)');
  const types = parseList(options.text('types'));
  const { system } = await readStructure(await userBytes(userPath(path)), path, types ? { types } : {});
  checkOrdered(system);
  const { forceField } = await loadPotential(potential, filesBeside(callerFolder()), system);
  const method = options.text('method') ?? forceField.coulomb.method;
  if (!(COULOMB_METHODS as readonly string[]).includes(method)) {
    throw new InputError(`--method ${method}: expected one of ${COULOMB_METHODS.join(', ')}`);
  }
  const coulomb = withMethod(forceField.coulomb, method as CoulombMethod);
  const adjusted: ForceField = {
    ...forceField,
    cutoff: options.number('cutoff') ?? forceField.cutoff,
    coulomb: {
      ...coulomb,
      accuracy: options.number('accuracy') ?? coulomb.accuracy,
      alpha: options.number('alpha') ?? coulomb.alpha,
      ...splineOrder(options.number('order') ?? forceField.coulomb.order),
      ...differentiationOf(options.text('differentiation') ?? forceField.coulomb.differentiation),
    },
  };
  const assigned = assignForceField(system, adjusted);
  // Before the cell is repeated, so that the charge named is the given cell's.
  checkNeutral(assigned, adjusted);
  return { system: assigned, forceField: adjusted };
}

function splineOrder(order: number | undefined): { readonly order?: 3 | 5 | 7 } {
  if (order === undefined) return {};
  if (order !== 3 && order !== 5 && order !== 7) throw new InputError(`--order ${order}: expected 3, 5 or 7`);
  return { order };
}

function differentiationOf(asked: string | undefined): { readonly differentiation?: 'ik' | 'ad' } {
  if (asked === undefined) return {};
  if (asked !== 'ik' && asked !== 'ad') throw new InputError(`--differentiation ${asked}: expected ik or ad`);
  return { differentiation: asked };
}

async function singlePoint(
  gpu: Gpu,
  given: System,
  forceField: ForceField,
  checked: boolean,
): Promise<EnergyResult> {
  const repeats = repeatsForWidth(given.cell, 2 * forceField.cutoff);
  const copies = repeats[0] * repeats[1] * repeats[2];
  const system = supercell(given, repeats);
  checkRunnable(system, forceField);
  const simulation = await Simulation.create(gpu, {
    forceField,
    replicas: [{ system, seed: 0, temperature: 0 }],
  });
  try {
    const [seen] = await simulation.observe();
    const forces = await simulation.readForces();
    if (!seen) throw new InputError('no replica was simulated');
    const nAtoms = given.typeOf.length;
    const { longRange } = simulation.forces;
    const achieved = checked ? await achievedError(simulation, forceField) : undefined;
    return {
      nAtoms,
      energy: {
        total: seen.potential / copies,
        pair: seen.pair / copies,
        coulomb: seen.coulomb / copies,
      },
      // The first image of a supercell is the cell given, in its order.
      forces: Array.from({ length: nAtoms }, (_, i) => [...forces.subarray(3 * i, 3 * i + 3)]),
      stress: virialStress(seen),
      adapter: `${gpu.adapter.name} (${gpu.adapter.kind})`,
      method: longRange?.method ?? 'none',
      accuracy: forceField.coulomb.accuracy,
      replicated: repeats,
      alpha: longRange?.plans[0]?.alpha ?? null,
      ...(achieved && { achieved: { ...achieved, energyError: achieved.energyError / copies } }),
      insideWalls: simulation.takeWallVisits().map(({ labels, radius, visits }) => ({
        between: labels,
        radius,
        pairs: visits / copies,
      })),
    };
  } finally {
    simulation.destroy();
  }
}

async function report(target: string | undefined, result: EnergyResult, system: System): Promise<void> {
  const { achieved } = result;
  if (achieved && result.method === 'dsf') {
    process.stderr.write(`warning: dsf is a preview: on this frame its ${describeError(achieved)}\n`);
  }
  for (const { between, radius, pairs } of result.insideWalls) {
    process.stderr.write(
      `warning: ${pairs} ${between.join('–')} ${pairs === 1 ? 'pair is' : 'pairs are'} closer than ${radius.toFixed(2)} Å, ` +
        'where a wall takes the place of the potential\n',
    );
  }
  if (target === '-') {
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  if (target !== undefined) await writeWhole(userPath(target), `${JSON.stringify(result)}\n`);
  const { energy, stress, adapter, nAtoms, method, accuracy, replicated } = result;
  const largest = Math.max(...result.forces.map((f) => Math.hypot(...f)));
  const lines = [
    `${system.title}: ${nAtoms} atoms on ${adapter}`,
    `energy   total ${energy.total.toFixed(6)} eV   pair ${energy.pair.toFixed(6)}   coulomb ${energy.coulomb.toFixed(6)}`,
    `per atom ${(energy.total / nAtoms).toFixed(6)} eV`,
    `force    largest ${largest.toExponential(4)} eV/Å`,
    `stress   xx yy zz yz xz xy  ${stress.map((s) => s.toFixed(4)).join('  ')} GPa (tension positive, virial only)`,
    `method   ${method}, accuracy ${accuracy}${replicated.some((n) => n > 1) ? `, cell repeated ${replicated.join(' × ')}` : ''}`,
    ...(achieved ? describeAchieved(achieved) : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function describeAchieved(achieved: AchievedError): string[] {
  const { energyError, stressError, accuracy } = achieved;
  return [
    `error    ${describeError(achieved)}; ${accuracy.toExponential(2)} as an accuracy`,
    `         energy ${energyError.toExponential(2)} eV, stress ${stressError.map((s) => s.toExponential(1)).join('  ')} GPa`,
  ];
}

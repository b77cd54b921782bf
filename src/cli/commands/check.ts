/** `check POTENTIAL STRUCTURE…`: what a potential makes of structures. */
import { InputError } from '../../core/errors.ts';
import { assignForceField, checkNeutral } from '../../forcefield/assign.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import { readStructure } from '../../io/index.ts';
import type { CellParameters } from '../../model/cell.ts';
import type { System } from '../../model/system.ts';
import { formatSigned } from '../../report/format.ts';
import { checkPotential, type PotentialCheck } from '../../run/checkPotential.ts';
import type { Coordination } from '../../run/coordination.ts';
import { checkOrdered, loadPotential } from '../../run/prepare.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { parseList, parseOptions } from '../options.ts';
import { callerFolder, filesBeside, userBytes, userPath } from '../paths.ts';
import { adapterChoice, withGpu } from '../respawn.ts';

export const check: Command = {
  help: `halide-md check POTENTIAL STRUCTURE... [options]
  Relaxes atoms and cell, and says what has become of cell and bonds; elastic constants by finite strain; a short run at a
  temperature and no pressure; the walls inside inner maxima of the potential.
  --temperature 300        of the short run, K
  --duration 2000          of the short run, fs; 0: none
  --timestep 2             of the short run, fs
  --seed 1                 of its velocities
  --no-elastic             no elastic constants
  --cutoff Å               pair terms and real-space Coulomb, instead of the potential's
  --tail                   cells feel what pairs beyond the cutoff would do (pair_modify tail of LAMMPS)
  --types Li,O,Cl          names of numbered atom types
  --json FILE|-            all of it as JSON: a list, one entry per structure`,
  async run(args) {
    const options = parseOptions(
      'check',
      args,
      {
        temperature: { type: 'string' },
        duration: { type: 'string' },
        timestep: { type: 'string' },
        seed: { type: 'string' },
        'no-elastic': { type: 'boolean' },
        cutoff: { type: 'string' },
        tail: { type: 'boolean' },
        types: { type: 'string' },
        json: { type: 'string' },
      },
      ['POTENTIAL', 'STRUCTURE'],
    );
    const [name, ...paths] = options.positionals as [string, ...string[]];
    const types = parseList(options.text('types'));
    const given: { readonly system: System; readonly forceField: ForceField }[] = [];
    // All are read before the first is computed: a mistake in the last name costs nothing.
    for (const path of paths) {
      const { system } = await readStructure(await userBytes(userPath(path)), path, types ? { types } : {});
      checkOrdered(system);
      const { forceField } = await loadPotential(name, filesBeside(callerFolder()), system);
      const adjusted = { ...forceField, cutoff: options.number('cutoff') ?? forceField.cutoff };
      const assigned = assignForceField(system, adjusted);
      checkNeutral(assigned, adjusted);
      given.push({ system: assigned, forceField: adjusted });
    }
    const seed = options.number('seed') ?? 1;
    if (!Number.isInteger(seed)) throw new InputError(`--seed ${seed}: expected a whole number`);
    const settings = {
      ...{ temperature: options.number('temperature') ?? 300, seed },
      duration: options.number('duration', -1e-9) ?? 2000,
      timestep: options.number('timestep') ?? 2,
      elastic: !options.flag('no-elastic'),
      tail: options.flag('tail'),
    };
    const json = options.text('json');
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const checks: PotentialCheck[] = [];
      for (const { system, forceField } of given) {
        const onStage = (what: string): void => {
          process.stderr.write(`${system.title}: ${what}\n`);
        };
        const one = await checkPotential(gpu, system, forceField, { ...settings, onStage });
        checks.push(one);
        if (json !== '-') process.stdout.write(`${lines(name, one).join('\n')}\n\n`);
      }
      const text = `${JSON.stringify(checks, null, 2)}\n`;
      if (json === '-') process.stdout.write(text);
      else if (json !== undefined) await writeWhole(userPath(json), text);
      return checks.every(({ atRest, run }) => atRest.converged && run?.intact !== false) ? 0 : 4;
    });
  },
};

function lines(potential: string, one: PotentialCheck): string[] {
  const { atRest, elastic, run } = one;
  const repeats = one.repeats.some((n) => n > 1) ? ` (in ${one.repeats.join(' × ')} cells)` : '';
  return [
    `${one.structure}: ${one.formula}, ${one.atoms} atoms${repeats}, ${potential}`,
    ...one.warnings.map((warning) => `  warning: ${warning}`),
    `  at rest     ${atRest.converged ? `after ${atRest.steps} steps` : `not reached in ${atRest.steps} steps`}, volume ${percent(atRest.volumeChange)}, ${atRest.energy.toFixed(4)} eV per cell`,
    ...cellLines(atRest.given, atRest.relaxed, 'given', 'relaxed'),
    ...(atRest.tailPressure === undefined
      ? []
      : [`  tail        what lies beyond the cutoff adds ${atRest.tailPressure.toFixed(4)} GPa`]),
    ...atRest.bonds.map(({ given, relaxed }) => bondLine(given, relaxed)),
    ...(elastic
      ? [
          `  elastic     bulk ${elastic.bulk.toFixed(1)} GPa, shear ${elastic.shear.toFixed(1)} GPa${elastic.stable ? '' : ', NOT STABLE'}${elastic.converged ? '' : ', strained copies not at rest'}; C_ij, GPa (equal to ${elastic.asymmetry.toFixed(2)}):`,
          ...elastic.constants.map(
            (row) => `              ${row.map((c) => c.toFixed(1).padStart(7)).join('')}`,
          ),
        ]
      : []),
    ...(run
      ? [
          `  at ${run.temperature} K    ${run.duration} fs: ${run.intact ? 'intact' : `NOT INTACT: ${run.why}`}${run.wallVisits > 0 ? `; ${run.wallVisits} pairs met in walls` : ''}`,
          ...(run.mean ? cellLines(atRest.given, run.mean, 'given', 'mean') : []),
          ...(run.bonds ?? []).map((bond) => bondLine(undefined, bond)),
        ]
      : []),
    ...one.innerMaxima.map(
      ({ between, radius, barrier }) =>
        `  wall        ${between.join('–')} below ${radius.toFixed(2)} Å${Number.isFinite(barrier) ? `, behind a maximum ${barrier.toFixed(1)} eV high` : ''}`,
    ),
  ];
}

function percent(x: number): string {
  return `${formatSigned(Number((100 * x).toFixed(2)))} %`;
}

function cellLines(given: CellParameters, now: CellParameters, before: string, after: string): string[] {
  const names = ['a', 'b', 'c', 'alpha', 'beta', 'gamma'] as const;
  const row = (cell: CellParameters): string =>
    names.map((name, i) => cell[name].toFixed(i < 3 ? 4 : 2).padStart(9)).join('');
  const off = names.map((name, i) =>
    (i < 3
      ? percent(now[name] / given[name] - 1)
      : formatSigned(Number((now[name] - given[name]).toFixed(2)))
    ).padStart(9),
  );
  return [
    `              ${' '.repeat(9)}${names.map((name) => name.padStart(9)).join('')}`,
    `              ${before.padEnd(9)}${row(given)}`,
    `              ${after.padEnd(9)}${row(now)}`,
    `              ${''.padEnd(9)}${off.join('')}`,
  ];
}

function bondLine(given: Coordination | undefined, now: Coordination | undefined): string {
  const of = (bond: Coordination): string => `${bond.number.toFixed(2)} of ${bond.length.toFixed(3)} Å`;
  const pair = (now ?? given)?.between.join('–') ?? '';
  const text =
    given && now ? `${of(given)} → ${of(now)}` : now ? of(now) : given ? `${of(given)} → none` : '';
  return `  bonds       ${pair.padEnd(9)}${text} per cation`;
}

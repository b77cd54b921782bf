/** Another engine beside this one in `bench`: what it is asked, and the input both builds of LAMMPS read. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../../core/errors.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import { writeStructure } from '../../io/index.ts';
import type { System } from '../../model/system.ts';
import { KELVIN, TIMESTEP } from './crystal.ts';

export const RIVALS = ['lammps', 'lammps.js'] as const;
export type RivalName = (typeof RIVALS)[number];

export interface Rival {
  readonly engine: RivalName;
  /** As the program says it. */
  readonly version: string;
  /** Processes or threads. */
  readonly workers: number;
  /** Steps per second of so many steps, after a warm-up. */
  measure(steps: number): number;
  /** Forces at the first positions, as in the timed run or as exact as the engine can, [n×3] eV/Å. */
  forces(how: 'timed' | 'exact'): Float64Array;
  destroy(): void;
}

/** Files of a rival's folder: what it reads, and the forces it writes. */
export const INPUT_FILE = 'in.bench';
export const DATA_FILE = 'bench.data';
export const FORCE_FILE = 'bench.forces';
const WARM_UP = 20;

/** A rival that reads its input in a folder of its own; `launch` runs it there once and returns what it printed. */
export function folderRival(
  about: Pick<Rival, 'engine' | 'version' | 'workers'>,
  system: System,
  forceField: ForceField,
  launch: (folder: string) => { readonly stdout: string; readonly stderr: string },
): Rival {
  const folder = mkdtempSync(join(tmpdir(), 'halide-md-bench-'));
  writeFileSync(join(folder, DATA_FILE), writeStructure(system, 'lammpsData'));
  const run = (input: string): { readonly stdout: string; readonly complaint: string } => {
    writeFileSync(join(folder, INPUT_FILE), input);
    const { stdout, stderr } = launch(folder);
    return { stdout, complaint: (stderr || stdout).trim().slice(-300) };
  };
  return {
    ...about,
    measure(steps) {
      const { stdout, complaint } = run(timedInput(system, forceField, steps));
      // The first loop is the warm-up.
      const seconds = [...stdout.matchAll(/^Loop time of ([\d.e+-]+) on \d+ procs/gm)][1]?.[1];
      if (seconds === undefined)
        throw new InputError(`${about.engine} ended without a loop time: ${complaint}`);
      return steps / Number(seconds);
    },
    forces(how) {
      const { complaint } = run(forceInput(system, forceField, how));
      const file = join(folder, FORCE_FILE);
      if (!existsSync(file)) throw new InputError(`${about.engine} wrote no forces: ${complaint}`);
      const forces = forcesOf(readFileSync(file, 'utf8'), system.typeOf.length);
      rmSync(file);
      return forces;
    },
    destroy: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Two runs in one input: the warm-up, and the one that counts. */
function timedInput(system: System, forceField: ForceField, steps: number): string {
  return [
    ...modelLines(system, forceField, 'timed'),
    'neighbor 1.0 bin',
    'neigh_modify every 1 delay 5 check yes',
    `timestep ${TIMESTEP / 1000}`,
    `velocity all create ${KELVIN} 4321 mom yes rot no dist gaussian`,
    'fix all all nve',
    `thermo ${steps}`,
    `run ${WARM_UP}`,
    `run ${steps}`,
    '',
  ].join('\n');
}

function forceInput(system: System, forceField: ForceField, how: 'timed' | 'exact'): string {
  return [
    ...modelLines(system, forceField, how),
    `dump forces all custom 1 ${FORCE_FILE} id fx fy fz`,
    'dump_modify forces sort id format float %.15g',
    'run 0',
    '',
  ].join('\n');
}

/** Cell, terms and charges; throws when the force field is not a plain Buckingham set. */
function modelLines(
  { species }: System,
  { pairs, cutoff, coulomb }: ForceField,
  how: 'timed' | 'exact',
): string[] {
  const type = (label: string): number => species.findIndex((one) => one.label === label) + 1;
  const terms = pairs.filter(({ between }) => between.every((label) => type(label) > 0));
  const other = terms.find(({ form }) => form !== 'buckingham');
  if (other) throw new InputError(`bench --against: ${other.form} has no LAMMPS input here`);
  return [
    'units metal',
    'atom_style charge',
    `read_data ${DATA_FILE}`,
    `pair_style buck/coul/long ${cutoff}`,
    'pair_coeff * * 0.0 1.0 0.0',
    ...terms.map(({ between, params }) => {
      const [i, j] = between.map(type).sort((a, b) => a - b);
      return `pair_coeff ${i} ${j} ${params['A']} ${params['rho']} ${params['C']}`;
    }),
    // LAMMPS interpolates real-space Coulomb in a table unless it is told not to.
    ...(how === 'exact'
      ? ['pair_modify table 0', 'kspace_style ewald 1e-8']
      : [`kspace_style pppm ${coulomb.accuracy}`]),
  ];
}

/** [n×3] out of a dump of `id fx fy fz`, sorted by id. */
function forcesOf(dump: string, nAtoms: number): Float64Array {
  const lines = dump.trimEnd().split('\n').slice(-nAtoms);
  const forces = new Float64Array(3 * nAtoms);
  lines.forEach((line, i) => {
    const [id, ...f] = line.trim().split(/\s+/).map(Number);
    if (id !== i + 1 || f.length !== 3)
      throw new InputError(`LAMMPS' forces of atom ${i + 1}: found "${line}"`);
    forces.set(f, 3 * i);
  });
  return forces;
}

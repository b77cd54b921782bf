/** Native LAMMPS for `bench --against lammps`: `lmp`, one rank per core. */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { InputError } from '../../core/errors.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import type { System } from '../../model/system.ts';
import { folderRival, INPUT_FILE, type Rival } from './rival.ts';

/** Throws when `lmp` is not installed. */
export function lammps(system: System, forceField: ForceField): Rival {
  const version = installedVersion();
  const parallel = spawnSync('mpirun', ['--version']).error === undefined;
  const workers = parallel ? availableParallelism() : 1;
  const lmp = ['lmp', '-in', INPUT_FILE, '-log', 'none'];
  const mpi = ['mpirun', '--allow-run-as-root', '--oversubscribe', '-np', String(workers)];
  const [program, ...args] = parallel ? [...mpi, ...lmp] : lmp;
  return folderRival({ engine: 'lammps', version, workers }, system, forceField, (cwd) =>
    spawnSync(program as string, args, {
      cwd,
      encoding: 'utf8',
      // The library path of a software adapter is not LAMMPS' own.
      env: { ...process.env, OMP_NUM_THREADS: '1', LD_LIBRARY_PATH: '' },
    }),
  );
}

function installedVersion(): string {
  const { stdout, error } = spawnSync('lmp', ['-h'], { encoding: 'utf8' });
  if (error) throw new InputError('bench --against lammps: there is no program lmp on this machine');
  return /Simulator - (.*)/.exec(stdout)?.[1]?.trim() ?? 'unknown version';
}

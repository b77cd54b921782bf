/**
 * LAMMPS as WebAssembly for `bench --against lammps.js`: npm `lammps.js`, its build with the KSPACE package, out of the
 * node_modules that the user's folder sees. Every run is a process of its own: the idle threads of its KOKKOS styles spin,
 * and would take the processor from whoever is measured next.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../../core/errors.ts';
import type { ForceField } from '../../forcefield/forceField.ts';
import type { System } from '../../model/system.ts';
import { callerFolder } from '../paths.ts';
import { DATA_FILE, FORCE_FILE, folderRival, INPUT_FILE, type Rival } from './rival.ts';

const PACKAGE = 'lammps.js';
/** Of the trial that chooses between one thread and several. */
const TRIAL_STEPS = 5;

/** What the process does: module, threads on the command line, files in the current folder. */
const PROGRAM_FILE = 'bench.mjs';
const PROGRAM = `
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
const [path, threads] = process.argv.slice(2);
const { default: create } = await import(path);
const wasm = await create({ print: (line) => console.log(line), printErr: (line) => console.error(line) });
const lammps = new wasm.LAMMPSWeb();
lammps.startWithArgs(threads > 1 ? ['-k', 'on', 't', threads, '-sf', 'kk'] : []);
wasm.FS.writeFile('${DATA_FILE}', readFileSync('${DATA_FILE}'));
lammps.runScript(readFileSync('${INPUT_FILE}', 'utf8'));
const error = lammps.getLastErrorMessage();
if (error) console.error(error);
if (wasm.FS.analyzePath('${FORCE_FILE}').exists) writeFileSync('${FORCE_FILE}', wasm.FS.readFile('${FORCE_FILE}'));
process.exit(error ? 1 : 0);
`;

/** With one thread or several, whichever is faster here; throws when the package is not installed. */
export function lammpsJs(system: System, forceField: ForceField): Rival {
  const { path, version } = installed();
  const withThreads = (workers: number): Rival =>
    folderRival({ engine: PACKAGE, version, workers }, system, forceField, (cwd) => {
      // A file, not -e: threads are started with the flags of their process.
      writeFileSync(join(cwd, PROGRAM_FILE), PROGRAM);
      return spawnSync(process.execPath, [PROGRAM_FILE, path, String(workers)], {
        cwd,
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      });
    });
  const cores = availableParallelism();
  if (cores === 1) return withThreads(1);
  const [serial, parallel] = [withThreads(1), withThreads(cores)];
  const [faster, slower] =
    serial.measure(TRIAL_STEPS) >= parallel.measure(TRIAL_STEPS) ? [serial, parallel] : [parallel, serial];
  slower.destroy();
  return faster;
}

function installed(): { readonly path: string; readonly version: string } {
  const require = createRequire(join(callerFolder(), 'package.json'));
  let file: string;
  try {
    file = require.resolve(`${PACKAGE}/wasm-atomify`);
  } catch {
    throw new InputError(
      `bench --against ${PACKAGE}: the npm package ${PACKAGE} is not installed where ${callerFolder()} looks for packages; ` +
        `run npm install ${PACKAGE} there (this project does not depend on it)`,
    );
  }
  const { version } = require(join(dirname(file), '../../package.json')) as { version: string };
  return { path: pathToFileURL(file).href, version: `npm ${version}` };
}

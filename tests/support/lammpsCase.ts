import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemOfLammpsData } from '../../src/io/lammpsAtoms.ts';
import { parseLammpsData } from '../../src/io/lammpsData.ts';
import type { System } from '../../src/model/system.ts';

/** The structure of a case of tests/golden/lammps, with the charges of its file. */
export function lammpsCase(name: string): System {
  const file = join(import.meta.dirname, '..', 'golden', 'lammps', name, 'system.data');
  return systemOfLammpsData(parseLammpsData(readFileSync(file, 'utf8'), file), file).system;
}

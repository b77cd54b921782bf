/** Crystals of the repository that compositions are tested on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStructure } from '../../../src/io/index.ts';
import { closestPair } from '../../../src/model/distances.ts';
import type { Species, System } from '../../../src/model/system.ts';

const root = join(import.meta.dirname, '..', '..', '..');

export async function crystal(path: string): Promise<System> {
  return (await readStructure(new Uint8Array(readFileSync(join(root, path))), path)).system;
}

export const lyc = () => crystal('public/examples/structures/Li3YCl6_ordered_DFT.cif');
export const licl = () => crystal('public/examples/structures/LiCl.cif');
export const li3ocl = () => crystal('tests/golden/io/cif/Li3OCl.cif');

/** Atoms by element. */
export function counts(system: System): Record<string, number> {
  const out: Record<string, number> = {};
  for (const type of system.typeOf) {
    const { element } = system.species[type] as Species;
    out[element] = (out[element] ?? 0) + 1;
  }
  return out;
}

/** Å; of the whole structure. */
export function shortest(system: System): number {
  return closestPair(system, 6)?.distance ?? Number.POSITIVE_INFINITY;
}

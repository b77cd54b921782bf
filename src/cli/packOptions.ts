/** Options of `build` that make a cell out of a formula. */
import type { GivenCharges } from '../build/oxidation.ts';
import { pack, parseDistances, parseUnits } from '../build/pack.ts';
import { InputError } from '../core/errors.ts';
import type { System } from '../model/system.ts';
import type { Arguments } from './options.ts';

export const PACK_OPTIONS = {
  pack: { type: 'string' },
  density: { type: 'string' },
  edge: { type: 'string' },
  distances: { type: 'string' },
} as const;

/** The packed cell that the options ask for; undefined where they ask for none. */
export function packedOf(options: Arguments, charges: GivenCharges, seed: number): System | undefined {
  const text = options.text('pack');
  const [density, edge] = [options.number('density'), options.number('edge')];
  const distances = options.text('distances');
  if (text === undefined) {
    const alone = Object.keys(PACK_OPTIONS).find((name) => options.text(name) !== undefined);
    if (alone !== undefined) throw new InputError(`build: --${alone} belongs to --pack, which is missing`);
    return undefined;
  }
  const [structure] = options.positionals;
  if (structure !== undefined) {
    throw new InputError(
      `build: --pack makes a cell of its own, but ${structure} was given too; leave one out`,
    );
  }
  if ((density === undefined) === (edge === undefined)) {
    throw new InputError('build: --pack needs either --density (g/cm³) or --edge (Å)');
  }
  return pack({
    units: parseUnits(text, '--pack'),
    ...(density !== undefined && { density }),
    ...(edge !== undefined && { edge }),
    ...(distances !== undefined && { distances: parseDistances(distances, '--distances') }),
    charges,
    seed,
  });
}

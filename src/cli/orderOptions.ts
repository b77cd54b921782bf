/** Options of `build` that order partly occupied sites. */
import {
  isDisordered,
  ORDERINGS,
  type Ordered,
  type Ordering,
  orderSites,
  SITE_FREEDOMS,
  type SiteFreedom,
} from '../build/order.ts';
import type { GivenCharges } from '../build/oxidation.ts';
import { parseDistances } from '../build/pack.ts';
import { InputError, suggestion } from '../core/errors.ts';
import { quote } from '../core/text.ts';
import type { Repeats } from '../model/supercell.ts';
import { formula, type System } from '../model/system.ts';
import type { Arguments } from './options.ts';

export const ORDER_OPTIONS = {
  order: { type: 'string' },
  draws: { type: 'string' },
  sites: { type: 'string' },
  exclude: { type: 'string' },
} as const;

/** Ordered supercells; undefined for a structure whose sites are all full. */
export function orderedDraws(
  system: System,
  repeats: Repeats,
  options: Arguments,
  charges: GivenCharges,
  seed: number,
): Ordered | undefined {
  const order = choice(options, 'order', ORDERINGS) as Ordering | undefined;
  const sites = choice(options, 'sites', SITE_FREEDOMS) as SiteFreedom | undefined;
  const draws = options.number('draws') ?? 1;
  const exclusions = options.text('exclude');
  if (!isDisordered(system)) return undefined;
  if (order === undefined) {
    throw new InputError(
      `${options.positionals[0]}: ${formula(system)} has partly occupied sites; order them with --order ewald or --order random`,
    );
  }
  return orderSites(system, {
    ...{ order, repeats, seed, draws },
    ...(sites && { sites }),
    ...(Object.keys(charges).length > 0 && { charges }),
    ...(exclusions !== undefined && { exclusions: parseDistances(exclusions, '--exclude') }),
  });
}

function choice(options: Arguments, name: string, known: readonly string[]): string | undefined {
  const given = options.text(name);
  if (given === undefined || known.includes(given)) return given;
  throw new InputError(
    `build: --${name}: expected ${known.join(' or ')}, found ${quote(given)}${suggestion(given, known)}`,
  );
}

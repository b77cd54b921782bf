/** Options of `build` that change the composition. */
import { type Composition, NO_CHANGE, PLACEMENTS, type Placement } from '../build/operations.ts';
import { parseAntisite, parseInsertion, parseSubstitution, parseVacancy } from '../build/operationText.ts';
import { InputError, suggestion } from '../core/errors.ts';
import { quote } from '../core/text.ts';
import { LARGEST_COUNT } from '../run/specSchema.ts';
import { type Arguments, parseCharges } from './options.ts';

export const COMPOSITION_OPTIONS = {
  substitute: { type: 'string', multiple: true },
  antisite: { type: 'string', multiple: true },
  vacancies: { type: 'string', multiple: true },
  insert: { type: 'string', multiple: true },
  placement: { type: 'string' },
  charge: { type: 'string' },
  seed: { type: 'string' },
} as const;

/** What the options ask for. */
export function compositionOf(options: Arguments): Composition {
  const each = <T>(name: string, parse: (text: string, what: string) => T): T[] =>
    options.texts(name).map((text) => parse(text, `--${name}`));
  const charges = options.text('charge');
  return {
    substitute: each('substitute', parseSubstitution),
    antisites: each('antisite', parseAntisite),
    vacancies: each('vacancies', parseVacancy),
    insert: each('insert', parseInsertion),
    placement: placementOf(options.text('placement')),
    charges: charges === undefined ? NO_CHANGE.charges : parseCharges(charges),
  };
}

/** `--seed`: a whole number of 32 bits, 1 when not given. */
export function seedOf(options: Arguments): number {
  const text = options.text('seed');
  if (text === undefined) return 1;
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (seed <= LARGEST_COUNT) return seed;
  throw new InputError(`--seed: expected a whole number from 0 to ${LARGEST_COUNT}, found ${quote(text)}`);
}

function placementOf(text: string | undefined): Placement {
  const found = PLACEMENTS.find((one) => one === (text ?? 'random'));
  if (found) return found;
  throw new InputError(`--placement: there is no ${quote(text)}${suggestion(text ?? '', PLACEMENTS)}`);
}

/**
 * The short form of changes of composition, for the command line and for run specifications:
 *
 *     Y=Zr:0.3                 Zr for 0.3 of the Y, paid for by vacancies of the mobile cation
 *     Cl=Br:0.25,I:0.05        several
 *     Y=Zr:4;balance=Na        four atoms, paid for by Na vacancies; balance=none leaves the charge to other operations
 *     Cl=O:2;balance=Li@0,0,1/2|0,1/2,0    paid for by Li on these sites
 *     LiCl:2   Li:0.1          formula units or atoms removed
 *     Li,Y:0.05                exchanged
 *     Li@0.5,0.5,0.5:3         put on interstitial sites; without a number on all
 *
 * An amount with a decimal point or % is a share, a whole number a count.
 */
import { InputError } from '../core/errors.ts';
import { parseNumber, quote } from '../core/text.ts';
import type { Amount } from './apportion.ts';
import type { Antisite, Balance, HowMany, Insertion, Point, Substitution, Vacancy } from './operations.ts';

/** `Y=Zr:0.3,In:0.1;balance=Li`. @param what names the option or field in messages */
export function parseSubstitution(text: string, what: string): Substitution {
  const { body, balance } = withoutBalance(text, what);
  const [species = '', list, ...more] = body.split('=');
  const fail = (): never => {
    throw new InputError(`${what}: expected SPECIES=NEW:AMOUNT such as Y=Zr:0.3, found ${quote(text)}`);
  };
  if (!isName(species) || list === undefined || more.length > 0) return fail();
  const by = list.split(',').map((part): [string, Amount] => {
    const [name = '', amount, ...rest] = part.split(':');
    if (!isName(name) || rest.length > 0) return fail();
    return [name.trim(), amount === undefined ? 1 : amountOfText(amount, what)];
  });
  const twice = by.find(([name], i) => by.findIndex(([other]) => other === name) < i);
  if (twice) throw new InputError(`${what}: ${twice[0]} comes twice in ${quote(text)}`);
  return { species: species.trim(), by: Object.fromEntries(by), ...balance };
}

/** `LiCl:2`, `Li:0.1;balance=Cl`. */
export function parseVacancy(text: string, what: string): Vacancy {
  const { body, balance } = withoutBalance(text, what);
  const [remove = '', amount, ...more] = body.split(':');
  if (!isName(remove) || amount === undefined || more.length > 0) {
    throw new InputError(`${what}: expected FORMULA:AMOUNT such as LiCl:2, found ${quote(text)}`);
  }
  return { remove: remove.trim(), ...howMany(amount, what), ...balance };
}

/** `Li,Y:0.05`. */
export function parseAntisite(text: string, what: string): Antisite {
  const [pair = '', amount, ...more] = text.split(':');
  const [a = '', b = '', ...others] = pair.split(',');
  if (!isName(a) || !isName(b) || others.length > 0 || amount === undefined || more.length > 0) {
    throw new InputError(`${what}: expected A,B:AMOUNT such as Li,Y:0.05, found ${quote(text)}`);
  }
  return { swap: [a.trim(), b.trim()], ...howMany(amount, what) };
}

/** `Li@0.5,0.5,0.5|0.25,0.25,0.25:2`. */
export function parseInsertion(text: string, what: string): Insertion {
  const { body, balance } = withoutBalance(text, what);
  const [place = '', amount, ...more] = body.split(':');
  const site = sitesOfText(place, what);
  if (!site || more.length > 0) {
    throw new InputError(`${what}: expected SPECIES@X,Y,Z such as Li@0.5,0.5,0.5, found ${quote(text)}`);
  }
  return { ...site, ...(amount === undefined ? {} : howMany(amount, what)), ...balance };
}

function withoutBalance(text: string, what: string): { body: string; balance: { balance?: Balance } } {
  const [body = '', clause, ...more] = text.split(';');
  if (clause === undefined) return { body, balance: {} };
  const named = /^\s*balance\s*=(.*)$/s.exec(clause)?.[1]?.trim();
  if (named === undefined || more.length > 0) {
    throw new InputError(`${what}: expected ;balance=SPECIES or ;balance=none, found ${quote(text)}`);
  }
  if (named === 'none') return { body, balance: { balance: null } };
  if (isName(named)) return { body, balance: { balance: named } };
  const site = sitesOfText(named, what);
  if (site) return { body, balance: { balance: site } };
  throw new InputError(`${what}: expected balance=SPECIES, SPECIES@X,Y,Z or none, found ${quote(named)}`);
}

function sitesOfText(text: string, what: string): { species: string; sites: Point[] } | undefined {
  const [species = '', list, ...more] = text.split('@');
  if (!isName(species) || list === undefined || more.length > 0) return undefined;
  const sites = list.split('|').map((point): Point => {
    const numbers = point.split(',').map(fractionOfText);
    if (numbers.length === 3 && numbers.every((x) => x !== undefined)) return numbers as unknown as Point;
    throw new InputError(`${what}: expected three fractional coordinates, found ${quote(point)}`);
  });
  return { species: species.trim(), sites };
}

/** A number or a quotient of two: 1/3 is not a decimal. */
function fractionOfText(text: string): number | undefined {
  const [above, below, ...more] = text.split('/').map((part) => parseNumber(part.trim()));
  if (above === undefined || more.length > 0 || Math.abs(above) > 100) return undefined;
  if (!text.includes('/')) return above;
  return below === undefined || below < 1 ? undefined : above / below;
}

function howMany(text: string, what: string): HowMany {
  const amount = amountOfText(text, what);
  return typeof amount === 'number' ? { fraction: amount } : { count: amount.count };
}

function amountOfText(text: string, what: string): Amount {
  const field = text.trim();
  const percent = /^(.*)%$/.exec(field)?.[1];
  const value = parseNumber(percent ?? field);
  if (value !== undefined && percent === undefined && /^\d{1,9}$/.test(field)) return { count: value };
  const share = value === undefined ? undefined : percent === undefined ? value : value / 100;
  if (share !== undefined && share >= 0 && share <= 1) return share;
  throw new InputError(
    `${what}: expected a share from 0.0 to 1.0 (or 0% to 100%) or a whole number of atoms, found ${quote(field)}`,
  );
}

/** A label, an element or a formula. */
function isName(text: string): boolean {
  return /^[^\s=,:;@|/]{1,100}$/.test(text.trim());
}

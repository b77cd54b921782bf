import { describe, expect, it } from 'vitest';
import { elementNamed, requireElement, speciesOfLabels } from '../../../src/io/species.ts';
import { inputError } from './fixtures.ts';

describe('names of species', () => {
  it.each([
    ['Li', 'Li'],
    ['LI', 'Li'],
    ['li', 'Li'],
    ['Li1', 'Li'],
    ['Li1+', 'Li'],
    ['Cl_shell', 'Cl'],
    ['CL', 'Cl'],
    ['OW', 'O'],
    ['LiA', 'Li'],
    ['I-', 'I'],
    ['Carbon', undefined],
    ['Sodium', undefined],
    ['core', undefined],
    ['Xx', undefined],
    ['1', undefined],
    ['', undefined],
  ])('%s -> %s', (name, symbol) => {
    expect(elementNamed(name)?.symbol).toBe(symbol);
  });

  it('an unknown name is an error with its place and, when near, a proposal', async () => {
    const at = { file: 'a.xyz', line: 3 };
    const message = async (name: string) => (await inputError(() => requireElement(name, at))).message;
    expect(await message('Lli')).toBe('a.xyz:3: expected an element symbol, found "Lli"; did you mean "Li"?');
    expect(await message('quartz')).toBe('a.xyz:3: expected an element symbol, found "quartz"');
  });

  it('species in order of appearance, described by their first atom', () => {
    const { species, typeOf } = speciesOfLabels(['b', 'a', 'b', 'c'], (_label, atom) => ({
      element: 'H',
      mass: atom,
    }));
    expect(species.map(({ label, mass }) => [label, mass])).toEqual([
      ['b', 0],
      ['a', 1],
      ['c', 3],
    ]);
    expect([...typeOf]).toEqual([0, 1, 0, 2]);
  });
});

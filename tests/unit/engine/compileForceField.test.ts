/** What the pair loop is told of a force field. */
import { describe, expect, it } from 'vitest';
import { compileForceField } from '../../../src/engine/compileForceField.ts';
import { phrases } from '../../../src/engine/steps.ts';
import type { ForceField, PairTerm } from '../../../src/forcefield/forceField.ts';
import { parsePotential } from '../../../src/forcefield/library.ts';
import type { Species } from '../../../src/model/system.ts';

const species: Species[] = [
  { label: 'Na', element: 'Na', mass: 23, charge: 1 },
  { label: 'Cl', element: 'Cl', mass: 35, charge: -1 },
];

function forceField(pairs: readonly PairTerm[], more: object = {}): ForceField {
  const text = JSON.stringify({
    name: 'test',
    version: 1,
    description: 'none',
    citation: [{ text: 'none' }],
    provenance: 'fitted',
    validFor: 'nothing',
    knownFailures: 'all',
    species: Object.fromEntries(
      species.map(({ label, element, mass, charge }) => [label, { element, mass, charge }]),
    ),
    pairs,
    cutoff: 8,
    truncation: 'none',
    coulomb: { method: 'ewald', accuracy: 1e-5 },
    ...more,
  });
  return parsePotential(text, 'test.json', 'test');
}

const term = (a: string, b: string, form: string, params: object): PairTerm =>
  ({ between: [a, b], form, params }) as unknown as PairTerm;
const lj = { epsilon: 0.1, sigma: 3 };
const all = [
  term('Na', 'Na', 'lennardJones', lj),
  term('Na', 'Cl', 'lennardJones', lj),
  term('Cl', 'Cl', 'lennardJones', lj),
];

describe('compileForceField', () => {
  it('holds charge products in eV Å, symmetric', () => {
    const { table, hasCoulomb } = compileForceField(forceField(all), species, 8);
    const stride = table.length / 4;
    const products = [0, 1, 2, 3].map((row) => table[stride * row]);
    expect(hasCoulomb).toBe(true);
    for (const [i, sign] of [1, -1, -1, 1].entries()) expect(products[i]).toBeCloseTo(14.399645 * sign, 5);
  });

  it('a form on every pair is not masked, one on some pairs is, one in no use is absent', () => {
    const everywhere = compileForceField(forceField(all), species, 8).slot;
    expect(everywhere).toContain('lennardJones(r,');
    expect(everywhere).not.toContain('if (');
    const some = compileForceField(
      forceField([...all, term('Na', 'Cl', 'power', { B: 1, n: 9 })]),
      species,
      8,
    );
    expect(some.slot).toMatch(/& 2u\) != 0u\) \{\n\s+let term = power/);
    expect(some.slot).not.toContain('buckingham');
    const stride = some.table.length / 4;
    expect([0, 1, 2, 3].map((row) => some.table[stride * row + 1])).toEqual([1, 3, 3, 1]);
  });

  it('two terms of one form on one pair become two layers', () => {
    const { slot } = compileForceField(
      forceField([...all, term('Cl', 'Na', 'lennardJones', { epsilon: 0.2, sigma: 2 })]),
      species,
      8,
    );
    expect(slot.match(/let term = lennardJones/g)).toHaveLength(2);
    expect(slot.match(/#include "pair\/lennardJones/g)).toHaveLength(1);
  });

  it('terms of species that are not there take no room', () => {
    const salt = compileForceField(
      forceField([...all, term('Na', 'Cl', 'power', { B: 1, n: 9 })]),
      [species[0]!],
      8,
    );
    expect(salt.slot).not.toContain('power');
  });

  it('energy and slope at the cutoff follow the truncation', () => {
    const header = (truncation: string) => [
      ...compileForceField(forceField(all, { truncation }), species, 8).table.slice(2, 5),
    ];
    // 4ε[(σ/r)¹² − (σ/r)⁶] at 8 Å, and its derivative.
    const [q6, q12] = [(3 / 8) ** 6, (3 / 8) ** 12];
    const energy = 0.4 * (q12 - q6);
    const slope = (0.4 * (6 * q6 - 12 * q12)) / 8;
    const close = (found: number[], wanted: number[]) => {
      for (const [k, x] of found.entries()) expect(x).toBeCloseTo(wanted[k]!, 9);
    };
    close(header('none'), [0, 0, energy]);
    close(header('shift'), [energy, 0, 0]);
    close(header('shiftForce'), [energy, slope, 0]);
  });

  it('refuses more kinds of terms than its mask can tell apart', () => {
    const many = Array.from({ length: 25 }, () => term('Na', 'Cl', 'power', { B: 1, n: 9 }));
    expect(() => compileForceField(forceField([...all, ...many]), species, 8)).toThrow(/at most 24/);
  });
});

it('neighbouring per-atom letters are one phrase', () => {
  expect(phrases('B A F B C'.split(' '))).toEqual(['BA', 'F', 'B', 'C']);
  expect(phrases('B A O A F B'.split(' '))).toEqual(['BAOA', 'F', 'B']);
});

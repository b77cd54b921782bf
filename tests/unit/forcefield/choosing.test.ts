/** Which potential for which composition; sets joined by a plus. */
import { describe, expect, it } from 'vitest';
import { candidatesFor } from '../../../src/forcefield/choosing.ts';
import { combine } from '../../../src/forcefield/combine.ts';
import { compositionOf, compositionOfFormula, isSameCompound } from '../../../src/forcefield/composition.ts';
import { parsePotential } from '../../../src/forcefield/library.ts';
import { namedPotential } from '../../../src/forcefield/named.ts';
import { naclForceField, rockSalt } from '../../support/systems.ts';

const namesFor = (formula: string) =>
  candidatesFor(compositionOfFormula(formula)).candidates.map(({ name, standing }) => [name, standing]);
const softbv = ['softbv:lambda=0.5,f=0.76', 'softbv'];

describe('choosing', () => {
  it('published and measured before fitted before softBV before checks of engines', () => {
    expect(namesFor('Li3YCl6')).toEqual([['chlorides-rigid-ion-2026', 'fittedMeasured'], softbv]);
    expect(namesFor('Li3OCl')).toEqual([
      ['antiperovskites-rigid-ion-2026', 'fittedMeasured'],
      softbv,
      ['li3ocl-engine-check', 'check'],
    ]);
    expect(namesFor('NaBr')).toEqual([
      ['nabr-fumi-tosi-1964', 'publishedMeasured'],
      ['alkali-halides-joung-cheatham-2008', 'publishedMeasured'],
      softbv,
    ]);
    expect(namesFor('Y2O3')).toEqual([
      ['oxides-bush-1994', 'published'],
      ['oxides-lewis-catlow-1985', 'published'],
      softbv,
    ]);
    // Measured for NaCl alone, not for the mixture.
    expect(namesFor('NaKCl2')[0]).toEqual(['alkali-halides-joung-cheatham-2008', 'published']);
  });

  it('puts what was measured for the compound apart from the rest', () => {
    const [first] = candidatesFor(compositionOfFormula('Li3YCl6')).candidates;
    expect(first!.measured.map(({ system }) => system)).toEqual(['Li3YCl6', 'Li3YCl6', 'Li3YCl6']);
    expect(first!.measuredElsewhere.length).toBe(22);
    expect(first!.chargePerAtom).toBe(0);
  });

  it('says what softBV lacks, and which charges do not fit', () => {
    expect(candidatesFor(compositionOfFormula('Li3ErBr6')).softbvLacks).toMatch(/Er\+3–Br-1/);
    const magnetite = candidatesFor(compositionOfFormula('Fe3O4')).candidates;
    expect(magnetite[0]!.name).toBe('oxides-lewis-catlow-1985');
    expect(Math.abs(magnetite[0]!.chargePerAtom + 2 / 7)).toBeLessThan(1e-12);
  });
});

describe('compositions', () => {
  it('of formulas and of structures', () => {
    const crystal = compositionOf(rockSalt(naclForceField, 5.6));
    expect(crystal.amounts).toEqual([4, 4]);
    expect(isSameCompound(crystal, compositionOfFormula('NaCl'))).toBe(true);
    expect(isSameCompound(crystal, compositionOfFormula('Na2Cl'))).toBe(false);
    expect(compositionOfFormula('LiAlCl2.5O0.75').amounts).toEqual([1, 1, 2.5, 0.75]);
  });

  it.each(['', 'li', 'Li3Y(Cl', 'LiXx', 'Li0Cl', 'Li3 YCl6', `Li${'9'.repeat(400)}`])(
    '"%s" is none',
    (text) => {
      expect(() => compositionOfFormula(text)).toThrow(/expected a formula such as Li3YCl6/);
    },
  );
});

const set = (name: string, more: object = {}) =>
  parsePotential(
    JSON.stringify({
      name,
      species: {
        Li: { element: 'Li', mass: 6.94, charge: 1 },
        [name]: { element: name, mass: 30, charge: -1 },
      },
      pairs: [
        { between: ['Li', name], form: 'buckingham', params: { A: 100, rho: 0.3, C: 0 } },
        { between: [name, name], form: 'none' },
      ],
      ...more,
    }),
    `${name}.json`,
  );

describe('sets joined by a plus', () => {
  const lithiumChloride = compositionOfFormula('LiCl');

  it('are refused unless one says that it may', () => {
    expect(() => namedPotential('licl-fumi-tosi-1964+libr-fumi-tosi-1964', lithiumChloride)).toThrow(
      /were not made for each other, and neither says that they may be combined \("combinesWith"\).*list potentials --for/,
    );
    expect(() => namedPotential('softbv+licl-fumi-tosi-1964', lithiumChloride)).toThrow();
    expect(() => namedPotential('licl-fumi-tosi-1964+softbv', lithiumChloride)).toThrow(
      /softbv is combined with nothing/,
    );
    expect(() => namedPotential('licl-fumi-tosi-1946', lithiumChloride)).toThrow(
      /did you mean "licl-fumi-tosi-1964"\? \(a file of your own/,
    );
    expect(() => namedPotential('sofbv', lithiumChloride)).toThrow(/did you mean "softbv"/);
  });

  it('become one where a set allows it', () => {
    const both = combine([set('F', { combinesWith: ['Cl'] }), set('Cl')]);
    expect(both.name).toBe('F+Cl');
    expect(Object.keys(both.species)).toEqual(['Li', 'F', 'Cl']);
    expect(both.pairs.map(({ between }) => between.join('–'))).toEqual(['Li–F', 'Li–Cl']);
  });

  it('are refused where they disagree', () => {
    const open = { combinesWith: ['F', 'Cl'] };
    const species = {
      Li: { element: 'Li', mass: 6.94, charge: 0.7 },
      Cl: { element: 'Cl', mass: 35, charge: -0.7 },
    };
    expect(() => combine([set('F', open), set('Cl', { species })])).toThrow(
      /Li has 1 e in F and 0\.7 e in Cl/,
    );
    expect(() => combine([set('F', open), set('Cl', { cutoff: 9 })])).toThrow(/differ in cutoff/);
    const pairs = (A: number) => ({
      ...open,
      pairs: [{ between: ['Li', 'Li'], form: 'buckingham', params: { A, rho: 0.3, C: 0 } }],
    });
    expect(() => combine([set('F', pairs(1)), set('Cl', pairs(2))])).toThrow(
      /different terms between Li and Li/,
    );
  });
});

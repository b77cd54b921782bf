/** softBV made for a composition: the table, oxidation states, names, cells, and what it refuses. */
import { describe, expect, it } from 'vitest';
import { compositionOfFormula } from '../../../src/forcefield/composition.ts';
import { libraryPotential, parsePotential } from '../../../src/forcefield/library.ts';
import { namedPotential } from '../../../src/forcefield/named.ts';
import { oxidationStates } from '../../../src/forcefield/oxidationStates.ts';
import { isSoftbv, parseSoftbvName, softbvForceField } from '../../../src/forcefield/softbv.ts';
import { softbvCationStates, softbvIon, softbvRow, softbvSize } from '../../../src/forcefield/softbvTable.ts';
import { volume } from '../../../src/model/cell.ts';
import { collapseTexts } from '../../../src/run/softCells.ts';
import { cubicCrystal, staticEdge } from '../../support/crystals.ts';

const made = (formula: string, name = 'softbv') =>
  softbvForceField(compositionOfFormula(formula), parseSoftbvName(name));
const termsOf = (formula: string, name?: string) =>
  Object.fromEntries(made(formula, name).pairs.map((pair) => [pair.between.join('–'), pair]));

describe('the table', () => {
  it('has 440 rows, and they follow the formula of their authors', () => {
    expect(softbvSize()).toBe(440);
    // D0 = 14.4 c (V_A V_X)^(1/c) (b²/2)/(Rmin √(n_A n_X)) with c = 1 for s and p cations, alpha = 1/b.
    for (const [element, state] of [
      ['Li', 1],
      ['Mg', 2],
      ['Al', 3],
      ['In', 3],
      ['K', 1],
    ] as const) {
      for (const [anion, valence] of [
        ['Cl', 1],
        ['Br', 1],
        ['O', 2],
      ] as const) {
        const { D0, Rmin, alpha } = softbvRow({ element, state }, { element: anion, state: -valence })!;
        const n = softbvIon({ element, state })!.n * softbvIon({ element: anion, state: -valence })!.n;
        const expected = (14.4 * state * valence) / alpha ** 2 / 2 / Rmin / Math.sqrt(n);
        // Measured 8e-6, rounding of the published table.
        expect(Math.abs(D0 / expected - 1)).toBeLessThan(5e-5);
      }
    }
  });

  it('says which rows are not the published ones', () => {
    const standing = (element: string, state: number, anion: string): string =>
      softbvRow({ element, state }, { element: anion, state: -1 })!.standing;
    expect(standing('Y', 3, 'Cl')).toBe('tabulated');
    expect(standing('Ce', 3, 'Cl')).toBe('derived');
    expect(standing('Ca', 2, 'Br')).toBe('repaired');
    expect(softbvCationStates('Fe')).toEqual([2, 3, 4]);
    expect(softbvRow({ element: 'Li', state: 1 }, { element: 'S', state: -2 })).toBeUndefined();
  });
});

describe('softBV for a composition', () => {
  it('Li3YCl6: Morse between unlike, screened repulsion between like charges, no Coulomb', () => {
    const field = made('Li3YCl6');
    expect(field).toMatchObject({
      name: 'softbv:lambda=0.5,f=0.76',
      cutoff: 10,
      truncation: 'shiftForce',
      coulomb: { method: 'none' },
      warnings: [],
    });
    expect(Object.values(field.species).map(({ charge, formalCharge }) => [charge, formalCharge])).toEqual([
      [0, 1],
      [0, 3],
      [0, -1],
    ]);
    const terms = termsOf('Li3YCl6');
    expect(Object.keys(terms)).toEqual(['Li–Li', 'Li–Y', 'Li–Cl', 'Y–Y', 'Y–Cl', 'Cl–Cl']);
    expect(terms['Y–Cl']).toMatchObject({
      form: 'softBVMorse',
      params: { lambda: 0.5, D0: 0.812042, Rmin: 2.616424, alpha: 2.070393 },
    });
    expect(terms['Cl–Cl']).toMatchObject({ form: 'softBVCoulomb', params: { Q: 1 / 3 } });
    expect(Math.abs(terms['Cl–Cl']!.params['R']! - 0.76 * 2 * 1.74)).toBeLessThan(1e-12);
    expect(Math.abs(terms['Li–Y']!.params['Q']! - 3 / Math.sqrt(2 * 5))).toBeLessThan(1e-12);
    expect(Math.abs(terms['Li–Y']!.params['R']! - 0.76 * (1.31 + 1.66))).toBeLessThan(1e-12);
  });

  it('is a potential file like any other', () => {
    const { forceField, text, isMade } = namedPotential('softbv:f=0.78', compositionOfFormula('Li2ZrCl6'));
    const { warnings: _, ...kept } = forceField;
    expect(isMade).toBe(true);
    expect(isSoftbv(forceField)).toBe(true);
    expect(parsePotential(text, 'softbv.json')).toEqual(kept);
    expect(kept.name).toBe('softbv:lambda=0.5,f=0.78');
  });

  it.each([
    ['Li3ErBr6', /no row for Er\+3–Br-1; there are no published numbers/],
    ['Li2La0.5Ta0.5Br6', /no row for La\+3–Br-1, Ta\+5–Br-1/],
    [
      'Li6PS5Cl',
      /no oxidation states of softBV's table make it neutral \(its anions are F, Cl, Br, I and O\)/,
    ],
    ['NaXe', /no oxidation states .* make it neutral/],
    ['LiCm', /softBV's table has no Cm; its anions are F, Cl, Br, I and O/],
  ])('%s is refused', (formula, message) => {
    expect(() => made(formula)).toThrow(message);
  });

  it('warns of rows that are derived or repaired, of other anions, of λ that collapses', () => {
    expect(made('CeCl3').warnings?.join()).toMatch(/Ce\+3–Cl-1 is not tabulated but derived/);
    expect(made('CaBr2').warnings?.join()).toMatch(/Ca\+2–Br-1 is wrong in the public table and repaired/);
    expect(made('Li2O').warnings?.join()).toMatch(/not with O; oxides .* want softbv:lambda=1,f=0\.74/);
    expect(made('Li2O', 'softbv:lambda=1,f=0.74').warnings).toEqual([]);
    expect(made('Li3YCl6', 'softbv:lambda=1').warnings?.join()).toMatch(/of lithium collapse/);
  });

  it('has what was measured for the compound, and only that', () => {
    expect(made('Li6Y2Cl12').measured.map(({ value }) => value)).toEqual([101.2, 104.2, 82]);
    expect(made('KCl').measured).toEqual([]);
  });
});

describe('oxidation states', () => {
  const statesOf = (formula: string, told: [string, number][] = []) =>
    oxidationStates(compositionOfFormula(formula), new Map(told)).states;

  it('follow from neutrality, and from what is usual where several would do', () => {
    expect(statesOf('Li2FeCl4')).toEqual([1, 2, -1]);
    expect(statesOf('Li3FeCl6')).toEqual([1, 3, -1]);
    expect(statesOf('LiTaOCl4')).toEqual([1, 5, -2, -1]);
    expect(statesOf('Li2.5Y0.5Zr0.5Cl6')).toEqual([1, 3, 4, -1]);
    expect(statesOf('LiFePO4')).toEqual([1, 2, 5, -2]);
    expect(statesOf('LiMn2O4', [['Mn', 4]])).toEqual([1, 4, -2]);
  });

  it('are those of the structure where it has them', () => {
    const composition = compositionOfFormula('FeCl3');
    const [iron, chlorine] = composition.species;
    const given = { ...composition, species: [{ ...iron!, formalCharge: 2 }, chlorine!] };
    // Not neutral: an electron is missing, which is said and not repaired.
    expect(oxidationStates(given)).toEqual({ states: [2, -1], net: -1 });
  });

  it('are asked for where nothing decides', () => {
    // Three are neutral; two species are in an unusual state in the others.
    expect(statesOf('FeCrO4')).toEqual([3, 5, -2]);
    expect(oxidationStates(compositionOfFormula('FeCrO4')).assumed).toMatch(
      /taken as Fe \+3, Cr \+5, O −2; other oxidation states would/,
    );
    expect(oxidationStates(compositionOfFormula('Li2FeCl4')).assumed).toBeUndefined();
    expect(() => statesOf('FeMnF6')).toThrow(
      /several oxidation states make it neutral: Fe \+3, Mn \+3, F −1; Fe \+4, Mn \+2, F −1; .*softbv:Fe=4/,
    );
    expect(() => statesOf('Fe3O4')).toThrow(/no oxidation states .* make it neutral/);
    // A vacancy among ions of one state each is no riddle.
    expect(oxidationStates(compositionOfFormula('Li107Cl108'))).toEqual({ states: [1, -1], net: -1 });
    expect(made('Li107Cl108').warnings?.join()).toMatch(/carries −1\.00 e; softBV has no long-range Coulomb/);
    expect(() => made('LiCl', 'softbv:Fe=3')).toThrow(/oxidation state of Fe, which is not there/);
  });
});

describe('names of softBV', () => {
  it('carry λ, f and oxidation states', () => {
    const { lambda, f, states } = parseSoftbvName('softbv:f=0.78,lambda=1,Fe=3');
    expect([lambda, f, [...states]]).toEqual([1, 0.78, [['Fe', 3]]]);
  });

  it.each([
    ['softbv:', /expected lambda=0\.5, f=0\.76 or an oxidation state/],
    ['softbv:lamda=1', /"lamda" is neither lambda, f nor an element; did you mean "lambda"/],
    ['softbv:lambda=1e9', /lambda: expected 0\.05 to 2, found 1000000000/],
    ['softbv:f=0', /f: expected 0\.4 to 1\.5/],
    ['softbv:f=0.7,f=0.8', /f is given twice/],
    ['softbv:f=0.7=0.8', /expected lambda/],
    ['softbv:Fe=2.5', /Fe: expected an oxidation state such as 3/],
    ['softbv:Xx=2', /"Xx" is neither/],
  ])('%s is refused', (name, message) => {
    expect(() => parseSoftbvName(name)).toThrow(message);
  });
});

describe('static cells', () => {
  it.each([
    ['LiCl', 'softbv:lambda=0.5,f=0.74', 5.13, 5.0288],
    ['NaCl', 'softbv:lambda=0.5,f=0.74', 5.64, 5.7959],
    ['LiCl', 'softbv:lambda=0.5,f=0.78', 5.13, 5.1629],
    ['NaCl', 'softbv:lambda=1,f=0.74', 5.64, 5.5729],
  ])('%s under %s', (formula, name, experiment, expected) => {
    const labels = formula.match(/[A-Z][a-z]?/g)!;
    const edge = staticEdge('rock salt', labels, made(formula, name), experiment);
    // Measured at most 1.1e-4: the truncation differs.
    expect(Math.abs(edge / expected - 1)).toBeLessThan(5e-4);
  });

  it('LiCl at λ = 1 collapses, which is seen and named', () => {
    const field = made('LiCl', 'softbv:lambda=1,f=0.74');
    const edge = staticEdge('rock salt', ['Li', 'Cl'], field, 5.13);
    // Kept cubic; free, it goes on to another structure.
    expect(Math.abs(edge / 4.757 - 1)).toBeLessThan(5e-4);
    const at = (a: number) => cubicCrystal('rock salt', ['Li', 'Cl'], field, a);
    expect(collapseTexts('stage relax', at(5.13), at(edge), field)).toEqual([
      expect.stringMatching(
        /^stage relax: the volume has changed by −20 %: the crystal has collapsed under softbv/,
      ),
    ]);
    expect(collapseTexts('stage relax', at(5.13), at(5.03), field)).toEqual([]);
    expect(volume(at(5.03).cell) / volume(at(5.13).cell)).toBeGreaterThan(0.88);
    expect(collapseTexts('s', at(5.13), at(edge), libraryPotential('licl-fumi-tosi-1964'))).toEqual([]);
  });
});

import { beforeAll, describe, expect, it } from 'vitest';
import { changeText } from '../../../src/build/change.ts';
import { compose } from '../../../src/build/compose.ts';
import { type Composition, NO_CHANGE } from '../../../src/build/operations.ts';
import {
  parseAntisite,
  parseInsertion,
  parseSubstitution,
  parseVacancy,
} from '../../../src/build/operationText.ts';
import { supercell } from '../../../src/model/supercell.ts';
import type { Species, System } from '../../../src/model/system.ts';
import { ewaldSum } from '../../../src/reference/ewald.ts';
import { counts, li3ocl, licl, lyc, shortest } from './crystals.ts';

let yttrium: System;
let salt: System;
let anti: System;
beforeAll(async () => {
  yttrium = supercell(await lyc(), [2, 2, 2]);
  salt = supercell(await licl(), [2, 2, 2]);
  anti = supercell(await li3ocl(), [2, 2, 2]);
});

const change = (parts: Partial<Composition>): Composition => ({ ...NO_CHANGE, ...parts });
const sub = (text: string, more: Partial<Composition> = {}) =>
  change({ substitute: [parseSubstitution(text, '')], ...more });
const made = (system: System, composition: Composition, seed = 1) =>
  compose(system, composition, { seed }).system;

/** By formal charges, eV. */
const coulomb = (system: System): number =>
  ewaldSum({
    ...system,
    species: system.species.map(
      (one): Species => ({
        ...one,
        charge: { Li: 1, Y: 3, Zr: 4, Mg: 2, Cl: -1, Br: -1, O: -2 }[one.element]!,
      }),
    ),
  }).energy;

describe('substitution', () => {
  it('isovalent: counts by largest remainder, no other species touched', () => {
    expect(counts(yttrium)).toEqual({ Li: 72, Y: 24, Cl: 144 });
    expect(counts(made(yttrium, sub('Cl=Br:0.3,I:0.1')))).toEqual({ Li: 72, Y: 24, Cl: 86, Br: 43, I: 15 });
    expect(counts(made(yttrium, sub('Cl=Br:7')))).toEqual({ Li: 72, Y: 24, Cl: 137, Br: 7 });
    expect(counts(made(yttrium, sub('Cl=Br')))).toEqual({ Li: 72, Y: 24, Br: 144 });
  });

  it('Zr for Y: as many Li go', () => {
    const { system, changes } = compose(yttrium, sub('Y=Zr:0.3'), { seed: 1 });
    expect(counts(system)).toEqual({ Li: 65, Y: 17, Zr: 7, Cl: 144 });
    expect(changes.map(changeText)).toEqual([
      'Y → Zr: 7 of 24 (0.2917); a share of 0.3 was asked for',
      'Li removed for the balance of charge: 7 of 72 (0.0972)',
    ]);
    expect(system.species.find(({ element }) => element === 'Zr')).toEqual({
      label: 'Zr',
      element: 'Zr',
      mass: 91.224,
      formalCharge: 4,
    });
    expect(system.title).toMatch(/Li65Y17Zr7Cl144/);
  });

  it('Mg for Li: the vacancies are on the sites that are substituted', () => {
    expect(counts(made(salt, sub('Li=Mg:5')))).toEqual({ Li: 22, Mg: 5, Cl: 32 });
  });

  it('a mix of five, part of it what was there', () => {
    const mix = sub('Y=Y:0.2,Er:0.2,In:0.2,Sc:0.2,Ho:0.2');
    expect(counts(made(yttrium, mix))).toEqual({ Li: 72, Y: 5, Er: 5, In: 5, Sc: 5, Ho: 4, Cl: 144 });
  });

  it('O for Cl: Li on sites that are named', () => {
    const sites = 'Li@0.5,0.5,0.5';
    const { system } = compose(salt, sub('Cl=O:3;balance=Li@0.25,0.25,0.25|0.75,0.75,0.75'), {
      seed: 2,
      repeats: [2, 2, 2],
    });
    expect(counts(system)).toEqual({ Li: 35, Cl: 29, O: 3 });
    expect(() => compose(salt, sub(`Cl=O:3;balance=${sites}`), { seed: 1, repeats: [2, 2, 2] })).toThrow(
      /substitute\[0\]\.balance: a site for Li is 0\.00 Å from (Li|Cl) \(atom \d+\); it needs at least/,
    );
  });

  it('an anion pays too', () => {
    expect(counts(made(yttrium, sub('Y=Mg:2;balance=Cl')))).toEqual({ Li: 72, Y: 22, Mg: 2, Cl: 142 });
  });

  it('the species that is substituted pays too, down to the last Li', () => {
    expect(counts(made(yttrium, sub('Y=Zr:3;balance=Y')))).toEqual({ Li: 72, Y: 20, Zr: 3, Cl: 144 });
    expect(counts(made(yttrium, sub('Y=W')))).toEqual({ W: 24, Cl: 144 });
  });

  it('two operations that pay for each other', () => {
    const both = sub('Y=Zr:4;balance=none', { vacancies: [parseVacancy('Li:4', '')] });
    expect(counts(made(yttrium, both))).toEqual({ Li: 68, Y: 20, Zr: 4, Cl: 144 });
  });

  it.each<[string, Composition, RegExp]>([
    ['nothing pays', sub('Y=Zr:4;balance=none'), /would carry \+4 e: substitute\[0\] \+4 e; .*neutral unit/],
    ['no sites', sub('Y=Mg:3'), /brings −3 e: 3 Li would have to be put in, and no sites for them are given/],
    [
      'no whole number',
      sub('Y=Zr:2;balance=Y'),
      /brings \+2 e, which no whole number of Y \(\+3 e\) compensates/,
    ],
    ['more than there are', sub('Y=Zr:25'), /25 were asked for, but there are 24/],
    ['more than all', sub('Cl=Br:0.7,I:0.4'), /shares of 1\.1 in all/],
    ['too few Li', sub('Li=Mg:40'), /it brings \+40 e: 40 Li would have to go, but there are 32/],
    [
      'an unknown species',
      sub('Yb=Zr:0.1'),
      /substitute\[0\]\.species: no species is called "Yb"; did you mean "Y"/,
    ],
    ['an unknown element', sub('Y=Zz:0.1'), /"Zz" is neither an element nor a species/],
    ['an unknown oxidation state', sub('Y=Fe:0.5'), /the oxidation state of Fe is not known/],
  ])('refuses: %s', (_what, composition, message) => {
    expect(() => made(yttrium, composition)).toThrow(message);
  });

  it('takes oxidation states that are given', () => {
    const composition = sub('Y=Fe:4', { charges: { Fe: 3 } });
    expect(counts(made(yttrium, composition))).toEqual({ Li: 72, Y: 20, Fe: 4, Cl: 144 });
    expect(() => made(yttrium, sub('Y=Fe:4', { charges: { Fx: 3 } }))).toThrow(
      /charges: no species is called "Fx"/,
    );
  });

  it('refuses a structure that is charged, and partial occupancies', () => {
    const charged: System = { ...salt, species: salt.species.map((one) => ({ ...one, formalCharge: 1 })) };
    expect(() => made(charged, sub('Li=Na:2'))).toThrow(/the structure itself \+64 e \(Li \+1, Cl \+1\)/);
    const partial = { ...salt, occupancies: new Float64Array(64).fill(0.5) };
    expect(() => made(partial, sub('Li=Na:2'))).toThrow(/partly occupied sites/);
  });
});

describe('defects', () => {
  const vacancies = (text: string) => change({ vacancies: [parseVacancy(text, '')] });
  const antisite = (text: string) => change({ antisites: [parseAntisite(text, '')] });
  const insert = (text: string) => change({ insert: [parseInsertion(text, '')] });

  it('Schottky pairs and other neutral units', () => {
    expect(counts(made(anti, vacancies('LiCl:2')))).toEqual({ Li: 22, O: 8, Cl: 6 });
    expect(counts(made(anti, vacancies('Li2O:1')))).toEqual({ Li: 22, O: 7, Cl: 8 });
    expect(counts(made(salt, vacancies('LiCl:0.25')))).toEqual({ Li: 24, Cl: 24 });
  });

  it('refuses to remove one ion alone', () => {
    expect(() => made(anti, vacancies('Li:2'))).toThrow(/would carry −2 e: vacancies\[0\] −2 e/);
    expect(() => made(anti, vacancies('LiBr:2'))).toThrow(
      /vacancies\[0\]\.remove: no species is called "Br"/,
    );
    expect(() => made(anti, vacancies('LiCl:9'))).toThrow(/9 were asked for, but there are 8/);
    expect(() => made(salt, vacancies('LiCl:1.0'))).toThrow(/no atoms would be left/);
  });

  it('antisites keep the composition and move atoms', () => {
    const { system, changes } = compose(yttrium, antisite('Li,Y:0.25'), { seed: 5 });
    expect(counts(system)).toEqual(counts(yttrium));
    expect(changes[0]).toMatchObject({ count: 6, of: 24, asked: 0.25 });
    const moved = [...system.typeOf].filter((type, i) => type !== yttrium.typeOf[i]);
    expect(moved).toHaveLength(12);
    expect(system.positions).toEqual(yttrium.positions);
  });

  it('interstitials are images of the sites in every cell', () => {
    const composition = insert('Li@1/4,1/4,1/4:3;balance=Li');
    const { system, changes } = compose(salt, composition, { seed: 1, repeats: [2, 2, 2] });
    expect(counts(system)).toEqual({ Li: 32, Cl: 32 });
    expect(changes.map(({ count, of }) => [count, of])).toEqual([
      [3, 8],
      [3, 32],
    ]);
    // A quarter of the diagonal.
    expect(shortest(system)).toBeCloseTo((5.1396 * Math.sqrt(3)) / 4, 9);
    expect(() => compose(salt, insert('Li@1/8,1/8,1/8'), { seed: 1 })).toThrow(
      /would carry \+1 e: insert\[0\]/,
    );
    const twice = insert('Li@1/8,1/8,1/8|0.13,1/8,1/8');
    expect(() => compose(salt, twice, { seed: 1 })).toThrow(/from another of these sites/);
  });
});

describe('placement', () => {
  const zirconium = (placement: Composition['placement']) => sub('Y=Zr:6', { placement });

  it('says by how much swaps lowered the energy, and where they could not', () => {
    const texts = (text: string): string[] =>
      compose(yttrium, sub(text, { placement: 'ewald' }), { seed: 1 }).changes.map(changeText);
    expect(texts('Y=Zr:6')[0]).toMatch(
      /^Y → Zr: 6 of 24 \(0\.25\); swaps lowered the Coulomb energy by \d+\.\d+ eV$/,
    );
    expect(texts('Cl=Br:6')[0]).toMatch(/; no swap lowers the Coulomb energy: drawn by lot$/);
  });

  it('is a function of the seed', () => {
    for (const placement of ['random', 'ewald', 'spread'] as const) {
      const [a, b, c] = [1, 1, 2].map((seed) => made(yttrium, zirconium(placement), seed));
      expect(a).toEqual(b);
      if (placement === 'random') expect(a!.typeOf).not.toEqual(c!.typeOf);
    }
  });

  it('ewald lies below every draw by lot', () => {
    const low = coulomb(made(yttrium, zirconium('ewald')));
    const drawn = [1, 2, 3, 4, 5].map((seed) => coulomb(made(yttrium, zirconium('random'), seed)));
    expect(low).toBeLessThan(Math.min(...drawn) - 1);
    expect(counts(made(yttrium, zirconium('ewald')))).toEqual({ Li: 66, Y: 18, Zr: 6, Cl: 144 });
  });

  it('spread keeps substituents of the same charge apart', () => {
    const bromine = (placement: Composition['placement'], seed: number): number => {
      const system = made(salt, sub('Cl=Br:4', { placement }), seed);
      const only = [...system.typeOf.keys()].filter(
        (i) => system.species[system.typeOf[i]!]!.element === 'Br',
      );
      return shortest({
        ...system,
        typeOf: Uint16Array.from(only, (i) => system.typeOf[i]!),
        positions: Float64Array.from(only.flatMap((i) => [...system.positions.slice(3 * i, 3 * i + 3)])),
      });
    };
    // Four of 32 places of a cubic lattice with edge 10.28 Å: 7.27 Å = 10.28/√2 at best.
    expect(bromine('spread', 1)).toBeGreaterThan(7);
    expect(Math.min(...[1, 2, 3, 4].map((seed) => bromine('random', seed)))).toBeLessThan(4);
  });
});

import { describe, expect, it } from 'vitest';
import { apportion } from '../../../src/build/apportion.ts';
import { parseFormula } from '../../../src/build/chemicalFormula.ts';
import {
  parseAntisite,
  parseInsertion,
  parseSubstitution,
  parseVacancy,
} from '../../../src/build/operationText.ts';

describe('short forms of changes of composition', () => {
  it('are read', () => {
    expect(parseSubstitution('Y=Zr:0.3', '')).toEqual({ species: 'Y', by: { Zr: 0.3 } });
    expect(parseSubstitution(' Cl = Br:25%, I:3 ', '')).toEqual({
      species: 'Cl',
      by: { Br: 0.25, I: { count: 3 } },
    });
    expect(parseSubstitution('Li1=Mg:1.0;balance=none', '')).toEqual({
      species: 'Li1',
      by: { Mg: 1 },
      balance: null,
    });
    expect(parseSubstitution('Cl=O:1;balance=Li@0,0,1/2|.5,0,0', '')).toEqual({
      species: 'Cl',
      by: { O: { count: 1 } },
      balance: {
        species: 'Li',
        sites: [
          [0, 0, 0.5],
          [0.5, 0, 0],
        ],
      },
    });
    expect(parseVacancy('LiCl:2', '')).toEqual({ remove: 'LiCl', count: 2 });
    expect(parseVacancy('Li:0.1;balance=Cl', '')).toEqual({ remove: 'Li', fraction: 0.1, balance: 'Cl' });
    expect(parseAntisite('Li,Y:5%', '')).toEqual({ swap: ['Li', 'Y'], fraction: 0.05 });
    expect(parseInsertion('Li@1/3,0.5,-0.25:2', '')).toEqual({
      species: 'Li',
      sites: [[1 / 3, 0.5, -0.25]],
      count: 2,
    });
    expect(parseInsertion('Li@0,0,0', '')).toEqual({ species: 'Li', sites: [[0, 0, 0]] });
  });

  it.each([
    [
      'Y',
      'Y=',
      '=Zr:0.3',
      'Y=Zr:0.3:2',
      'Y=Zr=In',
      'Y=Zr:',
      'Y=Zr:-1',
      'Y=Zr:1.5',
      'Y=Zr:101%',
      'Y=Zr:0.1,Zr:0.2',
      'Y=Zr:1;paid=Li',
      'Y=Zr:1;balance=',
      'Y=Zr:1;balance=Li@0,0',
      'Y=Zr:1;balance=Li;balance=Na',
      'Y=Zr:1e400',
      '',
    ],
  ])('refuses %s and the like, naming the option', (...texts) => {
    for (const text of texts)
      expect(() => parseSubstitution(text, '--substitute'), text).toThrow(/^--substitute: /);
  });

  it('refuses other short forms', () => {
    for (const text of ['LiCl', 'LiCl:', ':2', 'LiCl:2:3'])
      expect(() => parseVacancy(text, '--v')).toThrow(/^--v: /);
    for (const text of ['Li:1', 'Li,Y', 'Li,Y,Cl:1', ',Y:1'])
      expect(() => parseAntisite(text, '--a')).toThrow(/^--a: /);
    for (const text of ['Li', 'Li@', 'Li@0,0', 'Li@0,0,1/0', 'Li@0,0,x', '@0,0,0', 'Li@0,0,0:0.5:1']) {
      expect(() => parseInsertion(text, '--i')).toThrow(/^--i: /);
    }
  });

  it('formulas', () => {
    expect([...parseFormula('Li3YCl6', '')]).toEqual([
      ['Li', 3],
      ['Y', 1],
      ['Cl', 6],
    ]);
    for (const text of ['', 'li', 'Li0', 'Xx2', 'Li(OH)2', 'Li3.5', 'Li99999', '3Li', 'Li Cl']) {
      expect(() => parseFormula(text, '--pack'), text).toThrow(/^--pack: /);
    }
  });
});

describe('whole numbers out of shares', () => {
  it('by largest remainder', () => {
    expect(apportion([0.2, 0.2, 0.2, 0.2, 0.2], 48, '')).toEqual([10, 10, 10, 9, 9]);
    expect(apportion([0.3], 16, '')).toEqual([5]);
    expect(apportion([0.29], 100, '')).toEqual([29]);
    expect(apportion([0.1, 0.2, 0.7], 10, '')).toEqual([1, 2, 7]);
    expect(apportion([{ count: 3 }, 0.5], 10, '')).toEqual([3, 5]);
    expect(apportion([0], 10, '')).toEqual([0]);
    expect(apportion([0.3], 0, '')).toEqual([0]);
  });

  it('refuses more than there is', () => {
    expect(() => apportion([0.6, 0.5], 10, 'x')).toThrow(/^x: shares of 1\.1 in all/);
    expect(() => apportion([{ count: 6 }, 0.5], 10, 'x')).toThrow(
      /6 and a share of 0\.5 were asked for, but there are 10/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { findSpaceGroup } from '../../../src/io/spaceGroup.ts';
import {
  applyOperation,
  isGroup,
  metricMisfit,
  orbit,
  parseOperation,
  type SymmetryOperation,
} from '../../../src/io/symmetry.ts';
import { cellFromParameters } from '../../../src/model/cell.ts';
import { goldenJson, inputError } from './fixtures.ts';

const cell = (a: number, b: number, c: number, alpha: number, beta: number, gamma: number) =>
  cellFromParameters({ a, b, c, alpha, beta, gamma });
const operation = (text: string) => parseOperation(text) as SymmetryOperation;
const cubic = cell(5, 5, 5, 90, 90, 90);

/** Equal for operations that differ by lattice translations. */
function keyOf({ rotation, translation }: SymmetryOperation): string {
  return [...rotation, ...translation.map((w) => ((Math.round(w * 24) % 24) + 24) % 24)].join();
}

describe('symmetry operations', () => {
  it.each([
    ['x,y,z', [0.1, 0.2, 0.3]],
    ['-y, x-y, z+1/3', [-0.2, -0.1, 0.3 + 1 / 3]],
    ['1/2-X,+Y,Z + 0.5', [0.4, 0.2, 0.8]],
    ['y+.25,-x+3/4,z-1/4', [0.45, 0.65, 0.05]],
    ['x+0.3333,y+0.6667,z', [0.1 + 1 / 3, 0.2 + 2 / 3, 0.3]],
    ['1*x,-1*y,z', [0.1, -0.2, 0.3]],
  ])('%s', (text, image) => {
    const moved = applyOperation(operation(text), [0.1, 0.2, 0.3]);
    moved.forEach((x, k) => {
      expect(x).toBeCloseTo(image[k]!, 12);
    });
  });

  it.each(['', 'x,y', 'x,y,z,w', 'x,y,q', 'x,y,x', 'xy,y,z', 'x,y,z+1/0', '2x,y,z'])(
    '"%s" is none',
    (text) => {
      expect(parseOperation(text)).toBeUndefined();
    },
  );

  it('a metric that an operation does not keep is seen', () => {
    const threefold = [operation('-y,x-y,z')];
    expect(metricMisfit(threefold, cell(5, 5, 7, 90, 90, 120))).toBeLessThan(1e-12);
    // W maps b on -a-b, of length² 2a² instead of a².
    expect(metricMisfit(threefold, cell(5, 5, 7, 90, 90, 90))).toBeCloseTo(1, 12);
    expect(metricMisfit([operation('-x,y,-z')], cell(5, 6, 7, 90, 101, 90))).toBeLessThan(1e-12);
    expect(metricMisfit([operation('-x,-y,z')], cell(5, 6, 7, 90, 101, 90))).toBeGreaterThan(0.3);
  });

  it('a group is closed', () => {
    expect(isGroup(['x,y,z', '-y,x,z', '-x,-y,z', 'y,-x,z'].map(operation))).toBe(true);
    expect(isGroup(['x,y,z', '-y,x,z', '-x,-y,z'].map(operation))).toBe(false);
    expect(isGroup(['x,y,z', '-x,y+1/2,-z'].map(operation))).toBe(true);
    expect(isGroup(['x,y,z', 'x,y+1/3,z'].map(operation))).toBe(false);
  });

  it('coincident images are one atom on the special position, also across the cell face', () => {
    const inversion = ['x,y,z', '-x,-y,-z'].map(operation);
    // 0.0045 of 5 Å: images 0.045 Å apart, merged at their mean.
    expect(orbit(inversion, [0.0045, 0.5, 0.5], cubic)).toEqual([[0, 0.5, 0.5]]);
    expect(orbit(inversion, [0.0055, 0.5, 0.5], cubic)).toHaveLength(2);
    const rounded = orbit(['x,y,z', '-y,x-y,z', '-x+y,-x,z'].map(operation), [0.3333, 0.6667, 0], cubic);
    expect(rounded).toHaveLength(1);
    expect(rounded[0]?.[0]).toBeCloseTo(1 / 3, 12);
    expect(orbit([operation('x,y,z')], [-0.25, 1.5, 3], cubic)).toEqual([[0.75, 0.5, 0]]);
  });
});

describe('space groups by name', () => {
  const { settings } = goldenJson<{
    settings: { symbol: string; number: number; hall: string; cell: number[]; operations: string[] }[];
  }>('cif/spaceGroups.json');

  it.each(settings)(
    '$symbol ($number): operations as in spglib',
    async ({ symbol, number, hall, cell, operations }) => {
      const [a = 0, b = 0, c = 0, alpha = 0, beta = 0, gamma = 0] = cell;
      const axes = cellFromParameters({ a, b, c, alpha, beta, gamma });
      const expected = operations.map((text) => keyOf(operation(text))).sort();
      for (const hint of [
        { symbol },
        { symbol, number },
        { hall },
        { hall, symbol: 'nonsense', number: 1 },
      ]) {
        const found = await findSpaceGroup(hint, axes);
        expect(found).toHaveLength(1);
        expect(found[0]?.operations.map(keyOf).sort()).toEqual(expected);
      }
    },
  );

  it('axes follow the cell', async () => {
    const count = async (symbol: string, axes: ReturnType<typeof cell>) =>
      (await findSpaceGroup({ symbol }, axes)).map(({ operations }) => operations.length);
    expect(await count('R -3 m', cell(5, 5, 17, 90, 90, 120))).toEqual([36]);
    expect(await count('R -3 m', cell(5, 5, 5, 60.1, 60.1, 60.1))).toEqual([12]);
    const settingsOf = async (symbol: string, axes: ReturnType<typeof cell>) =>
      (await findSpaceGroup({ symbol }, axes)).map(({ name }) => name);
    expect(await settingsOf('P 21/c', cell(5, 6, 7, 90, 90.2, 90))).toEqual(['P 1 2_1/c 1 (14)']);
    expect(await settingsOf('P 21/b', cell(5, 6, 7, 90, 90, 90.2))).toEqual(['P 1 1 2_1/b (14)']);
  });

  it('an open origin gives both choices, the centrosymmetric one first', async () => {
    const found = await findSpaceGroup({ symbol: 'F d -3 m', number: 227 }, cubic);
    expect(found.map(({ name }) => name)).toEqual(['F d -3 m :2 (227)', 'F d -3 m :1 (227)']);
    const permuted = await findSpaceGroup({ symbol: 'P n c b' }, cell(5, 6, 7, 90, 90, 90));
    expect(permuted.map(({ name }) => name)).toEqual(['P n c b :2cab (50)', 'P n c b :1cab (50)']);
  });

  it('spaces of Hall symbols count', async () => {
    const hexagonal = cell(5, 5, 7, 90, 90, 120);
    const namesOf = async (hall: string) =>
      (await findSpaceGroup({ hall }, hexagonal)).map(({ name }) => name);
    expect(await namesOf('P 32')).toEqual(['P 3_2 (145)']);
    expect(await namesOf('P 3 2')).toEqual(['P 3 1 2 (149)']);
    expect(await namesOf('-R 3 2"c')).toEqual(['R -3 c :H (167)']);
  });

  it.each([
    [{ symbol: 'P m -3 n m' }, 'space group symbol "P m -3 n m" is unknown; did you mean'],
    [{ symbol: 'P n m a', number: 225 }, 'symbol "P n m a" is number 62, not 225'],
    [{ symbol: 'C -1', number: 2 }, 'symbol "C -1" is unknown'],
    [{ number: 231 }, 'expected 1 to 230, found 231'],
    [{ hall: 'Q 1' }, 'space group "Q 1" is unknown'],
    [{ symbol: 'P -3 m 1' }, 'P -3 m 1 does not fit the cell 5 5 5 90 90 90'],
  ])('%j is refused', async (hint, message) => {
    expect((await inputError(() => findSpaceGroup(hint, cubic))).message).toContain(message);
  });
});

/** Cube files and CHGCAR, read again by small readers of their own. */
import { describe, expect, it } from 'vitest';
import { splitFields } from '../../../src/core/text.ts';
import { writeChgcar } from '../../../src/io/chgcar.ts';
import { writeCube } from '../../../src/io/cube.ts';
import { readStructure } from '../../../src/io/index.ts';
import type { ScalarGrid } from '../../../src/io/scalarGrid.ts';
import { volume } from '../../../src/model/cell.ts';
import { bytesOf, largestDifference, wildSystem } from './fixtures.ts';

/** Å, CODATA 2022; not the one that is tested. */
const BOHR = 0.529177210544;
const system = wildSystem();
const shape = [2, 3, 7] as const;
/** Each value says where it stands: 100 i + 10 j + k, some negative, some tiny. */
const values = Float64Array.from({ length: 42 }, (_, n) => {
  const [i, j, k] = [Math.floor(n / 21), Math.floor(n / 7) % 3, n % 7];
  return (100 * i + 10 * j + k) * (k === 3 ? -1 : 1) * (i === 0 ? 1e-12 : 1);
});
const grid: ScalarGrid = { shape, values, unit: 'Å⁻³', title: 'Li density' };

describe('cube', () => {
  const lines = writeCube(system, grid).split('\n');

  it('cell and atoms in bohr', () => {
    expect(lines[0]).toBe('Li density (Å⁻³), Li3YCl6 “wild”');
    const rows = lines.slice(2, 11).map((line) => splitFields(line).map(Number));
    expect(rows[0]).toEqual([5, 0, 0, 0]);
    const cell = rows.slice(1, 4).flatMap(([n, ...vector]) => vector.map((x) => x * n! * BOHR));
    expect(largestDifference(cell, system.cell.h)).toBeLessThan(1e-7);
    expect(rows.slice(4).map(([z]) => z)).toEqual([3, 3, 39, 17, 17]);
    const positions = rows.slice(4).flatMap((row) => row.slice(2).map((x) => x * BOHR));
    expect(largestDifference(positions, system.positions)).toBeLessThan(1e-7);
  });

  it('values with c fastest, at most six in a line, every row of c in a line of its own', () => {
    const body = lines.slice(11, -1).map((line) => splitFields(line).map(Number));
    expect(body.map(({ length }) => length)).toEqual(Array.from({ length: 6 }, () => [6, 1]).flat());
    const back = body.flat();
    back.forEach((x, n) => {
      expect(x).toBeCloseTo(values[n]!, 6);
    });
    expect(back[15]).toBe(values[15]);
    expect(lines.at(-1)).toBe('');
  });
});

describe('CHGCAR', () => {
  it('a POSCAR, then values times the volume with a fastest', async () => {
    const text = writeChgcar(system, grid);
    const [poscar = '', rest = ''] = text.split('\n\n');
    const { system: back } = await readStructure(bytesOf(`${poscar}\n`), 'POSCAR');
    expect(largestDifference(back.positions, system.positions)).toBe(0);
    expect(back.velocities).toBeUndefined();
    const [head = '', ...rows] = rest.trimEnd().split('\n');
    expect(splitFields(head).map(Number)).toEqual([2, 3, 7]);
    expect(splitFields(rows[0]!)).toHaveLength(5);
    const numbers = rows.flatMap((row) => splitFields(row).map(Number));
    expect(numbers).toHaveLength(42);
    const v = volume(system.cell);
    for (let n = 0; n < 42; n++) {
      const [i, j, k] = [n % 2, Math.floor(n / 2) % 3, Math.floor(n / 6)];
      const expected = values[(i * 3 + j) * 7 + k]! * v;
      expect(Math.abs(numbers[n]! - expected)).toBeLessThanOrEqual(1e-11 * Math.abs(expected));
    }
  });

  it('the mean of a density is the number of ions', () => {
    const density = new Float64Array(42).fill(3 / volume(system.cell));
    const rows = writeChgcar(system, { ...grid, values: density })
      .split('\n\n')[1]!
      .trimEnd()
      .split('\n')
      .slice(1);
    const numbers = rows.flatMap((row) => splitFields(row).map(Number));
    expect(numbers.reduce((sum, x) => sum + x, 0) / 42).toBeCloseTo(3, 9);
  });
});

it('what does not fit is refused', () => {
  expect(() => writeCube(system, { ...grid, shape: [2, 3, 8] })).toThrow(
    'Li density: 42 values do not fill a grid of 2 × 3 × 8',
  );
  expect(() => writeChgcar(system, { ...grid, values: values.with(4, Number.NaN) })).toThrow(
    'Li density: the value of point 5 is NaN',
  );
  expect(() => writeCube({ ...system, occupancies: new Float64Array(5).fill(0.5) }, grid)).toThrow(
    /no partly occupied sites/,
  );
});

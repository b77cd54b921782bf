/** A crystal as CIF and back. */
import { describe, expect, it } from 'vitest';
import { readStructure, writeStructure } from '../../../src/io/index.ts';
import { cellParameters, toFractional } from '../../../src/model/cell.ts';
import { closestPair } from '../../../src/model/distances.ts';
import { bytesOf, goldenBytes, largestDifference, wildSystem } from './fixtures.ts';

const through = async (system: Parameters<typeof writeStructure>[0]) => {
  const { system: back, warnings } = await readStructure(bytesOf(writeStructure(system, 'a.cif')), 'a.cif');
  expect(warnings).toEqual([]);
  return back;
};

describe('CIF', () => {
  it('keeps cell, places and kinds to the last digits', async () => {
    const wild = wildSystem();
    const back = await through(wild);
    const [given, found] = [wild, back].map(({ cell }) => Object.values(cellParameters(cell)));
    expect(largestDifference(given!, found!)).toBeLessThan(1e-10);
    const [f, g] = [wild, back].map(({ cell, positions }) => toFractional(cell, positions));
    // Whole cells are not kept.
    expect(Math.max(...f!.map((x, i) => Math.abs(x - g![i]! - Math.round(x - g![i]!))))).toBeLessThan(2e-12);
    expect(back.species.map(({ label }) => label)).toEqual(['Li', 'Y', 'Cl']);
    expect([...back.typeOf]).toEqual([...wild.typeOf]);
    expect(closestPair(back, 3)?.distance).toBeCloseTo(closestPair(wild, 3)?.distance ?? Number.NaN, 9);
  });

  it('keeps occupancies, oxidation states, and two states of one element', async () => {
    const { system } = await readStructure(goldenBytes('cif/Li3InCl6_C2m_ordered.cif'), 'a.cif');
    const occupancies = Float64Array.from(system.typeOf, (_, i) => (i % 2 === 0 ? 1 : 0.25));
    const charged = system.species.map((one, type) => ({ ...one, formalCharge: [1, 3, -1][type]! }));
    const back = await through({ ...system, species: charged, occupancies });
    expect(back.species.map(({ element, formalCharge }) => [element, formalCharge])).toEqual(
      charged.map(({ element, formalCharge }) => [element, formalCharge]),
    );
    expect([...back.occupancies!]).toEqual([...occupancies]);
    const wild = wildSystem();
    const iron = (label: string, formalCharge: number) => ({
      label,
      element: 'Fe',
      mass: 55.845,
      formalCharge,
    });
    const mixed = await through({ ...wild, species: [iron('Fe2', 2), iron('Fe3', 3), wild.species[2]!] });
    expect(mixed.species.map(({ formalCharge }) => formalCharge)).toEqual([2, 3, undefined]);
  });

  it('holds any title on one line of ASCII', async () => {
    const text = writeStructure({ ...wildSystem(), title: `Li₃YCl₆ 'a' "b"\n loop_ _x` }, 'a.cif');
    expect(text).toMatch(/^[ -~\n]*$/);
    expect((await readStructure(bytesOf(text), 'a.cif')).system.title).toBe(`Li?YCl? 'a' b loop_ _x`);
  });
});

import { describe, expect, it } from 'vitest';
import { isDisordered, type OrderOptions, orderSites } from '../../../src/build/order.ts';
import { closestPair } from '../../../src/model/distances.ts';
import { formula, type System } from '../../../src/model/system.ts';
import { ewaldSum } from '../../../src/reference/ewald.ts';
import { crystal } from './disordered.ts';

const lowest: OrderOptions = { order: 'ewald', repeats: [1, 1, 1], seed: 1 };

/** Reference energy of an ordered cell with the charges of the report. */
function reference(system: System, charges: Readonly<Record<string, number>>): number {
  const species = system.species.map((one) => ({ ...one, charge: charges[one.label] as number }));
  const net = system.typeOf.reduce((sum, type) => sum + (species[type]?.charge ?? 0), 0);
  expect(net).toBe(0);
  return ewaldSum({ ...system, species }).energy;
}

const lithium = (system: System): [number, number] => {
  const type = system.species.findIndex(({ element }) => element === 'Li');
  return [type, type];
};

describe('ordering of partly occupied sites', () => {
  it('Li2MgCl4: the lowest of all 12870, in its six orientations, no higher than ordered by hand', async () => {
    const { draws, report } = orderSites(await crystal('Li2MgCl4'), { ...lowest, draws: 3 });
    expect(report).toMatchObject({ method: 'exhaustive', tried: 12870, sites: 16, refinedCharge: 0 });
    expect(report.charges).toEqual({ Li: 1, Mg: 2, Cl: -1 });
    const [first, second, third] = draws;
    expect(formula(first?.system as System)).toBe('Li16 Cl32 Mg8');
    // The same sites ordered by another program's annealing have −46.7414 eV.
    expect(first?.energy?.perFormula).toBeCloseTo(-46.7414, 4);
    expect(first?.met).toBe(6);
    expect(second?.energy?.total).toBeGreaterThan((first?.energy?.total ?? 0) + 1e-6);
    expect(third?.energy?.total).toBeGreaterThanOrEqual(second?.energy?.total ?? 0);
    for (const { system, energy } of draws) {
      // Measured: 2e-14.
      expect(Math.abs(reference(system, report.charges) / (energy?.total ?? 0) - 1)).toBeLessThan(1e-9);
    }
  });

  it('Li3YCl6: sites as refined, or free, as low as ordered by hand', async () => {
    const given = await crystal('Li3YCl6');
    const refined = orderSites(given, lowest);
    const system = refined.draws[0]?.system as System;
    const on = (label: string): number => system.siteLabels?.filter((one) => one === label).length ?? 0;
    // 0.826 × 6 and 0.674 × 6.
    expect([on('Li1'), on('Li2')]).toEqual([5, 4]);
    expect(system.occupancies).toBeUndefined();
    const free = orderSites(given, { ...lowest, sites: 'free' });
    expect(free.report.tried).toBe(220);
    // By hand −76.8937 eV: Li1 full, Li2 half.
    expect(free.draws[0]?.energy?.perFormula).toBeLessThan(-76.8936);
    expect(free.draws[0]?.energy?.perFormula).toBeLessThan(refined.draws[0]?.energy?.perFormula ?? 0);
  });

  it('annealing a supercell comes near what repeats the lowest of the cell, or below', async () => {
    const given = await crystal('Li3YCl6');
    const one = orderSites(given, lowest);
    const eight = orderSites(given, { ...lowest, repeats: [2, 2, 2], seed: 4 });
    expect(eight.report.method).toBe('annealing');
    // 40 + 32 asked for as 39.6 + 32.4.
    expect(eight.report).toMatchObject({ asked: 'Li72 Y24 Cl144', reached: 'Li72 Y24 Cl144' });
    // Measured with four seeds: 0.003 to 0.006 eV above.
    expect(eight.draws[0]?.energy?.perFormula).toBeLessThan((one.draws[0]?.energy?.perFormula ?? 0) + 0.02);
  });

  it('Li10GeP2S12: no two ions on a split site, in any order', async () => {
    const given = await crystal('Li10GeP2S12');
    expect(closestPair(given, 1, lithium(given))?.distance).toBeCloseTo(0.418, 3);
    for (const options of [lowest, { ...lowest, order: 'random', repeats: [2, 2, 1], draws: 2 } as const]) {
      const { draws, report } = orderSites(given, options);
      expect(report.reached).toBe(report.asked);
      for (const { system } of draws) {
        reference(system, report.charges);
        expect(closestPair(system, 2.4, lithium(system))).toBeUndefined();
      }
    }
  });

  it('Li2Sc2/3Cl4: lithium makes up for the charge of the refinement, and it is said', async () => {
    const { report, draws } = orderSites(await crystal('Li2Sc0667Cl4'), { ...lowest, repeats: [1, 1, 2] });
    expect(report.asked).toBe('Li33.99 Sc9.95 Cl64');
    expect(report.reached).toBe('Li34 Sc10 Cl64');
    expect(report.refinedCharge).toBeCloseTo(-0.157, 3);
    expect(report.notes.join()).toMatch(
      /ask for Li33\.99 Sc9\.95 Cl64, reached Li34 Sc10 Cl64.*carries −0\.157 e/,
    );
    reference(draws[0]?.system as System, report.charges);
  });

  it('the same seed gives the same draws, another one others', async () => {
    const given = await crystal('Li2Sc0667Cl4');
    const draw = (order: 'ewald' | 'random', seed: number): Float64Array =>
      orderSites(given, { ...lowest, order, seed }).draws[0]?.system.positions as Float64Array;
    for (const order of ['ewald', 'random'] as const) expect(draw(order, 3)).toEqual(draw(order, 3));
    expect(draw('random', 3)).not.toEqual(draw('random', 4));
  });

  it('atoms of a file without symmetry are pooled by their occupancies', async () => {
    const given = await crystal('Li3YCl6');
    const pooled = { ...given, siteLabels: [...given.typeOf.keys()].map((i) => `X${i}`) };
    expect(orderSites(pooled, lowest).draws[0]?.energy?.total).toBeCloseTo(
      orderSites(given, lowest).draws[0]?.energy?.total ?? 0,
      8,
    );
  });

  it('distances of the user take the place of the usual ones', async () => {
    const given = await crystal('Li2Sc0667Cl4');
    const { draws } = orderSites(given, { ...lowest, order: 'random', exclusions: { 'Li-Li': 2.4 } });
    expect(closestPair(given, 2.2, lithium(given))?.distance).toBeLessThan(2.2);
    const system = draws[0]?.system as System;
    expect(closestPair(system, 2.4, lithium(system))).toBeUndefined();
    expect(() => orderSites(given, { ...lowest, exclusions: { 'Li-Na': 2 } })).toThrow(
      /no species is called "Na"/,
    );
    expect(() => orderSites(given, { ...lowest, exclusions: { 'Li-Li': 4 } })).toThrow(
      /no whole numbers|no arrangement of/,
    );
  });

  it('a full structure is none to order', async () => {
    const given = await crystal('Li2MgCl4');
    const { draws } = orderSites(given, lowest);
    expect(isDisordered(given)).toBe(true);
    expect(isDisordered(draws[0]?.system as System)).toBe(false);
  });

  it('names the smallest supercell that is neutral', async () => {
    // 32 chloride ions with Al on 16 sites at two thirds: 10.67 of +3.
    const given = await crystal('Li2MgCl4', (text) =>
      text.replace(/^Li.*\n/gm, '').replace(/Mg1(.*) 0.5$/m, 'Al1$1 0.6667'),
    );
    expect(() => orderSites(given, lowest)).toThrow(
      /Al1 make a neutral 1 × 1 × 1 supercell near .*Al10\.67 Cl32.* the smallest supercell that does is 1 × 1 × 3/,
    );
    expect(orderSites(given, { ...lowest, order: 'random', repeats: [1, 1, 3] }).report.reached).toBe(
      'Al32 Cl96',
    );
  });

  it('refuses an overfull site, whoever made the structure', async () => {
    const given = await crystal('Li2MgCl4');
    const magnesium = given.species.findIndex(({ element }) => element === 'Mg');
    const occupancies = given.occupancies!.map((x, i) => (given.typeOf[i] === magnesium ? 0.6 : x));
    expect(() => orderSites({ ...given, occupancies }, lowest)).toThrow(
      /occupancies of the site of Li \(atom \d+\) add up to 1\.100: Li2 \(0\.5\), Mg1 \(0\.6\)/,
    );
  });

  it.each<[string, (text: string) => string, object, RegExp]>([
    [
      'an element without a charge',
      (text) => text.replace('Mg1', 'Xe1'),
      {},
      /no usual oxidation state is known for Xe/,
    ],
    [
      'a charge that nothing makes up for',
      (text) => text.replace(/^Li2.*\n/m, ''),
      {},
      /Li8 Mg8 Cl32, −8 e per cell.*no supercell .* does either; are the formal charges right \(Li \+1 e/,
    ],
    ['too many sites', (text) => text, { repeats: [6, 6, 8] }, /4608 partly occupied sites; .* at most 4000/],
    ['draws without number', (text) => text, { draws: 0.5 }, /draws: expected a whole number from 1 to 100/],
  ])('refuses %s', async (_what, change, options, message) => {
    const given = await crystal('Li2MgCl4', change);
    expect(() => orderSites(given, { ...lowest, ...options })).toThrow(message);
  });
});

import { describe, expect, it } from 'vitest';
import { pack, parseDistances, parseUnits } from '../../../src/build/pack.ts';
import { AVOGADRO } from '../../../src/core/constants.ts';
import { volume } from '../../../src/model/cell.ts';
import { closestPair } from '../../../src/model/distances.ts';
import type { Species } from '../../../src/model/system.ts';
import { counts, shortest } from './crystals.ts';

describe('random packing', () => {
  it('LiAlCl4 at 1.6 g/cm³: counts, density, distances of the ionic radii', () => {
    const system = pack({ units: { LiAlCl4: 40 }, density: 1.6, seed: 1 });
    expect(counts(system)).toEqual({ Li: 40, Al: 40, Cl: 160 });
    const mass = [...system.typeOf].reduce((sum, t) => sum + (system.species[t] as Species).mass, 0);
    expect((mass / volume(system.cell)) * (1e24 / AVOGADRO)).toBeCloseTo(1.6, 9);
    const [li, al, cl] = [0, 1, 2];
    const nearest = (a: number, b: number): number => closestPair(system, 5, [a, b])!.distance;
    // 0.85 of the sums of Shannon's radii; two cations 2.5 Å.
    expect(nearest(cl, cl)).toBeGreaterThanOrEqual(0.85 * 3.62);
    expect(nearest(li, cl)).toBeGreaterThanOrEqual(0.85 * 2.57);
    expect(nearest(al, cl)).toBeGreaterThanOrEqual(0.85 * 2.345);
    expect(nearest(li, al)).toBeGreaterThanOrEqual(2.5);
    expect(system.title).toBe('LiAlCl4, packed at random');
  });

  it('is a function of the seed, and no lattice', () => {
    const packed = (seed: number) => pack({ units: { NaCl: 108 }, density: 1.48, seed });
    expect(packed(3)).toEqual(packed(3));
    expect(packed(3).positions).not.toEqual(packed(4).positions);
  });

  it('takes an edge, a mixture and distances', () => {
    const system = pack({
      units: parseUnits('LiCl:20,AlCl3:10', ''),
      edge: 16,
      distances: parseDistances('Cl-Cl=2.5,Cl-Li=1.5,Al-Al=5.5', ''),
      seed: 1,
    });
    expect(counts(system)).toEqual({ Li: 20, Cl: 50, Al: 10 });
    expect(closestPair(system, 8, [2, 2])!.distance).toBeGreaterThanOrEqual(5.5);
    expect(shortest(system)).toBeGreaterThanOrEqual(1.5);
  });

  it('is dense enough for the densest melts: LiI at 3.1 g/cm³, several seeds', () => {
    for (let seed = 1; seed <= 5; seed++) {
      expect(counts(pack({ units: { LiI: 100 }, density: 3.1, seed }))).toEqual({ Li: 100, I: 100 });
    }
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'no room',
      () => pack({ units: { LiCl: 60 }, density: 4, seed: 1 }),
      /no room at 4\.000 g\/cm³: Cl and Cl stay/,
    ],
    ['a charge', () => pack({ units: { AlCl4: 5 }, density: 1, seed: 1 }), /carries −5 e \(Al \+3, Cl −1\)/],
    ['an unknown state', () => pack({ units: { FeCl3: 5 }, density: 1, seed: 1 }), /oxidation state of Fe/],
    ['no size', () => pack({ units: { LiCl: 5 }, seed: 1 }), /either a density/],
    [
      'a tiny cell',
      () => pack({ units: { LiCl: 1 }, density: 9, seed: 1 }),
      /edge would be .* expected 4 to 500 Å/,
    ],
    ['a thin cell', () => pack({ units: { LiCl: 2 }, density: 1.5, seed: 1 }), /less than twice the longest/],
    [
      'too many',
      () => pack({ units: { LiCl: 999999 }, density: 1, seed: 1 }),
      /1999998 atoms; expected 2 to/,
    ],
    ['no formula', () => parseUnits('liquid:3', '--pack'), /--pack: expected a formula such as LiCl/],
    ['no number', () => parseUnits('LiCl', '--pack'), /--pack: expected FORMULA:UNITS/],
    [
      'distances of others',
      () => pack({ units: { LiCl: 5 }, density: 1, seed: 1, distances: { 'Na-Cl': 2 } }),
      /"Na-Cl" is no pair of Li, Cl/,
    ],
  ])('refuses: %s', (_what, make, message) => {
    expect(make).toThrow(message);
  });
});

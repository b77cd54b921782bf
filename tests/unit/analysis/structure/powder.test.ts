/** Powder patterns: against published figures of another program, extinction rules, and closed forms. */
import { describe, expect, test } from 'vitest';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { powderPattern } from '../../../../src/analysis/structure/powder.ts';
import { powder } from '../../../../src/analysis/structure/powderAnalysis.ts';
import {
  lorentzPolarisation,
  profileOf,
  twoThetaOf,
  waveNumberAt,
} from '../../../../src/analysis/structure/reflections.ts';
import { scatterersOf } from '../../../../src/analysis/structure/scatterers.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { contextOf, frameOf, rockSalt, shaken, structure } from './lattices.ts';

const cube = (a: number): number[] => [a, 0, 0, 0, a, 0, 0, 0, a];

describe('powder patterns of literature structures (figures of pymatgen, tests/analysis/diffraction, MIT)', () => {
  test('BaTiO3, P4mm, neutrons: 27 lines, angles and intensities of the first four', () => {
    // a 3.9945, c 4.0334 Å; the structure and the expected numbers of test_neutron.py.
    const system = structure(
      [3.9945, 0, 0, 0, 3.9945, 0, 0, 0, 4.0334],
      [
        ['Ba', [[0, 0, 0]]],
        ['Ti', [[0.5, 0.5, 0.482]]],
        [
          'O',
          [
            [0.5, 0.5, 0.016],
            [0.5, 0, 0.515],
            [0, 0.5, 0.515],
          ],
        ],
      ],
    );
    const pattern = powderPattern(system, { radiation: 'neutron', from: 0 });
    expect(pattern).toHaveLength(27);
    const expected = [
      [22.037944670652465, 453.13576368164007, 4.0334, [0, 0, 1], 2],
      [22.255284684116262, 800.8355861573295, 3.9945, [1, 0, 0], 4],
      [31.52181770727521, 1916.4711408968653, 2.838191301738583, [1, 0, 1], 8],
      [31.678181395101802, 971.0175541753043, 2.824538037449664, [1, 1, 0], 4],
    ] as const;
    expected.forEach(([angle, intensity, d, hkl, multiplicity], i) => {
      const line = pattern[i];
      expect(Math.abs((line?.twoTheta as number) / angle - 1)).toBeLessThan(1e-12);
      expect(Math.abs((line?.intensity as number) / intensity - 1)).toBeLessThan(1e-12);
      expect(Math.abs((line?.d as number) / d - 1)).toBeLessThan(1e-12);
      expect(line?.families).toEqual([{ hkl, multiplicity }]);
    });
  });

  test('CsCl: angles, multiplicities, intensities of X-rays', () => {
    const system = structure(cube(4.209), [
      ['Cs', [[0, 0, 0]]],
      ['Cl', [[0.5, 0.5, 0.5]]],
    ]);
    for (const radiation of ['neutron', 'xray'] as const) {
      const [first, second] = powderPattern(system, { radiation });
      expect(first?.twoTheta).toBeCloseTo(21.107738329639844, 10);
      expect(second?.twoTheta).toBeCloseTo(30.024695921112777, 10);
      expect(first?.families).toEqual([{ hkl: [1, 0, 0], multiplicity: 6 }]);
      expect(second?.families).toEqual([{ hkl: [1, 1, 0], multiplicity: 12 }]);
    }
    const [first, second] = powderPattern(system, { radiation: 'xray' });
    expect(second?.relative).toBe(100);
    // 36.483 with other form factors (Mott–Bethe fits of neutral atoms): tables of f differ by a per cent.
    expect(Math.abs((first?.relative as number) - 36.483)).toBeLessThan(0.4);
  });

  test('tungsten: angle of (110), and what a Debye–Waller factor takes off', () => {
    const system = structure(cube(3.1653), [
      [
        'W',
        [
          [0, 0, 0],
          [0.5, 0.5, 0.5],
        ],
      ],
    ]);
    const [still] = powderPattern(system, { radiation: 'xray' });
    expect(still?.twoTheta).toBeCloseTo(40.294828554672264, 10);
    expect(still?.d).toBeCloseTo(2.2382050944897789, 10);
    // 2414237.56 there, with another table of form factors: f differs by 2.2 % at s = 0.223 Å⁻¹.
    expect(Math.abs((still?.intensity as number) / 2414237.5633093244 - 1)).toBeLessThan(0.05);
    const [warm] = powderPattern(system, { radiation: 'xray', debyeWaller: [0.1526] });
    expect((warm?.intensity as number) / (still?.intensity as number)).toBeCloseTo(
      2377745.2296686019 / 2414237.5633093244,
      9,
    );
  });
});

describe('powder patterns', () => {
  test('rock salt: mixed indices are absent, odd ones see the difference, even ones the sum', () => {
    const lines = powderPattern(rockSalt(1, 5.64), { radiation: 'neutron', to: 60 });
    const named = lines.map(({ families }) => families[0]?.hkl.join(''));
    expect(named).toEqual(['111', '200', '220', '311', '222']);
    // |F|² = 16 (b_Na ∓ b_Cl)², and multiplicities 8 and 6.
    const [odd, even] = lines;
    const square = (line: (typeof lines)[number] | undefined): number =>
      (line?.intensity as number) /
      lorentzPolarisation(line?.twoTheta as number, 'neutron') /
      (line?.multiplicity as number);
    expect(square(odd)).toBeCloseTo(16 * (3.63 - 9.577) ** 2, 6);
    expect(square(even)).toBeCloseTo(16 * (3.63 + 9.577) ** 2, 6);
  });

  test('a supercell has the lines of its cell, |F|² times the square of their number', () => {
    const one = powderPattern(rockSalt(1, 5.64), { radiation: 'xray' });
    const eight = powderPattern(rockSalt(2, 5.64), { radiation: 'xray' });
    expect(eight.length).toBe(one.length);
    eight.forEach((line, i) => {
      expect(line.twoTheta).toBeCloseTo(one[i]?.twoTheta as number, 9);
      expect(line.intensity / (one[i]?.intensity as number)).toBeCloseTo(64, 6);
      expect(line.multiplicity).toBe(one[i]?.multiplicity as number);
    });
  });

  test('half occupied sites scatter half', () => {
    const whole = rockSalt(1, 5.64);
    const half = { ...whole, occupancies: new Float64Array(8).fill(0.5) };
    const [a, b] = [whole, half].map(
      (system) => powderPattern(system, { radiation: 'neutron' })[0]?.intensity as number,
    );
    expect((b as number) / (a as number)).toBeCloseTo(0.25, 12);
  });

  test('a profile keeps area, place and width of a line', () => {
    const q = waveNumberAt(40.003, 1.54184);
    const scattered = { hkl: [1, 0, 0], q: [q], squares: [50] };
    const options = { radiation: 'xray' as const, wavelength: 1.54184, from: 5, to: 90 };
    const { twoTheta, intensity } = profileOf(scattered, options, 0.1, 0.005);
    const area = intensity.reduce((sum, x) => sum + x, 0) * 0.005;
    // Tails of the Lorentzian half beyond 2.5° on both sides: 0.6 %.
    expect(area / (100 * lorentzPolarisation(40.003, 'xray'))).toBeGreaterThan(0.99);
    expect(area / (100 * lorentzPolarisation(40.003, 'xray'))).toBeLessThan(1);
    const top = Math.max(...intensity);
    const above = twoTheta.filter((_, k) => (intensity[k] as number) >= top / 2);
    expect(above.length * 0.005).toBeCloseTo(0.1, 2);
    expect(((above[0] as number) + (above.at(-1) as number)) / 2).toBeCloseTo(40.003, 2);
    expect(twoThetaOf(q, 1.54184)).toBeCloseTo(40.003, 12);
  });
});

describe('the pattern of a run', () => {
  interface Results {
    xray: {
      diffuseShare: { value: number };
      lines: { hkl: number[]; multiplicity: number; intensity: number; relativeError: number | null }[];
    };
    neutron: { lines: { hkl: number[] }[] };
    displacements: Record<string, Estimate>;
  }

  const options = { wavelength: 1.54184, from: 5, to: 60, width: 0.1, ions: false, every: 1 };

  /** An Einstein crystal: independent Gaussians about the sites of rock salt, the whole carried off by a drift. */
  function run(sigma: number, frames: number, drift: number, breathing = 0): Results {
    const system = rockSalt(2, 5.64);
    const context = contextOf(system);
    const part = powder.begin({ ...context, mobile: [0] }, options);
    const draw = new RandomSequence(10);
    for (let f = 0; f < frames; f++) {
      const scale = 1 + breathing * Math.sin(f);
      const cell = { h: system.cell.h.map((x) => x * scale) };
      const positions = shaken(system.positions, sigma, draw).map((x) => x * scale + drift * f);
      part.add(frameOf(system, cell, f, positions));
    }
    return powder.report([part], { ...context, mobile: [0] }, options).results['powder'] as Results;
  }

  test('Debye and Waller: Bragg lines fall by e^(−q²U), the rest is diffuse; U comes back', () => {
    const sigma = 0.2;
    const { xray, displacements } = run(sigma, 100, 0);
    const still = powderPattern(rockSalt(2, 5.64), { radiation: 'xray', to: 60 });
    expect(xray.lines.map(({ hkl }) => hkl.map((x) => x / 2).join(''))).toEqual([
      '111',
      '200',
      '220',
      '311',
      '222',
    ]);
    const [sodium, chlorine] = scatterersOf('xray', [{ element: 'Na' }, { element: 'Cl' }]);
    xray.lines.forEach(({ multiplicity, intensity, relativeError }, i) => {
      const line = still[i];
      const q = (2 * Math.PI) / (line?.d as number);
      const sign = i === 0 || i === 3 ? -1 : 1;
      // The mean of the 32 Cl, from which displacements are taken, jitters by U/32: it adds to Na and takes off Cl. In the weak
      // difference of (311) that is 14 %.
      const amplitude = (f: number, share: number): number =>
        f * Math.exp((-q * q * sigma * sigma * share) / 2);
      const at = q / (4 * Math.PI);
      const [na, cl] = [sodium?.at(at) as number, chlorine?.at(at) as number];
      const expected = ((amplitude(cl, 31 / 32) + sign * amplitude(na, 33 / 32)) / (cl + sign * na)) ** 2;
      expect(multiplicity).toBe(line?.multiplicity as number);
      // Measured 0.4 % for strong lines, 5 % for (311), whose amplitude is a twelfth of theirs.
      expect(Math.abs(intensity / (line?.intensity as number) / expected - 1)).toBeLessThan(
        sign < 0 ? 0.1 : 0.012,
      );
      expect(relativeError).not.toBeNull();
    });
    for (const [label, share] of [
      ['Na', 33 / 32],
      ['Cl', 31 / 32],
    ] as const) {
      // Variances of 100 frames about their own mean: less by a hundredth.
      const expected = sigma ** 2 * share * 0.99;
      expect(Math.abs((displacements[label]?.value as number) / expected - 1)).toBeLessThan(0.025);
      const interval = displacements[label]?.ci95;
      expect((interval?.[1] as number) - (interval?.[0] as number)).toBeLessThan(0.003);
    }
    expect(xray.diffuseShare.value).toBeGreaterThan(5);
  });

  test('a drifting crystal and one whose cell breathes have the same lines', () => {
    const [rest, drifting, breathing] = [run(0.1, 20, 0), run(0.1, 20, 0.3), run(0.1, 20, 0, 0.01)];
    rest.xray.lines.forEach(({ intensity }, i) => {
      expect((drifting.xray.lines[i]?.intensity as number) / intensity).toBeCloseTo(1, 2);
      expect((breathing.xray.lines[i]?.intensity as number) / intensity).toBeCloseTo(1, 1);
    });
    // The drift of Cl, the framework, is taken off; 0.3 Å a frame would make U = 3 Å².
    expect(drifting.displacements['Na']?.value).toBeCloseTo(0.01, 2);
    expect(breathing.displacements['Na']?.value).toBeCloseTo(0.01, 2);
  });

  test('a crystal at rest has no diffuse scattering', () => {
    const { xray, displacements } = run(0, 5, 0);
    expect(Math.abs(xray.diffuseShare.value)).toBeLessThan(1e-6);
    expect(displacements['Na']?.value).toBeCloseTo(0, 12);
  });
});

/** Structure factors and reduced pair distributions: tables, direct sums, Bragg points, Debye's formula, closed forms. */
import { describe, expect, test } from 'vitest';
import { DensityModes, modeLength, modesWithin } from '../../../../src/analysis/structure/densityModes.ts';
import { lorch, pdfFromFactor, windowed } from '../../../../src/analysis/structure/reducedPdf.ts';
import {
  formFactorAt,
  formFactorNames,
  formFactorOf,
  scatterersOf,
  scatteringLengthOf,
} from '../../../../src/analysis/structure/scatterers.ts';
import { firstSharpPeak, pdfDecay } from '../../../../src/analysis/structure/sharpPeak.ts';
import {
  modeGrid,
  pairWeights,
  partialFactors,
  StructureFactorSums,
  totalFactor,
  waveVectors,
} from '../../../../src/analysis/structure/structureFactors.ts';
import { scattering } from '../../../../src/analysis/structure/totalScattering.ts';
import { elementOfLabel } from '../../../../src/core/elements.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { columnOf } from '../../../support/csv.ts';
import { contextOf, frameOf, idealGas, rockSalt, shaken, structure } from './lattices.ts';

const cube = (edge: number): number[] => [edge, 0, 0, 0, edge, 0, 0, 0, edge];

describe('tables', () => {
  test('f(0) is the number of electrons of every atom and ion, H to Bi', () => {
    expect(formFactorNames).toHaveLength(183);
    const elements = new Set<string>();
    for (const name of formFactorNames) {
      const [, element = '', size = '0', sign = '+'] = /^([A-Z][a-z]?)(?:(\d)([+-]))?$/.exec(name) ?? [];
      const charge = Number(size) * (sign === '-' ? -1 : 1);
      elements.add(element);
      const electrons = (elementOfLabel(element)?.number as number) - charge;
      const factor = formFactorOf(element, charge);
      expect(factor.name).toBe(name);
      // The authors' fits are this good; a slip in one digit of an a_k or c is seen from 0.1 % on.
      expect(Math.abs(formFactorAt(factor, 0) - electrons)).toBeLessThanOrEqual(
        1e-3 * Math.max(1, electrons),
      );
      // Falls with angle, stays positive (widths b_k): O2− has the most diffuse electrons.
      expect(formFactorAt(factor, 0.5)).toBeLessThan(formFactorAt(factor, 0) + 1e-9);
    }
    expect(elements.size).toBe(83);
    for (const element of elements) expect(Math.abs(scatteringLengthOf(element))).toBeLessThan(20);
  });

  test('the widths agree with an older fit of the same wave functions (Cromer–Mann, International Tables C)', () => {
    // a1 b1 … a4 b4 c of table 6.1.1.4, four entries of four rows of the periodic table.
    const older = {
      'Cl1-': [18.2915, 0.0066, 7.2084, 1.1717, 6.5337, 19.5424, 2.3386, 60.4486, -16.378],
      'Br1-': [17.1718, 2.2059, 6.3338, 19.3345, 5.5754, 0.2871, 3.7272, 58.1535, 3.1776],
      'Zr4+': [18.1668, 1.2148, 10.0562, 10.1483, 1.01118, 21.6054, -2.6479, -0.10276, 9.41454],
      'La3+': [20.2489, 2.9207, 19.3763, 0.250698, 11.6323, 17.8211, 0.336048, 54.9453, 2.4086],
    };
    for (const [name, numbers] of Object.entries(older)) {
      const [, element = '', size = '', sign = ''] = /^([A-Z][a-z]?)(\d)([+-])$/.exec(name) ?? [];
      const factor = formFactorOf(element, Number(size) * (sign === '-' ? -1 : 1));
      for (const s of [0.1, 0.2, 0.3, 0.5, 0.8, 1]) {
        let f = numbers[8] as number;
        for (let k = 0; k < 4; k++)
          f += (numbers[2 * k] as number) * Math.exp(-(numbers[2 * k + 1] as number) * s * s);
        expect(Math.abs(formFactorAt(factor, s) / f - 1)).toBeLessThan(0.012);
      }
    }
  });

  test('an ion without an entry scatters as the atom; unknown elements are refused', () => {
    expect(formFactorOf('S', -2).name).toBe('S');
    expect(formFactorOf('Y', 3).name).toBe('Y3+');
    expect(() => formFactorOf('Po')).toThrow(/form factor of Po/);
    expect(() => scatteringLengthOf('Po')).toThrow(/scattering length of Po/);
  });
});

describe('Fourier components', () => {
  const vectors = [9, 0, 0, 2, 8, 0, -3, 1, 10];

  test('agree with a sum of exponentials, triclinic, more atoms than a chunk', () => {
    const system = idealGas(vectors, { A: 300, B: 40 }, 2);
    const moved = system.positions.map((x, k) => x + 20 * ((k % 3) - 1));
    const modes = modesWithin(system.cell, 4);
    const density = new DensityModes(modes, system.typeOf, 2);
    density.evaluate(system.cell, moved);
    const g = waveVectors(system.cell);
    expect(modes.isComplete).toBe(true);
    for (let m = 0; m < modes.count; m += 7) {
      const [h, k, l] = [0, 1, 2].map((i) => modes.hkl[3 * m + i] as number) as [number, number, number];
      const q = [0, 1, 2].map(
        (i) => h * (g[i] as number) + k * (g[3 + i] as number) + l * (g[6 + i] as number),
      );
      expect(Math.hypot(...q)).toBeCloseTo(modeLength(g, h, k, l), 12);
      for (const species of [0, 1]) {
        let [re, im] = [0, 0];
        for (let i = 0; i < 340; i++) {
          if (system.typeOf[i] !== species) continue;
          const phase = [0, 1, 2].reduce(
            (sum, x) => sum + (q[x] as number) * (moved[3 * i + x] as number),
            0,
          );
          re += Math.cos(phase);
          im += Math.sin(phase);
        }
        expect(density.re[species * modes.count + m]).toBeCloseTo(re, 8);
        expect(density.im[species * modes.count + m]).toBeCloseTo(im, 8);
      }
    }
  });

  test('every vector of half a sphere once; of too many an even share, all of the short ones', () => {
    const { cell } = idealGas(vectors, { A: 1 }, 2);
    const g = waveVectors(cell);
    const all = modesWithin(cell, 5);
    let expected = 0;
    for (let h = -12; h <= 12; h++) {
      for (let k = -12; k <= 12; k++) {
        for (let l = -12; l <= 12; l++) if ((h || k || l) !== 0 && modeLength(g, h, k, l) <= 5) expected++;
      }
    }
    expect(2 * all.count).toBe(expected);
    const some = modesWithin(cell, 20, 4000);
    const whole = modesWithin(cell, 20);
    expect(some.isComplete).toBe(false);
    expect(some.count / 4000).toBeGreaterThan(0.93);
    expect(some.count / 4000).toBeLessThan(1.07);
    expect(some.weight.reduce((sum, w) => sum + w, 0) / whole.count).toBeCloseTo(1, 1);
    const short = (modes: typeof all): number =>
      Array.from({ length: modes.count }, (_, m) =>
        modeLength(
          g,
          modes.hkl[3 * m] as number,
          modes.hkl[3 * m + 1] as number,
          modes.hkl[3 * m + 2] as number,
        ),
      ).filter((q) => q < 3).length;
    expect(short(some)).toBe(short(whole));
  });

  test('a perfect crystal: N at Bragg points, nothing between', () => {
    const system = rockSalt(3, 5.64);
    const modes = modesWithin(system.cell, 5);
    const density = new DensityModes(modes, system.typeOf, 2);
    density.evaluate(system.cell, system.positions);
    let [bragg, largest] = [0, 0];
    for (let m = 0; m < modes.count; m++) {
      const hkl = [0, 1, 2].map((i) => (modes.hkl[3 * m + i] as number) / 3);
      const square = (density.re[m] as number) ** 2 + (density.im[m] as number) ** 2;
      // Face-centred: indices of the cube all even or all odd.
      const isBragg = hkl.every(Number.isInteger) && new Set(hkl.map((x) => Math.abs(x) % 2)).size === 1;
      if (isBragg) {
        bragg++;
        expect(square).toBeCloseTo(108 ** 2, 5);
      } else largest = Math.max(largest, square);
    }
    // Half of 8 + 6 + 12 + 24 + 8 + 6 + 24 + 24, (111) to (420).
    expect(bragg).toBe(56);
    expect(largest).toBeLessThan(1e-18 * 108 ** 2 * 1e3);
  });
});

describe('structure factors', () => {
  test('a cluster in a large box follows the formula of Debye', () => {
    // Seven atoms of two kinds within some 4 Å in a box of 46 Å: neighbours of the box are ten times as far.
    const places: Record<string, [number, number, number][]> = {
      A: [
        [0, 0, 0],
        [2.1, 0.3, 0],
        [-0.4, 2.2, 0.5],
      ],
      B: [
        [0.2, 0.1, 2.4],
        [2.5, 2.2, 0.3],
        [-1.9, -0.8, 0.9],
        [1.2, -1.8, -1.5],
      ],
    };
    const box = 46;
    const system = structure(
      cube(box),
      Object.entries(places).map(([label, list]) => [
        label,
        list.map(([x, y, z]) => [x / box, y / box, z / box] as const),
      ]),
    );
    const sums = new StructureFactorSums(system, modeGrid(system, 6, 0.1, 1));
    sums.add(frameOf(system, system.cell));
    const { q, partials } = partialFactors(sums.sums.total, system);
    let worst = 0;
    q.forEach((length, i) => {
      if (length < 1.5) return;
      [
        [0, 0],
        [0, 1],
        [1, 1],
      ].forEach(([a, b], p) => {
        const [first, second] = [
          places['AB'[a as number] as string],
          places['AB'[b as number] as string],
        ] as [number[][], number[][]];
        let debye = 0;
        first.forEach((r, m) => {
          second.forEach((s, n) => {
            const d = Math.hypot(...r.map((x, k) => x - (s[k] as number)));
            debye += a === b && m === n ? 1 : Math.sin(length * d) / (length * d);
          });
        });
        const found =
          (((partials[p]?.[i] as number) - 1) * first.length * second.length) / 7 +
          (a === b ? first.length : 0);
        worst = Math.max(worst, Math.abs(found - debye));
      });
    });
    // Measured 0.06 of sums of up to 16: shells of 0.1 Å⁻¹ have 600 vectors and more.
    expect(worst).toBeLessThan(0.15);
  });

  test('weights sum to one; an ideal gas has S = 1', () => {
    const system = idealGas(cube(18), { Li: 120, Cl: 80 }, 4);
    const scatterers = scatterersOf('xray', system.species, [1, -1]);
    expect(scatterers.map(({ name }) => name)).toEqual(['Li1+', 'Cl1-']);
    for (const q of [0, 3, 9]) {
      expect(pairWeights([120, 80], scatterers, q).reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
    }
    const sums = new StructureFactorSums(system, modeGrid(system, 6, 0.25, 1));
    for (let f = 0; f < 8; f++)
      sums.add(frameOf(idealGas(cube(18), { Li: 120, Cl: 80 }, 20 + f), system.cell));
    const partials = partialFactors(sums.sums.total, system);
    const s = totalFactor(partials, [120, 80], scatterers);
    // A shell of n vectors and 8 frames scatters by √(2/8n) at most; the outermost ones have 1600 vectors.
    s.forEach((value, i) => {
      const vectors = (5832 * 4 * Math.PI * (partials.q[i] as number) ** 2 * 0.25) / (2 * Math.PI) ** 3 / 2;
      expect(Math.abs(value - 1)).toBeLessThan(5 / Math.sqrt(8 * Math.max(1, vectors)));
    });
  });
});

describe('reduced pair distribution', () => {
  test('the transform of a known F(Q) is the known G(r) through the window', () => {
    // S − 1 = −A e^(−aQ²): G(r) = −(A/(2√π a^(3/2))) r e^(−r²/4a). With a = 0.02 it is cut at 8 Å⁻¹, where e^(−aQ²) is still 0.28.
    const [amplitude, a, qMax, bin] = [0.8, 0.02, 8, 0.02];
    const r = Float64Array.from({ length: 300 }, (_, k) => (k + 0.5) * bin);
    const exact = r.map(
      (x) => (-amplitude / (2 * Math.sqrt(Math.PI) * a ** 1.5)) * x * Math.exp((-x * x) / (4 * a)),
    );
    const q = Float64Array.from({ length: 800 }, (_, k) => (k + 0.5) * 0.01);
    const s = q.map((x) => 1 - amplitude * Math.exp(-a * x * x));
    // A cell so large that its vectors lie as dense as a continuum.
    const volume = 1e9;
    const vectors = q.map((x) => (volume * 4 * Math.PI * x * x * 0.01) / (2 * Math.PI) ** 3);
    const cut = pdfFromFactor(q, s, vectors, volume, 1, qMax, r);
    const smeared = windowed(exact, bin, qMax);
    const largest = Math.max(...cut.map(Math.abs));
    let [worst, change] = [0, 0];
    cut.forEach((x, k) => {
      worst = Math.max(worst, Math.abs(x - (smeared[k] as number)));
      change = Math.max(change, Math.abs(x - (exact[k] as number)));
    });
    expect(worst / largest).toBeLessThan(0.003);
    // Without the window it would not do: the two differ by half of the peak.
    expect(change / largest).toBeGreaterThan(0.3);
    expect(lorch(qMax, qMax)).toBeCloseTo(0, 12);
  });

  test('decay length of a damped oscillation; a crystal does not decay', () => {
    const bin = 0.05;
    const noise = new Float64Array(400).fill(1e-6);
    const wave = (length: number): Float64Array =>
      Float64Array.from({ length: 400 }, (_, k) => {
        const x = (k + 0.5) * bin;
        return 2 * Math.exp(-x / length) * Math.cos(2.4 * x + 0.3);
      });
    const decay = pdfDecay(wave(4.2), noise, bin);
    expect(Math.abs((decay?.length as number) / 4.2 - 1)).toBeLessThan(0.02);
    expect(decay?.to).toBeGreaterThan(17);
    expect(1 / (pdfDecay(wave(1e6), noise, bin)?.length as number)).toBeLessThan(0.001);
    // Noise ends the fit instead of flattening it.
    const noisy = new Float64Array(400).fill(2 * Math.exp(-12 / 4.2) * 0.5);
    expect(pdfDecay(wave(4.2), noisy, bin)?.to).toBeLessThan(12.5);
    expect(pdfDecay(wave(0.5), noisy, bin)).toBeUndefined();
  });

  test('first sharp peak: place and width of a prepeak below one, not of ripples', () => {
    const q = Float64Array.from({ length: 200 }, (_, k) => 0.3 + 0.05 * k);
    const s = q.map(
      (x) =>
        0.1 +
        0.6 * Math.exp(-0.5 * ((x - 1.31) / 0.2) ** 2) +
        1.6 * Math.exp(-0.5 * ((x - 2.6) / 0.25) ** 2) +
        0.01 * Math.sin(40 * x),
    );
    const peak = firstSharpPeak(q, s, new Float64Array(200).fill(0.005));
    expect(peak?.q).toBeCloseTo(1.31, 1);
    // 2.355 · √(0.2² + 0.1²), 0.1 being the smoothing.
    expect(Math.abs((peak?.width as number) - 0.527)).toBeLessThan(0.04);
    expect(
      firstSharpPeak(
        q,
        q.map(() => 1),
        new Float64Array(200),
      ),
    ).toBeUndefined();
  });

  test('the report of a shaken crystal: both radiations, both routes, tables and citations', () => {
    const system = rockSalt(2, 5.64);
    const options = { qMax: 10, qBin: 0.02, binWidth: 0.05, rMax: 11, ions: true, every: 1 };
    const context = contextOf(system, [1, -1]);
    const part = scattering.begin(context, options);
    const draw = new RandomSequence(3);
    for (let f = 0; f < 6; f++)
      part.add(frameOf(system, system.cell, f, shaken(system.positions, 0.25, draw)));
    const report = scattering.report([part], context, options);
    const { xray, neutron } = report.results['scattering'] as Record<
      string,
      { scatterers: string[]; routes: { rms: number; rmsDifference: number } }
    >;
    expect(xray?.scatterers).toEqual(['Na1+', 'Cl1-']);
    expect(neutron?.scatterers[1]).toContain('9.577');
    const routes = neutron?.routes;
    // Measured below; a factor of 2 or π gives 50 % and more, and so do shells counted by their width instead of their vectors.
    expect((routes?.rmsDifference as number) / (routes?.rms as number)).toBeLessThan(0.05);
    expect(report.methods.join(' ')).toContain('{lorch1969}');
    expect(columnOf(report.tables['pdf.csv'] as string, 'G_neutron_from_F_per_A2').length).toBe(220);
    expect(columnOf(report.tables['structure_factor.csv'] as string, 'a_Na_Cl').every(Number.isFinite)).toBe(
      true,
    );
  });
});

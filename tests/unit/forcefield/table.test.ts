/** Tabulated interactions: reading of points, the curve through them, its samples, and what is refused. */
import { describe, expect, it } from 'vitest';
import { COULOMB_EV_ANGSTROM } from '../../../src/core/constants.ts';
import { type Curve, curveAt, curveThrough } from '../../../src/forcefield/curve.ts';
import { interactionsOf, wallOf } from '../../../src/forcefield/interactions.ts';
import { parsePotential, tableFiles } from '../../../src/forcefield/library.ts';
import { pairForm } from '../../../src/forcefield/pairForms.ts';
import { SAMPLING_ACCURACY, sampleCurve } from '../../../src/forcefield/sampling.ts';
import { parseTableFile } from '../../../src/forcefield/tableFile.ts';
import { innerPart, insideWall } from '../../../src/forcefield/wall.ts';
import { pointsOf, speciesOf, tabulated } from '../../support/systems.ts';

const buckingham = pairForm('buckingham');
const params = { A: 426.48, rho: 0.3, C: 5 };
const exact = (r: number) => ({ energy: buckingham.energy(r, params), slope: buckingham.slope(r, params) });
const place = (i: number) => `x.table:${i + 1}`;
const through = (spacing: number, first = 1, last = 10) =>
  curveThrough(pointsOf(exact, first, last, spacing), place).curve;

/** Largest error of a slope between a and b, relative to the larger of the slope and 0.01 eV/Å. */
function worst(slope: (r: number) => number, a: number, b: number): number {
  let error = 0;
  for (let r = a; r <= b; r += 0.00037) {
    error = Math.max(error, Math.abs(slope(r) - exact(r).slope) / Math.max(0.01, Math.abs(exact(r).slope)));
  }
  return error;
}

describe('the curve through points', () => {
  it('passes through energies and forces, and its slope is the derivative of its energy', () => {
    const curve = through(0.05);
    curve.r.forEach((r, i) => {
      const { energy, slope, curvature } = curveAt(curve, r);
      expect(Math.abs(energy - exact(r).energy)).toBeLessThan(1e-13 * Math.max(1, Math.abs(energy)));
      expect(Math.abs(slope - exact(r).slope)).toBeLessThan(1e-12 * Math.max(1, Math.abs(slope)));
      // Twice differentiable: the same curvature from either side of a point.
      if (i === 0 || i === curve.r.length - 1) return;
      const before = curveAt(curve, r * (1 - 1e-15)).curvature;
      expect(Math.abs(before - curvature)).toBeLessThan(1e-8 * Math.max(1, Math.abs(curvature)));
    });
    for (let r = 1.0137; r < 9.9; r += 0.0371) {
      const h = 1e-4;
      const v = (k: number) => curveAt(curve, r + k * h).energy;
      const difference = (v(-2) - 8 * v(-1) + 8 * v(1) - v(2)) / (12 * h);
      expect(Math.abs(difference - curveAt(curve, r).slope)).toBeLessThan(2e-9 * Math.abs(v(0)) + 1e-10);
    }
  });

  it('the error of the force falls with the fourth power of the spacing', () => {
    // Measured, points from 1 to 10 Å: 1.8e-3 at 0.1 Å, 1.2e-4 at 0.05 Å, 8e-8 at 0.01 Å of max(|F|, 0.01 eV/Å).
    const [coarse, fine] = [0.1, 0.05].map((spacing) => {
      const curve = through(spacing);
      return worst((r) => curveAt(curve, r).slope, 1, 9.9);
    }) as [number, number];
    expect(coarse).toBeLessThan(3e-3);
    expect(coarse / fine).toBeGreaterThan(10);
    const finest = through(0.01);
    expect(worst((r) => curveAt(finest, r).slope, 1, 9.9)).toBeLessThan(2e-7);
  });
});

describe('samples on a grid of r²', () => {
  const curve = through(0.01);
  const sampling = sampleCurve(curve, 9);

  it('reproduce force and energy to the stated accuracy', () => {
    const { origin, inverseSpacing, last, coefficients, error } = sampling;
    expect(error).toBeLessThanOrEqual(SAMPLING_ACCURACY);
    const evaluated = (r: number) => {
      const x = (r * r - origin) * inverseSpacing;
      const k = Math.min(last, Math.floor(x));
      const t = x - k;
      const [a, b, c, d] = coefficients.subarray(4 * k, 4 * k + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      return {
        energy: a + t * (b + t * (c + t * d)),
        slope: 2 * r * inverseSpacing * (b + t * (2 * c + 3 * t * d)),
      };
    };
    // Measured 6.4e-7: sampling (at most 1e-6) and the curve between its points (8e-8).
    expect(worst((r) => evaluated(r).slope, 1, 8.9999)).toBeLessThan(1.1e-6);
    for (let r = 1; r < 9; r += 0.00091) {
      // Measured 1.8e-8 eV at most.
      expect(Math.abs(evaluated(r).energy - exact(r).energy)).toBeLessThan(5e-8);
    }
  });

  it('are as many as needed: thousands of intervals, a few hundred kibibytes at most', () => {
    // Measured: 9289 intervals from 1 to 9 Å, 145 KiB in f32.
    expect(sampling.last + 1).toBeGreaterThan(1000);
    expect(sampling.last + 1).toBeLessThan(20_000);
    expect(sampleCurve(through(0.01, 2), 9).last).toBeLessThan(sampling.last / 2);
  });
});

describe('below the first point', () => {
  const term = (curve: Curve) => ({
    between: ['A', 'B'] as const,
    form: 'table' as const,
    params: {},
    curve,
  });

  it('a wall continues the interaction with its value, slope and curvature', () => {
    for (const chargeProduct of [0, 14.4, -14.4]) {
      const curve = through(0.01, 1.5);
      const inner = innerPart([term(curve)], chargeProduct, 10);
      if (inner.kind !== 'wall') throw new Error('no wall');
      const { wall } = inner;
      expect(wall.radius).toBe(1.5);
      expect(wall.curvature).toBeGreaterThan(0);
      const here = curveAt(curve, 1.5);
      const at = (r: number) => insideWall(wall, chargeProduct, r);
      expect(at(1.5).energy).toBeCloseTo(here.energy, 12);
      expect(at(1.5).slope).toBeCloseTo(here.slope, 12);
      // One-sided difference of the wall's slope: measured to 2e-5 of the curvature.
      const h = 1e-5;
      const curvature = (3 * at(1.5).slope - 4 * at(1.5 - h).slope + at(1.5 - 2 * h).slope) / (2 * h);
      expect(Math.abs(curvature / here.curvature - 1)).toBeLessThan(1e-3);
      for (let r = 1.499; r > 1e-3; r *= 0.9) {
        expect(-(at(r).slope - chargeProduct / r ** 2)).toBeGreaterThan(wall.force);
      }
    }
  });

  it('an inner maximum within the points has its wall outside of it, as an analytic form has', () => {
    const analytic = innerPart([{ between: ['A', 'B'], form: 'buckingham', params }], -14.4, 10);
    const inner = innerPart([term(through(0.005, 0.3))], -14.4, 10);
    if (inner.kind !== 'wall' || analytic.kind !== 'wall') throw new Error('no wall');
    expect(inner.wall.radius).toBeCloseTo(analytic.wall.radius, 4);
    expect(inner.maximum).toBeCloseTo(analytic.maximum, 5);
  });

  it('points that end inside the largest repulsion have the wall further out', () => {
    const analytic = innerPart([{ between: ['A', 'B'], form: 'buckingham', params }], 0, 10);
    if (analytic.kind !== 'wall') throw new Error('no wall');
    const between = (analytic.maximum + analytic.wall.radius) / 2;
    const inner = innerPart([term(through(0.005, between))], 0, 10);
    if (inner.kind !== 'wall') throw new Error('no wall');
    expect(inner.wall.radius).toBeCloseTo(analytic.wall.radius, 4);
    expect(inner.wall.curvature).toBe(0);
  });
});

describe('a table file', () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${1 + i} ${12 - i} 1`);
  const lammps = [
    '# DATE: 2024-01-01',
    '',
    'LI_O',
    'N 12 R 1.0 12.0',
    '',
    ...rows.map((row, i) => `${i + 1} ${row}`),
  ];

  it('is read with comments, and as pair_write leaves it', () => {
    const plain = parseTableFile(['# r V F', ...rows.map((row) => `${row} # point`), ''].join('\n'), 'a');
    expect(plain.points.r).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(plain.points.V[3]).toBe(9);
    expect(plain.lines[3]).toBe(5);
    const written = parseTableFile(lammps.join('\r\n'), 'b');
    expect(written.points).toEqual(plain.points);
    expect(written.lines[0]).toBe(6);
  });

  it.each<[string, string[], RegExp]>([
    ['no number', [rows[0]!, '2 x 1'], /^a\.table:2: V: expected a number, found "x"/],
    ['a word among the rows', [rows[0]!, 'two 1 1'], /^a\.table:2: r: expected a number, found "two"/],
    ['two columns', ['1 2'], /^a\.table:1: 2 columns; expected r, V and F/],
    [
      'an index without header',
      rows.map((row, i) => `${i} ${row}`),
      /^a\.table:1: 4 columns; expected r, V and F/,
    ],
    [
      'no N after a keyword',
      ['LI_O', ...rows],
      /^a\.table:2: expected "N" and the number of rows after "LI_O"/,
    ],
    ['a missing row', lammps.slice(0, -1), /^a\.table:4: N announces 12 rows, 11 follow/],
    ['two sections', [...lammps, 'O_O', 'N 1', '1 1 1 1'], /^a\.table:18: a second section, "O_O"/],
  ])('with %s is refused, naming the line', (_what, lines, message) => {
    expect(() => parseTableFile(lines.join('\n'), 'a.table')).toThrow(message);
  });

  it.each<[string, (points: { r: number[]; V: number[]; F: number[] }) => void, RegExp]>([
    [
      'too few points',
      (p) => [p.r, p.V, p.F].map((column) => column.splice(9)),
      /^x\.table:1: a table of 9 points/,
    ],
    [
      'distances that repeat',
      (p) => p.r.splice(7, 1, p.r[6]!),
      /^x\.table:8: r = [\d.]+ Å does not lie beyond/,
    ],
    ['a distance of zero', (p) => p.r.splice(0, 1, 0), /^x\.table:1: r = 0 Å; expected a positive distance/],
    [
      'forces of the wrong sign',
      (p) => p.F.splice(0, p.F.length, ...p.F.map((f) => -f)),
      /wrong sign: expected F/,
    ],
    [
      'a last point of zero, as pair_write leaves it',
      (p) => {
        p.V.splice(-1, 1, 0);
        p.F.splice(-1, 1, 0);
      },
      /^x\.table:181: zero at r = 10 Å, unlike the points before; write the table a little beyond/,
    ],
    [
      'forces in another unit',
      (p) => p.F.splice(0, p.F.length, ...p.F.map((f) => 27 * f)),
      /not the derivative/,
    ],
  ])('%s: refused', (_what, change, message) => {
    const { r, V, F } = pointsOf(exact, 1, 10, 0.05);
    const points = { r: [...r], V: [...V], F: [...F] };
    change(points);
    expect(() => curveThrough(points, place)).toThrow(message);
  });

  it('energies and forces that do not quite fit are warned of, with the place; printed digits are not', () => {
    const rounded = (x: number) => Number(x.toPrecision(6));
    for (const spacing of [0.05, 0.001]) {
      const { r, V, F } = pointsOf(exact, 1, 10, spacing);
      expect(curveThrough({ r, V: V.map(rounded), F: F.map(rounded) }, place).warnings).toEqual([]);
    }
    const { r, V, F } = pointsOf(exact, 1, 10, 0.05);
    const bent = V.map((v, i) => (i === 20 ? v * 1.02 : v));
    expect(curveThrough({ r, V: bent, F }, place).warnings).toEqual([
      expect.stringMatching(
        /^x\.table:2[01]: the energies near r = (1\.95|2) Å change by \d+ % more or less/,
      ),
    ]);
  });
});

describe('a potential with tables', () => {
  const set = (pair: object, more: object = {}) =>
    JSON.stringify(
      {
        species: {
          Li: { element: 'Li', mass: 6.94, charge: 1 },
          Cl: { element: 'Cl', mass: 35.45, charge: -1 },
        },
        pairs: [
          { between: ['Li', 'Cl'], form: 'table', ...pair },
          { between: ['Cl', 'Cl'], form: 'none' },
        ],
        ...more,
      },
      null,
      1,
    );
  const points = pointsOf(exact, 1, 10, 0.02);
  const text = points.r.map((r, i) => `${r} ${points.V[i]} ${points.F[i]}`).join('\n');
  const parse = (pair: object, more: object = {}) =>
    parsePotential(set(pair, more), 'my.json', 'my', new Map([['li-cl.table', text]]));

  it('takes points from a file or in place, to the same curve', () => {
    expect(tableFiles(set({ params: { file: 'li-cl.table' } }), 'my.json')).toEqual(['li-cl.table']);
    expect(tableFiles(set({ params: points }), 'my.json')).toEqual([]);
    const fromFile = parse({ params: { file: 'li-cl.table' } });
    const inPlace = parse({ params: points });
    expect(fromFile.pairs[0]?.curve).toEqual(inPlace.pairs[0]?.curve);
    const [, liCl] = interactionsOf(fromFile, speciesOf(fromFile), 10);
    const analytic = innerPart(
      [{ between: ['Li', 'Cl'], form: 'buckingham', params }],
      -COULOMB_EV_ANGSTROM,
      10,
    );
    if (analytic.kind !== 'wall') throw new Error('no wall');
    expect(wallOf(liCl!)?.radius).toBeCloseTo(analytic.wall.radius, 4);
  });

  it.each<[string, object, object, RegExp]>([
    [
      'neither',
      { params: {} },
      {},
      /my\.json:\d+: pairs\[0\]\.params: expected either "file", or "r", "V" and "F"/,
    ],
    ['both', { params: { file: 'li-cl.table', ...points } }, {}, /expected either "file", or/],
    [
      'a file that is not there',
      { params: { file: 'other.table' } },
      {},
      /my\.json:\d+: pairs\[0\]\.params\.file: no file can be read/,
    ],
    [
      'columns of different length',
      { params: { ...points, V: [1] } },
      {},
      /pairs\[0\]\.params: 451, 1, 451 numbers in r, V and F/,
    ],
    [
      'text among the numbers',
      { params: { ...points, V: ['x'] } },
      {},
      /pairs\[0\]\.params\.V\[0\]: expected a number/,
    ],
    [
      'points out of order',
      { params: { ...points, r: points.r.toReversed() } },
      {},
      /my\.json:\d+: pairs\[0\], point 2: r = /,
    ],
    [
      'an end short of the cutoff',
      { params: points },
      { cutoff: 12 },
      /my\.json:\d+: pairs\[0\]: my: the table between Li and Cl ends at 10 Å, short of the cutoff of 12 Å/,
    ],
    [
      'attraction from the first point on',
      { params: pointsOf(exact, 4, 10, 0.02) },
      {},
      /pairs\[0\]: my: Li and Cl attract each other from the first point/,
    ],
  ])('refuses %s, naming the place', (_what, pair, more, message) => {
    expect(() => parse(pair, more)).toThrow(message);
  });

  it('a longer cutoff than the file’s own is refused as well', () => {
    const set = tabulated(parse({ params: points }));
    expect(() => interactionsOf(set, speciesOf(set), 10.5)).toThrow(
      /ends at 10 Å, short of the cutoff of 10.5/,
    );
  });

  it('keeps doubts as warnings', () => {
    const bent = { ...points, V: points.V.map((v, i) => (i === 100 ? v + 0.01 : v)) };
    expect(parse({ params: bent }).warnings).toEqual([
      expect.stringMatching(/^my\.json:\d+: pairs\[0\], point/),
    ]);
  });
});

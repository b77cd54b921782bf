import { describe, expect, it } from 'vitest';
import { sites } from '../../../../src/analysis/sites/sites.ts';
import { triangle, type WindowKind } from '../../../../src/analysis/sites/window.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors, toCartesian } from '../../../../src/model/cell.ts';
import { DEFAULTS, lithiumChloride, packing } from './synthetic.ts';

it('circumradius and area of a triangle in a skew cell', () => {
  const h = cellFromVectors([10, 0, 0, 3, 9, 0, -1, 2, 8]).h;
  // 3-4-5: the hypotenuse is the diameter.
  const inverse = (r: number[]): number[] => {
    const z = r[2]! / 8;
    const y = (r[1]! - 2 * z) / 9;
    return [(r[0]! - 3 * y + z) / 10, y, z];
  };
  const { radius, area } = triangle(
    [
      [1, 1, 1],
      [4, 1, 1],
      [1, 5, 1],
    ].map(inverse),
    h,
  );
  expect(radius).toBeCloseTo(2.5, 12);
  expect(area).toBeCloseTo(6, 12);
});

describe('an ion that goes back and forth between an octahedron and a tetrahedron', () => {
  const { cell, anions, octahedra, tetrahedra } = packing(2);
  const octahedron = octahedra[0] as number[];
  const tetrahedron = tetrahedra.find((t) =>
    t.every((x, k) => Math.abs(Math.abs(x - (octahedron[k] as number)) - 0.125) < 1e-9),
  ) as number[];
  /** Corners of the face between them: the three anions nearest to the middle of the way. */
  const middle = octahedron.map((x, k) => (x + (tetrahedron[k] as number)) / 2);
  const face = anions
    .map((a, i) => {
      const d = a.map((x, k) => x - (middle[k] as number) - Math.round(x - (middle[k] as number)));
      return { i, r: Math.hypot(...toCartesian(cell, d)) };
    })
    .sort((p, q) => p.r - q.r)
    .slice(0, 3)
    .map(({ i }) => i);

  /** @param opening Å that each corner of the window moves outwards in the two frames about a crossing */
  function windows(opening: number, crossing: boolean, opensIn: readonly number[] = [9, 0]): WindowKind[] {
    const random = new RandomSequence(3);
    const system = lithiumChloride(cell, [octahedron], anions);
    const context = { system, mobile: [0], temperature: 600, charges: [1, -1], frameInterval: 50 };
    const accumulator = sites.begin(context, { ...DEFAULTS, definition: 'polyhedra', reference: 1 });
    for (let t = 0; t < 600; t++) {
      // Every tenth frame it goes to the other side; the window opens in the frames before and after.
      const side = Math.floor(t / 10) % 2;
      const ion = side === 0 ? octahedron : tetrahedron;
      const isAtCrossing = opensIn.includes(t % 10);
      const positions = toCartesian(cell, [...ion, ...anions.flat()]);
      if (t > 0) {
        for (let k = 3; k < positions.length; k++)
          positions[k] = (positions[k] as number) + 0.05 * random.normal();
      }
      const center = toCartesian(cell, middle);
      if (isAtCrossing === crossing) {
        for (const i of face) {
          const home = toCartesian(cell, anions[i] as number[]);
          const d = [0, 1, 2].map((k) => {
            const x = (home[k] as number) - (center[k] as number);
            return x - 10.4 * Math.round(x / 10.4);
          });
          const n = Math.hypot(...d);
          d.forEach((x, k) => {
            positions[3 * (i + 1) + k] = (positions[3 * (i + 1) + k] as number) + (opening * x) / n;
          });
        }
      }
      accumulator.add({ step: t, time: 50 * t, cell, positions });
    }
    return [...accumulator.summary().windows];
  }

  it('counts its crossings of the one face, of which it knows the size', () => {
    const [only, ...others] = windows(0, true);
    expect(others).toEqual([]);
    expect(only?.between).toBe('octahedral–tetrahedral');
    expect(only?.corners).toBe('Cl3');
    expect(only?.faces).toBe(1);
    expect(only?.crossings).toBe(59);
    // Edge a/√2: circumradius a/√6, less 1.81 Å of Cl; rattling adds 1e-3 Å.
    expect(only?.meanRadius).toBeCloseTo(5.2 / Math.sqrt(6) - 1.81, 2);
    expect(only?.meanArea).toBeCloseTo((Math.sqrt(3) / 8) * 5.2 ** 2, 1);
    // No opening, no excess: 59 crossings of two frames each are good to 1/√118 = 0.09.
    expect(Math.abs(only?.excess as number)).toBeLessThan(4 * (only?.excessError as number));
    expect(only?.excessError).toBeLessThan(0.15);
  });

  it('sees that the window opens for it', () => {
    const [open] = windows(0.3, true);
    // 0.3 Å wider at crossings, a fifth of all frames: the mean is 0.06 Å wider, the difference 0.24 Å.
    expect((open?.crossingRadius as number) - (open?.meanRadius as number)).toBeCloseTo(0.24, 1);
    expect((open?.crossingRadius as number) - (5.2 / Math.sqrt(6) - 1.81)).toBeCloseTo(0.3, 1);
    expect(open?.excess).toBeGreaterThan(1);
    // Open only in the frame before: half of it is left, as the size is the mean of the frames before and after.
    const [before] = windows(0.3, true, [9]);
    expect((before?.crossingRadius as number) - (5.2 / Math.sqrt(6) - 1.81)).toBeCloseTo(0.15, 1);
    const [shut] = windows(0.3, false);
    expect(shut?.excess).toBeLessThan(-1);
  });
});

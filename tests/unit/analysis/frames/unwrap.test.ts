import { describe, expect, it } from 'vitest';
import { DisplacementCollector } from '../../../../src/analysis/frames/displacements.ts';
import { createUnwrapper, unwrapTrajectory } from '../../../../src/analysis/frames/unwrap.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { type Cell, cellFromParameters, toCartesian, toFractional } from '../../../../src/model/cell.ts';
import type { System } from '../../../../src/model/system.ts';
import type { Frame } from '../../../../src/model/trajectory.ts';
import { boxOf, CL, LI } from '../transport/walks.ts';

const N = 6;
const TRICLINIC = { a: 9, b: 8, c: 10, alpha: 75, beta: 82, gamma: 110 };

function systemWith(cell: Cell): System {
  return { ...boxOf(10, [LI, CL], [3, 3]), cell, positions: new Float64Array(3 * N) };
}

/** A random walk in fractional coordinates, steps up to 1 Å or so, and the same wrapped into the cell. */
function walkFrames(count: number, cellAt: (t: number) => Cell): { continuous: Frame[]; wrapped: Frame[] } {
  const random = new RandomSequence(4);
  const s = Float64Array.from({ length: 3 * N }, () => random.uniform());
  const continuous: Frame[] = [];
  const wrapped: Frame[] = [];
  for (let t = 0; t < count; t++) {
    const cell = cellAt(t);
    const rest = { step: t, time: 10 * t, cell };
    continuous.push({ ...rest, positions: toCartesian(cell, s) });
    wrapped.push({
      ...rest,
      positions: toCartesian(
        cell,
        s.map((x) => x - Math.floor(x)),
      ),
    });
    for (let i = 0; i < s.length; i++) s[i]! += 0.05 * random.normal();
  }
  return { continuous, wrapped };
}

const fixed = (): Cell => cellFromParameters(TRICLINIC);
/** A barostat that breathes every edge by 4 %. */
const breathing = (t: number): Cell => {
  const scale = 1 + 0.04 * Math.sin(0.7 * t);
  return cellFromParameters({ ...TRICLINIC, a: 9 * scale, b: 8 * scale, c: 10 / scale });
};

describe('unwrap', () => {
  it.each([
    ['a fixed cell', fixed],
    ['a breathing cell', breathing],
  ])('wrapped frames become the continuous ones in %s', (_, cellAt) => {
    const { continuous, wrapped } = walkFrames(200, cellAt);
    const unwrap = createUnwrapper(systemWith(cellAt(0)));
    let crossings = 0;
    wrapped.forEach((frame, t) => {
      const got = unwrap(frame).positions;
      const expected = continuous[t]!.positions;
      const shift = toFractional(
        frame.cell,
        got.map((x, i) => x - expected[i]!),
      );
      // Equal up to the lattice vector by which the first frame was wrapped: none here, since it starts inside.
      for (const x of shift) expect(Math.abs(x)).toBeLessThan(1e-11);
      if (got.some((x, i) => Math.abs(x - frame.positions[i]!) > 1)) crossings++;
    });
    expect(crossings).toBeGreaterThan(100);
  });

  it('wrapped and unwrapped input give the same displacements', async () => {
    const { continuous, wrapped } = walkFrames(120, breathing);
    const system = systemWith(breathing(0));
    const direct = new DisplacementCollector(system);
    for (const frame of continuous) direct.add(frame);
    const through = new DisplacementCollector(system);
    const trajectory = {
      system,
      frameInterval: 10,
      async *frames() {
        yield* wrapped;
      },
    };
    for await (const frame of unwrapTrajectory(trajectory).frames()) through.add(frame);
    const [a, b] = [direct.series(), through.series()];
    a.frames.forEach((u, t) => {
      // f32 storage of displacements of some Å.
      u.forEach((x, i) => {
        expect(Math.abs(x - b.frames[t]![i]!)).toBeLessThan(1e-5);
      });
    });
  });

  it('refuses a step beyond 0.4 of the smallest width, naming atom and frame', () => {
    const cell = cellFromParameters({ a: 10, b: 12, c: 14, alpha: 90, beta: 90, gamma: 90 });
    const unwrap = createUnwrapper(systemWith(cell));
    const positions = new Float64Array(3 * N);
    unwrap({ step: 0, time: 0, cell, positions });
    const jump = positions.slice();
    jump[3 * 4 + 1] = 3.9;
    unwrap({ step: 1, time: 10, cell, positions: jump });
    const far = jump.slice();
    far[3 * 4 + 1] = 3.9 + 4.1;
    expect(() => unwrap({ step: 2, time: 20, cell, positions: far })).toThrow(
      "Cl (atom 5) moves 4.10 Å between frames 2 and 3, more than 0.4 of the cell's smallest width (10.00 Å)",
    );
  });

  it('refuses a position that is not a number, and another number of atoms', () => {
    const cell = fixed();
    const unwrap = createUnwrapper(systemWith(cell));
    unwrap({ step: 0, time: 0, cell, positions: new Float64Array(3 * N) });
    const broken = new Float64Array(3 * N);
    broken[7] = Number.NaN;
    expect(() => unwrap({ step: 1, time: 1, cell, positions: broken })).toThrow('Li (atom 3) moves NaN Å');
    expect(() => unwrap({ step: 2, time: 2, cell, positions: new Float64Array(3) })).toThrow(
      'frame 3 (step 2): expected 6 atoms, found 1',
    );
  });
});

import { describe, expect, it } from 'vitest';
import {
  collectDisplacements,
  DisplacementCollector,
} from '../../../../src/analysis/frames/displacements.ts';
import { driftOf } from '../../../../src/analysis/transport/tracks.ts';
import { cellFromParameters, toCartesian } from '../../../../src/model/cell.ts';
import type { Frame } from '../../../../src/model/trajectory.ts';
import { boxOf, CL, LI } from '../transport/walks.ts';

const system = boxOf(20, [LI, CL], [2, 2]);

function frame(t: number, positions: ArrayLike<number>, interval = 10): Frame {
  return { step: t, time: t * interval, cell: system.cell, positions: Float64Array.from(positions) };
}

/** Li moves by t along x, Cl by 0.3 t along y, in a fixed cell. */
const moving = (t: number): number[] => [t, 0, 0, t, 0, 0, 0, 0.3 * t, 0, 0, 0.3 * t, 0];

describe('DisplacementCollector', () => {
  it('collects displacements since the first frame and their sums by species', () => {
    const collector = new DisplacementCollector(system);
    for (let t = 0; t < 5; t++)
      collector.add(
        frame(
          t,
          moving(t).map((x) => x + 3),
        ),
      );
    const series = collector.series();
    expect(series.frameInterval).toBe(10);
    expect(series.volume).toBeCloseTo(8000, 9);
    expect([...series.frames[4]!.slice(0, 3)]).toEqual([4, 0, 0]);
    expect([...series.speciesSums[4]!]).toEqual([8, 0, 0, 0, expect.closeTo(2.4, 12), 0]);
    collector.add(
      frame(
        5,
        moving(5).map((x) => x + 3),
      ),
    );
    expect(series.frames.length).toBe(5);
    expect(collector.frameCount).toBe(6);
  });

  it('a caller may reuse its position array', () => {
    const collector = new DisplacementCollector(system);
    const positions = new Float64Array(12);
    for (let t = 0; t < 4; t++) {
      positions.set(moving(t));
      collector.add({ step: t, time: 10 * t, cell: system.cell, positions });
    }
    expect(collector.series().frames[3]![0]).toBe(3);
  });

  it('affine breathing of the cell is no displacement, however far from the origin; hops are', () => {
    const s = [0.1, 0.2, 0.3, 25.1, -8.4, 3.3, 0.5, 0.5, 0.5, 0.9, 0.1, 0.7];
    const collector = new DisplacementCollector(system);
    for (let t = 0; t < 50; t++) {
      const edge = 20 * (1 + 0.02 * Math.sin(t));
      const cell = cellFromParameters({ a: edge, b: edge, c: edge, alpha: 90, beta: 90, gamma: 90 });
      if (t === 30) s[0]! += 0.1;
      collector.add({ step: t, time: t, cell, positions: toCartesian(cell, s) });
    }
    const { frames } = collector.series();
    // The second Li sits 25 cells away: a plain difference would show 20 Å · 25 · 0.02 = 10 Å.
    expect(Math.max(...frames.map((u) => Math.max(...u.slice(3).map(Math.abs))))).toBeLessThan(1e-9);
    expect(frames[29]![0]).toBeCloseTo(0, 9);
    const middle = 20 * (1 + 0.01 * (Math.sin(29) + Math.sin(30)));
    expect(frames[49]![0]).toBeCloseTo(0.1 * middle, 5);
  });

  it('refuses unequal intervals, standing time and wrapped coordinates', () => {
    const unequal = new DisplacementCollector(system);
    unequal.add(frame(0, moving(0)));
    unequal.add(frame(1, moving(1)));
    expect(() => unequal.add(frame(3, moving(3)))).toThrow(
      'frame 3 (step 3) comes 20 fs after the one before it, the first interval was 10 fs: frames must be equally spaced in time',
    );
    const standing = new DisplacementCollector(system);
    standing.add(frame(0, moving(0)));
    expect(() => standing.add(frame(0, moving(0)))).toThrow('comes 0 fs after');
    const wrapped = new DisplacementCollector(system);
    wrapped.add(frame(0, moving(0)));
    const jump = moving(0);
    jump[9] = 19;
    expect(() => wrapped.add(frame(1, jump))).toThrow(
      'Cl (atom 4) moves by 0.95 of a cell edge between frames 1 and 2: the coordinates are wrapped',
    );
  });

  it('leaves out the beginning when asked', async () => {
    const trajectory = {
      system,
      frameInterval: 10,
      async *frames() {
        for (let t = 0; t < 10; t++) yield frame(t, moving(t));
      },
    };
    const series = await collectDisplacements(trajectory, { discard: 35 });
    expect(series.frames.length).toBe(6);
    expect([...series.frames[0]!]).toEqual(new Array(12).fill(0));
    expect(series.frames[5]![0]).toBe(5);
  });

  it('when its memory is full, halves the time resolution and goes on', () => {
    const collector = new DisplacementCollector(system, { maxBytes: 0 });
    for (let t = 0; t < 300; t++) collector.add(frame(t, [0.01 * t, ...new Array<number>(11).fill(0)]));
    const series = collector.series();
    // 64 frames at least are kept: after 300 frames every eighth of them is left.
    expect(series.frameInterval).toBe(80);
    expect(series.frames.length).toBe(38);
    expect(series.speciesSums.length).toBe(38);
    series.frames.forEach((u, k) => {
      expect(u[0]).toBeCloseTo(0.08 * k, 5);
    });
  });

  it('measures the distance to the nearest atom of the same species across the boundary', () => {
    const collector = new DisplacementCollector(boxOf(20, [LI, CL], [2, 1]));
    collector.add({
      step: 0,
      time: 0,
      cell: system.cell,
      positions: Float64Array.of(1, 0, 0, 18.5, 0, 0, 9, 9, 9),
    });
    const [li, cl] = collector.series().nearestDistances;
    expect(li).toBeCloseTo(2.5, 12);
    expect(cl).toBeNaN();
  });
});

describe('drift', () => {
  const collector = new DisplacementCollector(system);
  for (let t = 0; t < 4; t++) collector.add(frame(t, moving(t)));
  const series = collector.series();

  it('framework: the arithmetic mean of what is not mobile', () => {
    const { frame: kind, displacement, why } = driftOf(series, 'framework', [0]);
    expect(kind).toBe('framework');
    expect([...displacement.slice(9)]).toEqual([0, expect.closeTo(0.9, 12), 0]);
    expect(why).toBeUndefined();
  });

  it('massCenter: weighted by mass', () => {
    const { displacement } = driftOf(series, 'massCenter', [0]);
    const total = 6.94 + 35.45;
    expect(displacement[9]).toBeCloseTo((3 * 6.94) / total, 12);
    expect(displacement[10]).toBeCloseTo((0.9 * 35.45) / total, 12);
  });

  it('none', () => {
    expect(driftOf(series, 'none', [0]).displacement.every((x) => x === 0)).toBe(true);
  });

  it('without a framework the mass centre stands in and says so', () => {
    const drift = driftOf(series, 'framework', [0, 1]);
    expect(drift.frame).toBe('massCenter');
    expect(drift.why).toContain('there is no framework');
  });
});

/** What `bench` understands and what it shows. */
import { describe, expect, it } from 'vitest';
import { benchForceField, benchSystem, cellsOf, methodOf } from '../../../src/cli/bench/crystal.ts';
import type { BenchRow } from '../../../src/cli/bench/measure.ts';
import { benchPlot, linesOf } from '../../../src/cli/bench/show.ts';
import { chargesOf } from '../../../src/reference/ewald.ts';

function row(more: Partial<BenchRow>): BenchRow {
  const { atoms = 512, replicas = 1, microsecondsPerAtomStep = 10 } = more;
  const atomStepsPerSecond = 1e6 / microsecondsPerAtomStep;
  return {
    ...{ atoms, replicas, microsecondsPerAtomStep, atomStepsPerSecond, method: 'pppm' },
    stepsPerSecond: atomStepsPerSecond / (atoms * replicas),
    ...{ nsPerDay: 1, startSeconds: 1, gpuMebibytes: 5, bytesPerAtom: 10000, forceError: 1e-4 },
    ...more,
  };
}

describe('sizes and methods', () => {
  it.each([
    ['512', 4],
    ['1k', 5],
    ['4096', 8],
    ['225k', 30],
    ['256k', 32],
    ['1M', 50],
  ])('%s ions are a cube of %s cells', (text, n) => {
    expect(cellsOf(text)).toBe(n);
  });

  it.each(['100', '-4096', 'many', '4kk', ''])('refuses "%s" ions', (text) => {
    expect(() => cellsOf(text)).toThrow(/expected numbers of ions from 512 up/);
  });

  it('takes the order and the differentiation of a mesh', () => {
    expect(methodOf('pppm')).toEqual({ label: 'pppm', method: 'pppm' });
    expect(methodOf('pppm:7:ad')).toEqual({
      ...{ label: 'pppm:7:ad', method: 'pppm', order: 7, differentiation: 'ad' },
    });
    expect(benchForceField(methodOf('pppm:ad')).coulomb.differentiation).toBe('ad');
    for (const bad of ['spme', 'pppm:4', 'ewald:7', 'pppm:7:7', 'pppm:']) {
      expect(() => methodOf(bad)).toThrow(/expected ewald, pppm, dsf, none/);
    }
  });

  it('simulates a neutral rattled rock salt', () => {
    const system = benchSystem(4, benchForceField(methodOf('ewald')));
    expect(system.typeOf.length).toBe(512);
    expect(chargesOf(system).reduce((sum, q) => sum + q, 0)).toBeCloseTo(0, 12);
  });
});

describe('what is shown', () => {
  const rows = [
    row({}),
    row({ atoms: 4096, microsecondsPerAtomStep: 20 }),
    row({
      method: 'ewald',
      against: {
        ...{ engine: 'lammps', version: 'of today', workers: 2, stepsPerSecond: 100 },
        ...{ ratio: 0.5, range: [0.4, 0.6], accuracy: { ours: 1e-6, theirs: 2e-6 } },
      },
    }),
    row({ replicas: 8, microsecondsPerAtomStep: 10, phases: { 'pair loop': 6, spread: 1 } }),
  ];

  it('many replicas are held against one cell of as many ions', () => {
    const [, ratio, phases] = linesOf(rows[3]!, rows);
    expect(ratio).toMatch(/2\.00 of one cell of 4096 ions/);
    expect(phases).toMatch(/pair loop 6\.000 \(60 %\), spread 1\.000 \(10 %\)/);
    expect(linesOf(rows[0]!, rows).length).toBe(1);
    // Two replicas of 4096 ions are no single cell.
    const without = [row({ atoms: 4096, replicas: 2 }), ...rows.toSpliced(1, 1)];
    expect(linesOf(rows[3]!, without).join()).not.toContain('of one cell');
  });

  it('another engine comes with the spread of the ratio and both measured errors', () => {
    expect(linesOf(rows[2]!, rows)[1]).toMatch(
      /0\.50 \(0\.40–0\.60\) of LAMMPS on 2 ranks, 100\.00 steps\/s; measured force error 1\.0e-6, theirs 2\.0e-6 \(2\.0 times ours\)/,
    );
  });

  it('the plot has a line per method, number of replicas and engine, and axes with units', () => {
    const svg = benchPlot(rows, 'some adapter');
    for (const text of [
      'pppm',
      'ewald',
      'pppm, 8 replicas',
      'LAMMPS',
      'µs per ion and step',
      'some adapter',
    ]) {
      expect(svg).toContain(text);
    }
    // A marker for each row and for the other engine's one.
    expect(svg.match(/<circle/g)?.length).toBe(5);
    expect(svg).not.toMatch(/var\(--|NaN|Infinity/);
  });
});

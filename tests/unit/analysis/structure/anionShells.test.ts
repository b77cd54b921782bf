/** Anion shells and networks: crystals and molecules whose census is known, random and segregated mixtures. */
import { describe, expect, test } from 'vitest';
import type { AnalysisContext } from '../../../../src/analysis/analysis.ts';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { shells } from '../../../../src/analysis/structure/anionShells.ts';
import { multinomial } from '../../../../src/analysis/structure/shellResults.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import type { System } from '../../../../src/model/system.ts';
import { contextOf, frameOf, rockSalt, shaken, species, structure } from './lattices.ts';

interface Results {
  cutoffs: Record<string, { value: number | null }>;
  cations: Record<
    string,
    {
      coordination: Estimate;
      shells: { shell: string; share: Estimate; randomCell: number; randomBound: number }[];
      clustering?: Record<string, Estimate>;
    }
  >;
  sharing: Record<string, Record<'corner' | 'edge' | 'face', Estimate>>;
  network?: {
    bridging: Estimate;
    Q: Record<string, Record<string, Estimate>>;
    clusterSize: Estimate;
    weightMeanClusterSize: Estimate;
    largestShare: Estimate;
  };
}

function census(
  system: System,
  frames: readonly Float64Array[],
  charges: (number | undefined)[],
  cutoff = 0,
): Results {
  const context: AnalysisContext = { ...contextOf(system, charges), mobile: [] };
  const options = { cutoff, every: 1 };
  const part = shells.begin(context, options);
  for (const positions of frames) part.add(frameOf(system, system.cell, 0, positions));
  return shells.report([part], context, options).results['shells'] as Results;
}

/** Molecules in a box of 40 Å, each at its own place. */
function molecules(list: readonly { M: number[][]; X: number[][] }[]): System {
  const at = (r: number[], place: number): [number, number, number] =>
    r.map((x, k) => ((k === 0 ? 12 * place : 0) + x + 3) / 40) as [number, number, number];
  return structure(
    [40, 0, 0, 0, 40, 0, 0, 0, 40],
    [
      ['Al', list.flatMap(({ M }, p) => M.map((r) => at(r, p)))],
      ['Cl', list.flatMap(({ X }, p) => X.map((r) => at(r, p)))],
    ],
  );
}

/** A polyhedron's own anions far from its partner. */
const away = (x: number, n: number): number[][] =>
  Array.from({ length: n }, (_, k) => {
    const angle = (2 * Math.PI * k) / n;
    return [x, 1.8 * Math.cos(angle), 1.8 * Math.sin(angle)];
  });

describe('networks', () => {
  test('rock salt, also where a polyhedron meets the same one through two images', () => {
    for (const n of [2, 3]) {
      const system = rockSalt(n, 5.2, ['Mg', 'O']);
      const { sharing, network, cations, cutoffs } = census(system, [system.positions], [2, -2]);
      expect(
        Math.abs((cutoffs['Mg-O']?.value as number) - ((0.5 + Math.sqrt(3) / 2) / 2) * 5.2),
      ).toBeLessThan(0.1);
      expect(cations['Mg']?.coordination.value).toBe(6);
      // Octahedra of rock salt share edges with twelve others and corners with six.
      expect(sharing['Mg-Mg']?.edge.value).toBe(12);
      expect(sharing['Mg-Mg']?.corner.value).toBe(6);
      expect(sharing['Mg-Mg']?.face.value).toBe(0);
      expect(network?.bridging.value).toBe(1);
      expect(network?.Q['Mg']).toEqual({ Q6: expect.objectContaining({ value: 1 }) });
      expect(network?.largestShare.value).toBe(1);
    }
  });

  test('molecules that share nothing, a corner, an edge and a face', () => {
    const single = { M: [[0, 0, 0]], X: [...away(-0.7, 3), [2, 0, 0]] };
    const corner = {
      M: [
        [-2, 0, 0],
        [2, 0, 0],
      ],
      X: [[0, 0, 0], ...away(-2.7, 3), ...away(2.7, 3)],
    };
    const edge = {
      M: [
        [-1.6, 0, 0],
        [1.6, 0, 0],
      ],
      X: [[0, 1.4, 0], [0, -1.4, 0], ...away(-2.4, 2), ...away(2.4, 2)],
    };
    const system = molecules([single, corner, edge]);
    const { sharing, network, cations } = census(system, [system.positions], [3, -1], 2.6);
    expect(cations['Al']?.coordination.value).toBe(4);
    // Five cations: one pair shares a corner, one an edge.
    expect(sharing['Al-Al']?.corner.value).toBeCloseTo(2 / 5, 12);
    expect(sharing['Al-Al']?.edge.value).toBeCloseTo(2 / 5, 12);
    expect(sharing['Al-Al']?.face.value).toBe(0);
    expect(network?.bridging.value).toBeCloseTo(3 / (4 + 7 + 6), 12);
    expect(network?.Q['Al']?.['Q0']?.value).toBeCloseTo(1 / 5, 12);
    expect(network?.Q['Al']?.['Q1']?.value).toBeCloseTo(2 / 5, 12);
    expect(network?.Q['Al']?.['Q2']?.value).toBeCloseTo(2 / 5, 12);
    expect(network?.clusterSize.value).toBeCloseTo(5 / 3, 12);
    expect(network?.weightMeanClusterSize.value).toBeCloseTo((1 + 4 + 4) / 5, 12);
    expect(network?.largestShare.value).toBeCloseTo(2 / 5, 12);
    const face = molecules([
      {
        M: [
          [-1.4, 0, 0],
          [1.4, 0, 0],
        ],
        X: [...away(0, 3), ...away(-2.4, 3), ...away(2.4, 3)],
      },
    ]);
    expect(census(face, [face.positions], [3, -1], 2.6).sharing['Al-Al']?.face.value).toBe(1);
  });
});

describe('shells of mixed anions', () => {
  /** Rock salt of Li with anions chosen by a rule from the place of the anion in the list. */
  function mixed(n: number, isSecond: (i: number, x: number) => boolean): System {
    const plain = rockSalt(n, 5.2, ['Li', 'Cl']);
    const typeOf = plain.typeOf.map((type, i) =>
      type === 1 && isSecond(i, plain.positions[3 * i] as number) ? 2 : type,
    );
    return { ...plain, species: [species('Li'), species('Cl'), species('Br')], typeOf };
  }

  test('at random they are binomial, with clustering one', () => {
    const draw = new RandomSequence(8);
    const system = mixed(7, () => draw.uniform() < 0.3);
    const { cations } = census(system, [system.positions], [1, -1, -1], 3.5);
    const li = cations['Li'];
    // 1372 shells, each anion in six of them: the ratio scatters by some 5 %.
    expect(Math.abs((li?.clustering?.['Br']?.value as number) - 1)).toBeLessThan(0.15);
    const found = li?.shells.find(({ shell }) => shell === 'Cl4 Br2');
    expect(Math.abs((found?.randomCell as number) - multinomial([4, 2], [0.7, 0.3]))).toBeLessThan(0.03);
    expect(Math.abs((found?.share.value as number) - (found?.randomCell as number))).toBeLessThan(0.05);
    const total = li?.shells.reduce((sum, { randomCell }) => sum + randomCell, 0) as number;
    // The rest are shells that did not occur.
    expect(total).toBeGreaterThan(0.99);
    expect(total).toBeLessThanOrEqual(1 + 1e-12);
  });

  test('segregated they flock', () => {
    const half = mixed(4, (_, x) => x > 4 * 5.2 * 0.49);
    const { cations } = census(half, [half.positions], [1, -1, -1], 3.5);
    expect(cations['Li']?.clustering?.['Br']?.value as number).toBeGreaterThan(3);
    const pure = cations['Li']?.shells.find(({ shell }) => shell === 'Cl6');
    expect(pure?.share.value as number).toBeGreaterThan(10 * (pure?.randomCell as number));
  });

  test('cutoffs are learned from the first ten frames; a report before and after them counts all', () => {
    const system = mixed(3, (i) => i % 2 === 0);
    const draw = new RandomSequence(1);
    const frames = Array.from({ length: 24 }, () => shaken(system.positions, 0.12, draw));
    const few = census(system, frames.slice(0, 3), [1, -1, -1]);
    const many = census(system, frames, [1, -1, -1]);
    expect(few.cations['Li']?.coordination.ci95).toBeNull();
    expect(many.cations['Li']?.coordination.ci95).not.toBeNull();
    expect(Math.abs((many.cations['Li']?.coordination.value as number) - 6)).toBeLessThan(0.02);
    // Without charges elements decide who is an anion.
    expect(census(system, frames, []).cations['Li']?.coordination.value).toBe(
      many.cations['Li']?.coordination.value,
    );
  });

  test('the multinomial sums to one', () => {
    let total = 0;
    for (let a = 0; a <= 6; a++)
      for (let b = 0; a + b <= 6; b++) total += multinomial([a, b, 6 - a - b], [0.2, 0.5, 0.3]);
    expect(total).toBeCloseTo(1, 12);
    expect(multinomial([2, 1], [0.5, 0.5])).toBeCloseTo(3 / 8, 12);
  });
});

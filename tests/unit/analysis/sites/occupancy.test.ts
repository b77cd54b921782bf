import { describe, expect, it } from 'vitest';
import {
  type Occupied,
  occupancyByKind,
  siteEnergies,
  siteOccupancies,
  tetrahedralOverOctahedral,
} from '../../../../src/analysis/sites/occupancy.ts';
import { VisitRecorder } from '../../../../src/analysis/sites/recorder.ts';
import { BOLTZMANN_EV_PER_K } from '../../../../src/core/constants.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors } from '../../../../src/model/cell.ts';

const kT = BOLTZMANN_EV_PER_K * 600;
const cell = cellFromVectors([10, 0, 0, 0, 10, 0, 0, 0, 10]);

/** Independent ions on two tetrahedra and one octahedron each, with the given share in tetrahedra and rate of change per frame. */
function twoStates(seed: number, ions: number, frames: number, share: number, rate: number): Occupied {
  const random = new RandomSequence(seed);
  const kinds = Array.from({ length: 3 * ions }, (_, s) => (s % 3 === 2 ? 'octahedral' : 'tetrahedral'));
  const recorder = new VisitRecorder({ cell, fractional: new Float64Array(9 * ions), kinds }, ions, {
    frames: 1,
    core: 0,
  });
  const inT = Array.from({ length: ions }, () => random.uniform() < share);
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < ions; i++) {
      // A new draw with probability `rate`: correlation time 1/rate frames.
      if (random.uniform() < rate) inT[i] = random.uniform() < share;
      recorder.put(i, inT[i] ? 3 * i + random.below(2) : 3 * i + 2, 0, 0, 0, false);
    }
    recorder.endFrame();
  }
  return {
    sites: recorder.sites,
    occupancies: recorder.occupancies(),
    visits: recorder.history(1).visits.length,
  };
}

describe('two states', () => {
  // Four in five in tetrahedra, of which there are two: ΔG = −kT ln(0.8/2 / 0.2) = −kT ln 2.
  const truth = -kT * Math.log(2);

  it('free energy and share lie within their intervals, correlated frames and all', () => {
    let energies = 0;
    let shares = 0;
    const runs = 60;
    for (let seed = 1; seed <= runs; seed++) {
      const part = twoStates(seed, 8, 2000, 0.8, 0.05);
      const { value, ci95 } = tetrahedralOverOctahedral([part], 600);
      expect(value).not.toBeNull();
      if (ci95 && ci95[0] <= truth && truth <= ci95[1]) energies++;
      const share = occupancyByKind([part])['tetrahedral']?.share;
      if (share?.ci95 && share.ci95[0] <= 0.8 && 0.8 <= share.ci95[1]) shares++;
    }
    // Measured 0.93 each over 100 runs; frames taken as independent would cover 0.25, as the correlation lasts 20 of them.
    expect(energies / runs).toBeGreaterThan(0.9);
    expect(shares / runs).toBeGreaterThan(0.9);
  });

  it('blocks are joined as the run grows, and nothing is lost', () => {
    const part = twoStates(3, 4, 1003, 0.5, 1);
    expect(part.occupancies.blocks.length).toBeLessThanOrEqual(64);
    for (const block of part.occupancies.blocks.slice(0, -1)) {
      expect(block.reduce((x, y) => x + y, 0)).toBe(4 * part.occupancies.length);
    }
    const total = part.occupancies.blocks.reduce((sum, block) => sum + block.reduce((a, b) => a + b, 0), 0);
    expect(total).toBe(4 * 1003);
    const { occupancy, sites, share } = occupancyByKind([part])['octahedral'] as NonNullable<
      ReturnType<typeof occupancyByKind>[string]
    >;
    expect(sites).toBe(4);
    // One octahedron an ion: ions per site are the share.
    expect(occupancy.value).toBeCloseTo(share.value as number, 12);
    const { mean } = siteOccupancies(part);
    expect(mean.reduce((a, b) => a + b, 0)).toBeCloseTo(4, 12);
  });

  it('a kind that is never seen has an upper bound, and no free energy', () => {
    const part = twoStates(1, 4, 500, 1, 0.1);
    const share = occupancyByKind([part])['octahedral']?.share;
    expect(share?.value).toBeNull();
    expect(share?.ci95?.[1]).toBeGreaterThan(0);
    expect(tetrahedralOverOctahedral([part], 600).value).toBeNull();
    expect(tetrahedralOverOctahedral([part], null).why).toContain('temperature');
  });

  it('replicas of different length are pooled by their frames', () => {
    const [a, b] = [twoStates(1, 4, 900, 1, 1), twoStates(2, 4, 300, 0, 1)];
    const kinds = occupancyByKind([a, b]);
    expect(kinds['tetrahedral']?.share.value).toBeCloseTo(0.75, 12);
    // 3600 ion-frames at 8·900 + 8·300 site-frames.
    expect(kinds['tetrahedral']?.occupancy.value).toBeCloseTo(3600 / 9600, 12);
  });
});

it('site energies are those of the occupancies', () => {
  const kinds = ['a', 'a', 'a', 'a'];
  const recorder = new VisitRecorder({ cell, fractional: new Float64Array(12), kinds }, 3, {
    frames: 1,
    core: 0,
  });
  for (let t = 0; t < 100; t++) {
    recorder.put(0, 0, 0, 0, 0, false);
    recorder.put(1, t < 50 ? 1 : -1, 0, 0, 0, false);
    recorder.put(2, t < 10 ? 2 : -1, 0, 0, 0, false);
    recorder.endFrame();
  }
  const { energies, densityWithinKT, visited, spread } = siteEnergies(
    { sites: recorder.sites, occupancies: recorder.occupancies(), visits: 3 },
    600,
  );
  expect(energies[1]).toBeCloseTo(kT * Math.log(2), 12);
  expect(energies[2]).toBeCloseTo(kT * Math.log(10), 12);
  expect(energies[3]).toBeNaN();
  expect(visited).toBe(3);
  // ln 2 is less than one, ln 10 more; the cell is a cubic nanometre.
  expect(densityWithinKT).toBeCloseTo(2, 12);
  const mean = (Math.log(2) + Math.log(10)) / 3;
  const square = (mean ** 2 + (Math.log(2) - mean) ** 2 + (Math.log(10) - mean) ** 2) / 2;
  expect(spread).toBeCloseTo(kT * Math.sqrt(square), 12);
});

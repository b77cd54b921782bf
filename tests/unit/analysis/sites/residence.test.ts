import { describe, expect, it } from 'vitest';
import { exchangeRate, hopEvents, kindRates, returnFraction } from '../../../../src/analysis/sites/hops.ts';
import {
  completeStays,
  exitRate,
  exposureOf,
  residenceTime,
  survivalOf,
} from '../../../../src/analysis/sites/residence.ts';
import type { SiteHistory } from '../../../../src/analysis/sites/visits.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { historyOf } from './synthetic.ts';

const all = () => () => true;

/** Ions that leave their site with probability `leave` per frame, to the next of a ring of sites. */
function markov(
  seed: number,
  ions: number,
  frames: number,
  leave: readonly number[],
  kinds: readonly string[],
): SiteHistory {
  const random = new RandomSequence(seed);
  const stays = Array.from({ length: ions }, (_, ion) => {
    const own: [number, number][] = [];
    // Ions begin in equilibrium: a site's share goes with the time it holds.
    let site = ion % kinds.length;
    if (kinds.length === 2) {
      const share = leave[1]! / (leave[0]! + leave[1]!);
      site = random.uniform() < share ? 0 : 1;
    }
    let length = 0;
    for (let t = 0; t < frames; t++) {
      if (length > 0 && random.uniform() < leave[site]!) {
        own.push([site, length]);
        site = (site + 1) % kinds.length;
        length = 0;
      }
      length++;
    }
    own.push([site, length]);
    return own;
  });
  return historyOf(stays, kinds);
}

describe('exit rates of stays that the run cuts off', () => {
  it('cover the truth in 95 % of 400 runs and are unbiased, where the mean of complete stays is not', () => {
    // Mean stay 25 frames in runs of 60: half of the stays are cut. 6 ions.
    const leave = 0.04;
    const truth = (leave / 100) * 1e6;
    let covered = 0;
    let sum = 0;
    let complete = 0;
    let count = 0;
    for (let seed = 1; seed <= 400; seed++) {
      const history = markov(seed, 6, 60, [leave, leave, leave], ['a', 'a', 'a']);
      const exposure = exposureOf([history], all);
      const { value, ci95 } = exitRate(exposure);
      sum += exposure.exits / exposure.time / 400;
      if (value !== null && ci95 !== null && ci95[0] <= truth && truth <= ci95[1]) covered++;
      for (const stay of completeStays(history, () => true)) {
        complete += stay;
        count++;
      }
    }
    // Garwood's interval covers at least its level: measured 0.975.
    expect(covered / 400).toBeGreaterThan(0.94);
    // 5600 exits in all are good to 1.3 %; the last frame counted as time at risk costs 1.7 % and more.
    expect(Math.abs((sum * 1e6) / truth - 1)).toBeLessThan(0.03);
    // Complete stays are the short ones: 13.6 frames instead of 25.
    expect(complete / count).toBeLessThan(18);
  });

  it('no exit is an upper bound of the rate, and no time', () => {
    const history = historyOf([[[0, 50]], [[0, 50]]], ['a']);
    const rate = exitRate(exposureOf([history], all));
    expect(rate.value).toBeNull();
    // 3.689 events in two times 49 steps of 100 fs.
    expect(rate.ci95?.[1]).toBeCloseTo((3.68888 / 9800) * 1e6, 1);
    expect(residenceTime(exposureOf([history], all)).value).toBeNull();
  });
});

it('complete stays leave out both ends and fill gaps', () => {
  const history = historyOf(
    [
      [
        [0, 3],
        [1, 1],
        [0, 4],
        [1, 2],
        [0, 2],
        [1, 5],
        [0, 3],
      ],
    ],
    ['a', 'b'],
  );
  expect(completeStays(history, (s) => s === 0)).toEqual([4, 2]);
  // Filled gaps of one join the first stay, which begins with the run.
  expect(completeStays(history, (s) => s === 0, 1)).toEqual([2]);
  expect(completeStays(history, (s) => s === 0, 2)).toEqual([]);
  expect(completeStays(history, (s) => s === 1, 2)).toEqual([1, 9]);
});

describe('survival', () => {
  it('is that of the textbook: 6-MP remission times (Freireich et al. 1963)', () => {
    // 21 patients, + censored: 6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+.
    const times: [number, boolean][] = [
      [6, true],
      [6, true],
      [6, true],
      [6, false],
      [7, true],
      [9, false],
      [10, true],
      [10, false],
      [11, false],
      [13, true],
      [16, true],
      [17, false],
      [19, false],
      [20, false],
      [22, true],
      [23, true],
      [25, false],
      [32, false],
      [32, false],
      [34, false],
      [35, false],
    ];
    const frames = 40;
    // A stay under observation from frame 40 − t (censored) or from frame 1.
    const stays = times.map(([t, isExit]): [number, number][] =>
      isExit
        ? [
            [1, 1],
            [0, t],
            [1, frames - 1 - t],
          ]
        : [
            [1, frames - t],
            [0, t],
          ],
    );
    const { time, survival, error } = survivalOf(
      [historyOf(stays, ['a', 'b'], 1000)],
      () => (s) => s === 0,
      0,
    );
    expect(time).toEqual([0, 6, 7, 10, 13, 16, 22, 23]);
    const published = [1, 0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448];
    const errors = [0, 0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346];
    published.forEach((s, k) => {
      expect(survival[k]).toBeCloseTo(s, 3);
      expect(error[k]).toBeCloseTo(errors[k]!, 4);
    });
  });

  it('the trend of the hazard is standard normal for one exit rate, and far below zero for two', () => {
    let squares = 0;
    let rejected = 0;
    for (let seed = 1; seed <= 300; seed++) {
      const { trend } = survivalOf([markov(seed, 10, 200, [0.1, 0.1], ['a', 'a'])], all, 0);
      squares += trend * trend;
      if (Math.abs(trend) > 1.96) rejected++;
    }
    // 5 % ± 1.3 %, measured 4.3 %; the variance of 300 scores is good to 8 %, measured 1.01.
    expect(rejected / 300).toBeLessThan(0.09);
    expect(rejected / 300).toBeGreaterThan(0.015);
    expect(squares / 300).toBeGreaterThan(0.75);
    expect(squares / 300).toBeLessThan(1.25);
    // Two kinds of sites, 5 and 50 frames: measured −17.5.
    const mixed = survivalOf([markov(1, 10, 2000, [0.2, 0.02], ['a', 'b'])], all, 0);
    expect(mixed.trend).toBeLessThan(-5);
  });
});

describe('hops', () => {
  const history = historyOf(
    [
      [
        [0, 3],
        [1, 2],
        [0, 4],
        [1, 1],
        [2, 5],
      ],
      [[2, 15]],
    ],
    ['a', 'b', 'c'],
  );

  it('are counted with their returns', () => {
    const events = hopEvents(history);
    expect(events.map(({ from, to, frame, isReturn }) => [from, to, frame, isReturn])).toEqual([
      [0, 1, 3, false],
      [1, 0, 5, true],
      [0, 1, 9, true],
      [1, 2, 10, false],
    ]);
    // Of three hops that another one follows two were undone.
    expect(returnFraction([history]).value).toBeCloseTo(2 / 3, 12);
  });

  it('between kinds are hops over the time at the first', () => {
    const rate = kindRates([history]).find(({ from, to }) => from === 'a' && to === 'b');
    // Seven frames of 100 fs at a; none of them the last.
    expect(rate?.hops).toBe(2);
    expect(rate?.rate.value).toBeCloseTo((2 / 700) * 1e6, 6);
    expect(rate?.length).toBeCloseTo(20 / 3, 9);
  });

  it('exchange of tetrahedra and octahedra: k_TO + k_OT of a two-state walk', () => {
    const kinds = ['tetrahedral', 'octahedral'];
    let covered = 0;
    const values: number[] = [];
    // Per frame the correlation falls by 1 − 0.02 − 0.03: k = −ln(0.95)/100 fs.
    const truth = (-Math.log(0.95) / 100) * 1e6;
    for (let seed = 1; seed <= 30; seed++) {
      const { value, ci95 } = exchangeRate([markov(seed, 24, 1000, [0.02, 0.03], kinds)]);
      values.push(value ?? Number.NaN);
      if (ci95 && ci95[0] <= truth && truth <= ci95[1]) covered++;
    }
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    // Measured over 60 runs: 0.997 of the truth, all intervals cover (eight groups make them wide).
    expect(mean / truth).toBeGreaterThan(0.95);
    expect(mean / truth).toBeLessThan(1.08);
    expect(covered / 30).toBeGreaterThan(0.85);
  });
});

import { describe, expect, it } from 'vitest';
import { chudleyElliott, decayRate, sinc } from '../../../../src/analysis/motion/scattering.ts';
import { secondPeak } from '../../../../src/analysis/motion/selfPeaks.ts';

const Q = [0.4, 0.8, 1.2, 1.6, 2, 2.4];

describe('decayRate', () => {
  it('reads rate and amplitude of an exponential exactly', () => {
    const times = [1000, 2000, 5000, 9000];
    const { rate, amplitude } = decayRate(
      times,
      times.map((t) => 0.8 * Math.exp(-t / 4000)),
      [1, 2, 3, 4],
    );
    expect(rate).toBeCloseTo(1 / 4000, 15);
    expect(amplitude).toBeCloseTo(0.8, 12);
  });
});

describe('chudleyElliott', () => {
  it.each([1.7, 2.83, 4.2])('finds a jump of %f Å and its residence time', (d) => {
    const model = chudleyElliott(
      Q,
      Q.map((q) => (1 - sinc(q * d)) / 12_000),
    );
    expect(model.length).toBeCloseTo(d, 5);
    expect(model.residenceTime).toBeCloseTo(12_000, 1);
    expect(model.deviation).toBeLessThan(1e-6);
  });

  it('finds none where the width grows as q²: jumps too short to see', () => {
    expect(
      chudleyElliott(
        Q,
        Q.map((q) => 1e-4 * q * q),
      ).length,
    ).toBeNaN();
  });
});

describe('secondPeak', () => {
  const gaussian = (r: number, at: number, s: number): number => Math.exp(-0.5 * ((r - at) / s) ** 2);
  const counts = (second: number): Float64Array =>
    Float64Array.from({ length: 200 }, (_, b) => {
      const r = (b + 0.5) * 0.05;
      return 1000 * gaussian(r, 0.6, 0.25) + second * gaussian(r, 2.8, 0.35);
    });

  it('reads the length of a hop', () => {
    expect(secondPeak(counts(200), 0.05, 1)!.r).toBeCloseTo(2.8, 2);
  });

  it('does not take noise, or a shoulder, for one', () => {
    expect(secondPeak(counts(0), 0.05, 1)).toBeUndefined();
    // Two counts per bin, each counted 100 times over by overlapping windows.
    expect(secondPeak(counts(200), 0.05, 1000)).toBeUndefined();
  });
});

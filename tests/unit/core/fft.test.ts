import { describe, expect, it } from 'vitest';
import { correlate, createFft, nextPowerOfTwo } from '../../../src/core/fft.ts';
import { RandomSequence } from '../../../src/core/rng.ts';

function noise(seed: number, n: number): Float64Array {
  const random = new RandomSequence(seed);
  return Float64Array.from({ length: n }, () => random.normal());
}

// Rounding of a transform of n values of order one grows as ε √n log n: 2e-16 · 16 · 8 = 3e-14.
const TOL_FFT = 1e-12;

describe('createFft', () => {
  it.each([1, 2, 4, 8, 64, 256])('equals the defining sum for %i points', (n) => {
    const [re, im] = [noise(1, n), noise(2, n)];
    const [outRe, outIm] = [re.slice(), im.slice()];
    createFft(n).forward(outRe, outIm);
    for (let k = 0; k < n; k++) {
      let sumRe = 0;
      let sumIm = 0;
      for (let t = 0; t < n; t++) {
        const angle = (-2 * Math.PI * k * t) / n;
        sumRe += re[t]! * Math.cos(angle) - im[t]! * Math.sin(angle);
        sumIm += re[t]! * Math.sin(angle) + im[t]! * Math.cos(angle);
      }
      expect(outRe[k]!).toBeCloseTo(sumRe, 10);
      expect(outIm[k]!).toBeCloseTo(sumIm, 10);
    }
  });

  it('inverse undoes forward', () => {
    const n = 1024;
    const [re, im] = [noise(3, n), noise(4, n)];
    const [x, y] = [re.slice(), im.slice()];
    const fft = createFft(n);
    fft.forward(x, y);
    fft.inverse(x, y);
    for (let k = 0; k < n; k++) {
      expect(Math.abs(x[k]! - re[k]!)).toBeLessThan(TOL_FFT);
      expect(Math.abs(y[k]! - im[k]!)).toBeLessThan(TOL_FFT);
    }
  });

  it('refuses lengths that are no power of two', () => {
    expect(() => createFft(12)).toThrow('expected a power of two, found 12');
  });

  it('nextPowerOfTwo', () => {
    expect([0, 1, 2, 3, 4, 5, 1000, 1024].map(nextPowerOfTwo)).toEqual([1, 1, 2, 4, 4, 8, 1024, 1024]);
  });
});

describe('correlate', () => {
  it.each([1, 5, 64, 100])('equals the direct sum for %i values', (n) => {
    const [a, b] = [noise(5, n), noise(6, n)];
    const cross = correlate(a, b);
    const auto = correlate(a);
    for (let k = 0; k < n; k++) {
      let crossSum = 0;
      let autoSum = 0;
      for (let t = 0; t + k < n; t++) {
        crossSum += a[t]! * b[t + k]!;
        autoSum += a[t]! * a[t + k]!;
      }
      expect(cross[k]!).toBeCloseTo(crossSum, 10);
      expect(auto[k]!).toBeCloseTo(autoSum, 10);
    }
  });
});

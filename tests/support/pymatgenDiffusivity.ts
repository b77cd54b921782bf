/**
 * The diffusivity estimator of pymatgen-analysis-diffusion, to show that its published numbers come out of its data as we read
 * them. No part of the product: its error bars are those of the residuals, 10 to 30 times too small.
 */
import { fitLine } from '../../src/core/stats.ts';

export interface PymatgenSettings {
  /** Which averages: over all time origins, over a fixed number of them, or from the first frame alone. */
  readonly smoothed: 'max' | 'constant' | 'none';
  /** Time origins of `constant`. */
  readonly origins: number;
  readonly fewestObservations: number;
  /** fs */
  readonly frameInterval: number;
}

export interface PymatgenResult {
  /** cm²/s */
  readonly D: number;
  readonly charge: number;
  readonly components: readonly number[];
  /** Å */
  readonly largestFrameworkDisplacement: number;
}

/** @param displacements [atoms][frames][3], Å @param mobile indices of the diffusing atoms */
export function pymatgenDiffusivity(
  displacements: readonly (readonly (readonly number[])[])[],
  mobile: readonly number[],
  { smoothed, origins, fewestObservations, frameInterval }: PymatgenSettings,
): PymatgenResult {
  const frames = displacements[0]!.length;
  const framework = displacements.flatMap((_, i) => (mobile.includes(i) ? [] : [i]));
  const drift = Array.from({ length: frames }, (_, t) =>
    [0, 1, 2].map((k) => framework.reduce((s, i) => s + displacements[i]![t]![k]!, 0) / framework.length),
  );
  const u = (i: number, t: number, k: number): number => displacements[i]![t]![k]! - drift[t]![k]!;
  const first = Math.floor(1000 / frameInterval);
  const last = Math.min(Math.floor((mobile.length * frames) / fewestObservations), frames);
  const step = Math.max(Math.floor((last - first) / 200), 1);
  const lags: number[] = [];
  if (smoothed === 'max') for (let n = first; n < last; n += step) lags.push(n);
  else for (let n = 0; n < (smoothed === 'none' ? frames : frames - origins); n++) lags.push(n);
  const squares = lags.map((lag) => {
    const count = smoothed === 'max' ? frames - lag : smoothed === 'none' ? 1 : origins;
    const parts = [0, 0, 0];
    let charge = 0;
    for (let t = 0; t < count; t++) {
      for (let k = 0; k < 3; k++) {
        let sum = 0;
        for (const i of mobile) {
          // Without averages the displacement itself, not its change since the first frame.
          const d = smoothed === 'none' ? u(i, lag, k) : u(i, t + lag, k) - u(i, t, k);
          parts[k]! += d * d;
          sum += d;
        }
        charge += sum * sum;
      }
    }
    const norm = count * mobile.length;
    return { parts: parts.map((p) => p / norm), charge: charge / norm };
  });
  const times = lags.map((lag) => lag * frameInterval);
  const weights = smoothed === 'max' ? times.map((t) => 1 / t) : undefined;
  const D = (values: readonly number[]): number =>
    Math.max(fitLine(times, values, weights).slope, 1e-15) / 60;
  let largest = 0;
  for (const i of framework) {
    for (let t = 0; t < frames; t++)
      largest = Math.max(largest, Math.hypot(u(i, t, 0), u(i, t, 1), u(i, t, 2)));
  }
  return {
    D: D(squares.map(({ parts }) => parts[0]! + parts[1]! + parts[2]!)),
    charge: D(squares.map(({ charge }) => charge)),
    components: [0, 1, 2].map((k) => 3 * D(squares.map(({ parts }) => parts[k]!))),
    largestFrameworkDisplacement: largest,
  };
}

/**
 * Activation energy and the value at 300 K from values at several temperatures: a straight line through ln(σT) or ln D against
 * 1/T, unless the points bend. Upper bounds take part as what they are.
 */
import { BOLTZMANN_EV_PER_K } from '../../core/constants.ts';
import { RandomSequence } from '../../core/rng.ts';
import { chiSquareQuantile, fitLine, type LineFit } from '../../core/stats.ts';
import { type Estimate, type Interval, resolved, unresolved, Z95 } from '../estimate.ts';
import { format } from './verdict.ts';

/** What was found at one temperature: a value, an upper bound, or nothing. */
export interface ArrheniusPoint {
  /** K */
  readonly temperature: number;
  readonly estimate: Estimate;
}

/** D obeys D₀ exp(−E_a/k_B T); σ, by the Nernst–Einstein relation, (A/T) exp(−E_a/k_B T). */
export type ArrheniusQuantity = 'D' | 'sigma';

export interface Arrhenius {
  /** eV */
  readonly Ea: Estimate;
  /** At 300 K, in the unit of the points. */
  readonly at300: Estimate;
  /** The line; null when there are too few points. */
  readonly fit: ArrheniusFit | null;
}

export interface ArrheniusFit {
  /** Temperatures with a value, and those with a bound, K. */
  readonly temperatures: readonly number[];
  readonly bounds: readonly number[];
  /** Median of ln D₀ (D in its unit), or of ln A (unit·K). */
  readonly lnPrefactor: number;
  /** Of the line through the values, for their stated errors. */
  readonly chiSquare: number;
  /** Standard errors of E_a, eV: from the errors of the values, and from their scatter about the line. */
  readonly standardErrors: { readonly stated: number; readonly scatter: number };
  /** Quadratic term of ln against 1/k_B T in its standard errors, and the size beyond which the points count as bent. */
  readonly curvature: { readonly deviation: number | null; readonly limit: number };
  /** E_a of the lower and of the upper temperatures, eV, when the points bend. */
  readonly segments?: readonly { readonly from: number; readonly to: number; readonly Ea: number }[];
  /** Lowest temperature with a value over 300 K: how far the line is carried on. */
  readonly extrapolation: number;
}

export interface ArrheniusLinePoint {
  /** K */
  readonly temperature: number;
  readonly value: number;
  readonly ci95: Interval;
}

/** K */
export const ROOM = 300;
/** Two points are always on a line: nothing would say how far off they may be. */
const FEWEST_TEMPERATURES = 3;
/** Ends and middle of a 95 % interval. */
const LEVELS = [0.025, 0.5, 0.975];
/** Draws of the line, in pairs that lie opposite. */
const DRAWS = 4000;
/** Two-sided, in normal standard errors: 1 % of straight lines are called bent. */
const CURVATURE_LIMIT = 2.576;
/** Scatter that stated errors leave to chance once in twenty. */
const SCATTER_LEVEL = 0.95;
/** Places of the band. */
const LINE_POINTS = 25;
/** Draws that must be left after bounds have weighed them: fewer, and bounds and values contradict each other. */
const FEWEST_EFFECTIVE = 0.02;

/**
 * Weighted least squares of y = ln D (or ln σT) against x = 1/k_B T; errors of y from the intervals, as of log-normal values.
 *
 * The interval is that of 4000 draws from the posterior of the line: normal about the fit with its covariance; its errors are
 * multiplied by √χ²_red when that exceeds one, and drawn from Student's t with n − 2 degrees of freedom when χ² is beyond its
 * 95 % quantile, for then the scatter is all that is known of the errors. Every upper bound U (one-sided 95 %) weighs a draw by
 * 0.05^(v/U), v its value there: the likelihood of seeing no hop when U is the value at which that has a probability of 5 %
 * (a Tobit likelihood with the error of a count). Draws that run far below a bound are not touched by it, and no bound is a
 * value. Values are weighted medians.
 *
 * Points bend when a quadratic term differs from zero by 2.58 standard errors (of the stated errors, or of the scatter about the
 * parabola where that is larger): there is then no one activation energy and no line to 300 K.
 */
export function fitArrhenius(
  points: readonly ArrheniusPoint[],
  quantity: ArrheniusQuantity,
  unit: string,
): Arrhenius {
  const { known, bounds } = sorted(points, quantity);
  if (known.length < FEWEST_TEMPERATURES) {
    const why = tooFew(known.length, bounds.length);
    return { Ea: unresolved('eV', why), at300: unresolved(unit, why), fit: null };
  }
  const [x, y, w] = columns(known);
  const fit = fitLine(x, y, w);
  const bend = curvatureOf(x, y, w);
  const posterior = drawLines(fit, x, w, bounds);
  const temperatures = known.map(({ temperature }) => temperature);
  const isBent = bend !== null && Math.abs(bend) > CURVATURE_LIMIT;
  const segments = isBent ? segmentsOf(temperatures, x, y, w) : undefined;
  const report: ArrheniusFit = {
    temperatures,
    bounds: bounds.map(({ temperature }) => temperature),
    lnPrefactor: fit.intercept,
    chiSquare: fit.chiSquare,
    standardErrors: {
      stated: fit.slopeError,
      scatter: fit.slopeError * Math.sqrt(fit.chiSquare / (known.length - 2)),
    },
    curvature: { deviation: bend, limit: CURVATURE_LIMIT },
    ...(segments && { segments }),
    extrapolation: (temperatures[0] as number) / ROOM,
  };
  const problem = isBent
    ? bentWords(bend, segments)
    : posterior.effective < FEWEST_EFFECTIVE
      ? contradictionWords(known.length, report.bounds)
      : undefined;
  if (problem !== undefined) {
    return { Ea: unresolved('eV', problem), at300: unresolved(unit, problem), fit: report };
  }
  const why = restsOn(known.length, bounds.length, report.extrapolation);
  const [low, middle, high] = quantiles(
    posterior.lines.map(([slope]) => -slope),
    posterior.weights,
  );
  const room = placeOn(posterior, ROOM, quantity);
  return {
    Ea: resolved(middle, [low, high], 'eV', why),
    at300: resolved(room.value, room.ci95, unit, why),
    fit: report,
  };
}

/**
 * The line of fitArrhenius with its 95 % band, from the hottest value to the coldest point or 300 K; empty where it has no
 * activation energy.
 */
export function arrheniusLine(
  points: readonly ArrheniusPoint[],
  quantity: ArrheniusQuantity,
): ArrheniusLinePoint[] {
  if (fitArrhenius(points, quantity, '').Ea.value === null) return [];
  const { known, bounds } = sorted(points, quantity);
  const [x, y, w] = columns(known);
  const posterior = drawLines(fitLine(x, y, w), x, w, bounds);
  const [first, last] = [Math.min(...x), Math.max(...x, ...bounds.map((one) => one.x), inverse(ROOM))];
  return Array.from({ length: LINE_POINTS }, (_, i) =>
    placeOn(
      posterior,
      1 / (BOLTZMANN_EV_PER_K * (first + ((last - first) * i) / (LINE_POINTS - 1))),
      quantity,
    ),
  );
}

/** A value in the coordinates of the fit. */
interface Known {
  readonly temperature: number;
  readonly x: number;
  readonly y: number;
  readonly error: number;
}

/** Values and bounds by rising temperature. */
function sorted(
  points: readonly ArrheniusPoint[],
  quantity: ArrheniusQuantity,
): { readonly known: Known[]; readonly bounds: Omit<Known, 'error'>[] } {
  const known: Known[] = [];
  const bounds: Omit<Known, 'error'>[] = [];
  for (const { temperature, estimate } of points.toSorted((a, b) => a.temperature - b.temperature)) {
    const { value, ci95 } = estimate;
    if (ci95 === null) continue;
    const at = (v: number): Omit<Known, 'error'> => ({
      temperature,
      x: inverse(temperature),
      y: Math.log(quantity === 'sigma' ? v * temperature : v),
    });
    if (value === null && ci95[1] > 0) bounds.push(at(ci95[1]));
    if (value !== null && value > 0) known.push({ ...at(value), error: logError(value, ci95) });
  }
  return { known, bounds };
}

/** x, y and weights. */
function columns(known: readonly Known[]): [number[], number[], number[]] {
  return [known.map((p) => p.x), known.map((p) => p.y), known.map((p) => p.error ** -2)];
}

function placeOn(
  { centre, lines, weights }: Posterior,
  temperature: number,
  quantity: ArrheniusQuantity,
): ArrheniusLinePoint {
  const distance = inverse(temperature) - centre;
  const found = quantiles(
    lines.map(([slope, level]) => level + slope * distance),
    weights,
  );
  const [low, value, high] = found.map((y) =>
    quantity === 'sigma' ? Math.exp(y) / temperature : Math.exp(y),
  ) as [number, number, number];
  return { temperature, value, ci95: [low, high] };
}

/** 1/k_B T, 1/eV */
function inverse(temperature: number): number {
  return 1 / (BOLTZMANN_EV_PER_K * temperature);
}

/** Standard error of ln v out of a 95 % interval; of one that reaches zero its upper half tells. */
function logError(value: number, [low, high]: Interval): number {
  const error = low > 0 ? Math.log(high / low) / (2 * Z95) : Math.log(high / value) / Z95;
  // An interval of no width is a rounding of one, not knowledge.
  return Math.max(error, 1e-6);
}

/** A line in draws: slope and level at `centre`, where the two are independent. */
interface Posterior {
  readonly centre: number;
  readonly lines: readonly (readonly [number, number])[];
  readonly weights: readonly number[];
  /** Share of the draws that counts: (Σw)²/Σw² over their number. */
  readonly effective: number;
}

/** The same draws for every line: drawn once, and equal points give equal numbers. */
let normals: readonly (readonly [number, number])[] | undefined;

function drawNormals(): [number, number][] {
  const random = new RandomSequence(1, 11);
  return Array.from({ length: DRAWS / 2 }, () => [random.normal(), random.normal()]);
}

function drawLines(
  fit: LineFit,
  x: readonly number[],
  w: readonly number[],
  bounds: readonly { readonly x: number; readonly y: number }[],
): Posterior {
  const freedom = x.length - 2;
  const total = w.reduce((sum, one) => sum + one, 0);
  const centre = x.reduce((sum, one, i) => sum + one * (w[i] as number), 0) / total;
  const level = fit.intercept + fit.slope * centre;
  const scale = Math.sqrt(Math.max(1, fit.chiSquare / freedom));
  const isScattered = fit.chiSquare > chiSquareQuantile(SCATTER_LEVEL, freedom);
  const random = new RandomSequence(1, 12);
  const lines: [number, number][] = [];
  normals ??= drawNormals();
  for (const [first, second] of normals) {
    let tail = scale;
    if (isScattered) {
      let square = 0;
      for (let k = 0; k < freedom; k++) square += random.normal() ** 2;
      tail *= Math.sqrt(freedom / square);
    }
    const slope = tail * fit.slopeError * first;
    const height = (tail * second) / Math.sqrt(total);
    lines.push([fit.slope + slope, level + height], [fit.slope - slope, level - height]);
  }
  const weights = lines.map(([slope, height]) =>
    bounds.reduce(
      (product, bound) => product * 0.05 ** Math.exp(height + slope * (bound.x - centre) - bound.y),
      1,
    ),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  const squares = weights.reduce((a, b) => a + b * b, 0);
  const effective = squares > 0 ? sum ** 2 / squares / lines.length : 0;
  // Nothing is left to weigh by: the draws as they are, and the caller says that they contradict the bounds.
  return { centre, lines, weights: effective > 0 ? weights : weights.map(() => 1), effective };
}

/** 2.5, 50 and 97.5 % of weighted values, between the middles of their steps. */
function quantiles(values: readonly number[], weights: readonly number[]): [number, number, number] {
  const order = Uint32Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const total = weights.reduce((a, b) => a + b, 0);
  const found: number[] = [];
  let below = 0;
  let [middle, value] = [0, values[order[0] as number] as number];
  for (const i of order) {
    const [lastMiddle, last] = [middle, value];
    const weight = (weights[i] as number) / total;
    [middle, value] = [below + weight / 2, values[i] as number];
    below += weight;
    for (let p = LEVELS[found.length]; p !== undefined && middle >= p; p = LEVELS[found.length]) {
      found.push(last + ((p - lastMiddle) / Math.max(middle - lastMiddle, 1e-300)) * (value - last));
    }
  }
  while (found.length < LEVELS.length) found.push(value);
  return found as [number, number, number];
}

/**
 * The quadratic term of a weighted parabola over its standard error; the error is that of the scatter about the parabola where
 * this is larger than the stated ones allow. Null for fewer than four points.
 */
function curvatureOf(x: readonly number[], y: readonly number[], w: readonly number[]): number | null {
  const freedom = x.length - 3;
  if (freedom < 1) return null;
  // What is left of x² and of y when a line is taken off: their slope is the quadratic term.
  const off = (values: readonly number[]): number[] => {
    const { slope, intercept } = fitLine(x, values, w);
    return values.map((v, i) => v - intercept - slope * (x[i] as number));
  };
  const centre = x.reduce((a, b) => a + b, 0) / x.length;
  const square = off(x.map((v) => (v - centre) ** 2));
  const rest = off(y);
  const sum = (f: (i: number) => number): number => x.reduce((s, _, i) => s + (w[i] as number) * f(i), 0);
  const norm = sum((i) => (square[i] as number) ** 2);
  const term = sum((i) => (square[i] as number) * (rest[i] as number)) / norm;
  const left = sum((i) => ((rest[i] as number) - term * (square[i] as number)) ** 2) / freedom;
  return (term * Math.sqrt(norm)) / Math.sqrt(Math.max(1, left));
}

/** The two lines, at least two temperatures each and one shared, that leave the least χ² together. */
function segmentsOf(
  temperatures: readonly number[],
  x: readonly number[],
  y: readonly number[],
  w: readonly number[],
): { from: number; to: number; Ea: number }[] {
  const part = (from: number, to: number): LineFit =>
    fitLine(x.slice(from, to), y.slice(from, to), w.slice(from, to));
  let best = { chiSquare: Number.POSITIVE_INFINITY, at: 1 };
  for (let at = 1; at < x.length - 1; at++) {
    const chiSquare = part(0, at + 1).chiSquare + part(at, x.length).chiSquare;
    if (chiSquare < best.chiSquare) best = { chiSquare, at };
  }
  const describe = (from: number, to: number): { from: number; to: number; Ea: number } => ({
    from: temperatures[from] as number,
    to: temperatures[to - 1] as number,
    Ea: -part(from, to).slope,
  });
  return [describe(0, best.at + 1), describe(best.at, x.length)];
}

function contradictionWords(known: number, bounds: readonly number[]): string {
  const where = bounds.map((temperature) => `${format(temperature)} K`).join(', ');
  return `the line through ${known} values does not pass below the upper bounds at ${where}: it bends, or a bound is wrong`;
}

function tooFew(known: number, bounds: number): string {
  const have =
    known === 0
      ? 'no temperature gives'
      : known === 1
        ? 'one temperature gives'
        : `${known} temperatures give`;
  const others = bounds > 0 ? ` (and ${bounds} an upper bound)` : '';
  return `${have} a value${others}; a line needs ${FEWEST_TEMPERATURES}`;
}

function restsOn(known: number, bounds: number, extrapolation: number): string {
  const weighed = bounds > 0 ? ` and ${bounds} upper ${bounds === 1 ? 'bound' : 'bounds'}` : '';
  const carried =
    extrapolation > 1
      ? `; carried on to 300 K from ${format(extrapolation * ROOM)} K, a factor of ${extrapolation.toFixed(2)} in temperature`
      : '';
  return `a straight line through ${known} temperatures${weighed}${carried}`;
}

function bentWords(bend: number, segments: ArrheniusFit['segments']): string {
  const parts = (segments ?? []).map(
    ({ from, to, Ea }) => `${Ea.toFixed(2)} eV from ${format(from)} to ${format(to)} K`,
  );
  return `the points bend (by ${Math.abs(bend).toFixed(1)} standard errors): ${parts.join(', ')}; a line through all of them has no one activation energy`;
}

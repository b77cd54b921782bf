/** Powder reflections out of the intensities of single reciprocal vectors: Lorentz and polarisation factors, merging, profiles. */
import type { Radiation } from './scatterers.ts';

/** What scatters at one reciprocal vector. */
export interface Scattered {
  /** [3n] indices of one of each ±(h, k, l). */
  readonly hkl: ArrayLike<number>;
  /** [n] |q|, Å⁻¹ */
  readonly q: ArrayLike<number>;
  /** [n] |F|² of one vector; what stands for −(h, k, l) is the same. */
  readonly squares: ArrayLike<number>;
}

/** Vectors that differ by permutations and signs of their indices. */
export interface Family {
  readonly hkl: readonly [number, number, number];
  readonly multiplicity: number;
}

/** A line of a powder pattern: all vectors at one angle. */
export interface Reflection {
  /** Degrees, Å */
  readonly twoTheta: number;
  readonly d: number;
  /** Strongest first. */
  readonly families: readonly Family[];
  readonly multiplicity: number;
  /** Σ|F|² times Lorentz and polarisation factor: electrons² or fm². */
  readonly intensity: number;
  /** Per cent of the strongest one. */
  readonly relative: number;
  /** Places in the input. */
  readonly members: readonly number[];
}

/** 2θ in degrees; NaN beyond back scattering. @param q Å⁻¹ @param wavelength Å */
export function twoThetaOf(q: number, wavelength: number): number {
  return (2 * Math.asin((q * wavelength) / (4 * Math.PI)) * 180) / Math.PI;
}

/** |q| in Å⁻¹ at an angle in degrees. */
export function waveNumberAt(twoTheta: number, wavelength: number): number {
  return (4 * Math.PI * Math.sin((twoTheta * Math.PI) / 360)) / wavelength;
}

/** X-rays: (1 + cos²2θ)/(sin²θ cos θ), Lorentz and polarisation of a powder; neutrons: 1/(sin²θ cos θ). @param twoTheta degrees */
export function lorentzPolarisation(twoTheta: number, radiation: Radiation): number {
  const theta = (twoTheta * Math.PI) / 360;
  const lorentz = 1 / (Math.sin(theta) ** 2 * Math.cos(theta));
  return radiation === 'xray' ? (1 + Math.cos(2 * theta) ** 2) * lorentz : lorentz;
}

export interface ReflectionOptions {
  readonly radiation: Radiation;
  /** Å */
  readonly wavelength: number;
  /** Degrees 2θ. */
  readonly from: number;
  readonly to: number;
  /** Vectors within this angle of a stronger one belong to its line, degrees. */
  readonly tolerance: number;
  /** Lines below this part of the strongest are left out, per cent. */
  readonly least: number;
  /** Vectors with less than this part of |F|² of a line's strongest one are not counted in its multiplicity. */
  readonly counted: number;
}

/** Lines of a powder pattern in order of angle. */
export function reflectionsOf(scattered: Scattered, options: ReflectionOptions): Reflection[] {
  const { wavelength, tolerance } = options;
  const angles = Float64Array.from(scattered.q, (q) => twoThetaOf(q, wavelength));
  const inRange = [...angles.keys()].filter(
    (m) => (angles[m] as number) >= options.from && (angles[m] as number) <= options.to,
  );
  const intensity = (m: number): number =>
    2 * (scattered.squares[m] as number) * lorentzPolarisation(angles[m] as number, options.radiation);
  const ordered = inRange.sort((a, b) => (angles[a] as number) - (angles[b] as number));
  const place = new Map(ordered.map((m, at) => [m, at]));
  const isTaken = new Uint8Array(ordered.length);
  const strongestFirst = [...ordered].sort((a, b) => intensity(b) - intensity(a) || a - b);
  const lines: Omit<Reflection, 'relative'>[] = [];
  for (const m of strongestFirst) {
    const at = place.get(m) as number;
    if (isTaken[at]) continue;
    const twoTheta = angles[m] as number;
    const members: number[] = [];
    const collect = (from: number, step: 1 | -1): void => {
      for (let k = from; k >= 0 && k < ordered.length; k += step) {
        const other = ordered[k] as number;
        if (isTaken[k] || Math.abs((angles[other] as number) - twoTheta) > tolerance) break;
        isTaken[k] = 1;
        members.push(other);
      }
    };
    collect(at, 1);
    collect(at - 1, -1);
    const faintest = options.counted * (scattered.squares[m] as number);
    const counted = members.filter((k) => (scattered.squares[k] as number) >= faintest);
    lines.push({
      twoTheta,
      d: (2 * Math.PI) / (scattered.q[m] as number),
      families: familiesOf(scattered.hkl, counted),
      multiplicity: 2 * counted.length,
      intensity: members.reduce((sum, k) => sum + intensity(k), 0),
      members,
    });
  }
  const strongest = lines.reduce((most, line) => Math.max(most, line.intensity), 0);
  return lines
    .map((line) => ({ ...line, relative: (100 * line.intensity) / strongest }))
    .filter(({ relative }) => relative > options.least)
    .sort((a, b) => a.twoTheta - b.twoTheta);
}

function familiesOf(hkl: ArrayLike<number>, members: readonly number[]): Family[] {
  const families = new Map<string, { hkl: [number, number, number]; multiplicity: number }>();
  for (const m of members) {
    const [h, k, l] = [0, 1, 2].map((i) => hkl[3 * m + i] as number) as [number, number, number];
    const key = [h, k, l]
      .map(Math.abs)
      .sort((a, b) => b - a)
      .join(' ');
    const family = families.get(key) ?? { hkl: [h, k, l], multiplicity: 0 };
    family.multiplicity += 2;
    for (const one of [
      [h, k, l],
      [-h, -k, -l],
    ] as [number, number, number][]) {
      if (isBefore(family.hkl, one)) family.hkl = one.map((x) => x + 0) as [number, number, number];
    }
    families.set(key, family);
  }
  return [...families.values()];
}

/** Order of indices: the one with the largest first index, then second, then third names a family. */
function isBefore(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < 3; i++) {
    if (a[i] !== b[i]) return (a[i] as number) < (b[i] as number);
  }
  return false;
}

/** Half Gaussian, half Lorentzian. */
const LORENTZIAN_SHARE = 0.5;
/** Full widths at half maximum that a line reaches to each side. */
const REACH = 25;

/** A pattern as a diffractometer draws it. */
export interface Profile {
  /** Degrees. */
  readonly twoTheta: Float64Array;
  /** Intensity per degree. */
  readonly intensity: Float64Array;
}

/**
 * Every vector's intensity spread over a pseudo-Voigt line of unit area, η = ½. Intensities are first shared between two points of the
 * grid, which broadens a line by less than a hundredth of the step squared.
 * @param width full width at half maximum, degrees
 */
export function profileOf(
  scattered: Scattered,
  { radiation, wavelength, from, to }: Omit<ReflectionOptions, 'tolerance' | 'least' | 'counted'>,
  width: number,
  step = width / 5,
): Profile {
  const n = Math.floor((to - from) / step + 1e-9) + 1;
  const sticks = new Float64Array(n);
  for (let m = 0; m < scattered.q.length; m++) {
    const angle = twoThetaOf(scattered.q[m] as number, wavelength);
    const place = (angle - from) / step;
    const k = Math.floor(place);
    if (!(k >= 0 && k < n)) continue;
    const intensity = 2 * (scattered.squares[m] as number) * lorentzPolarisation(angle, radiation);
    sticks[k] = (sticks[k] as number) + intensity * (1 - (place - k));
    if (k + 1 < n) sticks[k + 1] = (sticks[k + 1] as number) + intensity * (place - k);
  }
  const reach = Math.ceil((REACH * width) / step);
  const line = Float64Array.from({ length: 2 * reach + 1 }, (_, k) => pseudoVoigt((k - reach) * step, width));
  const intensity = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const height = sticks[k] as number;
    if (height === 0) continue;
    for (let i = Math.max(0, k - reach); i <= Math.min(n - 1, k + reach); i++) {
      intensity[i] = (intensity[i] as number) + height * (line[i - k + reach] as number);
    }
  }
  return { twoTheta: Float64Array.from({ length: n }, (_, k) => from + k * step), intensity };
}

/** η L(x) + (1 − η) G(x), both of unit area and full width `width`. */
function pseudoVoigt(x: number, width: number): number {
  const u = x / width;
  const gauss = (2 / width) * Math.sqrt(Math.LN2 / Math.PI) * Math.exp(-4 * Math.LN2 * u * u);
  const lorentz = 2 / (Math.PI * width * (1 + 4 * u * u));
  return LORENTZIAN_SHARE * lorentz + (1 - LORENTZIAN_SHARE) * gauss;
}

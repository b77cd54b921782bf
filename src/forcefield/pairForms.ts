/**
 * The registry of pair forms V(r). One entry here and one function in shaders/pair/<form>.wgsl make a form: its JSON
 * schema, GPU table, tests, documentation and curves follow from the entry. `energy` and `slope` are written for f64
 * and independently of the shader on purpose; the generic tests hold them against each other. A form may be given by
 * points instead of parameters: then every term carries a curve.
 *
 * Coulomb between point charges is not a form: every pair of charged species has it (see coulomb in the potential file).
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { erfc, TWO_OVER_SQRT_PI } from '../core/erf.ts';
import { type Curve, curveAt, curveThrough } from './curve.ts';
import { sampleCurve } from './sampling.ts';

/** Parameter values by name, in the units that the form states. */
export type PairParams = Readonly<Record<string, number>>;

export interface ParamDefinition {
  readonly unit: string;
  /** Smallest value that makes sense; `exclusive` when the bound itself does not. */
  readonly minimum?: number;
  readonly exclusive?: boolean;
  /** Value when the file leaves the parameter out. */
  readonly default?: number;
}

/** A form given by points: what the file says of them, and what the shader reads. */
export interface PointsDefinition {
  /** How a potential file gives them, for documentation. */
  readonly given: string;
  /** Names of the parameters of the shader, in the order of its struct. */
  readonly names: readonly string[];
  /**
   * Those parameters, and the numbers that the shader finds in the pair table from the parameter `start` on.
   * @param cutoff Å
   */
  readonly pack: (
    curve: Curve,
    cutoff: number,
    start: number,
  ) => { params: PairParams; numbers: Float64Array };
  readonly example: () => Curve;
}

export interface PairFormDefinition {
  /** V(r) as a reader writes it. */
  readonly formula: string;
  /** Where the form comes from. */
  readonly reference: string;
  readonly params: Readonly<Record<string, ParamDefinition>>;
  /** V(r) in eV, r in Å; `curve` for a form given by points. */
  readonly energy: (r: number, p: PairParams, curve?: Curve) => number;
  /** dV/dr in eV/Å. */
  readonly slope: (r: number, p: PairParams, curve?: Curve) => number;
  /** What the shader receives instead of `params`, when something can be computed once. */
  readonly pack?: (p: PairParams) => PairParams;
  /** Of a form given by points. */
  readonly points?: PointsDefinition;
  /** A realistic set; it drives the generic tests over the distances of `range` (Å). */
  readonly example: PairParams;
  readonly range: readonly [number, number];
}

const positive = (unit: string): ParamDefinition => ({ unit, minimum: 0, exclusive: true });
const nonNegative = (unit: string): ParamDefinition => ({ unit, minimum: 0 });
const any = (unit: string): ParamDefinition => ({ unit });

/** A parameter by name; the schema guarantees that it is there. */
const get = (p: PairParams, name: string): number => p[name] as number;

export const PAIR_FORMS = {
  buckingham: {
    formula: 'A exp(−r/ρ) − C/r⁶',
    reference: 'R. A. Buckingham, Proc. R. Soc. A 168, 264 (1938), doi:10.1098/rspa.1938.0173',
    params: { A: nonNegative('eV'), rho: positive('Å'), C: any('eV·Å⁶') },
    energy: (r, p) => get(p, 'A') * Math.exp(-r / get(p, 'rho')) - get(p, 'C') / r ** 6,
    slope: (r, p) =>
      (-get(p, 'A') / get(p, 'rho')) * Math.exp(-r / get(p, 'rho')) + (6 * get(p, 'C')) / r ** 7,
    pack: (p) => ({ A: get(p, 'A'), inverseRho: 1 / get(p, 'rho'), C: get(p, 'C') }),
    example: { A: 22764.3, rho: 0.149, C: 13.185 },
    range: [1.6, 10],
  },
  bornMayerHuggins: {
    formula: 'A exp((σ−r)/ρ) − C/r⁶ − D/r⁸',
    reference: 'M. L. Huggins & J. E. Mayer, J. Chem. Phys. 1, 643 (1933), doi:10.1063/1.1749344',
    params: {
      A: nonNegative('eV'),
      sigma: any('Å'),
      rho: positive('Å'),
      C: any('eV·Å⁶'),
      D: any('eV·Å⁸'),
    },
    energy: (r, p) =>
      get(p, 'A') * Math.exp((get(p, 'sigma') - r) / get(p, 'rho')) -
      get(p, 'C') / r ** 6 -
      get(p, 'D') / r ** 8,
    slope: (r, p) =>
      (-get(p, 'A') / get(p, 'rho')) * Math.exp((get(p, 'sigma') - r) / get(p, 'rho')) +
      (6 * get(p, 'C')) / r ** 7 +
      (8 * get(p, 'D')) / r ** 9,
    pack: (p) => ({
      A: get(p, 'A'),
      reduced: get(p, 'sigma') / get(p, 'rho'),
      inverseRho: 1 / get(p, 'rho'),
      C: get(p, 'C'),
      D: get(p, 'D'),
    }),
    example: { A: 0.158222, sigma: 3.17, rho: 0.317, C: 72.401474, D: 145.427099 },
    range: [1.6, 10],
  },
  morse: {
    formula: 'D([1 − exp(−a(r−r₀))]² − 1)',
    reference: 'P. M. Morse, Phys. Rev. 34, 57 (1929), doi:10.1103/PhysRev.34.57',
    params: { D: nonNegative('eV'), a: positive('1/Å'), r0: positive('Å') },
    energy: (r, p) => get(p, 'D') * ((1 - Math.exp(-get(p, 'a') * (r - get(p, 'r0')))) ** 2 - 1),
    slope: (r, p) => {
      const decay = Math.exp(-get(p, 'a') * (r - get(p, 'r0')));
      return 2 * get(p, 'D') * get(p, 'a') * decay * (1 - decay);
    },
    example: { D: 0.042395, a: 1.379316, r0: 3.618701 },
    range: [1.2, 10],
  },
  lennardJones: {
    formula: '4ε[(σ/r)¹² − (σ/r)⁶]',
    reference: 'J. E. Jones, Proc. R. Soc. A 106, 463 (1924), doi:10.1098/rspa.1924.0082',
    params: { epsilon: nonNegative('eV'), sigma: positive('Å') },
    energy: (r, p) => {
      const s6 = (get(p, 'sigma') / r) ** 6;
      return 4 * get(p, 'epsilon') * (s6 * s6 - s6);
    },
    slope: (r, p) => {
      const s6 = (get(p, 'sigma') / r) ** 6;
      return (-24 * get(p, 'epsilon') * (2 * s6 * s6 - s6)) / r;
    },
    example: { epsilon: 0.01032, sigma: 3.405 },
    range: [2.4, 10],
  },
  softBVMorse: {
    formula: 'λD₀([exp(α(R_min−r)) − 1]² − 1)',
    reference: 'H. Chen, L. L. Wong & S. Adams, Acta Cryst. B 75, 18 (2019), doi:10.1107/S2052520618015718',
    params: {
      lambda: { unit: '1', minimum: 0, exclusive: true, default: 0.5 },
      D0: nonNegative('eV'),
      alpha: positive('1/Å'),
      Rmin: positive('Å'),
    },
    energy: (r, p) =>
      get(p, 'lambda') * get(p, 'D0') * ((Math.exp(get(p, 'alpha') * (get(p, 'Rmin') - r)) - 1) ** 2 - 1),
    slope: (r, p) => {
      const decay = Math.exp(get(p, 'alpha') * (get(p, 'Rmin') - r));
      return -2 * get(p, 'lambda') * get(p, 'D0') * get(p, 'alpha') * decay * (decay - 1);
    },
    pack: (p) => ({
      depth: get(p, 'lambda') * get(p, 'D0'),
      alpha: get(p, 'alpha'),
      Rmin: get(p, 'Rmin'),
    }),
    example: { lambda: 0.5, D0: 0.49302, alpha: 1.57729, Rmin: 2.39647 },
    range: [1.4, 10],
  },
  softBVCoulomb: {
    formula: 'kQ erfc(r/R)/r',
    reference: 'S. Adams & R. P. Rao, Phys. Status Solidi A 208, 1746 (2011), doi:10.1002/pssa.201001116',
    params: { Q: any('e²'), R: positive('Å') },
    energy: (r, p) => (COULOMB_EV_ANGSTROM * get(p, 'Q') * erfc(r / get(p, 'R'))) / r,
    slope: (r, p) => {
      const x = r / get(p, 'R');
      const gaussian = (TWO_OVER_SQRT_PI / get(p, 'R')) * Math.exp(-x * x);
      return (-COULOMB_EV_ANGSTROM * get(p, 'Q') * (erfc(x) / r + gaussian)) / r;
    },
    pack: (p) => ({ strength: COULOMB_EV_ANGSTROM * get(p, 'Q'), inverseRange: 1 / get(p, 'R') }),
    example: { Q: 0.5, R: 1.94 },
    range: [1.2, 8],
  },
  zbl: {
    formula: 'k Z_iZ_j φ(r/a)/r, a = 0.46850/(Z_i^0.23 + Z_j^0.23) Å',
    reference:
      'J. F. Ziegler, J. P. Biersack & U. Littmark, The Stopping and Range of Ions in Matter (1985), doi:10.1007/978-1-4615-8103-1_3',
    params: { Zi: positive('1'), Zj: positive('1') },
    energy: (r, p) => {
      const { strength, length } = zblScales(p);
      return (strength / r) * zblScreening(r / length).value;
    },
    slope: (r, p) => {
      const { strength, length } = zblScales(p);
      const { value, slope } = zblScreening(r / length);
      return (strength / r) * (slope / length - value / r);
    },
    pack: (p) => {
      const { strength, length } = zblScales(p);
      return { strength, inverseLength: 1 / length };
    },
    example: { Zi: 3, Zj: 17 },
    range: [0.2, 3],
  },
  power: {
    formula: 'B/rⁿ',
    reference: 'J. E. Jones, Proc. R. Soc. A 106, 441 (1924), doi:10.1098/rspa.1924.0081',
    params: { B: any('eV·Åⁿ'), n: positive('1') },
    energy: (r, p) => get(p, 'B') / r ** get(p, 'n'),
    slope: (r, p) => (-get(p, 'n') * get(p, 'B')) / r ** (get(p, 'n') + 1),
    example: { B: 22, n: 12 },
    range: [0.8, 10],
  },
  table: {
    formula: 'through given points',
    reference:
      'D. Wolff & W. G. Rudd, Comput. Phys. Commun. 120, 20 (1999), doi:10.1016/S0010-4655(99)00217-9',
    params: {},
    points: {
      given: 'file, or r (Å), V (eV) and F = −dV/dr (eV/Å)',
      names: ['start', 'origin', 'inverseSpacing', 'last'],
      pack: (curve, cutoff, start) => {
        const { origin, inverseSpacing, last, coefficients } = sampleCurve(curve, cutoff);
        return { params: { start, origin, inverseSpacing, last }, numbers: coefficients };
      },
      example: exampleCurve,
    },
    energy: (r, _p, curve) => curveAt(curve as Curve, r).energy,
    slope: (r, _p, curve) => curveAt(curve as Curve, r).slope,
    example: {},
    range: [1.6, 10],
  },
} as const satisfies Readonly<Record<string, PairFormDefinition>>;

export type PairFormName = keyof typeof PAIR_FORMS;

/** One use of a form, whatever it acts between. */
export interface FormTerm {
  readonly form: PairFormName;
  readonly params: PairParams;
  /** The points of a form given by points. */
  readonly curve?: Curve;
}

/** The definition of a form under its general type. */
export function pairForm(name: PairFormName): PairFormDefinition {
  return PAIR_FORMS[name];
}

/**
 * What the shader of a form receives for one term: parameters by name, and for a form given by points the numbers that
 * belong into the pair table from `start` on.
 * @param cutoff Å
 */
export function packTerm(
  { form, params, curve }: FormTerm,
  cutoff: number,
  start: number,
): { params: PairParams; numbers: Float64Array } {
  const { pack, points } = pairForm(form);
  if (points) return points.pack(curve as Curve, cutoff, start);
  return { params: pack ? pack(params) : params, numbers: new Float64Array() };
}

/** Names of the parameters that the shader of a form receives, in the order of its struct. */
export function packedNames(name: PairFormName): readonly string[] {
  const { example, pack, points } = pairForm(name);
  return points?.names ?? Object.keys(pack ? pack(example) : example);
}

/** A term that shows what a form is like: for generic tests. */
export function exampleTerm(form: PairFormName): FormTerm {
  const { example, points } = pairForm(form);
  return { form, params: example, ...(points && { curve: points.example() }) };
}

/** The parameters of a form with their units, as documentation lists them. */
export function describeParams(form: PairFormName): string {
  const { params, points } = pairForm(form);
  return (
    points?.given ??
    Object.entries(params)
      .map(([name, { unit }]) => `${name} (${unit})`)
      .join(', ')
  );
}

/** Fumi and Tosi's Na–Cl without Coulomb, every 0.02 Å. */
function exampleCurve(): Curve {
  const { energy, slope } = PAIR_FORMS.bornMayerHuggins;
  const params = { A: 0.210963, sigma: 2.755, rho: 0.317, C: 6.990487, D: 8.675694 };
  const r = Array.from({ length: 501 }, (_, i) => 1.2 + 0.02 * i);
  const V = r.map((x) => energy(x, params));
  const F = r.map((x) => -slope(x, params));
  return curveThrough({ r, V, F }, () => 'example').curve;
}

function zblScales(p: PairParams): { strength: number; length: number } {
  const zi = get(p, 'Zi');
  const zj = get(p, 'Zj');
  // 0.46850 Å = 0.8854 Bohr radii: the universal screening length of the form.
  return { strength: COULOMB_EV_ANGSTROM * zi * zj, length: 0.4685 / (zi ** 0.23 + zj ** 0.23) };
}

/** Universal screening function φ(x) and its slope: four exponentials fitted to 261 pairs. */
const ZBL_TERMS = [
  [0.18175, 3.1998],
  [0.50986, 0.94229],
  [0.28022, 0.4029],
  [0.02817, 0.20162],
] as const;

function zblScreening(x: number): { value: number; slope: number } {
  let value = 0;
  let slope = 0;
  for (const [amplitude, rate] of ZBL_TERMS) {
    const term = amplitude * Math.exp(-rate * x);
    value += term;
    slope -= rate * term;
  }
  return { value, slope };
}

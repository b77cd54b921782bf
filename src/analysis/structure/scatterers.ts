/**
 * What one atom scatters: X-ray form factors of atoms and ions, and coherent neutron scattering lengths of the elements in
 * their natural isotopic mixture. The tables are facts of the literature; nothing here is fitted.
 */
import { InputError } from '../../core/errors.ts';
import type { Species } from '../../model/system.ts';
import { FORM_FACTOR_TABLE } from './formFactorTable.ts';

/** An atom or ion that X-rays see. */
export interface FormFactor {
  /** Entry of the table: `Cl`, `Cl1-`. */
  readonly name: string;
  /** a1 … a5, c, b1 … b5; b in Å². */
  readonly coefficients: Float64Array;
}

const FORM_FACTORS: ReadonlyMap<string, FormFactor> = new Map(
  FORM_FACTOR_TABLE.trim()
    .split('\n')
    .map((line) => {
      const [name, ...numbers] = line.split(' ') as [string, ...string[]];
      return [name, { name, coefficients: Float64Array.from(numbers, Number) }];
    }),
);

/** Names of all entries, `H` … `Bi5+`. */
export const formFactorNames: readonly string[] = [...FORM_FACTORS.keys()];

/**
 * The form factor of an ion where the table has it, else of the neutral atom.
 * @param element chemical symbol
 * @param charge formal charge, e; 0 for the neutral atom
 */
export function formFactorOf(element: string, charge = 0): FormFactor {
  const ion = `${element}${Math.abs(charge)}${charge < 0 ? '-' : '+'}`;
  const found = (charge !== 0 && FORM_FACTORS.get(ion)) || FORM_FACTORS.get(element);
  if (!found) throw new InputError(`there is no X-ray form factor of ${element}; the table ends at Bi`);
  return found;
}

/**
 * f(s) = c + Σ_k a_k exp(−b_k s²), electrons.
 * @param s sin θ/λ = q/4π, Å⁻¹
 */
export function formFactorAt({ coefficients }: FormFactor, s: number): number {
  let f = coefficients[5] as number;
  for (let k = 0; k < 5; k++) {
    f += (coefficients[k] as number) * Math.exp(-(coefficients[6 + k] as number) * s * s);
  }
  return f;
}

/**
 * Bound coherent scattering lengths, fm (real part), of the elements: V. F. Sears, Neutron News 3, 26 (1992),
 * doi:10.1080/10448639208218770. Those of Cd, Sm, Eu, Gd and Dy depend on the wavelength; they hold at 1.8 Å.
 */
const SCATTERING_LENGTHS =
  'H -3.739 He 3.26 Li -1.9 Be 7.79 B 5.3 C 6.646 N 9.36 O 5.803 F 5.654 Ne 4.566 Na 3.63 Mg 5.375 Al 3.449 ' +
  'Si 4.1491 P 5.13 S 2.847 Cl 9.577 Ar 1.909 K 3.67 Ca 4.7 Sc 12.29 Ti -3.438 V -0.3824 Cr 3.635 Mn -3.73 ' +
  'Fe 9.45 Co 2.49 Ni 10.3 Cu 7.718 Zn 5.68 Ga 7.288 Ge 8.185 As 6.58 Se 7.97 Br 6.795 Kr 7.81 Rb 7.09 ' +
  'Sr 7.02 Y 7.75 Zr 7.16 Nb 7.054 Mo 6.715 Tc 6.8 Ru 7.03 Rh 5.88 Pd 5.91 Ag 5.922 Cd 4.87 In 4.065 ' +
  'Sn 6.225 Sb 5.57 Te 5.8 I 5.28 Xe 4.92 Cs 5.42 Ba 5.07 La 8.24 Ce 4.84 Pr 4.58 Nd 7.69 Pm 12.6 Sm 0.8 ' +
  'Eu 7.22 Gd 6.5 Tb 7.38 Dy 16.9 Ho 8.01 Er 7.79 Tm 7.07 Yb 12.43 Lu 7.21 Hf 7.7 Ta 6.91 W 4.86 Re 9.2 ' +
  'Os 10.7 Ir 10.6 Pt 9.6 Au 7.63 Hg 12.692 Tl 8.776 Pb 9.405 Bi 8.532';

const LENGTH_OF: ReadonlyMap<string, number> = new Map(
  [...SCATTERING_LENGTHS.matchAll(/([A-Z][a-z]?) (\S+)/g)].map(([, symbol, b]) => [
    symbol as string,
    Number(b),
  ]),
);

/** Coherent scattering length of an element, fm. */
export function scatteringLengthOf(element: string): number {
  const b = LENGTH_OF.get(element);
  if (b === undefined) throw new InputError(`there is no neutron scattering length of ${element}`);
  return b;
}

/** Radiations that are known. */
export type Radiation = 'xray' | 'neutron';

/** What each species scatters: at a given s = q/4π (Å⁻¹), electrons for X-rays, fm for neutrons. */
export interface Scatterer {
  /** What stands for the species, in words: `Cl1-`, `b = 9.577 fm`. */
  readonly name: string;
  at(s: number): number;
}

/**
 * The scatterers of a list of species.
 * @param charges formal charges by species, e; where one is known and tabulated the ion scatters X-rays, else the atom
 */
export function scatterersOf(
  radiation: Radiation,
  species: readonly Pick<Species, 'element'>[],
  charges: readonly (number | undefined)[] = [],
): Scatterer[] {
  return species.map(({ element }, i) => {
    if (radiation === 'neutron') {
      const b = scatteringLengthOf(element);
      return { name: `b(${element}) = ${b} fm`, at: () => b };
    }
    const factor = formFactorOf(element, charges[i] ?? 0);
    return { name: factor.name, at: (s) => formFactorAt(factor, s) };
  });
}

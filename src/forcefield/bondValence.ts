/**
 * Bond valences s = exp((R₀ − r)/b) with the parameters of softBV. The one place that other code asks, whatever table
 * stands behind it.
 */
import { BOND_VALENCES } from './bondValenceTable.ts';

/** An ion: element and oxidation state (e). */
export interface Ion {
  readonly element: string;
  readonly charge: number;
}

export interface BondValenceParameters {
  /** Å */
  readonly r0: number;
  /** Å */
  readonly b: number;
  /** Bonds longer than this are not counted in sums, Å. */
  readonly cutoff: number;
}

/** Parameters of a cation and an anion; undefined where the table has none. */
export function bondValenceParameters(cation: Ion, anion: Ion): BondValenceParameters | undefined {
  if (anion.charge !== (anion.element === 'O' ? -2 : -1)) return undefined;
  return parametersOf().get(`${cation.element}${cation.charge} ${anion.element}`);
}

/**
 * Valence of a bond, s = exp((R₀ − r)/b), in valence units (e): I. D. Brown, Chem. Rev. 109, 6858 (2009),
 * doi:10.1021/cr900053k; parameters of softBV. Zero beyond the cutoff, undefined where the table lacks the pair.
 * @param r length, Å
 */
export function bondValence(cation: Ion, anion: Ion, r: number): number | undefined {
  const parameters = bondValenceParameters(cation, anion);
  return parameters && (r > parameters.cutoff ? 0 : Math.exp((parameters.r0 - r) / parameters.b));
}

let parsed: ReadonlyMap<string, BondValenceParameters> | undefined;

function parametersOf(): ReadonlyMap<string, BondValenceParameters> {
  parsed ??= new Map(
    Object.entries(BOND_VALENCES).flatMap(([anion, rows]) =>
      rows.split(',').map((row): [string, BondValenceParameters] => {
        const [cation, r0, b, cutoff] = row.trim().split(' ');
        return [`${cation} ${anion}`, { r0: Number(r0), b: Number(b), cutoff: Number(cutoff) }];
      }),
    ),
  );
  return parsed;
}

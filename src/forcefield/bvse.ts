/**
 * Bond-valence site energy: what one mobile ion of softBV's table has at a place of the framework,
 *   E(r) = Σ_opposite (D₀/2){[e^{α(R_min−r)} − 1]² − 1} + Σ_alike k q₁q₂/√(n₁n₂) · erfc(r/ρ)/r,   ρ = f (r_c1 + r_c2),
 * over ions within 10 Å; the mobile species is taken out. For a mobile anion the roles of cations and anions are swapped.
 * S. Adams & R. P. Rao, Phys. Status Solidi A 208, 1746 (2011), doi:10.1002/pssa.201001116; H. Chen, L. L. Wong & S. Adams,
 * Acta Cryst. B 75, 18 (2019), doi:10.1107/S2052520618015718.
 *
 * Conventions. The depth is D₀/2, as in the maps of BVlain (`potentials.py`): the 1D barrier of LiFePO4 on a grid of 0.2 Å is
 * then 0.43 eV where BVlain publishes 0.44; with the full D₀ it is 0.91. Radii are softBV's; BVlain's default is the covalent
 * radii of its atomic library (Li 1.28, Fe 1.32, P 1.07 Å instead of 1.31, 1.26, 1.10), which give 0.439 instead of 0.402 eV
 * at 0.1 Å.
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { InputError } from '../core/errors.ts';
import type { Species, System } from '../model/system.ts';
import { compositionOf } from './composition.ts';
import { oxidationStates } from './oxidationStates.ts';
import { type Ion, ionName, softbvIon, softbvRow } from './softbvTable.ts';

/** Of the Morse term: D₀ times this. */
export const BVSE_DEPTH = 0.5;
/** Range of the repulsion over the sum of the radii. */
export const BVSE_SCREENING = 0.74;
/** Å */
export const BVSE_CUTOFF = 10;
/** Places nearer to an ion than this have the energy of this distance, Å: hundreds of eV, and no infinity on a nucleus. */
export const BVSE_NEAREST = 0.1;

/** What the mobile ion has of one ion at distance r. */
export type BvseTerm =
  | { readonly kind: 'morse'; readonly depth: number; readonly alpha: number; readonly Rmin: number }
  | { readonly kind: 'coulomb'; readonly strength: number; readonly range: number };

/** An ion of the framework: where it is, what it does, how much of it is there. */
export interface BvseSource {
  /** Index of the atom. */
  readonly atom: number;
  /** Index into `kinds`. */
  readonly kind: number;
}

/** What a map is made of. Plain values. */
export interface BvseModel {
  readonly mobile: Ion;
  /** Distinct terms, each times an occupancy. */
  readonly kinds: readonly BvseTerm[];
  readonly sources: readonly BvseSource[];
  /** Å */
  readonly cutoff: number;
  /** What the reader should know: rows that are derived, sites that are partly full. */
  readonly notes: readonly string[];
}

export interface BvseOptions {
  /** Oxidation states by element or label, where neutrality leaves them open. */
  readonly states?: ReadonlyMap<string, number>;
  readonly depth?: number;
  readonly screening?: number;
  /** Radii (Å) by element instead of softBV's. */
  readonly radii?: Readonly<Record<string, number>>;
  readonly cutoff?: number;
}

/**
 * The terms of a structure for one mobile ion. Partly occupied sites count by their occupancy, a mean field; for disorder,
 * order the structure or take snapshots, and look at the distribution.
 * @param mobile indices of the species that move; one element in one oxidation state, all of it is taken out
 * @throws for an ion or a pair that softBV's table does not have, naming it
 */
export function bvseModel(system: System, mobile: readonly number[], options: BvseOptions = {}): BvseModel {
  const states = statesOf(system, options.states);
  const ions = system.species.map(({ element }, s): Ion => ({ element, state: states[s] ?? 0 }));
  const moving = [...new Set(mobile.map((s) => ionName(ions[s] as Ion)))];
  const ion = ions[mobile[0] as number];
  if (ion === undefined || moving.length !== 1) {
    throw new InputError(
      `${system.title}: a bond-valence map is of one mobile ion; found ${moving.length === 0 ? 'none' : moving.join(', ')}`,
    );
  }
  const kinds: BvseTerm[] = [];
  const kindOf = new Map<string, number>();
  const sources: BvseSource[] = [];
  const present = new Set<number>();
  let partly = 0;
  system.typeOf.forEach((type, atom) => {
    if (mobile.includes(type)) return;
    present.add(type);
    const occupancy = system.occupancies?.[atom] ?? 1;
    if (occupancy < 1) partly++;
    const key = `${type} ${occupancy}`;
    let kind = kindOf.get(key);
    if (kind === undefined) {
      kind = kinds.push(termOf(ion, ions[type] as Ion, occupancy, options, system.title)) - 1;
      kindOf.set(key, kind);
    }
    sources.push({ atom, kind });
  });
  if (sources.length === 0) throw new InputError(`${system.title}: without ${ionName(ion)} nothing is left`);
  const notes = [...present].flatMap((type) => standingNote(ion, ions[type] as Ion));
  if (partly > 0) {
    notes.push(
      `${partly} partly occupied sites of the framework count by their occupancy: a mean field, no real surroundings`,
    );
  }
  return { mobile: ion, kinds, sources, cutoff: options.cutoff ?? BVSE_CUTOFF, notes };
}

/** Oxidation state of each species; of those without atoms (the mobile ones of a mean framework) what is told or stated. */
function statesOf(system: System, told?: ReadonlyMap<string, number>): (number | undefined)[] {
  const composition = compositionOf(system);
  const { states } = oxidationStates(composition, told);
  const byLabel = new Map(composition.species.map(({ label }, i) => [label, states[i]]));
  return system.species.map(
    ({ label, element, formalCharge }: Species) =>
      byLabel.get(label) ?? told?.get(label) ?? told?.get(element) ?? formalCharge,
  );
}

function termOf(mobile: Ion, other: Ion, occupancy: number, options: BvseOptions, title: string): BvseTerm {
  if (mobile.state * other.state < 0) {
    const [cation, anion] = mobile.state > 0 ? [mobile, other] : [other, mobile];
    const row = softbvRow(cation, anion);
    if (!row)
      throw new InputError(`${title}: softBV's table has no row for ${ionName(cation)}–${ionName(anion)}`);
    const depth = (options.depth ?? BVSE_DEPTH) * row.D0 * occupancy;
    return { kind: 'morse', depth, alpha: row.alpha, Rmin: row.Rmin };
  }
  const [a, b] = [softbvIon(mobile), softbvIon(other)];
  const missing = a ? (b ? undefined : other) : mobile;
  if (!a || !b) throw new InputError(`${title}: softBV's table has no ion ${ionName(missing as Ion)}`);
  const radius = ({ element }: Ion, tabulated: number): number => options.radii?.[element] ?? tabulated;
  return {
    kind: 'coulomb',
    strength: (COULOMB_EV_ANGSTROM * occupancy * mobile.state * other.state) / Math.sqrt(a.n * b.n),
    range: (options.screening ?? BVSE_SCREENING) * (radius(mobile, a.radius) + radius(other, b.radius)),
  };
}

function standingNote(mobile: Ion, other: Ion): string[] {
  const [cation, anion] = mobile.state > 0 ? [mobile, other] : [other, mobile];
  const row = softbvRow(cation, anion);
  return row && row.standing !== 'tabulated'
    ? [`softBV: ${ionName(cation)}–${ionName(anion)} is ${row.standing}, not a row of the published table`]
    : [];
}

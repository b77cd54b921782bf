/**
 * Bond-valence sums and the global instability index: how well the distances of a structure fit the charges of its ions
 * (I. D. Brown, Chem. Rev. 109, 6858 (2009), doi:10.1021/cr900053k; A. Salinas-Sanchez et al., J. Solid State Chem. 100,
 * 201 (1992), doi:10.1016/0022-4596(92)90094-C).
 */
import { bondValence, bondValenceParameters, type Ion } from '../forcefield/bondValence.ts';
import { surroundings } from '../model/around.ts';
import type { Oxidation } from '../model/oxidation.ts';
import type { System } from '../model/system.ts';
import { type Site, sitePositions } from './sites.ts';

/** An ion of one species on one site. */
export interface ValenceSum {
  readonly site: number;
  readonly species: number;
  /** Valence units; absent where no bond has parameters. */
  readonly sum?: number;
  /** Formal charge, e. */
  readonly expected: number;
}

export interface BondValences {
  readonly sums: readonly ValenceSum[];
  /** Root mean square of |sum| − |charge| over all ions weighted by occupancy, v.u.; absent while parameters are missing. */
  readonly instability?: number;
  /** Pairs that the table lacks, such as `Li–S`. */
  readonly missing: readonly string[];
}

/** Bond-valence sums of all ions. Occupancies of neighbours weigh their bonds. */
export function bondValences(system: System, sites: readonly Site[], { charges }: Oxidation): BondValences {
  const ions = system.species.map(({ element }, i): Ion => ({ element, charge: charges[i] as number }));
  const cations = ions.flatMap(({ charge }, i) => (charge > 0 ? [i] : []));
  const anions = ions.flatMap(({ charge }, i) => (charge < 0 ? [i] : []));
  const missing = new Set<string>();
  let cutoff = 0;
  for (const c of cations) {
    for (const a of anions) {
      const [cation, anion] = [ions[c] as Ion, ions[a] as Ion];
      const parameters = bondValenceParameters(cation, anion);
      cutoff = Math.max(cutoff, parameters?.cutoff ?? 0);
      if (!parameters) missing.add(`${cation.element}–${anion.element}`);
    }
  }
  const { around } = surroundings(system.cell, sitePositions(sites));
  const sums = sites.flatMap(({ position: [x, y, z], occupants }, site): ValenceSum[] => {
    const totals = occupants.map(() => 0);
    const counts = occupants.map(() => 0);
    around(x, y, z, cutoff, (j, _dx, _dy, _dz, r) => {
      if (j === site && r < 1e-9) return;
      for (const other of (sites[j] as Site).occupants) {
        occupants.forEach(({ species }, k) => {
          const [own, there] = [ions[species] as Ion, ions[other.species] as Ion];
          if (own.charge * there.charge >= 0) return;
          const s = own.charge > 0 ? bondValence(own, there, r) : bondValence(there, own, r);
          if (s === undefined) return;
          totals[k] = (totals[k] as number) + s * Math.min(1, other.occupancy);
          counts[k] = (counts[k] as number) + 1;
        });
      }
    });
    return occupants.map(({ species }, k) => ({
      site,
      species,
      ...((counts[k] as number) > 0 && { sum: totals[k] as number }),
      expected: (ions[species] as Ion).charge,
    }));
  });
  const charged = sums.filter(({ expected }) => expected !== 0);
  if (missing.size > 0 || charged.length === 0) return { sums, missing: [...missing] };
  let [squares, weight] = [0, 0];
  for (const { site, species, sum = 0, expected } of charged) {
    const { occupancy } = (sites[site] as Site).occupants.find((one) => one.species === species) as {
      occupancy: number;
    };
    squares += occupancy * (sum - Math.abs(expected)) ** 2;
    weight += occupancy;
  }
  return { sums, missing: [], instability: Math.sqrt(squares / weight) };
}

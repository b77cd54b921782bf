/**
 * Partial structure factors a_ab(q) (Faber & Ziman) of the frames of a run, averaged over the vectors of a shell of |q|, and what
 * X-rays and neutrons make of them.
 */
import { inverse } from '../../core/vec.ts';
import type { Cell } from '../../model/cell.ts';
import { type System, speciesCounts } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { BlockSums } from './blockSums.ts';
import { DensityModes, modeCount, modeLength, modesWithin } from './densityModes.ts';
import { speciesPairs } from './pairDistances.ts';
import type { Scatterer } from './scatterers.ts';

/** Atoms times vectors of one frame, 0.4 s; more vectors are drawn from shells. */
const MOST_PHASES = 1.5e8;
/** … and on average over all frames of the trajectory, 4 ms. */
const PHASES_PER_FRAME = 1.5e6;

export interface ModeGrid {
  /** Å⁻¹ */
  readonly qMax: number;
  /** Å⁻¹ */
  readonly binWidth: number;
  readonly bins: number;
  readonly every: number;
}

export function modeGrid(system: System, qMax: number, binWidth: number, every = 0): ModeGrid {
  const phases = Math.min(MOST_PHASES, modeCount(system.cell, qMax) * system.typeOf.length);
  return {
    qMax,
    binWidth,
    bins: Math.ceil(qMax / binWidth - 1e-9),
    every: every > 0 ? Math.round(every) : Math.max(1, Math.ceil(phases / PHASES_PER_FRAME)),
  };
}

/**
 * Sums of one replica. A row is a frame: by bin the number of vectors, Σ|q|, and Σ Re A_a A_b* of each pair of species. Indices of
 * vectors are those of the first cell; their lengths are those of each frame's own.
 */
export class StructureFactorSums {
  readonly grid: ModeGrid;
  readonly sums: BlockSums;
  readonly isComplete: boolean;
  private readonly density: DensityModes;
  private readonly species: number;
  private readonly row: Float64Array;
  private seen = 0;

  constructor(system: System, grid: ModeGrid) {
    this.grid = grid;
    this.species = system.species.length;
    // A hundredth more, so that a cell that shrinks still fills the last bin.
    const modes = modesWithin(system.cell, 1.01 * grid.qMax, MOST_PHASES / system.typeOf.length);
    this.isComplete = modes.isComplete;
    this.density = new DensityModes(modes, system.typeOf, this.species);
    this.row = new Float64Array(grid.bins * columnsOf(this.species));
    this.sums = new BlockSums(this.row.length);
  }

  add(frame: Frame): void {
    if (this.seen++ % this.grid.every !== 0) return;
    const { modes, re, im } = this.density;
    this.density.evaluate(frame.cell, frame.positions);
    const g = waveVectors(frame.cell);
    const { bins, binWidth } = this.grid;
    const columns = columnsOf(this.species);
    const { row, species } = this;
    row.fill(0);
    for (let m = 0; m < modes.count; m++) {
      const q = modeLength(
        g,
        modes.hkl[3 * m] as number,
        modes.hkl[3 * m + 1] as number,
        modes.hkl[3 * m + 2] as number,
      );
      const bin = Math.floor(q / binWidth);
      if (bin >= bins) continue;
      let at = bin * columns;
      const w = modes.weight[m] as number;
      row[at] = (row[at] as number) + w;
      row[at + 1] = (row[at + 1] as number) + w * q;
      at += 2;
      for (let a = 0; a < species; a++) {
        const x = re[a * modes.count + m] as number;
        const y = im[a * modes.count + m] as number;
        for (let b = a; b < species; b++, at++) {
          const product = x * (re[b * modes.count + m] as number) + y * (im[b * modes.count + m] as number);
          row[at] = (row[at] as number) + w * product;
        }
      }
    }
    this.sums.add(row);
  }
}

function columnsOf(species: number): number {
  return 2 + (species * (species + 1)) / 2;
}

/** Rows 2πa*, 2πb*, 2πc*. */
export function waveVectors({ h }: Cell): Float64Array {
  const inv = inverse(h);
  return Float64Array.from({ length: 9 }, (_, n) => {
    const [i, k] = [Math.floor(n / 3), n % 3];
    return 2 * Math.PI * (inv[3 * k + i] as number);
  });
}

/** Partial structure factors against |q|, the shells that have vectors. */
export interface PartialFactors {
  /** [n] mean |q| of the vectors of a shell, Å⁻¹. */
  readonly q: Float64Array;
  /** [n] vectors of a shell in all frames together, one of each ±q. */
  readonly vectors: Float64Array;
  /** [pairs][n] a_ab(q), one at large q. */
  readonly partials: readonly Float64Array[];
}

/** a_ab(q) = 1 + [⟨Re A_a A_b*⟩ − N_a δ_ab]/(N c_a c_b). @param sums of StructureFactorSums */
export function partialFactors(sums: Float64Array, system: System): PartialFactors {
  const counts = speciesCounts(system);
  const atoms = system.typeOf.length;
  const pairs = speciesPairs(counts.length);
  const columns = columnsOf(counts.length);
  const filled: number[] = [];
  for (let at = 0; at < sums.length; at += columns) if ((sums[at] as number) > 0) filled.push(at);
  return {
    q: Float64Array.from(filled, (at) => (sums[at + 1] as number) / (sums[at] as number)),
    vectors: Float64Array.from(filled, (at) => sums[at] as number),
    partials: pairs.map(({ a, b }, p) => {
      const [na, nb] = [counts[a] as number, counts[b] as number];
      return Float64Array.from(filled, (at) => {
        const product = (sums[at + 2 + p] as number) / (sums[at] as number);
        return 1 + ((product - (a === b ? na : 0)) * atoms) / (na * nb);
      });
    }),
  };
}

/** Shares of the pairs in a total: w_ab = (2 − δ_ab) c_a c_b f_a f_b/⟨f⟩², which sum to one. */
export function pairWeights(
  counts: readonly number[],
  scatterers: readonly Scatterer[],
  q: number,
): Float64Array {
  const s = q / (4 * Math.PI);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const f = scatterers.map((one) => one.at(s));
  const parts = counts.map((n, a) => ((n / total) * (f[a] as number)) as number);
  const mean = parts.reduce((sum, x) => sum + x, 0);
  return Float64Array.from(
    speciesPairs(counts.length),
    ({ a, b }) => ((a === b ? 1 : 2) * (parts[a] as number) * (parts[b] as number)) / mean ** 2,
  );
}

/** S(q) = 1 + Σ w_ab(q) [a_ab(q) − 1] (Faber & Ziman). */
export function totalFactor(
  { q, partials }: PartialFactors,
  counts: readonly number[],
  scatterers: readonly Scatterer[],
): Float64Array {
  return q.map((length, i) => {
    const weights = pairWeights(counts, scatterers, length);
    let sum = 1;
    partials.forEach((partial, p) => {
      if ((weights[p] as number) !== 0) sum += (weights[p] as number) * ((partial[i] as number) - 1);
    });
    return sum;
  });
}

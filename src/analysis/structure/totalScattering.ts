/**
 * Total scattering: structure factors by direct sums over the cell's own reciprocal vectors, the reduced pair distribution function
 * two ways, and what both say of medium-range order.
 */
import { InputError } from '../../core/errors.ts';
import { type System, speciesCounts } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, frameAnalysis } from '../analysis.ts';
import { pooledBlocks } from './blockSums.ts';
import { defaultReach, distanceGrid, PairDistances } from './pairDistances.ts';
import { type Radiation, type Scatterer, scatterersOf } from './scatterers.ts';
import { CALLED, factorTable, figures, pdfTable, rowsOf } from './scatteringOutput.ts';
import { meanVolumeOf, type Total, totalOf } from './scatteringTotals.ts';
import { DECAY_FROM } from './sharpPeak.ts';
import { modeGrid, partialFactors, StructureFactorSums } from './structureFactors.ts';

const OPTIONS = {
  qMax: { default: 12, unit: 'Å⁻¹', range: [2, 40], help: 'largest |q| of the structure factors' },
  qBin: { default: 0.05, unit: 'Å⁻¹', range: [0.005, 0.5], help: 'width of the shells of |q|' },
  binWidth: { default: 0.05, unit: 'Å', range: [0.01, 0.5], help: 'bins of G(r)' },
  rMax: {
    default: 0,
    unit: 'Å',
    range: [0, 60],
    help: 'largest distance of G(r); 0: 20 Å or half of the smallest perpendicular width',
  },
  ions: {
    default: true,
    help: 'X-ray form factors of ions where formal charges are known and the table has them',
  },
  every: {
    default: 0,
    range: [0, 1e6],
    help: 'sums over every n-th frame; 0: chosen by the number of atoms',
  },
} as const;

/** Å; the range of `rMax` 0, where glasses are told from crystals. */
const USUAL_REACH = 20;
/** A mean scattering length below this part of its root mean square makes S(q) a quotient of nearly nothing. */
const LEAST_CONTRAST = 0.1;

const RADIATIONS = ['xray', 'neutron'] as const;

/** The running sums of one replica: distances and Fourier components. */
export class ScatteringAccumulator implements Accumulator {
  readonly distances: PairDistances;
  readonly factors: StructureFactorSums;

  constructor(distances: PairDistances, factors: StructureFactorSums) {
    this.distances = distances;
    this.factors = factors;
  }

  add(frame: Frame): void {
    this.distances.add(frame);
    this.factors.add(frame);
  }
}

export const scattering = frameAnalysis<ScatteringAccumulator, typeof OPTIONS>({
  title: 'Total scattering: S(q) and G(r)',
  inputs: [],
  options: OPTIONS,
  resultUnits: {
    'scattering.<radiation>.firstSharpPeak.q': 'Å⁻¹',
    'scattering.<radiation>.firstSharpPeak.width': 'Å⁻¹',
    'scattering.<radiation>.firstSharpPeak.height': '1',
    'scattering.<radiation>.decayLength': 'Å',
    'scattering.<radiation>.routes.rmsDifference': 'Å⁻²',
    'scattering.<radiation>.routes.rms': 'Å⁻²',
    'scattering.numberDensity': 'Å⁻³',
  },
  cost: 'about 3 ns per atom and reciprocal vector and 35 ns per pair; frames are left out so that each stays near 5 ms per frame on average; one frame 0.5 s at most',
  begin({ system }, { qMax, qBin, binWidth, rMax, every }) {
    const reach = rMax > 0 ? rMax : defaultReach(system.cell, USUAL_REACH);
    return new ScatteringAccumulator(
      new PairDistances(system, distanceGrid(system, reach, binWidth, every)),
      new StructureFactorSums(system, modeGrid(system, qMax, qBin, every)),
    );
  },
  report(parts, context, { qMax, ions }) {
    const { system } = context;
    const [first] = parts as readonly [ScatteringAccumulator];
    const factors = pooledBlocks(parts.map((part) => part.factors.sums));
    const distances = pooledBlocks(parts.map((part) => part.distances.sums));
    const notes: string[] = [];
    if (factors.rows === 0 || distances.rows === 0) {
      return { results: {}, tables: {}, figures: [], methods: [], notes: ['scattering: no frames'] };
    }
    const partials = partialFactors(factors.total, system);
    const grid = first.distances.grid;
    const totals = RADIATIONS.flatMap((radiation) => {
      try {
        const scatterers = scatterersOf(radiation, system.species, ions ? context.charges : []);
        const why = contrastProblem(system, scatterers);
        if (why === undefined) {
          return [totalOf(radiation, scatterers, system, partials, factors, distances, grid.binWidth, qMax)];
        }
        notes.push(`${CALLED[radiation]}: ${why}`);
      } catch (error) {
        // An element without a table; anything else is a fault of ours.
        if (!(error instanceof InputError)) throw error;
        notes.push(`${CALLED[radiation]}: ${error.message}`);
      }
      return [];
    });
    if (!first.factors.isComplete) {
      notes.push(
        'the cell has too many reciprocal vectors for one frame: the outer shells of S(q) are averages over some of them, drawn evenly; Bragg peaks of a crystal are noisy there',
      );
    }
    if (ions) notes.push(...ionNotes(system, context, totals));
    const meanVolume = meanVolumeOf(distances);
    const reach = grid.bins * grid.binWidth;
    return {
      results: {
        scattering: {
          numberDensity: { value: system.typeOf.length / meanVolume, unit: 'Å⁻³' },
          qMax: { value: qMax, unit: 'Å⁻¹' },
          ...Object.fromEntries(totals.map(({ radiation, result }) => [radiation, result])),
        },
      },
      tables: {
        'structure_factor.csv': factorTable(system, partials, totals),
        'pdf.csv': pdfTable(totals, grid.bins, grid.binWidth),
      },
      figures: totals.length > 0 ? figures(totals, grid.binWidth, factors, qMax) : [],
      rows: totals.flatMap(rowsOf),
      methods: [
        `Partial structure factors (Faber–Ziman) were summed directly over the reciprocal vectors of the cell up to ${qMax} Å⁻¹ in shells of ${first.factors.grid.binWidth} Å⁻¹, over ${factors.rows} frames${first.factors.grid.every > 1 ? ` (every ${first.factors.grid.every}. frame)` : ''}; X-rays are weighted with the form factors of Waasmaier and Kirfel {waasmaier1995} (${namesOf(totals, 'xray')}), neutrons with the coherent scattering lengths of Sears {sears1992}.`,
        `G(r) = 4πrρ₀[g(r) − 1] was computed from the pair distributions up to ${reach.toFixed(2)} Å (${distances.rows} frames; X-ray weights at Q = 0) and, as a check, from F(Q) through the window of Lorch {lorch1969} up to ${qMax} Å⁻¹.`,
        `The decay length of G(r) is the slope of the logarithm of its extrema beyond ${DECAY_FROM} Å.`,
      ],
      notes,
    };
  },
});

function contrastProblem(system: System, scatterers: readonly Scatterer[]): string | undefined {
  const counts = speciesCounts(system);
  const weighted = (power: 1 | 2): number =>
    counts.reduce((sum, n, a) => sum + n * (scatterers[a] as Scatterer).at(0) ** power, 0) /
    system.typeOf.length;
  return Math.abs(weighted(1)) < LEAST_CONTRAST * Math.sqrt(weighted(2))
    ? 'scattering lengths cancel in the mean, S(q) has no scale'
    : undefined;
}

function namesOf(totals: readonly Total[], radiation: Radiation): string {
  const total = totals.find((one) => one.radiation === radiation);
  return total ? total.scatterers.map(({ name }) => name).join(', ') : 'none';
}

/** Charged species whose ion is not in the table scatter as atoms. */
function ionNotes(system: System, { charges }: AnalysisContext, totals: readonly Total[]): string[] {
  const xray = totals.find(({ radiation }) => radiation === 'xray');
  const neutral = system.species.filter(
    ({ element }, s) => (charges[s] ?? 0) !== 0 && xray?.scatterers[s]?.name === element,
  );
  return neutral.length > 0
    ? [
        `no form factor of the ion is tabulated for ${neutral.map(({ label }) => label).join(', ')}: the neutral atom stands in`,
      ]
    : [];
}

/**
 * Statistics of displacements beyond the MSD, frame by frame: non-Gaussian parameter, self and distinct van Hove functions,
 * ergodicity breaking and quasi-elastic scattering. Diffusivities are the affair of transport/.
 */
import { type Cell, perpendicularWidths } from '../../model/cell.ts';
import type { Species } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, type AnalysisReport, frameAnalysis } from '../analysis.ts';
import { type Estimate, resolved, unresolved } from '../estimate.ts';
import { atomsOf } from '../frames/displacements.ts';
import type { Drift } from '../transport/tracks.ts';
import { FEWEST_BLOCKS, interval95, jackknife } from './blockSums.ts';
import { DisplacementSums, Q_COUNT, Q_SPACING } from './displacementSums.ts';
import { DistinctVanHove, REPLACED_WITHIN } from './distinctVanHove.ts';
import { DRIFTS, FrameDisplacements } from './frameDisplacements.ts';
import { motionFigures } from './motionFigures.ts';
import { motionTables, type SpeciesPresentation } from './motionTables.ts';
import { isMilestone, LAGS_PER_OCTAVE, lagCount, lagOf, MultiTau } from './multiTau.ts';
import { scattering } from './quasiElastic.ts';
import { ergodicityBreaking, hopLength, LONGEST_LAG, motionCurves, nonGaussian } from './speciesMotion.ts';

export interface MotionOptions {
  readonly drift: string;
  readonly binWidth: number;
  readonly maximum: number;
  readonly scatteringStart: number;
}

/** One replica's share. */
export class MotionPart implements Accumulator {
  readonly displacements: FrameDisplacements;
  /** By species index; undefined for species without atoms. */
  readonly species: (DisplacementSums | undefined)[];
  /** By species index; of the mobile ones with two ions or more. */
  readonly distinct: (DistinctVanHove | undefined)[];
  private readonly walk: MultiTau;
  private cell: Cell;

  constructor({ system, mobile }: AnalysisContext, options: MotionOptions) {
    this.displacements = new FrameDisplacements(system, options.drift as Drift, mobile);
    this.cell = system.cell;
    const atoms = system.species.map((_, s) => Int32Array.from(atomsOf(system, s)));
    this.species = atoms.map((own, s) =>
      own.length > 0 ? new DisplacementSums(own, options, mobile.includes(s)) : undefined,
    );
    this.distinct = atoms.map((own, s) =>
      mobile.includes(s) && own.length > 1
        ? new DistinctVanHove(system, own, options.binWidth, Math.min(options.maximum, widest(system.cell)))
        : undefined,
    );
    this.walk = new MultiTau(3 * system.typeOf.length, (earlier, later, lagIndex) =>
      this.visit(earlier, later, lagIndex),
    );
  }

  get frames(): number {
    return this.walk.frames;
  }

  add(frame: Frame): void {
    this.cell = frame.cell;
    this.walk.add(this.displacements.add(frame));
    for (const sums of this.species) sums?.blocks.endFrame();
    for (const pairs of this.distinct) pairs?.blocks.endFrame();
  }

  private visit(earlier: Float64Array, later: Float64Array, lagIndex: number): void {
    if (lagIndex > 0) for (const sums of this.species) sums?.add(earlier, later, lagIndex);
    // The walk has counted this frame already.
    if (!DistinctVanHove.wants(lagIndex, this.walk.frames - 1)) return;
    for (const pairs of this.distinct) pairs?.add(earlier, later, lagIndex, this.cell);
  }
}

function widest(cell: Cell): number {
  return Math.min(...perpendicularWidths(cell)) / 2;
}

export const motion = frameAnalysis({
  title: 'Displacement statistics: non-Gaussian parameter, van Hove functions, incoherent scattering',
  inputs: ['mobile'],
  options: {
    drift: {
      default: 'massCenter',
      help: 'whose mean displacement is taken off: the centre of mass, the framework, or none',
      choices: DRIFTS,
    },
    binWidth: { default: 0.05, unit: 'Å', help: 'bins of the van Hove functions', range: [0.01, 0.5] },
    maximum: {
      default: 10,
      unit: 'Å',
      help: 'longest distance of the van Hove functions; the distinct one ends at half the cell',
      range: [1, 50],
    },
    scatteringStart: {
      default: 1000,
      unit: 'fs',
      help: 'first lag of the fit of a decay of scattering: vibrations have died out',
      range: [0, 1e9],
    },
  },
  resultUnits: {
    'motion.species.<species>.nonGaussian.maximum': '1',
    'motion.species.<species>.nonGaussian.time': 'fs',
    'motion.species.<species>.nonGaussian.residual': '1',
    'motion.species.<species>.ergodicityBreaking.value': '1',
    'motion.species.<species>.hopLength': 'Å',
    'motion.species.<species>.replacementTime': 'fs',
    'motion.species.<species>.scattering.width': 'µeV',
    'motion.species.<species>.scattering.chudleyElliott.jumpLength': 'Å',
    'motion.species.<species>.scattering.chudleyElliott.residenceTime': 'fs',
    'motion.species.<species>.scattering.chudleyElliott.D': 'cm²/s',
  },
  cost:
    '24 pairs of instants per atom and frame (0.9 µs per atom, measured), and 7 µs per mobile ion for the distinct van Hove ' +
    'function; memory 24 bytes × 8 (log₂(frames/8) + 2) per atom and 16 bytes per atom and lag for sums by ion',
  begin: (context, options) => new MotionPart(context, options),
  report,
});

/** What is said of one species in results.json. */
function report(
  parts: readonly MotionPart[],
  context: AnalysisContext,
  options: MotionOptions,
): AnalysisReport {
  const { system, mobile, frameInterval } = context;
  const frames = Math.max(0, ...parts.map((p) => p.frames));
  const lags = lagCount(frames);
  const species: Record<string, unknown> = {};
  const shown: SpeciesPresentation[] = [];
  system.species.forEach(({ label }, s) => {
    const sums = parts.flatMap((p) => (p.species[s] ? [p.species[s]] : []));
    if (sums.length === 0 || lags < 2) return;
    const curves = motionCurves(sums, lags, frameInterval);
    const isMobile = mobile.includes(s);
    const distinct = parts.flatMap((p) => (p.distinct[s] ? [p.distinct[s]] : []));
    const hop = hopLength(sums, lags, options.binWidth);
    const widths = isMobile ? scattering(sums, curves, options.scatteringStart) : undefined;
    species[label] = {
      ions: sums[0]?.atoms.length ?? 0,
      nonGaussian: nonGaussian(curves),
      ergodicityBreaking: breaking(sums, frames, frameInterval, lags),
      hopLength: hop,
      ...(isMobile && { replacementTime: replacementTime(distinct, lags, frameInterval) }),
      ...(widths && { scattering: widths }),
    };
    shown.push({ label, curves, sums, distinct, isMobile, hop, ...(widths && { widths }) });
  });
  // The most interesting ones first: figures have few curves.
  shown.sort((a, b) => Number(b.isMobile) - Number(a.isMobile));
  const reference = parts[0]?.displacements.reference ?? 'none';
  const notes: string[] = [];
  if (reference !== options.drift) {
    notes.push(
      'every species is mobile, there is no framework: displacements are taken from the centre of mass',
    );
  }
  const view = {
    species: shown,
    lags,
    frameInterval,
    longest: frames * LONGEST_LAG,
    binWidth: options.binWidth,
  };
  return {
    results: { motion: { species, referenceFrame: reference, frames: parts.map((p) => p.frames), notes } },
    tables: motionTables(view),
    figures: motionFigures(view),
    methods: methods(reference, options, shown, context),
    notes,
  };
}

/** EB at the milestone nearest below a tenth of the run, with what free diffusion would give there. */
function breaking(sums: readonly DisplacementSums[], frames: number, interval: number, lags: number): object {
  let place = 1;
  for (let l = 1; l < lags; l++) if (isMilestone(l) && lagOf(l) <= frames / 10) place = l;
  const { value, standardError, ions } = ergodicityBreaking(sums, place);
  const isKnown = Number.isFinite(value) && frames >= 10;
  const half = 1.96 * standardError;
  return {
    lag: lagOf(place) * interval,
    value: isKnown
      ? resolved(value, [Math.max(0, value - half), value + half], '1')
      : unresolved('1', `${ions} ions and ${frames} frames are too few`),
    // 4t/3dT of Brownian motion in d = 3 dimensions.
    freeDiffusion: isKnown ? (4 * lagOf(place)) / (9 * frames) : null,
  };
}

/**
 * When G_d within 1 Å of an ion's former place reaches the mean density: another ion has taken it. Interpolated in the
 * logarithm of the lag; interval from the blocks' errors of G_d.
 */
function replacementTime(parts: readonly DistinctVanHove[], lags: number, interval: number): Estimate {
  const rows = Array.from({ length: lags }, (_, l) => l).flatMap((l) => {
    if (l === 0 || !parts.some((p) => p.counts[l])) return [];
    const blocks = parts.flatMap((p) => p.blocks.blocks(lagOf(l)));
    const [g] = jackknife(blocks, (sums) => [DistinctVanHove.replaced(sums, l)]);
    return g && g.blocks >= FEWEST_BLOCKS ? [{ time: lagOf(l) * interval, g }] : [];
  });
  const last = rows.at(-1);
  if (last === undefined) return unresolved('fs', 'the run holds no lag four times over');
  const crossing = (value: (row: (typeof rows)[number]) => number): number => {
    for (let k = 0; k < rows.length; k++) {
      const [row, before] = [rows[k] as (typeof rows)[number], rows[k - 1]];
      if (value(row) < 1) continue;
      if (before === undefined) return row.time;
      const share = (1 - value(before)) / (value(row) - value(before));
      return before.time * (row.time / before.time) ** share;
    }
    return Number.POSITIVE_INFINITY;
  };
  const time = crossing(({ g }) => g.value);
  if (!Number.isFinite(time)) {
    return unresolved(
      'fs',
      `within ${last.time} fs, a quarter of the run, G_d(r < ${REPLACED_WITHIN} Å) reaches ${last.g.value.toPrecision(2)} ` +
        'of the mean density: few places have been taken by another ion',
    );
  }
  const [early, late] = [crossing(({ g }) => interval95(g)[1]), crossing(({ g }) => interval95(g)[0])];
  return Number.isFinite(late)
    ? resolved(time, [early, late], 'fs')
    : unresolved('fs', 'G_d near r = 0 reaches the mean density, but not beyond its error');
}

function methods(
  reference: Drift,
  options: MotionOptions,
  shown: readonly SpeciesPresentation[],
  { system, mobile }: AnalysisContext,
): string[] {
  const frame =
    reference === 'none'
      ? 'as they are'
      : `relative to the ${reference === 'framework' ? 'mean of the framework' : 'centre of mass'}`;
  const labels = mobile.map((s) => (system.species[s] as Species).label).join(', ');
  const sentences = [
    `Displacements were taken ${frame}; their moments were summed at ${LAGS_PER_OCTAVE} lags per octave {ramirez2010} over ` +
      'time origins at most an eighth of the lag apart, without averages over blocks of time.',
    'The non-Gaussian parameter is α₂ = 3⟨Δr⁴⟩/(5⟨Δr²⟩²) − 1 {rahman1964}; its errors are the larger of those of the jackknife ' +
      'over blocks of time at least as long as the lag and over ions, and are given up to a quarter of the run.',
    `Van Hove functions have bins of ${options.binWidth} Å; the self part counts unwrapped displacements, the distinct part ` +
      'periodic distances, over the density of the other ions.',
    'The ergodicity-breaking parameter is the relative variance over ions of their time-averaged squared displacement ' +
      '{heburov2008}.',
  ];
  if (shown.some((s) => s.widths)) {
    sentences.push(
      `Incoherent intermediate scattering functions of ${labels} are ⟨sin(qΔr)/(qΔr)⟩ at ${Q_COUNT} q up to ` +
        `${(Q_COUNT * Q_SPACING).toFixed(1)} Å⁻¹; their half widths come from a single exponential fitted from ` +
        `${options.scatteringStart} fs on to where 0.1 is left, within a quarter of the run, and are compared with jumps of one ` +
        'length {chudley1961}.',
    );
  }
  return sentences;
}

/** Structure factor, reduced pair distribution function and their measures of order, for one radiation. */
import { type System, speciesCounts } from '../../model/system.ts';
import { type Estimate, unresolved } from '../estimate.ts';
import { blockEstimate, blockSpread, type PooledBlocks } from './blockSums.ts';
import { smoothed } from './firstShell.ts';
import { pairCurves, speciesPairs } from './pairDistances.ts';
import { pdfFromFactor, pdfFromPairs, windowed } from './reducedPdf.ts';
import type { Radiation, Scatterer } from './scatterers.ts';
import { DECAY_FROM, firstSharpPeak, pdfDecay } from './sharpPeak.ts';
import { type PartialFactors, pairWeights, partialFactors, totalFactor } from './structureFactors.ts';

/** Å: nearer than this no two atoms are, and the window of the transform has the last word. */
const CHECK_FROM = 1.5;
/** Å: the window mixes distances that are so near. */
const CHECK_MARGIN = 2;
/** What one radiation sees. */
export interface Total {
  readonly radiation: Radiation;
  readonly scatterers: readonly Scatterer[];
  readonly q: Float64Array;
  readonly s: Float64Array;
  readonly sError: Float64Array;
  /** [bins] at the middles: from g(r), its error, from F(Q), and from g(r) through the same window as F(Q). */
  readonly g: Float64Array;
  readonly gError: Float64Array;
  readonly gFromF: Float64Array;
  readonly gWindowed: Float64Array;
  readonly result: Readonly<Record<string, unknown>>;
  readonly peak: Estimate;
  readonly decay: Estimate;
}

/** Structure factor, G(r) and medium-range order as one radiation sees them. */
export function totalOf(
  radiation: Radiation,
  scatterers: readonly Scatterer[],
  system: System,
  partials: PartialFactors,
  factors: PooledBlocks,
  distances: PooledBlocks,
  binWidth: number,
  qMax: number,
): Total {
  const counts = speciesCounts(system);
  const atoms = system.typeOf.length;
  const { q } = partials;
  const s = totalFactor(partials, counts, scatterers);
  const sBlocks = factors.blocks.map((sums) => totalFactor(partialFactors(sums, system), counts, scatterers));
  const sError = spreadOf(sBlocks, q.length);

  const pairs = speciesPairs(counts.length);
  const weights = pairWeights(counts, scatterers, 0);
  const bins = (distances.total.length - 2) / 2 / pairs.length;
  const grid = { bins, binWidth, every: 1 };
  const pdfOf = (sums: Float64Array): Float64Array => {
    const density = atoms / ((sums[sums.length - 2] as number) / (sums[sums.length - 1] as number));
    // Normalised by N_b, not N_b − 1, for like pairs: that is what Fourier sums over the whole cell see. In 256 like ions the
    // difference is 0.009 Å⁻² at 10 Å, as much as the two routes to G(r) differ by otherwise.
    const gs = pairs.map((pair, p) => {
      const { g: curve } = pairCurves(sums, p, pair, counts, grid);
      const n = counts[pair.a] as number;
      return pair.a === pair.b ? curve.map((x) => (x * (n - 1)) / n) : curve;
    });
    return pdfFromPairs(gs, weights, density, binWidth);
  };
  const g = pdfOf(distances.total);
  const gBlocks = distances.blocks.map(pdfOf);
  const gError = spreadOf(gBlocks, g.length);
  const r = Float64Array.from(g, (_, k) => (k + 0.5) * binWidth);
  const vectors = partials.vectors.map((n) => (2 * n) / factors.rows);
  const gFromF = pdfFromFactor(q, s, vectors, meanVolumeOf(distances), selfTerm(counts, scatterers), qMax, r);
  const gWindowed = windowed(g, binWidth, qMax);
  const routes = compareRoutes(gFromF, gWindowed, binWidth);

  const peak = firstSharpPeak(q, s, sError);
  const noPeak = unresolved('Å⁻¹', 'S(q) has no peak that stands out of its noise');
  const peaks = peak ? sBlocks.map((curve) => firstSharpPeak(q, curve, sError)) : [];
  const ofPeak = (of: 'q' | 'width' | 'height', unit: string): Estimate =>
    peak
      ? blockEstimate(
          peak[of],
          // A block whose noise makes another peak the first one says nothing about this one.
          peaks.flatMap((one) => (one && Math.abs(one.q - peak.q) < 0.3 ? [one[of]] : [])),
          unit,
          factors.what,
        )
      : { ...noPeak, unit };
  const fsdp = { q: ofPeak('q', 'Å⁻¹'), width: ofPeak('width', 'Å⁻¹'), height: ofPeak('height', '1') };
  const decayLength = decayOf(g, gError, gBlocks, binWidth, distances.what);
  return {
    radiation,
    scatterers,
    q,
    s,
    sError,
    g,
    gError,
    gFromF,
    gWindowed,
    peak: fsdp.q,
    decay: decayLength,
    result: {
      scatterers: scatterers.map(({ name }) => name),
      firstSharpPeak: fsdp,
      decayLength,
      routes: { ...routes, unit: 'Å⁻²' },
    },
  };
}

function spreadOf(blocks: readonly Float64Array[], length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, k) => blockSpread(blocks.map((block) => block[k] as number)).standardError,
  );
}

/** Root mean square of the difference of the two routes to G(r), and of G(r) itself, where the window does not cut. */
export function compareRoutes(
  fromF: ArrayLike<number>,
  fromPairs: ArrayLike<number>,
  binWidth: number,
): { from: number; to: number; rmsDifference: number; rms: number } {
  const from = Math.ceil(CHECK_FROM / binWidth);
  const to = Math.floor(fromF.length - CHECK_MARGIN / binWidth);
  let [difference, size] = [0, 0];
  for (let k = from; k < to; k++) {
    difference += ((fromF[k] as number) - (fromPairs[k] as number)) ** 2;
    size += (fromPairs[k] as number) ** 2;
  }
  const n = Math.max(1, to - from);
  return {
    from: from * binWidth,
    to: to * binWidth,
    rmsDifference: Math.sqrt(difference / n),
    rms: Math.sqrt(size / n),
  };
}

function decayOf(
  g: Float64Array,
  error: Float64Array,
  blocks: readonly Float64Array[],
  binWidth: number,
  what: string,
): Estimate {
  // A tenth of an Å takes the noise of single bins off and leaves oscillations of 2–3 Å as they are.
  const smoothing = 0.1;
  const decay = pdfDecay(smoothed(g, binWidth, smoothing), error, binWidth);
  if (!decay) {
    return unresolved(
      'Å',
      `fewer than four oscillations of G(r) between ${DECAY_FROM} Å and the end of its range`,
    );
  }
  if (!(decay.length > 0)) return unresolved('Å', 'G(r) does not decay within its range');
  const none = new Float64Array(g.length).fill(Number.NaN);
  const rates = blocks.flatMap((block) => {
    const one = pdfDecay(
      smoothed(block, binWidth, smoothing).slice(0, Math.ceil(decay.to / binWidth + 20)),
      none,
      binWidth,
    );
    return one ? [1 / one.length] : [];
  });
  const rate = 1 / decay.length;
  const { halfWidth95 } = blockSpread(rates);
  if (Number.isFinite(halfWidth95) && halfWidth95 >= rate) {
    return unresolved('Å', `the decay of G(r) does not stand out of its noise; ${what}`);
  }
  if (!Number.isFinite(halfWidth95)) return blockEstimate(decay.length, [], 'Å', what);
  return {
    value: decay.length,
    ci95: [1 / (rate + halfWidth95), 1 / (rate - halfWidth95)],
    unit: 'Å',
    why: `${decay.lobes} extrema up to ${decay.to.toFixed(1)} Å; ${what}`,
  };
}

/** Mean volume of the frames, Å³. */
export function meanVolumeOf({ total, rows }: PooledBlocks): number {
  return (total[total.length - 2] as number) / rows;
}

/** ⟨f²⟩/⟨f⟩² at q = 0. */
function selfTerm(counts: readonly number[], scatterers: readonly Scatterer[]): number {
  const n = counts.reduce((sum, x) => sum + x, 0);
  const [mean, square] = [1, 2].map(
    (power) => counts.reduce((sum, x, a) => sum + x * (scatterers[a] as Scatterer).at(0) ** power, 0) / n,
  ) as [number, number];
  return square / mean ** 2;
}

/**
 * Rotation of polyanions: orientational correlation functions of the bonds from a central atom to its ligands, rotational
 * relaxation times, and the angles that bonds turn by.
 */
import { studentQuantile } from '../../core/stats.ts';
import { type AnalysisContext, type AnalysisReport, frameAnalysis } from '../analysis.ts';
import { csv } from '../csv.ts';
import { bounded, type Estimate, resolved, unresolved } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import type { AngularSeries } from './angularDisplacements.ts';
import { FEWEST_BLOCKS, type Jackknifed, jackknife, sumOf } from './blockSums.ts';
import type { Complexes } from './complexes.ts';
import { isMilestone, lagCount, lagOf } from './multiTau.ts';
import { BIN, BINS, RotationPart, SUMS } from './rotationPart.ts';

/** Smaller turns are librations, larger ones rotations, degrees. */
const LIBRATION = 30;

/** |Δθ|(t) of every complex of a replica, for averages around events such as hops (`eventTriggered`); undefined without complexes. */
export function angularDisplacements(part: RotationPart): AngularSeries | undefined {
  return part.angularSeries();
}

export const rotation = frameAnalysis({
  title: 'Rotation of polyanions',
  inputs: ['mobile'],
  options: {
    central: {
      default: '',
      help: 'species at the centre of a complex; empty: found by isolated first shells',
    },
    ligand: { default: '', help: 'species of the ligands; empty: found' },
    cutoff: { default: 0, unit: 'Å', help: 'longest bond; 0: the gap behind the first shell', range: [0, 6] },
    window: {
      default: 500,
      unit: 'fs',
      help: 'time within which turns are compared with events such as hops',
      range: [1, 1e6],
    },
  },
  resultUnits: {
    'rotation.relaxationTime1': 'fs',
    'rotation.relaxationTime2': 'fs',
    'rotation.rotated': '1',
    'rotation.libration': '°',
  },
  cost: '24 pairs of instants per bond and frame; memory 24 bytes × 8 (log₂(frames/8) + 2) per bond, 312 bytes per complex and lag',
  begin: (context, options) => new RotationPart(context, options),
  report,
});

/** C_l over the intact complexes of all replicas: [lags × SUMS] of each. */
function intactComplexes(parts: readonly RotationPart[], lags: number): Float64Array[] {
  return parts.flatMap((part) =>
    Array.from(part.broken, (_, c) => c)
      .filter((c) => part.broken[c] === 0)
      .map((c) => {
        const own = new Float64Array(SUMS * lags);
        part.sums.forEach((sums, l) => {
          if (l < lags) own.set(sums.subarray(SUMS * c, SUMS * (c + 1)), SUMS * l);
        });
        return own;
      }),
  );
}

function report(parts: readonly RotationPart[], { frameInterval }: AnalysisContext): AnalysisReport {
  const complexes = parts[0]?.complexes;
  const frames = Math.max(0, ...parts.map((p) => p.frames));
  const lags = lagCount(frames);
  const intact = intactComplexes(parts, lags);
  const left = parts.reduce((n, p) => n + p.broken.reduce((a, b) => a + b, 0), 0);
  const why =
    complexes === undefined
      ? 'no complexes: no pair of framework species forms isolated groups with a gap behind the first shell'
      : intact.length === 0
        ? `a ligand leaves every ${complexes.name}: they are no rigid groups`
        : lags < 2
          ? 'fewer than two frames'
          : undefined;
  if (complexes === undefined || why !== undefined) {
    return {
      results: { rotation: { complexes: null, why } },
      tables: {},
      figures: [{ ...correlationFigure([], [], []), emptyText: why ?? '' }],
      methods: [],
      notes: [],
    };
  }
  const indices = Array.from({ length: lags }, (_, l) => l);
  const times = indices.map((l) => lagOf(l) * frameInterval);
  // A quarter of the run: longer lags are seen a few times only.
  const last = indices.filter((l) => lagOf(l) <= frames / 4).at(-1) ?? 0;
  const counted = indices.filter((l) => l <= last && isMilestone(l)).at(-1);
  const order = (sums: Float64Array, l: number, which: 1 | 2): number =>
    (sums[SUMS * l + which] as number) / (sums[SUMS * l] as number);
  const integral = (sums: Float64Array, which: 1 | 2): number => {
    let sum = 0;
    for (let l = 1; l <= last; l++) {
      const width = (times[l] as number) - (times[l - 1] as number);
      sum += (width * (order(sums, l - 1, which) + order(sums, l, which))) / 2;
    }
    return sum;
  };
  const curves = ([1, 2] as const).map((which) =>
    jackknife(intact, (s) => indices.map((l) => order(s, l, which))),
  );
  const [tau1, tau2, rotated, libration] = jackknife(intact, (sums) => [
    integral(sums, 1),
    integral(sums, 2),
    ...(counted === undefined ? [Number.NaN, Number.NaN] : turns(sums, counted)),
  ]) as [Jackknifed, Jackknifed, Jackknifed, Jackknifed];
  const relaxation = (which: 1 | 2, tau: Jackknifed): Estimate => {
    const end = curves[which - 1]?.[last] as Jackknifed;
    if (intact.length < FEWEST_BLOCKS) return unresolved('fs', `${intact.length} complexes give no error`);
    if (Math.abs(end.value) > Math.max(0.05, 2 * end.standardError)) {
      return unresolved(
        'fs',
        `C${which} falls to ${end.value.toFixed(2)} by ${times[last]} fs, a quarter of the run: relaxation is slower, or ` +
          'bonds only librate',
      );
    }
    return withInterval(tau, 'fs');
  };
  const notes =
    left > 0 ? [`${left} ${complexes.name} lose a ligand and are left out of the rotation analysis`] : [];
  const total = sumOf(intact);
  return {
    results: {
      rotation: {
        complexes: complexes.name,
        intact: intact.length,
        left,
        bondLength: complexes.bondLength,
        cutoff: complexes.cutoff,
        relaxationTime1: relaxation(1, tau1),
        relaxationTime2: relaxation(2, tau2),
        lag: counted === undefined ? null : times[counted],
        rotated: rotatedEstimate(rotated, intact.length, complexes),
        libration: Number.isFinite(libration.value)
          ? withInterval(libration, '°')
          : unresolved('°', 'no bond has turned by less than 30° by then'),
        notes,
      },
    },
    tables: {
      'rotation.csv': csv(
        ['lag_fs', 'C1', 'C1_error', 'C2', 'C2_error'],
        indices.map((l) => [
          times[l] as number,
          ...curves.flatMap((curve) => [curve[l]?.value as number, curve[l]?.standardError as number]),
        ]),
      ),
      'rotation_angles.csv': angleTable(
        total,
        indices.filter((l) => isMilestone(l)),
        times,
      ),
    },
    figures: [
      correlationFigure(
        curves,
        times,
        indices.filter((l) => l > 0 && l <= last),
      ),
      angleFigure(
        total,
        indices.filter((l) => isMilestone(l) && l <= last),
        times,
      ),
    ],
    methods: [
      `Rotation of ${intact.length} ${complexes.name} (bonds below ${complexes.cutoff.toFixed(2)} Å in the first frame): ` +
        'C_l(t) = ⟨P_l(u(0)·u(t))⟩ over bond directions u; relaxation times are its integrals up to a quarter of the run, errors ' +
        'those of the jackknife over complexes. Turns below 30° count as librations.',
    ],
    notes,
  };
}

/** Share of bonds turned by more than 30°, and the root mean square angle of the others, degrees. */
function turns(sums: Float64Array, l: number): [number, number] {
  let [all, large, small, square] = [0, 0, 0, 0];
  for (let b = 0; b < BINS; b++) {
    const count = sums[SUMS * l + 3 + b] as number;
    const angle = (b + 0.5) * BIN;
    all += count;
    if (angle > LIBRATION) large += count;
    else {
      small += count;
      // The mean square within a bin.
      square += count * (angle * angle + (BIN * BIN) / 12);
    }
  }
  return [large / all, Math.sqrt(square / small)];
}

function withInterval(x: Jackknifed, unit: string): Estimate {
  if (!Number.isFinite(x.standardError)) return unresolved(unit, 'fewer than four complexes give no error');
  const half = studentQuantile(0.975, x.blocks - 1) * x.standardError;
  return resolved(x.value, [Math.max(0, x.value - half), x.value + half], unit);
}

function rotatedEstimate(x: Jackknifed, complexes: number, { name }: Complexes): Estimate {
  if (!Number.isFinite(x.value)) return unresolved('1', 'too few frames');
  // Not one among n: the Poisson bound of zero events.
  if (x.value === 0)
    return bounded(Math.min(1, 3.69 / complexes), '1', `no bond of ${complexes} ${name} turns by 30°`);
  return withInterval(x, '1');
}

function distribution(sums: Float64Array, l: number): Float64Array {
  const counts = sums.subarray(SUMS * l + 3, SUMS * (l + 1));
  const all = counts.reduce((a, b) => a + b, 0);
  return counts.map((c) => c / (all * BIN));
}

function angleTable(sums: Float64Array, counted: readonly number[], times: readonly number[]): string {
  const columns = counted.map((l) => distribution(sums, l));
  return csv(
    ['angle_deg', ...counted.map((l) => `${times[l]}fs_per_deg`)],
    Array.from({ length: BINS }, (_, b) => [(b + 0.5) * BIN, ...columns.map((c) => c[b] as number)]),
  );
}

function correlationFigure(
  curves: readonly (readonly Jackknifed[])[],
  times: readonly number[],
  shown: readonly number[],
): Figure {
  return {
    name: 'rotation',
    title: 'Orientational correlation of bonds',
    xLabel: 'lag, fs',
    yLabel: 'C_l(t)',
    xScale: 'log',
    series: curves.map((curve, k) => {
      const at = (sign: number) => (l: number) =>
        (curve[l]?.value as number) + sign * 1.96 * (curve[l]?.standardError as number);
      return {
        label: `l = ${k + 1}`,
        x: shown.map((l) => times[l] as number),
        y: shown.map(at(0)),
        band: { low: shown.map(at(-1)), high: shown.map(at(1)) },
        hue: k,
      };
    }),
    lines: [{ y: 0, label: '' }],
    note: '95 % bands from the scatter of complexes',
    emptyText: 'no complexes',
  };
}

function angleFigure(sums: Float64Array, counted: readonly number[], times: readonly number[]): Figure {
  const step = Math.max(1, Math.ceil(counted.length / 5));
  return {
    name: 'rotation_angles',
    title: 'Angles that bonds turn by',
    xLabel: 'angle, °',
    yLabel: 'probability, 1/°',
    series: counted
      .filter((_, k) => (counted.length - 1 - k) % step === 0)
      .map((l, k) => ({
        label: `${times[l]} fs`,
        x: Array.from({ length: BINS }, (_, b) => (b + 0.5) * BIN),
        y: distribution(sums, l),
        hue: k,
      })),
    lines: [{ x: LIBRATION, label: 'libration' }],
    emptyText: 'too few frames',
  };
}

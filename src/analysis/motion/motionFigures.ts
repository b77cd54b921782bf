/** Figures of the displacement statistics. */
import { HBAR_EV_FS } from '../../core/constants.ts';
import type { Figure, FigureSeries } from '../figure.ts';
import {
  distinctVanHove,
  type MotionView,
  milestones,
  type SpeciesPresentation,
  selfVanHove,
} from './motionTables.ts';
import { lagOf } from './multiTau.ts';
import type { Scattering } from './quasiElastic.ts';
import { sinc } from './scattering.ts';

/** A figure has room for so many curves. */
const MOST_CURVES = 6;
const TIMES_SHOWN = 5;

/** At most five of these, evenly spread. */
function spread<T>(all: readonly T[]): T[] {
  const step = Math.max(1, (all.length - 1) / (TIMES_SHOWN - 1));
  const places = new Set(Array.from({ length: TIMES_SHOWN }, (_, k) => Math.round(k * step)));
  return all.filter((_, k) => places.has(k));
}

export function motionFigures(view: MotionView): Figure[] {
  const { species } = view;
  const figures = [alphaFigure(view)];
  for (const one of species.filter((s) => s.isMobile).slice(0, 2)) {
    figures.push(selfFigure(view, one));
    if (one.distinct.length > 0) figures.push(distinctFigure(view, one));
    if (one.widths) figures.push(scatteringFigure(view, one), widthFigure(one, one.widths));
  }
  return figures;
}

function alphaFigure({ species, longest, lags }: MotionView): Figure {
  const shown = Array.from({ length: lags }, (_, l) => l).filter((l) => l > 0 && lagOf(l) <= longest);
  return {
    name: 'non_gaussian',
    title: 'Non-Gaussian parameter',
    xLabel: 'lag, fs',
    yLabel: 'α₂',
    xScale: 'log',
    series: species.slice(0, MOST_CURVES).map(({ label, curves }): FigureSeries => {
      const alpha = shown.map((l) => curves.alpha[l] as number);
      const half = shown.map((l) => 1.96 * (curves.alphaError[l] as number));
      return {
        label,
        x: shown.map((l) => curves.times[l] as number),
        y: alpha,
        band: {
          low: alpha.map((a, k) => a - (half[k] as number)),
          high: alpha.map((a, k) => a + (half[k] as number)),
        },
        hue: { species: label },
      };
    }),
    lines: [{ y: 0, label: 'Gaussian' }],
    note: '95 % bands from blocks of time and from ions; lags up to a quarter of the run',
    emptyText: 'too few frames',
  };
}

function selfFigure(view: MotionView, { label, sums, hop }: SpeciesPresentation): Figure {
  const times = spread(milestones(view.lags).filter((l) => lagOf(l) <= view.longest));
  return {
    name: `van_hove_self_${fileName(label)}`,
    title: `Displacements of ${label}`,
    xLabel: 'r, Å',
    yLabel: '4πr²G_s, Å⁻¹',
    series: times.map((l, k) => {
      const y = selfVanHove(sums, l, view.binWidth);
      return {
        label: timeLabel(lagOf(l) * view.frameInterval),
        x: centres(y.length, view.binWidth),
        y,
        hue: k,
      };
    }),
    ...(hop.value !== null && { lines: [{ x: hop.value, label: 'hop' }] }),
    emptyText: 'too few frames',
  };
}

function distinctFigure(view: MotionView, { label, distinct }: SpeciesPresentation): Figure {
  const found = Array.from({ length: view.lags }, (_, l) => l).filter(
    (l) => lagOf(l) <= view.longest && distinct.some((p) => p.counts[l]),
  );
  return {
    name: `van_hove_distinct_${fileName(label)}`,
    title: `Other ${label} around a former place of an ion`,
    xLabel: 'r, Å',
    yLabel: 'G_d',
    series: spread(found).map((l, k) => {
      const y = distinctVanHove(distinct, l);
      return {
        label: timeLabel(lagOf(l) * view.frameInterval),
        x: centres(y.length, view.binWidth),
        y,
        hue: k,
      };
    }),
    lines: [{ y: 1, label: 'mean density' }],
    emptyText: 'too few frames',
  };
}

function scatteringFigure(view: MotionView, { label, curves, widths }: SpeciesPresentation): Figure {
  const shown = milestones(view.lags).filter((l) => lagOf(l) <= view.longest);
  const places = spread((widths?.q ?? []).map((_, j) => j));
  return {
    name: `incoherent_scattering_${fileName(label)}`,
    title: `Incoherent intermediate scattering of ${label}`,
    xLabel: 'lag, fs',
    yLabel: 'I(q, t)',
    xScale: 'log',
    yRange: [0, 1],
    series: places.map((j, k) => ({
      label: `${(widths?.q[j] ?? 0).toFixed(1)} Å⁻¹`,
      x: shown.map((l) => curves.times[l] as number),
      y: shown.map((l) => curves.scattering[l]?.[j] ?? Number.NaN),
      hue: k,
    })),
    emptyText: 'too few frames',
  };
}

function widthFigure({ label }: SpeciesPresentation, widths: Scattering): Figure {
  const known = widths.q.flatMap((_, j) => (widths.width[j]?.value == null ? [] : [j]));
  const { jumpLength, residenceTime } = widths.chudleyElliott;
  const d = jumpLength.value;
  const tau = residenceTime.value;
  const fine = Array.from({ length: 121 }, (_, k) => 0.02 * k);
  const points: FigureSeries = {
    label,
    x: known.map((j) => widths.q[j] as number),
    y: known.map((j) => widths.width[j]?.value as number),
    band: {
      low: known.map((j) => widths.width[j]?.ci95?.[0] ?? Number.NaN),
      high: known.map((j) => widths.width[j]?.ci95?.[1] ?? Number.NaN),
    },
    hue: { species: label },
    points: true,
  };
  const model: FigureSeries[] =
    d === null || tau === null
      ? []
      : [
          {
            label: 'Chudley–Elliott',
            x: fine,
            y: fine.map((q) => ((HBAR_EV_FS * 1e6) / tau) * (1 - sinc(q * d))),
            hue: 1,
            dashed: true,
          },
        ];
  return {
    name: `scattering_width_${fileName(label)}`,
    title: `Quasi-elastic width of ${label}`,
    xLabel: 'q, Å⁻¹',
    yLabel: 'HWHM, µeV',
    series: [points, ...model],
    note: 'single exponentials; 95 % bars from blocks of time',
    emptyText: 'the decay seen is too small for a width',
  };
}

function centres(length: number, binWidth: number): Float64Array {
  return Float64Array.from({ length }, (_, b) => (b + 0.5) * binWidth);
}

function timeLabel(fs: number): string {
  return fs < 1000 ? `${fs} fs` : `${Number((fs / 1000).toPrecision(3))} ps`;
}

function fileName(label: string): string {
  return label.replace(/[^A-Za-z0-9]/g, '_');
}

/** What a chart is asked to show. */
import type { ScaleKind } from './scales.ts';

export interface ChartSeries {
  /** Stands at the line's end; empty: no label. */
  readonly label: string;
  readonly x: ArrayLike<number>;
  /** NaN makes a gap; so does what a logarithmic axis has no place for. */
  readonly y: ArrayLike<number>;
  /** Error band, or error bars of points. */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
  readonly color: string;
  readonly dash?: string;
  readonly width?: number;
  /** Of a line; noisy raw values step back behind their running mean. */
  readonly opacity?: number;
  /** Points instead of a line. */
  readonly points?: boolean;
  /** `bound`: points are upper limits, drawn as hollow arrows downwards. */
  readonly marker?: 'dot' | 'bound';
}

export interface ChartOptions {
  readonly title: string;
  /** Quantity and unit: `lag, ps`. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: ScaleKind;
  readonly yScale?: ScaleKind;
  /** Pixels of the viewBox. */
  readonly width?: number;
  readonly height?: number;
  /** Ends of the axes where the data shall not decide. */
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** A logarithmic y axis spans at least so many decades: noise about a plateau shall look like a plateau. */
  readonly leastDecades?: number;
  readonly shadedX?: { readonly from: number; readonly to: number; readonly label: string };
  readonly lines?: readonly {
    readonly x?: number;
    readonly y?: number;
    readonly label: string;
    readonly dash?: string;
  }[];
  /** Small print below. */
  readonly note?: string;
  /** What stands there as long as there is nothing to draw. */
  readonly emptyText?: string;
}

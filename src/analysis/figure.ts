/**
 * A figure as plain values: what an analysis wants drawn. The report turns it into SVG (report/analysisFigures.ts), the app
 * draws the same live; an analysis knows nothing of either.
 */

/** Where a curve takes its colour from: the species it is about, or its number in the figure. */
export type Hue = { readonly species: string } | number;

export interface FigureSeries {
  /** Stands at the line's end; empty: no label. */
  readonly label: string;
  readonly x: ArrayLike<number>;
  /** NaN makes a gap. */
  readonly y: ArrayLike<number>;
  /** 95 % band, or error bars of points. */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
  readonly hue: Hue;
  readonly dashed?: boolean;
  readonly points?: boolean;
  /** Of points: upper limits. */
  readonly bound?: boolean;
}

export interface Figure {
  /** File name without extension, and what stands before it in `plots/`: letters, digits, underscores. */
  readonly name: string;
  readonly title: string;
  /** Quantity and unit: `r, Å`. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly xScale?: 'linear' | 'log';
  readonly yScale?: 'linear' | 'log';
  readonly xRange?: readonly [number, number];
  readonly yRange?: readonly [number, number];
  /** At most six curves; the first is the most important one. */
  readonly series: readonly FigureSeries[];
  /** A window of a fit. */
  readonly shadedX?: { readonly from: number; readonly to: number; readonly label: string };
  readonly lines?: readonly { readonly x?: number; readonly y?: number; readonly label: string }[];
  /** Small print: what bands are, how many windows, which smearing. */
  readonly note?: string;
  /** What stands there when there is nothing to draw. */
  readonly emptyText?: string;
}

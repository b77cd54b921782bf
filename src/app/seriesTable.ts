/** Thermodynamic rows as they arrive, column by column; when full, every second row goes. */
import { SERIES, SERIES_COLUMNS } from './protocol.ts';

export type SeriesColumn = (typeof SERIES)[number];

/** More than a plot has pixels, several times. */
const MOST_ROWS = 8192;

export class SeriesTable {
  private readonly columns = SERIES.map(() => new Float64Array(MOST_ROWS));
  private count = 0;
  /** Rows received per row kept. */
  private stride = 1;
  private received = 0;
  private newest = new Float64Array(SERIES_COLUMNS);

  get length(): number {
    return this.count;
  }

  add(rows: Float64Array): void {
    for (let at = 0; at + SERIES_COLUMNS <= rows.length; at += SERIES_COLUMNS) {
      this.newest = rows.slice(at, at + SERIES_COLUMNS);
      if (this.received++ % this.stride === 0) this.keep(this.newest);
    }
  }

  /** Values so far: a view, valid until the next `add`. */
  column(name: SeriesColumn): Float64Array {
    return (this.columns[SERIES.indexOf(name)] as Float64Array).subarray(0, this.count);
  }

  /** Of the last row received; NaN before the first. */
  last(name: SeriesColumn): number {
    return this.received === 0 ? Number.NaN : (this.newest[SERIES.indexOf(name)] as number);
  }

  private keep(row: Float64Array): void {
    if (this.count === MOST_ROWS) {
      for (const column of this.columns) {
        for (let i = 0; i < MOST_ROWS / 2; i++) column[i] = column[2 * i] as number;
      }
      this.count = MOST_ROWS / 2;
      this.stride *= 2;
    }
    this.columns.forEach((column, c) => {
      column[this.count] = row[c] as number;
    });
    this.count++;
  }
}

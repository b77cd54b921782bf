/** CSV texts of results. Every header names its unit, in the style of thermo.csv: `lag_fs`, `Li_msd_A2`. */

/** File name → text. */
export type Tables = Readonly<Record<string, string>>;

/** A table: a header line and its rows, numbers to eight digits, an empty cell where there is no number. */
export function csv(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return `${[header, ...rows.map((row) => row.map(cell))].map((row) => row.join(',')).join('\n')}\n`;
}

function cell(value: string | number | null): string {
  if (typeof value === 'string') return value;
  return value !== null && Number.isFinite(value) ? String(Number(value.toPrecision(8))) : '';
}

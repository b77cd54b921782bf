/** Tables that runs write. */

/** The numbers of a column, by its name. */
export function columnOf(csv: string, name: string): number[] {
  const [header = [], ...rows] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const at = header.indexOf(name);
  if (at < 0) throw new Error(`the table has no column ${name}, only ${header.join(', ')}`);
  return rows.map((row) => Number(row[at]));
}

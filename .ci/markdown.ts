/** Markdown tables and numbers of README.md. */

export type Row = readonly (string | number)[];

export function table(header: readonly string[], rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

export function scientific(x: number): string {
  const [mantissa, exponent] = x.toExponential(1).split('e') as [string, string];
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  const raised = [...String(Number(exponent))].map((c) => (c === '-' ? '⁻' : digits[Number(c)])).join('');
  return `${mantissa.replace('-', '−')}·10${raised}`;
}

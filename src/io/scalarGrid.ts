/** A scalar field on a grid over the cell, as the writers of .cube and CHGCAR take it. */
import { InputError } from '../core/errors.ts';
import { atomCount, type System } from '../model/system.ts';

export interface ScalarGrid {
  /** Points along a, b and c; the point (i, j, k) lies at the fractional coordinates (i/na, j/nb, k/nc). */
  readonly shape: readonly [number, number, number];
  /** [na×nb×nc], c fastest: value (i, j, k) at (i·nb + j)·nc + k. */
  readonly values: ArrayLike<number>;
  /** Such as `Å⁻³`; it stands in the title of a file. */
  readonly unit: string;
  /** What the field is, such as `Li density`. */
  readonly title: string;
}

/** Throws unless shape and values fit, and what the formats hold can be written. */
export function checkGrid(system: System, { shape, values, title }: ScalarGrid): void {
  const points = shape.reduce((product, n) => product * n, 1);
  if (!shape.every((n) => Number.isInteger(n) && n > 0) || points !== values.length) {
    throw new InputError(`${title}: ${values.length} values do not fill a grid of ${shape.join(' × ')}`);
  }
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]))
      throw new InputError(`${title}: the value of point ${i + 1} is ${values[i]}`);
  }
  if (system.occupancies) {
    throw new InputError(`${title}: the formats of fields hold no partly occupied sites`);
  }
  if (atomCount(system) === 0) throw new InputError(`${title}: there are no atoms`);
}

/** One line of words that say what the values are. */
export function gridTitle(system: System, { title, unit }: ScalarGrid): string {
  return `${title} (${unit}), ${system.title}`.replace(/\s+/g, ' ');
}

/** Numbers in rows of so many, in the notation that programs in Fortran and C read. */
export function numberRows(
  count: number,
  valueAt: (i: number) => number,
  perRow: number,
  digits: number,
): string {
  const rows: string[] = [];
  for (let i = 0; i < count; i += perRow) {
    let row = '';
    for (let k = i; k < Math.min(count, i + perRow); k++) row += ` ${exponential(valueAt(k), digits)}`;
    rows.push(row);
  }
  return rows.join('\n');
}

/** `-1.25000E-03`: two digits of exponent at least, which readers of fixed columns expect. */
function exponential(value: number, digits: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential(digits).split('e');
  const padded = `${exponent.slice(0, 1)}${exponent.slice(1).padStart(2, '0')}`;
  return `${value < 0 ? '' : ' '}${mantissa}E${padded}`;
}

/**
 * Writes CIF (Hall, Allen & Brown, Acta Cryst. A 47, 655 (1991), doi 10.1107/S010876739101067X): every atom by itself in P 1, since what is written has
 * been ordered, doped or moved. Cell by lengths and angles, so that a rotation of the crystal is lost; no velocities.
 */
import { cellParameters, toFractional } from '../model/cell.ts';
import { elementAmounts, type Species, type System } from '../model/system.ts';

/** Å and degrees; a coordinate of 1000 Å keeps 1e-9 Å. */
const DIGITS = 12;

export function writeCif(system: System): string {
  const { cell, species, typeOf, positions, occupancies } = system;
  const { a, b, c, alpha, beta, gamma } = cellParameters(cell);
  const fractional = toFractional(cell, positions);
  const symbols = species.map(typeSymbol);
  const charged = species
    .map(({ formalCharge }, type) => ({ symbol: symbols[type] as string, formalCharge }))
    .filter(({ formalCharge }, type) => formalCharge !== undefined && typeOf.includes(type));
  const numbers = new Map<string, number>();
  const sites = Array.from(typeOf, (type, i) => {
    const { element } = species[type] as Species;
    const number = (numbers.get(element) ?? 0) + 1;
    numbers.set(element, number);
    const at = [0, 1, 2].map((k) => plain(fractional[3 * i + k] as number)).join(' ');
    return `${element}${number} ${symbols[type]} ${at} ${occupancies?.[i] ?? 1}`;
  });
  return [
    `data_${system.title.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 60) || 'crystal'}`,
    `_chemical_name_common ${quoted(system.title)}`,
    `_chemical_formula_sum ${quoted(formulaSum(system))}`,
    ...Object.entries({ a, b, c }).map(([name, x]) => `_cell_length_${name} ${plain(x)}`),
    ...Object.entries({ alpha, beta, gamma }).map(([name, x]) => `_cell_angle_${name} ${plain(x)}`),
    "_space_group_name_H-M_alt 'P 1'",
    '_space_group_IT_number 1',
    'loop_',
    '_space_group_symop_operation_xyz',
    "'x, y, z'",
    ...(charged.length === 0
      ? []
      : [
          'loop_',
          '_atom_type_symbol',
          '_atom_type_oxidation_number',
          ...charged.map(({ symbol, formalCharge }) => `${symbol} ${formalCharge}`),
        ]),
    'loop_',
    ...['label', 'type_symbol', 'fract_x', 'fract_y', 'fract_z', 'occupancy'].map(
      (name) => `_atom_site_${name}`,
    ),
    ...sites,
    '',
  ].join('\n');
}

/** `Li1+`, `O2-`; the element alone for a charge that is unknown, zero or no whole number. */
function typeSymbol({ element, formalCharge }: Species): string {
  if (!formalCharge || !Number.isInteger(formalCharge)) return element;
  return `${element}${Math.abs(formalCharge)}${formalCharge > 0 ? '+' : '-'}`;
}

/** A number without an exponent. */
function plain(x: number): string {
  return x
    .toFixed(DIGITS)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0');
}

/** `Cl288 Li144 Y48`: elements by name. */
function formulaSum(system: System): string {
  return [...elementAmounts(system)]
    .sort(([p], [q]) => (p < q ? -1 : 1))
    .map(([element, amount]) => `${element}${Number(amount.toFixed(4))}`)
    .join(' ');
}

/** Text of one line between quotes; CIF is ASCII. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/[^ -~]/g, '?');
  return line.includes("'") ? `"${line.replaceAll('"', '')}"` : `'${line}'`;
}

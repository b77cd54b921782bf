/**
 * The crystal that a CIF block describes -> System: cell, symmetry, every site expanded to its images, occupancies
 * kept as numbers. Nothing is ordered or removed here; `build` makes integer occupations of partial ones.
 */
import { InputError, type SourceLocation } from '../core/errors.ts';
import { parseNumber } from '../core/text.ts';
import type { Vec3 } from '../core/vec.ts';
import { type Cell, cellFromParameters, toCartesian } from '../model/cell.ts';
import { checkSystem, type System } from '../model/system.ts';
import {
  type CifBlock,
  type CifFile,
  type CifValue,
  cifColumn,
  cifItem,
  cifNumber,
  isPlaceholder,
} from './cif.ts';
import { checkOrbit, type Site, withoutDuplicates } from './crystalSites.ts';
import { operationsOfCif } from './crystalSymmetry.ts';
import { located } from './location.ts';
import { requireElement, speciesOfLabels } from './species.ts';
import { orbit } from './symmetry.ts';

/** Of iridium; no element goes beyond. */
const HIGHEST_OXIDATION = 9;

/**
 * The first crystal of a CIF. Positions lie in the cell. Charges of the oxidation-number loop or of type symbols such
 * as `Li1+` become `formalCharge`.
 */
export async function systemOfCif(cif: CifFile): Promise<{ system: System; warnings: string[] }> {
  const warnings: string[] = [];
  const { file } = cif;
  const block = crystalBlock(cif, warnings);
  const cell = readCell(block, file);
  const listed = readSites(block, file, warnings);
  const operations = await operationsOfCif(block, file, { cell, sites: listed, warnings });
  const sites = withoutDuplicates(listed, { operations, cell, file, warnings });

  const fractional: number[] = [];
  const siteOf: number[] = [];
  sites.forEach((site, i) => {
    const images = orbit(operations, site.position, cell);
    checkOrbit(site, images, cell, warnings);
    for (const image of images) {
      fractional.push(...image);
      siteOf.push(i);
    }
  });

  const charges = sites.map(formalCharges(block, file));
  const labels = speciesLabels(sites, charges, file);
  const { species, typeOf } = speciesOfLabels(
    siteOf.map((i) => labels[i] as string),
    (_label, atom) => {
      const i = siteOf[atom] as number;
      const site = sites[i] as Site;
      const element = requireElement(site.type, { file, line: site.line });
      const charge = charges[i];
      return {
        element: element.symbol,
        mass: element.mass,
        ...(charge !== undefined && { formalCharge: charge }),
      };
    },
  );
  const occupancies = Float64Array.from(siteOf, (i) => (sites[i] as Site).occupancy);
  const title = cifItem(
    block,
    '_chemical_name_common',
    '_chemical_formula_structural',
    '_chemical_formula_sum',
    '_chemical_name_systematic',
  );
  const system = checkSystem({
    title: title?.text.trim() || block.name || file,
    cell,
    species,
    typeOf,
    positions: toCartesian(cell, fractional),
    ...(occupancies.some((occupancy) => occupancy !== 1) && { occupancies }),
    siteLabels: siteOf.map((i) => (sites[i] as Site).label),
  });
  return { system, warnings };
}

function crystalBlock(cif: CifFile, warnings: string[]): CifBlock {
  const crystals = cif.blocks.filter((block) => cifColumn(block, '_atom_site_fract_x'));
  const [first, ...others] = crystals;
  if (!first) {
    const line = cif.blocks[0]?.line ?? 1;
    const cartesian = cif.blocks.some((block) => cifColumn(block, '_atom_site_cartn_x'));
    const found = cartesian ? '; _atom_site_Cartn_x (a molecule) is not read' : '';
    throw new InputError(`no data block has atom sites (_atom_site_fract_x, _y, _z)${found}`, {
      file: cif.file,
      line,
    });
  }
  if (others.length > 0) {
    const names = others.map(({ name }) => `data_${name}`).join(', ');
    warnings.push(`several data blocks have atoms: data_${first.name} is read, not ${names}`);
  }
  return first;
}

function readCell(block: CifBlock, file: string): Cell {
  const parameter = (name: string, fallback?: number): number => {
    const value = cifItem(block, name);
    if (value) return cifNumber(value, name, file);
    if (fallback !== undefined) return fallback;
    throw new InputError(`data_${block.name} lacks ${name}`, { file, line: block.line });
  };
  const line = cifItem(block, '_cell_length_a')?.line ?? block.line;
  return located({ file, line }, () =>
    cellFromParameters({
      a: parameter('_cell_length_a'),
      b: parameter('_cell_length_b'),
      c: parameter('_cell_length_c'),
      // The dictionary's default.
      alpha: parameter('_cell_angle_alpha', 90),
      beta: parameter('_cell_angle_beta', 90),
      gamma: parameter('_cell_angle_gamma', 90),
    }),
  );
}

function readSites(block: CifBlock, file: string, warnings: string[]): Site[] {
  const column = (name: string): readonly CifValue[] | undefined => cifColumn(block, name);
  const axes = ['_atom_site_fract_x', '_atom_site_fract_y', '_atom_site_fract_z'] as const;
  const [xs, ys, zs] = axes.map((name) => {
    const values = column(name);
    if (values) return values;
    throw new InputError(`data_${block.name} lacks ${name}`, { file, line: block.line });
  }) as [readonly CifValue[], readonly CifValue[], readonly CifValue[]];
  const labels = column('_atom_site_label');
  const symbols = column('_atom_site_type_symbol');
  const occupancies = column('_atom_site_occupancy');
  const multiplicities =
    column('_atom_site_symmetry_multiplicity') ?? column('_atom_site_site_symmetry_multiplicity');
  const sites: Site[] = [];
  xs.forEach((x, i) => {
    const at: SourceLocation = { file, line: x.line };
    const coordinates = [x, ys[i], zs[i]];
    const symbol = textOf(symbols?.[i]);
    const label = textOf(labels?.[i]) ?? symbol;
    if (label === undefined) throw new InputError('an atom site has neither label nor type symbol', at);
    if (coordinates.some((value) => value === undefined || isPlaceholder(value))) {
      warnings.push(`site ${label} has no coordinates and is left out`);
      return;
    }
    const occupancy = occupancies?.[i];
    const amount =
      occupancy && !isPlaceholder(occupancy) ? cifNumber(occupancy, '_atom_site_occupancy', file) : 1;
    // Refined occupancies overshoot by their uncertainty.
    if (amount < 0 || amount > 1.01) {
      throw new InputError(`site ${label}: expected an occupancy between 0 and 1, found ${amount}`, at);
    }
    if (amount === 0) {
      warnings.push(`site ${label} is empty (occupancy 0) and is left out`);
      return;
    }
    const multiplicity = parseNumber(textOf(multiplicities?.[i]));
    const position = coordinates.map((value, k) => cifNumber(value as CifValue, axes[k] as string, file));
    sites.push({
      label,
      type: symbol ?? label,
      position: position as unknown as Vec3,
      occupancy: Math.min(1, amount),
      line: x.line,
      ...(multiplicity !== undefined && { multiplicity }),
    });
  });
  if (sites.length === 0) {
    throw new InputError(`data_${block.name} has no atom site with coordinates`, { file, line: block.line });
  }
  return sites;
}

function textOf(value: CifValue | undefined): string | undefined {
  return value && !isPlaceholder(value) ? value.text.trim() : undefined;
}

/** Formal charge of a site: the oxidation-number loop first, then the ending of the symbol: `Li1+`, `O2-`, `Cl-`. */
function formalCharges(block: CifBlock, file: string): (site: Site) => number | undefined {
  const symbols = cifColumn(block, '_atom_type_symbol') ?? [];
  const numbers = cifColumn(block, '_atom_type_oxidation_number') ?? [];
  const listed = new Map<string, number>();
  symbols.forEach((symbol, i) => {
    const charge = chargeOf(numbers[i]?.text ?? '');
    if (charge !== undefined) listed.set(symbol.text.trim(), checkedCharge(charge, file, symbol.line));
  });
  // Programs that do not know the charges write 0 for every element.
  if ([...listed.values()].every((charge) => charge === 0)) listed.clear();
  return ({ type, line }) => {
    const ending = /^[A-Za-z]{1,2}(\d*[+-]\d*)$/.exec(type)?.[1];
    const written = ending === undefined ? undefined : chargeOf(ending);
    return listed.get(type) ?? (written ? checkedCharge(written, file, line) : undefined);
  };
}

function checkedCharge(charge: number, file: string, line: number): number {
  if (Math.abs(charge) <= HIGHEST_OXIDATION) return charge;
  throw new InputError(
    `oxidation number: expected −${HIGHEST_OXIDATION} to ${HIGHEST_OXIDATION}, found ${charge}`,
    { file, line },
  );
}

/** `2+`, `+2`, `2`, `-` and `1-` as a number of elementary charges. */
function chargeOf(text: string): number | undefined {
  const trailing = /^(\d*)([+-])$/.exec(text);
  if (trailing) return Number(`${trailing[2]}${trailing[1] || 1}`);
  return text === '' ? undefined : parseNumber(text);
}

/** One label per element; element with charge (`Fe2+`) where an element comes with several charges. */
function speciesLabels(
  sites: readonly Site[],
  charges: readonly (number | undefined)[],
  file: string,
): string[] {
  const symbols = sites.map(({ type, line }) => requireElement(type, { file, line }).symbol);
  const chargesOf = new Map<string, Set<number | undefined>>();
  symbols.forEach((symbol, i) => {
    chargesOf.set(symbol, (chargesOf.get(symbol) ?? new Set()).add(charges[i]));
  });
  return symbols.map((symbol, i) => {
    const charge = charges[i];
    const isSingle = chargesOf.get(symbol)?.size === 1;
    return isSingle || charge === undefined
      ? symbol
      : `${symbol}${Math.abs(charge)}${charge < 0 ? '-' : '+'}`;
  });
}

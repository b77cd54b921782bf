/** The symmetry of a CIF block: listed operations, else the space group by name, number and what fits best. */
import { InputError, type SourceLocation } from '../core/errors.ts';
import { quote } from '../core/text.ts';
import type { Vec3 } from '../core/vec.ts';
import type { Cell } from '../model/cell.ts';
import { type CifBlock, type CifValue, cifColumn, cifItem, cifNumber, isPlaceholder } from './cif.ts';
import { locatedAsync } from './location.ts';
import { findSpaceGroup, type SpaceGroupSetting } from './spaceGroup.ts';
import {
  IDENTITY,
  isGroup,
  MERGE_DISTANCE,
  metricMisfit,
  orbit,
  parseOperation,
  type SymmetryOperation,
  separation,
} from './symmetry.ts';

/** What the operations act on. */
interface Crystal {
  readonly cell: Cell;
  /** Fractional positions of the sites. */
  readonly sites: readonly { readonly position: Vec3 }[];
  /** Gets one sentence per assumption. */
  readonly warnings: string[];
}

/** No space group setting has more than 192 operations; listed supercells may. */
const MAX_OPERATIONS = 1000;
/** Comparisons of images within all sites: a few seconds, 2700 sites of the largest group. */
const MAX_COMPARISONS = 1e8;
/** Comparisons between sites, where the choice of an origin needs them. */
const MAX_CONTACTS = 1e7;
/** A shortest distance that is longer by this factor decides between two origins. */
const CLEARLY_LONGER = 1.2;
/** Relative misfit of the metric above which operations and cell cannot belong together. */
const METRIC_WARNING = 0.01;

/** The operations that a block lists, or those of the space group it names; P 1 when it does neither. */
export async function operationsOfCif(
  block: CifBlock,
  file: string,
  crystal: Crystal,
): Promise<readonly SymmetryOperation[]> {
  const { cell, sites, warnings } = crystal;
  const listed =
    cifColumn(block, '_space_group_symop_operation_xyz') ?? cifColumn(block, '_symmetry_equiv_pos_as_xyz');
  const symbol = cifItem(
    block,
    '_space_group_name_h-m_alt',
    '_symmetry_space_group_name_h-m',
    '_space_group_name_h-m_full',
  );
  const hall = cifItem(block, '_space_group_name_hall', '_symmetry_space_group_name_hall');
  const number = cifItem(block, '_space_group_it_number', '_symmetry_int_tables_number');
  const operations = (listed ?? []).filter((value) => !isPlaceholder(value));
  if (operations.length > 0) {
    const isTrivial = /^p\s*1$/i.test(symbol?.text.trim() ?? 'P 1') && (number?.text.trim() ?? '1') === '1';
    if (operations.length === 1 && !isTrivial) {
      warnings.push(`only one symmetry operation is listed for space group ${(symbol ?? number)?.text}`);
    }
    checkImages(sites.length, operations.length, { file, line: operations[0]?.line ?? block.line });
    return listedOperations(operations, file, cell, warnings);
  }
  const source = symbol ?? hall ?? number;
  if (!source) {
    warnings.push('no symmetry is given: P 1 is assumed');
    return [IDENTITY];
  }
  const at = { file, line: source.line };
  const settings = await locatedAsync(at, () =>
    findSpaceGroup(
      {
        symbol: symbol?.text.trim(),
        hall: hall?.text.trim(),
        number: number && cifNumber(number, 'space group number', file),
      },
      cell,
    ),
  );
  checkImages(sites.length, settings[0]?.operations.length ?? 1, at);
  return likeliest(settings, crystal);
}

function checkImages(nSites: number, nOperations: number, at: SourceLocation): void {
  if (nOperations <= MAX_OPERATIONS && nSites * nOperations ** 2 <= MAX_COMPARISONS) return;
  throw new InputError(`${nOperations} symmetry operations on ${nSites} sites are too many`, at);
}

/**
 * Of several settings the likeliest. Under the wrong origin sites leave their special positions: atoms come to lie on
 * each other, or else multiply. So first the longest shortest distance, where it is clearly longer; then the fewest
 * atoms; then the usual setting. (Right for 7 of 7 structures of the library that have two origins; the atom count
 * alone fails for spinels with mixed 16d sites.)
 */
function likeliest(
  settings: readonly SpaceGroupSetting[],
  { sites, cell, warnings }: Crystal,
): readonly SymmetryOperation[] {
  const [first] = settings;
  if (!first) return [IDENTITY];
  if (settings.length === 1) return first.operations;
  const judged = settings.map((setting) => {
    const images = sites.flatMap(({ position }) => orbit(setting.operations, position, cell));
    return { ...setting, nAtoms: images.length, contact: shortestContact(sites, images, cell) };
  });
  const longest = Math.max(...judged.map(({ contact }) => contact));
  const apart = judged.filter(({ contact }) => contact * CLEARLY_LONGER > longest);
  const fewest = Math.min(...apart.map(({ nAtoms }) => nAtoms));
  const likely = apart.filter(({ nAtoms }) => nAtoms === fewest);
  const [best = first] = likely;
  const others = settings.filter(({ name }) => name !== best.name).map(({ name }) => name);
  const why = likely.length === 1 ? 'it fits the sites best' : 'it is the usual one';
  warnings.push(
    `the file leaves the setting open: ${best.name} is taken, not ${others.join(', ')} (${why}); check the composition`,
  );
  return best.operations;
}

/** Shortest distance from a site to any image that does not share its place, Å; infinite when it costs too much. */
function shortestContact(sites: Crystal['sites'], images: readonly Vec3[], cell: Cell): number {
  if (sites.length * images.length > MAX_CONTACTS) return Infinity;
  let shortest = Infinity;
  for (const { position } of sites) {
    for (const image of images) {
      const distance = separation(position, image, cell);
      if (distance > MERGE_DISTANCE && distance < shortest) shortest = distance;
    }
  }
  return shortest;
}

function listedOperations(
  values: readonly CifValue[],
  file: string,
  cell: Cell,
  warnings: string[],
): readonly SymmetryOperation[] {
  const operations = values.map(({ text, line }) => {
    const operation = parseOperation(text);
    if (!operation) {
      throw new InputError(
        `symmetry operation: expected a form such as "-y,x-y,z+1/3", found ${quote(text)}`,
        {
          file,
          line,
        },
      );
    }
    return operation;
  });
  const misfit = metricMisfit(operations, cell);
  if (misfit > METRIC_WARNING) {
    warnings.push(
      `the symmetry operations do not fit the cell (${Math.round(misfit * 100)} % off its metric)`,
    );
  }
  if (operations.length <= 192 && !isGroup(operations)) {
    warnings.push(`the ${operations.length} symmetry operations listed are not a complete group`);
  }
  return operations;
}

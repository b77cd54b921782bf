/**
 * Space group symbol or number -> symmetry operations, for CIF files that name the group and list no operations.
 * The 530 settings of International Tables (in Hall's numbering) come from the library moyo; this file finds the one
 * that a file means: by Hall symbol, by Hermann–Mauguin symbol, else by number; then by what fits the cell's metric,
 * which tells hexagonal from rhombohedral axes and the unique axis of monoclinic groups.
 */
import { InputError, suggestion } from '../core/errors.ts';
import { quote } from '../core/text.ts';
import type { Vec3 } from '../core/vec.ts';
import { type Cell, cellParameters } from '../model/cell.ts';
import { loadMoyo } from './moyo.ts';
import { metricMisfit, type SymmetryOperation } from './symmetry.ts';

/** What a file says about its space group; at least one field should be given. */
export interface SpaceGroupHint {
  readonly hall?: string | undefined;
  /** Hermann–Mauguin symbol, with or without spaces and `:1`, `:2`, `:H`, `:R`. */
  readonly symbol?: string | undefined;
  /** Number in International Tables, 1 to 230. */
  readonly number?: number | undefined;
}

/** One way to lay axes and origin. */
export interface SpaceGroupSetting {
  /** For example `F d -3 m :2 (227)`. */
  readonly name: string;
  readonly operations: readonly SymmetryOperation[];
}

/** The longest symbol, "F 41/d -3 2/m :2", has 17 characters; a megabyte of text is not compared with all settings. */
const MAX_SYMBOL = 60;

interface Setting {
  readonly hallNumber: number;
  readonly number: number;
  /** `b1`, `-cba`, `2`, `H` …: unique axis, permutation of the axes, origin choice. */
  readonly setting: string;
  readonly hall: string;
  readonly short: string;
  readonly full: string;
}

/**
 * Largest misfit of the metric (see metricMisfit): of a cell that obeys its symmetry to the printed digits, and of one
 * with rounded parameters. The first decides when any setting reaches it: at β = 90.4° all three unique axes are
 * within the second.
 */
const METRIC_TOLERANCES = [1e-4, 0.01] as const;
/** Settings that International Tables treat as standard. Of two origins that is the second, at the inversion centre. */
const STANDARD_SETTINGS: readonly string[] = ['', 'b', 'b1', '2', 'H'];

/**
 * The settings that a file can mean, the usual one first; one, unless the file leaves the origin or the axes open.
 * Throws an InputError for an unknown symbol, for a symbol and a number that contradict each other, and when no
 * setting fits the cell.
 */
export async function findSpaceGroup(
  hint: SpaceGroupHint,
  cell: Cell,
): Promise<readonly SpaceGroupSetting[]> {
  const library = await loadLibrary();
  const measured = [...matching(library.settings, hint)]
    .sort((a, b) => preference(a) - preference(b))
    .map((setting) => {
      const operations = library.operations(setting);
      return { name: nameOf(setting), operations, misfit: metricMisfit(operations, cell) };
    });
  for (const tolerance of METRIC_TOLERANCES) {
    const fitting = measured.filter(({ misfit }) => misfit <= tolerance);
    if (fitting.length === 0) continue;
    return fitting.filter(
      ({ operations }, i) =>
        !fitting.slice(0, i).some((other) => sameOperations(other.operations, operations)),
    );
  }
  const { a, b, c, alpha, beta, gamma } = cellParameters(cell);
  const shown = [a, b, c, alpha, beta, gamma].map((x) => Number(x.toFixed(4))).join(' ');
  throw new InputError(`space group ${describe(hint)} does not fit the cell ${shown}`);
}

/** The settings that a hint names, most specific information first. */
function matching(settings: readonly Setting[], hint: SpaceGroupHint): readonly Setting[] {
  const { hall, symbol, number } = hint;
  if (hall !== undefined) {
    const found = settings.filter((setting) => hallKey(setting.hall) === hallKey(hall));
    if (found.length > 0) return found;
  }
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 230)) {
    throw new InputError(`space group number: expected 1 to 230, found ${number}`);
  }
  const numbered = number === undefined ? settings : settings.filter((setting) => setting.number === number);
  if (symbol === undefined) {
    if (number === undefined) throw new InputError(`space group ${describe(hint)} is unknown`);
    return numbered;
  }
  if (symbol.length > MAX_SYMBOL) throw new InputError(`space group symbol ${quote(symbol)} is unknown`);
  const { key, qualifier } = symbolKey(symbol);
  const named = (keysOf: (setting: Setting) => readonly string[]): Setting[] =>
    settings.filter((setting) => keysOf(setting).includes(key) && hasQualifier(setting, qualifier));
  // The short symbol comes last: moyo gives `P 2_1/c` for all nine settings of group 14.
  const byName = [named(specificKeys), named(({ short }) => [compact(short)])];
  const found = byName.map((list) => list.filter((setting) => numbered.includes(setting)));
  const best = found.find((list) => list.length > 0);
  if (best) return best;
  const numbers = [...new Set(byName.flat().map((setting) => setting.number))];
  if (numbers.length > 0) {
    throw new InputError(`space group symbol "${symbol}" is number ${numbers.join(' or ')}, not ${number}`);
  }
  // An unusual spelling beside a number: the number counts, unless the symbol asks for a centring it lacks.
  const centred = numbered.filter(({ short }) => short.charAt(0) === symbol.trim().charAt(0).toUpperCase());
  if (number !== undefined && centred.length > 0) return centred;
  const known = settings.map(({ short }) => short);
  throw new InputError(`space group symbol "${symbol}" is unknown${suggestion(symbol, known)}`);
}

/** Lower is better: standard settings first, then the second origin, then the order of the tables. */
function preference({ setting, hallNumber }: Setting): number {
  const rank = STANDARD_SETTINGS.includes(setting) ? 0 : setting.startsWith('2') ? 1 : 2;
  return rank * 1000 + hallNumber;
}

/** `F d -3 m :2`, `R -3 c H`, `Fd-3mZ`: the symbol without spaces and marks, and the origin or axes it asks for. */
function symbolKey(symbol: string): { key: string; qualifier: string | undefined } {
  const marked = /^(.*?)\s*(?::\s*([12HhRr])|(?<=[a-z\d\s])([HRSZ]))$/.exec(symbol.trim());
  const mark = marked?.[2] ?? marked?.[3];
  // S and Z are ICSD's names for the first and the second origin.
  const qualifier = mark === 'S' ? '1' : mark === 'Z' ? '2' : mark?.toUpperCase();
  return { key: compact(marked?.[1] ?? symbol), qualifier };
}

/** False when a symbol asks for one origin or kind of axes and the setting is the other. */
function hasQualifier({ setting }: Setting, qualifier: string | undefined): boolean {
  const choice = /^[12HR]/.exec(setting)?.[0];
  return qualifier === undefined || choice === undefined || choice === qualifier;
}

function compact(symbol: string): string {
  return symbol.toLowerCase().replace(/[\s_()]/g, '');
}

function hallKey(hall: string): string {
  // moyo writes Hall's double prime as "=". Spaces count: "P 32" and "P 3 2" are two groups.
  return hall
    .trim()
    .toLowerCase()
    .replaceAll('"', '=')
    .replace(/[\s_]+/g, ' ');
}

/** Spellings that name one setting: full symbol, full without the 1s of monoclinic groups, older notations. */
function specificKeys({ hallNumber, number, short, full }: Setting): string[] {
  if (number >= 3 && number <= 15) return [compact(full), compact(full.replace(/ 1(?= |$)/g, ''))];
  const keys = [compact(full), compact(short)];
  // In older files the centrosymmetric cubic groups carry no bar: F m 3 m.
  if (number >= 200) keys.push(compact(short.replace(' -3', ' 3')));
  for (const [first, symbols] of DOUBLE_GLIDE_SYMBOLS) {
    const old = symbols[hallNumber - first];
    if (old !== undefined) keys.push(compact(old));
  }
  return keys;
}

/**
 * Symbols of groups 39, 41, 64, 67 and 68 before 1992, when the double glide plane got the letter e; from a Hall
 * number on, one per setting (International Tables A, table 4.3.2.1).
 */
const DOUBLE_GLIDE_SYMBOLS: readonly (readonly [number, readonly string[]])[] = [
  [191, ['A b m 2', 'B m a 2', 'B 2 c m', 'C 2 m b', 'C m 2 a', 'A c 2 m']],
  [203, ['A b a 2', 'B b a 2', 'B 2 c b', 'C 2 c b', 'C c 2 a', 'A c 2 a']],
  [304, ['C m c a', 'C c m b', 'A b m a', 'A c a m', 'B b c m', 'B m a b']],
  [316, ['C m m a', 'C m m b', 'A b m m', 'A c m m', 'B m c m', 'B m a m']],
  [322, ['C c c a', 'C c c a', 'C c c b', 'C c c b', 'A b a a', 'A b a a']],
  [328, ['A c a a', 'A c a a', 'B b c b', 'B b c b', 'B b a b', 'B b a b']],
];

function nameOf({ short, full, number, setting }: Setting): string {
  const symbol = number >= 3 && number <= 15 ? full : short;
  return `${symbol}${/^[12HR]/.test(setting) ? ` :${setting}` : ''} (${number})`;
}

function describe({ hall, symbol, number }: SpaceGroupHint): string {
  const name = symbol ?? (hall && quote(hall));
  return [name, number].filter((part) => part !== undefined).join(', number ');
}

function sameOperations(a: readonly SymmetryOperation[], b: readonly SymmetryOperation[]): boolean {
  const key = ({ rotation, translation }: SymmetryOperation): string =>
    [...rotation, ...translation.map((w) => Math.round(w * 24) % 24)].join();
  const known = new Set(a.map(key));
  return a.length === b.length && b.every((operation) => known.has(key(operation)));
}

interface Library {
  readonly settings: readonly Setting[];
  operations(setting: Setting): readonly SymmetryOperation[];
}

let library: Promise<Library> | undefined;

function loadLibrary(): Promise<Library> {
  library ??= openLibrary();
  return library;
}

async function openLibrary(): Promise<Library> {
  const moyo = await loadMoyo();
  const settings = Array.from({ length: 530 }, (_, i): Setting => {
    const entry = moyo.hall_symbol_entry(i + 1);
    return {
      hallNumber: entry.hall_number,
      number: entry.number,
      setting: entry.setting,
      hall: entry.hall_symbol,
      short: entry.hm_short,
      full: entry.hm_full,
    };
  });
  return {
    settings,
    operations: ({ number, hallNumber }) =>
      moyo
        .operations_from_number(number, { type: 'HallNumber', value: hallNumber }, false)
        .map(({ rotation, translation }) => ({
          rotation: transposed(rotation),
          translation: translation as Vec3,
        })),
  };
}

/** moyo hands matrices over column by column: checked against spglib's table, 530 of 530 settings. */
function transposed(m: readonly number[]): number[] {
  return [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => m[i] as number);
}

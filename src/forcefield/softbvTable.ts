/** The table of softBV: what cations with F, Cl, Br, I and O attract each other by, and what ions of one sign repel by. */
import type { Citation } from './forceField.ts';

const [TEXT = ''] = Object.values(
  import.meta.glob<string>('../../potentials/tables/softbv.json', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);

/** A row as the file has it: D0 (eV), Rmin (Å), alpha (1/Å), and where it does not come from the published table. */
type RawRow = readonly [number, number, number, ('derived' | 'repaired')?];

interface RawTable {
  readonly citation: readonly Citation[];
  /** Principal quantum number and radius (Å), by `Li+1`. */
  readonly ions: Readonly<Record<string, readonly [number, number]>>;
  readonly rows: Readonly<Record<string, Readonly<Record<string, RawRow>>>>;
}

/** An element in one oxidation state. */
export interface Ion {
  readonly element: string;
  readonly state: number;
}

/** Attraction of a cation and an anion. */
export interface SoftbvRow {
  /** eV */
  readonly D0: number;
  /** Å */
  readonly Rmin: number;
  /** 1/Å */
  readonly alpha: number;
  /** `derived` and `repaired` rows are computed from other entries by the formulas of the authors. */
  readonly standing: 'tabulated' | 'derived' | 'repaired';
}

let parsed: RawTable | undefined;
function table(): RawTable {
  parsed ??= JSON.parse(TEXT) as RawTable;
  return parsed;
}

export function softbvCitation(): readonly Citation[] {
  return table().citation;
}

/** `Li+1`, `Cl-1`. */
export function ionName({ element, state }: Ion): string {
  return `${element}${state > 0 ? '+' : ''}${state}`;
}

/** Principal quantum number and radius (Å) of an ion; undefined for one that the table does not have. */
export function softbvIon(ion: Ion): { readonly n: number; readonly radius: number } | undefined {
  const name = ionName(ion);
  if (!Object.hasOwn(table().ions, name)) return undefined;
  const [n, radius] = table().ions[name] as readonly [number, number];
  return { n, radius };
}

/** The attraction of a cation and an anion; undefined for a pair that the table does not have. */
export function softbvRow(cation: Ion, anion: Ion): SoftbvRow | undefined {
  if (softbvAnionState(anion.element) !== anion.state) return undefined;
  const rows = table().rows[anion.element] ?? {};
  const name = ionName(cation);
  if (!Object.hasOwn(rows, name)) return undefined;
  const [D0, Rmin, alpha, standing = 'tabulated'] = rows[name] as RawRow;
  return { D0, Rmin, alpha, standing };
}

/** Oxidation state of an element that the table has rows of as an anion. */
export function softbvAnionState(element: string): number | undefined {
  if (!Object.hasOwn(table().rows, element)) return undefined;
  return element === 'O' ? -2 : -1;
}

/** Oxidation states in which the table has an element as a cation, in rising order. */
export function softbvCationStates(element: string): number[] {
  return Object.keys(table().ions)
    .flatMap((name) => {
      const [, symbol, state] = /^([A-Z][a-z]?)([+-]\d)$/.exec(name) ?? [];
      return symbol === element && Number(state) > 0 ? [Number(state)] : [];
    })
    .sort((a, b) => a - b);
}

/** Number of rows of the table. */
export function softbvSize(): number {
  return Object.values(table().rows).reduce((sum, rows) => sum + Object.keys(rows).length, 0);
}

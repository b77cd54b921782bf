/**
 * Colours of report, charts and app (design: app.md 2.4). One SVG serves light and dark: it names custom properties and
 * carries the light value as fallback, so that it also stands alone.
 */
import type { Species, System } from '../model/system.ts';
import { speciesCounts } from '../model/system.ts';

// name: [light, dark]
const TOKENS = {
  bg: ['#F4F3F0', '#0C1016'],
  surface: ['#FFFFFF', '#141A22'],
  sunken: ['#F7F6F3', '#10151C'],
  'viewer-centre': ['#FBFAF8', '#1B232E'],
  'viewer-edge': ['#E9E8E4', '#0B0F14'],
  ink: ['#1A2230', '#E8ECF2'],
  'ink-2': ['#4D5866', '#A9B4C2'],
  'ink-3': ['#606B78', '#8B97A6'],
  hairline: ['#E2E0DA', '#242C37'],
  edge: ['#918E86', '#64707F'],
  accent: ['#1F5FA8', '#7DB7F0'],
  'accent-soft': ['#E8F0FA', '#16263A'],
  mobile: ['#C8401A', '#FF8A5C'],
  'mobile-soft': ['#FDECE5', '#33190F'],
  'mobile-on-soft': ['#AF3612', '#FF9A72'],
  collective: ['#14507E', '#8EC5FF'],
  ok: ['#1D6B45', '#7FD6A4'],
  'ok-soft': ['#E7F5EC', '#14271D'],
  warn: ['#8A5A00', '#F0C674'],
  'warn-soft': ['#FFF6DC', '#2A2312'],
  error: ['#A4232B', '#FF9C9C'],
  'error-soft': ['#FDECEC', '#2E181A'],
  // Lines of the framework species: the slot's hue, dark or light enough to be read as text (4.5 : 1 on surface).
  'line-metal-1': ['#1C6CC0', '#6FB1F5'],
  'line-metal-2': ['#0B243A', '#9DB6CC'],
  'line-metal-3': ['#14768F', '#7ED4F1'],
  'line-anion-1': ['#557A22', '#B7D88A'],
  'line-anion-2': ['#5E4C30', '#C9B08A'],
  'line-anion-3': ['#75693A', '#F2EDD9'],
  'line-anion-4': ['#8C4A7C', '#D99BCB'],
  'line-mobile-2': ['#8F5F00', '#F5B94A'],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

export type TokenName = keyof typeof TOKENS;

/** `var(--ink, #1A2230)`: an attribute or property value that follows the page's theme. */
export function token(name: TokenName): string {
  return `var(--${name}, ${TOKENS[name][0]})`;
}

/** The declarations of one theme, `--bg:#F4F3F0;…`, for a style sheet. */
export function themeDeclarations(theme: 'light' | 'dark'): string {
  return Object.entries(TOKENS)
    .map(([name, values]) => `--${name}:${values[theme === 'light' ? 0 : 1]};`)
    .join('');
}

/** A text with every custom property replaced by the light value it carries. */
export function withFallbacks(text: string): string {
  return text.replace(/var\(--[\w-]+, (#\w+)\)/g, '$1');
}

/** What a species is to ionic transport; colours follow it, not the element. */
export type Role = 'mobile' | 'metal' | 'anion';

export interface SpeciesStyle {
  readonly role: Role;
  /** Place among the species of this role by abundance, from 0. */
  readonly rank: number;
  /** Sphere colour, the same in both themes. */
  readonly fill: string;
  /** Line and label colour; follows the theme. */
  readonly line: string;
  /** Dash of its line, for eyes and printers without colour: absent for a solid one. */
  readonly dash?: string;
}

/** Slots of a role, in order of abundance; the last one serves all further species. */
const SLOTS: Readonly<Record<Role, readonly (readonly [fill: string, line: TokenName, dash: string])[]>> = {
  mobile: [
    ['#F0592A', 'mobile', ''],
    ['#F5B300', 'line-mobile-2', '9 2'],
  ],
  metal: [
    ['#207CDD', 'line-metal-1', '2 3'],
    ['#0B243A', 'line-metal-2', '1 3'],
    ['#7ED4F1', 'line-metal-3', '4 2 1 2'],
  ],
  anion: [
    ['#B7D88A', 'line-anion-1', '6 3'],
    ['#4A3C28', 'line-anion-2', '6 2 2 2'],
    ['#F2EDD9', 'line-anion-3', '3 2'],
    ['#8C4A7C', 'line-anion-4', '8 3 2 3'],
  ],
};

/** Elements that are anions when no charge tells. */
const ANIONS = new Set(['F', 'Cl', 'Br', 'I', 'O', 'S', 'Se', 'Te', 'N', 'P', 'As', 'H', 'At']);

function roleOf(species: Species, mobile: readonly string[]): Role {
  if (mobile.includes(species.label)) return 'mobile';
  const charge = species.formalCharge ?? species.charge;
  if (charge !== undefined && charge !== 0) return charge < 0 ? 'anion' : 'metal';
  return ANIONS.has(species.element) ? 'anion' : 'metal';
}

/**
 * Style of every species of a system, by index.
 * @param mobile labels or elements of the species whose transport is asked for
 */
export function speciesStyles(system: System, mobile: readonly string[]): SpeciesStyle[] {
  const counts = speciesCounts(system);
  const labels = system.species.flatMap(({ label, element }) =>
    mobile.includes(label) || mobile.includes(element) ? [label] : [],
  );
  const roles = system.species.map((species) => roleOf(species, labels));
  return roles.map((role, s) => {
    const before = (other: number): boolean => {
      const difference = (counts[other] as number) - (counts[s] as number);
      return roles[other] === role && (difference > 0 || (difference === 0 && other < s));
    };
    const rank = counts.filter((_, other) => other !== s && before(other)).length;
    const slots = SLOTS[role];
    const [fill, line, dash] = slots[Math.min(rank, slots.length - 1)] as (typeof slots)[number];
    return { role, rank, fill, line: token(line), ...(dash !== '' && { dash }) };
  });
}

/** Indices of the atoms whose species has this role. */
export function atomsOfRole({ typeOf }: System, styles: readonly SpeciesStyle[], role: Role): number[] {
  const atoms: number[] = [];
  typeOf.forEach((type, i) => {
    if (styles[type]?.role === role) atoms.push(i);
  });
  return atoms;
}

/**
 * softBV as a force field for whatever its table covers: bond-valence Morse terms between ions of unlike charge,
 *   V(r) = λ D₀ ([exp(α(R_min − r)) − 1]² − 1),
 * and a screened repulsion between like charges, cations and anions alike (without the one between anions LiCl collapses),
 *   V(r) = k (V_i V_j/√(n_i n_j)) erfc(r/R)/r,   R = f (r_i + r_j),
 * with valences V, principal quantum numbers n and radii r. Attraction between unlike charges is in the Morse terms, so
 * there is no Coulomb sum. H. Chen, L. L. Wong & S. Adams, Acta Cryst. B 75, 18 (2019), doi:10.1107/S2052520618015718;
 * S. Adams & R. P. Rao, Phys. Status Solidi A 208, 1746 (2011), doi:10.1002/pssa.201001116.
 *
 * The two public programs disagree about λ (1 or ½) and both were made for maps of one mobile ion, not for dynamics of
 * all: defaults of λ and f here are calibrations of this project on cells of chlorides and bromides.
 */
import { ELEMENTS } from '../core/elements.ts';
import { InputError, suggestion } from '../core/errors.ts';
import { type Composition, compositionOfFormula, isSameCompound } from './composition.ts';
import type { ForceField, MeasuredCheck, PairTerm, SpeciesDefinition } from './forceField.ts';
import { oxidationStates } from './oxidationStates.ts';
import {
  type Ion,
  ionName,
  softbvAnionState,
  softbvCitation,
  softbvIon,
  softbvRow,
  softbvSize,
} from './softbvTable.ts';

/** What a user may set: `softbv:lambda=0.5,f=0.78,Fe=3`. */
export interface SoftbvOptions {
  readonly lambda: number;
  readonly f: number;
  /** Oxidation states by element or label, where neutrality leaves them open. */
  readonly states: ReadonlyMap<string, number>;
}

export const SOFTBV = 'softbv';
export const SOFTBV_DEFAULTS = { lambda: 0.5, f: 0.76 } as const;
const BOUNDS = { lambda: [0.05, 2], f: [0.4, 1.5] } as const;
const CUTOFF = 10;
/** Where, with chlorides and bromides, the attraction wins: λ above, f below. */
const COLLAPSES = { lambda: 0.5, f: 0.8 } as const;

/**
 * Static cells of ordered crystals, cube root of the volume against experiment (%), by λ and f; they relaxed from the
 * experimental cell. Beyond −7 % the coordination has changed: a collapse.
 */
const CHECKS: readonly (readonly [system: string, lambda: number, f: number, percent: number])[] = [
  ['LiCl', 0.5, 0.74, -2.0],
  ['LiCl', 0.5, 0.78, 0.6],
  ['LiCl', 1, 0.74, -13.6],
  ['LiBr', 0.5, 0.74, -4.1],
  ['LiBr', 1, 0.74, -19.1],
  ['NaCl', 0.5, 0.74, 2.8],
  ['NaBr', 0.5, 0.74, 1.4],
  ['Li2O', 0.5, 0.74, 11.8],
  ['Li2O', 1, 0.74, 1.7],
  ['Li3OCl', 0.5, 0.74, 4.7],
  ['Li3OCl', 1, 0.74, -2.4],
  ['Li3OBr', 0.5, 0.74, 3.2],
  ['Li3OBr', 1, 0.74, -3.1],
  ['LaCl3', 0.5, 0.74, 5.0],
  ['MgCl2', 0.5, 0.74, 15.5],
  ['YCl3', 0.5, 0.74, 35.7],
  ['Li3YCl6', 0.5, 0.74, 1.2],
  ['Li3YCl6', 0.5, 0.78, 4.2],
  ['Li3YCl6', 1, 0.74, -18.0],
  ['Li3ErCl6', 0.5, 0.74, 0.5],
  ['Li3ErCl6', 0.5, 0.78, 3.4],
  ['Li3ErCl6', 1, 0.74, -21.7],
  ['Li3InCl6', 0.5, 0.74, 1.3],
  ['Li3InCl6', 0.5, 0.78, 4.8],
  ['Li3InCl6', 1, 0.74, -13.5],
  ['Li2ZrCl6', 0.5, 0.74, -0.8],
  ['Li2ZrCl6', 0.5, 0.78, 2.8],
  ['Li2ZrCl6', 1, 0.74, -25.3],
  ['Li3ScCl6', 0.5, 0.74, -8.7],
  ['Li3ScCl6', 0.5, 0.78, 2.3],
  ['Li3YBr6', 0.5, 0.74, -7.9],
  ['Li3YBr6', 0.5, 0.78, 2.8],
  ['Li2MgCl4', 0.5, 0.74, -9.7],
];

/** True for a name of softBV, with or without options. */
export function isSoftbvName(name: string): boolean {
  return name === SOFTBV || name.startsWith(`${SOFTBV}:`);
}

/** True for a force field of softBV's form, whether made here or read from a file. */
export function isSoftbv({ pairs }: ForceField): boolean {
  return pairs.some(({ form }) => form === 'softBVMorse');
}

/** What `list potentials` says of softBV in general. */
export function softbvTitle(): string {
  return `${SOFTBV}[:lambda=${SOFTBV_DEFAULTS.lambda},f=${SOFTBV_DEFAULTS.f}]  (made for the structure from ${softbvSize()} pairs of cations with F Cl Br I O)`;
}

/** Options out of a name such as `softbv:lambda=0.5,f=0.78`. */
export function parseSoftbvName(name: string): SoftbvOptions {
  const found: { lambda: number; f: number } = { ...SOFTBV_DEFAULTS };
  const states = new Map<string, number>();
  const parts = name === SOFTBV ? [] : name.slice(SOFTBV.length + 1).split(',');
  const fail = (why: string): never => {
    throw new InputError(`potential ${name}: ${why}`);
  };
  const seen = new Set<string>();
  for (const part of parts) {
    const [key = '', text = ''] = part.split('=').map((side) => side.trim());
    const value = Number(text);
    const isWritten = part.split('=').length === 2 && text !== '' && Number.isFinite(value);
    if (!isWritten) {
      fail(
        `expected lambda=${found.lambda}, f=${found.f} or an oxidation state such as Fe=3, found "${part}"`,
      );
    }
    if (seen.has(key)) fail(`${key} is given twice`);
    seen.add(key);
    if (key === 'lambda' || key === 'f') {
      const [least, most] = BOUNDS[key];
      if (value < least || value > most) fail(`${key}: expected ${least} to ${most}, found ${value}`);
      found[key] = value;
    } else if (/^[A-Z]/.test(key) && /^[A-Z][a-z]?/.exec(key)?.some((symbol) => ELEMENTS.has(symbol))) {
      if (!Number.isInteger(value) || value === 0 || Math.abs(value) > 9) {
        fail(`${key}: expected an oxidation state such as 3, found ${text}`);
      }
      states.set(key, value);
    } else fail(`"${key}" is neither lambda, f nor an element${suggestion(key, ['lambda', 'f'])}`);
  }
  return { ...found, states };
}

/** One species of the force field. */
interface Member {
  readonly label: string;
  readonly ion: Ion;
}

/**
 * The force field of a composition.
 * @throws for an ion or a pair that the table does not have, naming it
 */
export function softbvForceField(composition: Composition, options: SoftbvOptions): ForceField {
  const { lambda, f, states: told } = options;
  checkTold(composition, told);
  const { states, net, assumed } = oxidationStates(composition, told);
  const members = membersOf(composition, states);
  checkPairs(composition.title, members);
  const pairs = members.flatMap((a, i) => members.slice(i).map((b) => termOf(a, b, lambda, f)));
  const species = members.map(({ label, ion: { element, state } }): [string, SpeciesDefinition] => {
    const mass = ELEMENTS.get(element)?.mass ?? 0;
    // Forces see no point charge; conductivities count the valence.
    return [label, { element, mass, charge: 0, formalCharge: state }];
  });
  return {
    name: softbvName(options),
    version: 1,
    description:
      `Bond-valence force field made from the table of softBV: Morse terms scaled by λ = ${lambda} between unlike charges, ` +
      `screened repulsion of range f = ${f} between like ones, no long-range Coulomb. λ and f are calibrations of this project.`,
    citation: softbvCitation(),
    // The pairs are published; all ions moving by them, with these λ and f, is not.
    provenance: 'fitted',
    validFor:
      'Screening: which ions move, along which paths, at the volume of the experimental cell (NVT). Cells, absolute conductivities ' +
      'and activation energies are not validated by anyone for dynamics of halides',
    knownFailures:
      'No pair of λ and f fits all: chlorides and bromides want λ near 0.5 with f 0.74–0.78, oxides and antiperovskites λ near 1 with ' +
      'f 0.74. At λ = 1 and f = 0.74 LiCl, LiBr and every ternary lithium chloride tried collapse; at λ = 0.5 and f = 0.74 so do ' +
      'Li3ScCl6, Li3YBr6 and Li2MgCl4 (eight-fold coordination). Layered MgCl2 and YCl3 come apart: no dispersion, no long-range ' +
      'Coulomb. No angle terms: Al–Cl is 5 % long, and how octahedra and tetrahedra turn is untested. In runs at the cell of ' +
      'experiment Li6VCl8 (500 K) and Li2CdCl4 (400 K) melt within 20 ps, and Al of LiAlCl4 and NaAlCl4, Er of Li3ErI6 and Ta of ' +
      'LiTaOCl4 take in more anions within 3 ps: there it can move lithium in a frozen host, no more.',
    measured: checksOf(composition),
    species: Object.fromEntries(species),
    pairs,
    silentPairs: [],
    cutoff: CUTOFF,
    truncation: 'shiftForce',
    coulomb: { method: 'none', accuracy: 1e-5, alpha: null },
    warnings: [
      ...doubts(members),
      ...(assumed === undefined ? [] : [assumed]),
      ...limits(composition, options),
      ...netWarning(composition, net),
    ],
  };
}

/** The canonical name, with the options written out. */
export function softbvName({ lambda, f, states }: SoftbvOptions): string {
  const told = [...states].map(([element, state]) => `,${element}=${state}`);
  return `${SOFTBV}:lambda=${lambda},f=${f}${told.join('')}`;
}

function checkTold({ title, species }: Composition, told: ReadonlyMap<string, number>): void {
  const names = species.flatMap(({ label, element }) => [label, element]);
  const unknown = [...told.keys()].find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new InputError(`${title}: softbv was told the oxidation state of ${unknown}, which is not there`);
}

/** Species by element where it has one state, by label of the structure where it has several. */
function membersOf({ species }: Composition, states: readonly number[]): Member[] {
  const members = new Map<string, Member>();
  species.forEach(({ label, element }, i) => {
    const state = states[i] as number;
    const isSingle = species.every((other, k) => other.element !== element || states[k] === state);
    const name = isSingle ? element : label;
    members.set(name, { label: name, ion: { element, state } });
  });
  return [...members.values()];
}

/** Throws for what the table lacks, all of it in one sentence. */
function checkPairs(title: string, members: readonly Member[]): void {
  const ions = members.filter(({ ion }) => !softbvIon(ion)).map(({ ion }) => ionName(ion));
  if (ions.length > 0) throw new InputError(`${title}: softBV's table has no ${ions.join(', ')}`);
  const missing = softbvMissing(members.map(({ ion }) => ion));
  if (missing.length === 0) return;
  throw new InputError(
    `${title}: softBV's table has no row for ${missing.join(', ')}; ` +
      'there are no published numbers for it, so softbv cannot run this composition',
  );
}

/** Pairs of cation and anion that the table lacks: `Er+3–Br-1`. */
function softbvMissing(ions: readonly Ion[]): string[] {
  const anions = ions.filter(({ element, state }) => softbvAnionState(element) === state);
  const cations = ions.filter(({ state }) => state > 0);
  return cations.flatMap((cation) =>
    anions
      .filter((anion) => !softbvRow(cation, anion))
      .map((anion) => `${ionName(cation)}–${ionName(anion)}`),
  );
}

function termOf(a: Member, b: Member, lambda: number, f: number): PairTerm {
  const between = [a.label, b.label] as const;
  const [cation, anion] = a.ion.state > 0 ? [a.ion, b.ion] : [b.ion, a.ion];
  if (cation.state > 0 && anion.state < 0) {
    const row = softbvRow(cation, anion);
    if (!row) throw new Error(`no row for ${ionName(cation)} and ${ionName(anion)}`);
    const { D0, Rmin, alpha } = row;
    return { between, form: 'softBVMorse', params: { lambda, D0, alpha, Rmin } };
  }
  const [one, other] = [softbvIon(a.ion), softbvIon(b.ion)];
  if (!one || !other) throw new Error(`no ion ${ionName(a.ion)} or ${ionName(b.ion)}`);
  const Q = (a.ion.state * b.ion.state) / Math.sqrt(one.n * other.n);
  return { between, form: 'softBVCoulomb', params: { Q, R: f * (one.radius + other.radius) } };
}

/** One sentence for every row that is not the published table's. */
function doubts(members: readonly Member[]): string[] {
  return members.flatMap(({ ion: cation }) =>
    members.flatMap(({ ion: anion }) => {
      const row = cation.state > 0 && anion.state < 0 ? softbvRow(cation, anion) : undefined;
      if (!row || row.standing === 'tabulated') return [];
      const why =
        row.standing === 'derived'
          ? 'not tabulated but derived from its bond-valence numbers'
          : 'wrong in the public table and repaired by its formula';
      return [`softBV: ${ionName(cation)}–${ionName(anion)} is ${why}; check its bond length`];
    }),
  );
}

/** Where λ and f leave what they were calibrated on. */
function limits({ species }: Composition, { lambda, f }: SoftbvOptions): string[] {
  const anions = [...new Set(species.map(({ element }) => element))].filter(
    (element) => softbvAnionState(element) !== undefined,
  );
  const foreign = anions.filter((element) => element !== 'Cl' && element !== 'Br');
  const isSoft = anions.some((element) => element !== 'O' && element !== 'F');
  const texts: string[] = [];
  if (foreign.length > 0 && lambda === SOFTBV_DEFAULTS.lambda) {
    texts.push(
      `softBV: λ = ${lambda} was calibrated on chlorides and bromides, not with ${foreign.join(', ')}; ` +
        'oxides and antiperovskites want softbv:lambda=1,f=0.74',
    );
  }
  if (isSoft && lambda > COLLAPSES.lambda && f < COLLAPSES.f) {
    texts.push(
      `softBV: with λ = ${lambda} and f = ${f} chlorides and bromides of lithium collapse; λ = 0.5 with f 0.74–0.78 holds them`,
    );
  }
  return texts;
}

function netWarning({ title }: Composition, net: number): string[] {
  if (Math.abs(net) < 1e-3) return [];
  return [
    `${title}: with the usual oxidation states the cell carries ${net > 0 ? '+' : '−'}${Math.abs(net).toFixed(2)} e; ` +
      'softBV has no long-range Coulomb and does not notice',
  ];
}

/** The static cells that are known of this compound. */
function checksOf(composition: Composition): MeasuredCheck[] {
  return CHECKS.filter(([system]) => isSameCompound(compositionOfFormula(system), composition)).map(
    ([system, lambda, f, percent]) => ({
      system,
      quantity: `edge (cube root of the volume), static (0 K), with lambda=${lambda}, f=${f}`,
      value: Number((100 + percent).toFixed(1)),
      reference: 100,
      unit: '% of experiment',
      ...(percent < -7 && { note: 'collapsed' }),
      ...(percent > 15 && { note: 'layers came apart' }),
    }),
  );
}

/**
 * Oxidation states of the species of a structure, as softBV needs them: what the structure or the user says, else those
 * states of the table that make the cell neutral.
 */
import { InputError } from '../core/errors.ts';
import { oxidationStates as commonStates } from '../model/oxidation.ts';
import type { Species } from '../model/system.ts';
import type { Composition } from './composition.ts';
import { softbvAnionState, softbvCationStates } from './softbvTable.ts';

/** Combinations of states that are tried. */
const MOST_COMBINATIONS = 20_000;
/** Charge per atom below which a composition counts as neutral, e: formulas are written with two decimals. */
const NEUTRAL = 2e-3;
/** Share of the positive charge that defects may leave over; beyond it, another oxidation state is the likelier reason. */
const DEFECTIVE = 0.05;
/** Possibilities that a message lists. */
const MOST_LISTED = 4;

/** The most usual of some states of an element. */
function commonOf(element: string, states: readonly number[]): number | undefined {
  return commonStates(element).find((state) => states.includes(state));
}

export interface OxidationStates {
  /** By species of the composition. */
  readonly states: readonly number[];
  /** Charge per formula as given, e; zero where states were found by neutrality. */
  readonly net: number;
  /** What was assumed where several assignments are neutral: the one with the most usual states. */
  readonly assumed?: string;
}

/**
 * @param told states by element or label, from the user
 * @throws for an element without a state, for several possible assignments, for none
 */
export function oxidationStates(
  composition: Composition,
  told: ReadonlyMap<string, number> = new Map(),
): OxidationStates {
  const { title, species, amounts } = composition;
  const atoms = amounts.reduce((sum, amount) => sum + amount, 0);
  const choices = species.map((one) => {
    const given = told.get(one.label) ?? told.get(one.element) ?? givenState(one);
    return given === undefined ? possibleStates(one, title) : [given];
  });
  const chargeOf = (states: readonly number[]): number =>
    states.reduce((sum, state, i) => sum + state * (amounts[i] as number), 0);
  const isNeutral = (states: readonly number[]): boolean => Math.abs(chargeOf(states)) < NEUTRAL * atoms;
  const usual = species.map(({ element }, i) => {
    const states = choices[i] as number[];
    return states.length === 1 ? states[0] : commonOf(element, states);
  });
  const isUsual = (states: readonly (number | undefined)[]): states is number[] =>
    states.every((state) => state !== undefined);
  if (isUsual(usual) && isNeutral(usual)) return { states: usual, net: 0 };
  const combinations = choices.reduce((product, { length }) => product * length, 1);
  const tell = `say which, e.g. softbv:${unsettled(species, choices)}, or give oxidation states in the structure`;
  if (combinations > MOST_COMBINATIONS) {
    throw new InputError(`${title}: too many oxidation states are possible; ${tell}`);
  }
  const neutral = allOf(choices).filter(isNeutral);
  const unusual = (states: readonly number[]): number =>
    states.filter((state, i) => state !== (commonOf(species[i]?.element ?? '', choices[i] ?? []) ?? state))
      .length;
  const fewest = Math.min(...neutral.map(unusual));
  const best = neutral.filter((states) => unusual(states) === fewest);
  const [only] = best;
  if (only && best.length === 1) {
    const assumed = `${title}: taken as ${describe(species, only)}; other oxidation states would make it neutral too`;
    return { states: only, net: 0, ...(neutral.length > 1 && { assumed }) };
  }
  if (only) {
    const listed = best.slice(0, MOST_LISTED).map((states) => describe(species, states));
    throw new InputError(
      `${title}: several oxidation states make it neutral: ${listed.join('; ')}${best.length > MOST_LISTED ? '; …' : ''}; ${tell}`,
    );
  }
  if (isUsual(usual)) {
    const positive = usual.reduce((sum, state, i) => sum + Math.max(0, state) * (amounts[i] as number), 0);
    const net = chargeOf(usual);
    if (combinations === 1 || Math.abs(net) < DEFECTIVE * positive) return { states: usual, net };
  }
  throw new InputError(
    `${title}: no oxidation states of softBV's table make it neutral (its anions are F, Cl, Br, I and O); ${tell}`,
  );
}

/** What a structure says: its formal charge, or a whole charge. */
function givenState({ formalCharge, charge }: Species): number | undefined {
  const stated = formalCharge ?? (Number.isInteger(charge) ? charge : undefined);
  return stated === 0 ? undefined : stated;
}

function possibleStates({ element }: Species, title: string): number[] {
  const anion = softbvAnionState(element);
  if (anion !== undefined) return [anion];
  const states = softbvCationStates(element);
  if (states.length === 0) {
    throw new InputError(`${title}: softBV's table has no ${element}; its anions are F, Cl, Br, I and O`);
  }
  return states;
}

function allOf(choices: readonly (readonly number[])[]): number[][] {
  return choices.reduce<number[][]>(
    (all, states) => all.flatMap((begun) => states.map((state) => [...begun, state])),
    [[]],
  );
}

/** `Li +1, Fe +3, Cl −1` */
function describe(species: readonly Species[], states: readonly number[]): string {
  return species
    .map(({ label }, i) => {
      const state = states[i] as number;
      return `${label} ${state > 0 ? '+' : '−'}${Math.abs(state)}`;
    })
    .join(', ');
}

/** `Fe=3` of the first species that could be several things. */
function unsettled(species: readonly Species[], choices: readonly (readonly number[])[]): string {
  const open = choices.findIndex(({ length }) => length > 1);
  const i = open < 0 ? 0 : open;
  return `${species[i]?.element ?? ''}=${choices[i]?.at(-1) ?? 1}`;
}

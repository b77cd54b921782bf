/**
 * Integrators are sentences over letters, one file each in shaders/integrate. The substep of B, A and O is the timestep
 * over the number of times the letter stands in the sentence. V, P and C act every so many steps. Every entry names the
 * quantity it conserves. A barostat adds P to the sentence of any of them, a ramp R.
 */
import type { PublicationKey } from '../core/publications.ts';
import type { BarostatSettings } from './barostat.ts';

/** What each letter does. */
const LETTERS = {
  B: 'half kick',
  A: 'drift',
  F: 'forces',
  O: 'Ornstein–Uhlenbeck',
  V: 'velocity rescaling',
  N: 'Nosé–Hoover chain',
  P: 'move of the cell by rescaling',
  E: 'rate of strain of the cell',
  X: 'cell moves with its rate of strain',
  R: 'ramp of temperature and pressure',
  C: 'centre of mass kept',
} as const;

export interface IntegratorDefinition {
  /** In words, for reports. */
  readonly name: string;
  readonly sentence: string;
  readonly conserved: string;
  readonly sources: readonly PublicationKey[];
  readonly ensemble: 'nve' | 'nvt';
  /** Steps between two C: the rounding of forces moves the centre of mass slowly, noise moves it at once. */
  readonly centerEvery: number;
}

export const INTEGRATORS = {
  nve: {
    name: 'velocity Verlet at constant energy',
    sentence: 'B A F B C',
    conserved: 'kinetic + potential energy',
    sources: ['swope1982'],
    ensemble: 'nve',
    centerEvery: 1000,
  },
  csvr: {
    name: 'velocity Verlet with stochastic velocity rescaling (CSVR)',
    sentence: 'B A F B V C',
    conserved: 'kinetic + potential energy − heat from the bath',
    sources: ['swope1982', 'bussi2007'],
    ensemble: 'nvt',
    centerEvery: 1000,
  },
  noseHoover: {
    name: 'velocity Verlet with a Nosé–Hoover chain of three links',
    sentence: 'B A F B N C',
    conserved: 'kinetic + potential energy − heat from the bath',
    sources: ['swope1982', 'martyna1992', 'martyna1996'],
    ensemble: 'nvt',
    centerEvery: 1000,
  },
  langevin: {
    name: 'Langevin dynamics (BAOAB)',
    sentence: 'B A O A F B C',
    conserved: 'kinetic + potential energy − heat from the bath',
    sources: ['leimkuhler2013'],
    ensemble: 'nvt',
    centerEvery: 5,
  },
} as const satisfies Readonly<Record<string, IntegratorDefinition>>;

/** Relaxation of the atoms at fixed cell: a move with its decisions, then forces. It conserves nothing. */
const MINIMIZER = { name: 'FIRE', sources: ['bitzek2006'] } as const;

/** What barostats do, and what is conserved with them. */
const BAROSTATS = {
  cellRescaling: {
    name: 'stochastic cell rescaling',
    letters: 'P',
    sources: ['bernetti2020', 'delTatto2022'],
    conserved: 'kinetic + potential energy − heat and work from the baths',
  },
  mtk: {
    name: 'an extended system (Martyna–Tobias–Klein)',
    letters: 'E X',
    sources: ['martyna1994', 'martyna1996'],
    conserved: 'kinetic + potential energy of ions and cell + pressure × volume − heat from the baths',
  },
} as const;

/** All of this as a report reads it. */
export const DYNAMICS = {
  integrators: INTEGRATORS,
  minimizer: MINIMIZER,
  barostats: BAROSTATS,
  letters: LETTERS,
} as const;

export type IntegratorName = keyof typeof INTEGRATORS;

/** What a dynamic stage asks of its integrator. */
export interface IntegratorSettings {
  readonly integrator: IntegratorName;
  /** fs */
  readonly timestep: number;
  /** Relaxation time of the thermostat in fs: τ of V, 1/γ of O. Without a thermostat: none. */
  readonly tau?: number;
  /** Uniform electric field on the charges of the force field, V/Å. */
  readonly field?: readonly [number, number, number];
  /** Letter P. */
  readonly barostat?: BarostatSettings;
  /** Letter R: a line over so many steps, from the temperature of the bath to this one, K. */
  readonly ramp?: { readonly steps: number; readonly temperature?: number };
}

/** The letters of an integrator with what its settings add. */
export function lettersOf({ integrator, barostat, ramp }: IntegratorSettings): string[] {
  const letters: string[] = INTEGRATORS[integrator].sentence.split(' ');
  if (barostat?.barostat === 'cellRescaling') letters.splice(letters.lastIndexOf('C'), 0, 'P');
  if (barostat?.barostat === 'mtk') {
    // In the middle of the drift; O moves no atom, so X may stand on either side of it.
    const drift = letters.indexOf('A');
    if (letters.includes('O')) letters.splice(drift + 1, 0, 'X');
    else letters.splice(drift, 1, 'A', 'X', 'A');
    letters.splice(letters.lastIndexOf('B') + 1, 0, 'E');
  }
  return ramp ? ['R', ...letters] : letters;
}

/** Steps between two V: fine enough that the bath acts smoothly, at most a twentieth of τ. */
export function thermostatEvery({ tau = Number.POSITIVE_INFINITY, timestep }: IntegratorSettings): number {
  if (!Number.isFinite(tau)) return 1;
  return Math.max(1, Math.floor(tau / (20 * timestep)));
}

/**
 * How a system interacts: a pure description, the checked content of a potential file. The engine and the f64
 * reference each compile it on their own.
 */
import type { FormTerm } from './pairForms.ts';

export interface Citation {
  readonly text: string;
  readonly doi?: string;
}

/** What a potential says of one species. */
export interface SpeciesDefinition {
  readonly element: string;
  /** u */
  readonly mass: number;
  /** Charge in the forces, e. */
  readonly charge: number;
  /** Oxidation state, e; conductivities use it. Absent when the charge is no integer and the file gives none. */
  readonly formalCharge?: number;
}

/** One short-range term between two species. Several terms of one pair add up. */
export interface PairTerm extends FormTerm {
  readonly between: readonly [string, string];
}

export type Truncation = 'none' | 'shift' | 'shiftForce';
export const COULOMB_METHODS = ['auto', 'ewald', 'pppm', 'dsf', 'none'] as const;
export type CoulombMethod = (typeof COULOMB_METHODS)[number];

/** A measured property of the set beside its reference value; shown wherever the set is offered. */
export interface MeasuredCheck {
  readonly system: string;
  readonly quantity: string;
  readonly value: number;
  readonly reference: number;
  readonly unit: string;
  readonly note?: string;
}

export interface ForceField {
  readonly name: string;
  readonly version: number;
  readonly description: string;
  readonly citation: readonly Citation[];
  readonly provenance: 'published' | 'fitted';
  /** Compositions, phases and temperatures the set may be used for, in words. */
  readonly validFor: string;
  /** K; a run outside is warned of. */
  readonly validTemperature?: readonly [number, number];
  readonly knownFailures: string;
  readonly measured: readonly MeasuredCheck[];
  readonly species: Readonly<Record<string, SpeciesDefinition>>;
  readonly pairs: readonly PairTerm[];
  /** Pairs that the file declares to have no short-range term. */
  readonly silentPairs: readonly (readonly [string, string])[];
  /** Å; one cutoff serves pair terms and real-space Coulomb. */
  readonly cutoff: number;
  readonly truncation: Truncation;
  /** Names of sets that this one was made to stand beside; all others are not combined with it. */
  readonly combinesWith?: readonly string[];
  /** Doubts about the file, each a sentence with its place. */
  readonly warnings?: readonly string[];
  readonly coulomb: {
    readonly method: CoulombMethod;
    /** rms force error relative to the force between two unit charges 1 Å apart (14.4 eV/Å). */
    readonly accuracy: number;
    /** Ewald splitting parameter, or damping of a damped shifted force, 1/Å; null: from the accuracy, or 0.2. */
    readonly alpha: number | null;
    /** Order of the mesh's spline; 5 when absent. */
    readonly order?: 3 | 5 | 7;
    /** Of a particle mesh: forces by ik on its waves (default), or analytically from the slopes of its splines. */
    readonly differentiation?: 'ik' | 'ad';
  };
}

/** The same Coulomb by another method. A file's α does not come along where it would mean something else: damping is no splitting. */
export function withMethod(coulomb: ForceField['coulomb'], method: CoulombMethod): ForceField['coulomb'] {
  const keeps = (coulomb.method === 'dsf') === (method === 'dsf');
  return { ...coulomb, method, alpha: keeps ? coulomb.alpha : null };
}

/** Key of an unordered pair of species labels. */
export function pairKey(a: string, b: string): string {
  return a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`;
}

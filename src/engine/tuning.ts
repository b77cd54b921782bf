/**
 * Choices that change the last bits of a run and that another machine, or the same one on another day, may make
 * differently. They are recorded in provenance.json and can be given back: the same recorded choices, the same bits.
 */
import { InputError } from '../core/errors.ts';
import type { PairShape } from './pairShape.ts';

/** What was chosen; a choice that was not open is absent. */
export interface Tuning {
  /** What sums long-range Coulomb. */
  readonly coulomb?: 'ewald' | 'pppm';
  /** Layout of the pair loop. */
  readonly pair?: PairShape;
}

/** How open choices are to be made: by a short measurement, by the cost model alone, or as recorded. */
export type TuneRequest = 'measure' | 'off' | Tuning;

/** Which of two sums was taken for `"method": "auto"`, and why (coulombChoice.ts). */
export interface CoulombChoice {
  readonly method: 'ewald' | 'pppm';
  readonly by: 'record' | 'estimate' | 'measurement';
  /** Work of a force evaluation by the cost model, in visits of a wave by an ion. */
  readonly estimatedWork?: Readonly<Record<'ewald' | 'pppm', number>>;
  /** Wall-clock time of a force evaluation, pair loop included. */
  readonly milliseconds?: Readonly<Record<'ewald' | 'pppm', number>>;
}

/** How the layout of the pair loop came about. */
export interface PairChoice {
  readonly by: 'record' | 'adapter' | 'measurement';
  /** Wall-clock time of the pair loop in every layout that was tried. */
  readonly tried?: readonly (PairShape & { readonly milliseconds: number })[];
}

/** What provenance keeps: the choices, and how each of them came about. */
export interface TuningRecord {
  readonly choices: Tuning;
  readonly coulomb?: CoulombChoice;
  readonly pair?: PairChoice;
}

/** The choices that a run's provenance.json records. @param file its name for error messages */
export function parseTuning(text: string, file: string): Tuning {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: no JSON (${(error as Error).message}); expected a run's provenance.json`);
  }
  const choices = field(field(document, 'tuning'), 'choices');
  if (typeof choices !== 'object' || choices === null) {
    throw new InputError(`${file}: there is no tuning.choices; expected a run's provenance.json`);
  }
  const coulomb = field(choices, 'coulomb');
  if (coulomb !== undefined && coulomb !== 'ewald' && coulomb !== 'pppm') {
    throw new InputError(
      `${file}: tuning.choices.coulomb: expected "ewald" or "pppm", found ${JSON.stringify(coulomb)}`,
    );
  }
  const pair = field(choices, 'pair');
  return { ...(coulomb && { coulomb }), ...(pair !== undefined && { pair: parseShape(pair, file) }) };
}

function parseShape(value: unknown, file: string): PairShape {
  const lanes = field(value, 'lanes');
  const workgroup = field(value, 'workgroup');
  const power = (x: unknown): x is number => [1, 2, 4, 8, 16, 32, 64, 128, 256].some((one) => one === x);
  if (!power(lanes) || !power(workgroup) || lanes > workgroup) {
    throw new InputError(
      `${file}: tuning.choices.pair: expected lanes and a workgroup of at least as many, powers of two up to 256; ` +
        `found ${JSON.stringify(value)}`,
    );
  }
  return { lanes, workgroup };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

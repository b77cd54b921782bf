/** What a reader promises of everything it accepts. Throws Broken where a promise is not kept. */
import { isDeepStrictEqual } from 'node:util';
import { compileForceField } from '../../src/engine/compileForceField.ts';
import type { ForceField } from '../../src/forcefield/forceField.ts';
import { pairForm } from '../../src/forcefield/pairForms.ts';
import { readStructure, writeStructure } from '../../src/io/index.ts';
import { volume } from '../../src/model/cell.ts';
import type { Species, System } from '../../src/model/system.ts';
import type { Frame } from '../../src/model/trajectory.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';
import type { RunSpec } from '../../src/run/spec.ts';

/** A value that a reader should have refused. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

function demand(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Broken(what);
}

/** Longest message or warning: a sentence with a few names, not a file. */
export const LONGEST_SENTENCE = 1000;
/** Atoms of systems that are written and read again. */
const ROUND_TRIP = 400;

const areFinite = (values: ArrayLike<number>): boolean => Array.prototype.every.call(values, Number.isFinite);

/** A sentence that can be shown on a terminal: short, and without characters that move the cursor or turn the text. */
export function sentenceProblem(text: string): string | undefined {
  if (text.length > LONGEST_SENTENCE) return `a sentence of ${text.length} characters`;
  const control = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u.exec(text);
  return control ? `a control character U+${control[0].charCodeAt(0).toString(16)}` : undefined;
}

export function checkWarnings(warnings: readonly string[]): void {
  for (const warning of warnings) {
    const problem = sentenceProblem(warning);
    demand(problem === undefined, `a warning is ${problem}: ${JSON.stringify(warning.slice(0, 80))}`);
  }
}

function checkCell({ cell }: Pick<Frame, 'cell'>): void {
  demand(cell.h.length === 9 && areFinite(cell.h), 'the cell is not nine finite numbers');
  const v = volume(cell);
  demand(v > 0 && Number.isFinite(v), `the volume is ${v}`);
}

/** Positions finite in f32 and near enough to the origin that f64 resolves an ångström's part of a million. */
function checkVectors(name: string, values: Float64Array, n: number, largest: number): void {
  demand(values.length === 3 * n, `${values.length} numbers in ${name} of ${n} atoms`);
  const bad = values.find((x) => !(Math.abs(x) <= largest));
  demand(bad === undefined, `${name} hold ${bad}`);
}

export async function checkSystem(system: System, roundTrip = true): Promise<void> {
  const n = system.typeOf.length;
  demand(n > 0, 'no atoms');
  demand(typeof system.title === 'string' && system.title !== '', 'no title');
  checkCell(system);
  checkVectors('positions', system.positions, n, 1e9);
  if (system.velocities) checkVectors('velocities', system.velocities, n, 1e9);
  demand(
    system.typeOf.every((type) => type < system.species.length),
    'an atom without species',
  );
  const { occupancies, siteLabels } = system;
  demand(
    !occupancies || (occupancies.length === n && occupancies.every((x) => x > 0 && x <= 1)),
    'occupancies',
  );
  demand(!siteLabels || siteLabels.length === n, 'site labels');
  const labels = system.species.map(({ label }) => label);
  demand(new Set(labels).size === labels.length, `two species of one label: ${labels.join()}`);
  for (const species of system.species) checkSpecies(species);
  if (roundTrip && n <= ROUND_TRIP) await checkRoundTrip(system);
}

function checkSpecies({ label, element, mass, charge, formalCharge }: Species): void {
  demand(typeof label === 'string' && label !== '', 'a species without label');
  demand(/^[A-Z][a-z]?$/.test(element), `the element ${element}`);
  demand(mass > 0 && mass < 1e7, `the mass ${mass}`);
  demand(charge === undefined || Math.abs(charge) < 1e3, `the charge ${charge}`);
  demand(formalCharge === undefined || Math.abs(formalCharge) <= 9, `the formal charge ${formalCharge}`);
}

/** What is written as extended XYZ is read back: no name breaks the file. */
async function checkRoundTrip(system: System): Promise<void> {
  const text = writeStructure(system, 'extxyz');
  const { system: back } = await readStructure(new TextEncoder().encode(text), 'back.extxyz');
  // Equal as numbers: zero loses its sign in a text.
  const same = (a: Float64Array = new Float64Array(), b: Float64Array = new Float64Array()): boolean =>
    a.length === b.length && a.every((x, i) => x === b[i]);
  demand(same(back.positions, system.positions), 'written and read, the positions differ');
  demand(same(back.velocities, system.velocities), 'written and read, the velocities differ');
  demand(same(back.cell.h, system.cell.h), 'written and read, the cells differ');
  const names = ({ species, typeOf }: System): string[] =>
    [...typeOf].map((type) => (species[type] as Species).label.replace(/\s+/g, '_'));
  demand(isDeepStrictEqual(names(back), names(system)), 'written and read, the labels differ');
}

export function checkFrame(frame: Frame, system: System): void {
  checkCell(frame);
  const n = system.typeOf.length;
  checkVectors('positions of a frame', frame.positions, n, 1e9);
  if (frame.velocities) checkVectors('velocities of a frame', frame.velocities, n, 1e9);
  demand(Number.isSafeInteger(frame.step), `the step ${frame.step}`);
  demand(Math.abs(frame.time) < 1e18 || Number.isNaN(frame.time), `the time ${frame.time}`);
}

/** Every number in a value is finite; fields of other kinds than JSON knows are none. */
function checkPlain(value: unknown, path = ''): void {
  if (typeof value === 'number') demand(Number.isFinite(value), `${path} is ${value}`);
  else if (typeof value === 'object' && value !== null) {
    const isCurve = ArrayBuffer.isView(value);
    const prototype = Object.getPrototypeOf(value) as unknown;
    const isPlain = prototype === Object.prototype || prototype === null || Array.isArray(value);
    demand(isCurve || isPlain, `${path} is no plain value`);
    for (const [key, inner] of Object.entries(value)) checkPlain(inner, `${path}.${key}`);
  } else demand(typeof value !== 'bigint' && typeof value !== 'function', `${path} is a ${typeof value}`);
}

export function checkSpec(spec: RunSpec): void {
  checkPlain(spec);
  const again = parseRunSpec(JSON.stringify(spec), 'again.json');
  demand(isDeepStrictEqual(again, spec), 'the completed spec does not parse to itself');
  const { file } = spec.record.trajectory;
  demand(
    /^[^/\\\p{Cc}]+\.[a-z]+$/iu.test(file) && !file.startsWith('.'),
    `the trajectory is ${JSON.stringify(file)}`,
  );
}

/** A force field that compiles to finite numbers, and to a shader without a word of the file. */
export function checkForceField(forceField: ForceField): void {
  checkPlain(forceField);
  checkWarnings(forceField.warnings ?? []);
  const entries = Object.entries(forceField.species);
  demand(entries.length > 0, 'no species');
  for (const [label, species] of entries) {
    const known = Object.hasOwn(forceField.species, label);
    demand(known && species.mass > 0, `species ${label}`);
  }
  for (const { between, form } of forceField.pairs) {
    demand(pairForm(form) !== undefined, `the form ${form}`);
    demand(
      between.every((label) => Object.hasOwn(forceField.species, label)),
      `no species of ${between.join()}`,
    );
  }
  if (entries.length > 12) return;
  const species = entries.map(([label, definition]): Species => ({ label, ...definition }));
  const { slot, table } = compileForceField(forceField, species, forceField.cutoff);
  demand(areFinite(table), 'the pair table holds what is no number in f32');
  // The shader is the same whatever the species are called.
  const renamed = renamedSpecies(forceField);
  const other = compileForceField(renamed.forceField, renamed.species, forceField.cutoff);
  demand(other.slot === slot, 'a name of the file changes the shader');
}

function renamedSpecies(forceField: ForceField): { forceField: ForceField; species: Species[] } {
  const nameOf = new Map(Object.keys(forceField.species).map((label, i) => [label, `S${i}`]));
  const rename = (label: string): string => nameOf.get(label) as string;
  const species = Object.entries(forceField.species).map(([label, definition]) => ({
    label: rename(label),
    ...definition,
  }));
  const pairOf = ([a, b]: readonly [string, string]): [string, string] => [rename(a), rename(b)];
  return {
    species,
    forceField: {
      ...forceField,
      name: 'other',
      description: '',
      citation: [],
      species: Object.fromEntries(species.map(({ label, ...definition }) => [label, definition])),
      pairs: forceField.pairs.map((term) => ({ ...term, between: pairOf(term.between) })),
      silentPairs: forceField.silentPairs.map(pairOf),
    },
  };
}

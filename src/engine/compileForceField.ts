/**
 * ForceField → the slot of the pair loop and its table. Forms that are not in use leave no trace in the shader;
 * several terms of one form on one pair of species become several layers. The table is one storage buffer: uniform arrays
 * indexed by lane cost SwiftShader three times as much, and storage buffers are scarce (eight per kernel).
 */
import { COULOMB_EV_ANGSTROM } from '../core/constants.ts';
import { InputError } from '../core/errors.ts';
import { type ForceField, type PairTerm, pairKey } from '../forcefield/forceField.ts';
import { type PairFormName, type PairParams, packedParams, pairForm } from '../forcefield/pairForms.ts';
import { valuesAtCutoff } from '../forcefield/truncation.ts';
import { type StructType, struct } from '../gpu/struct.ts';
import type { Species } from '../model/system.ts';
import { dampedShiftText } from './dampedShift.ts';

export interface CompiledForceField {
  /** Text of the slot `pairForms`. */
  readonly slot: string;
  /** One row of numbers per ordered pair of species. */
  readonly table: Float32Array<ArrayBuffer>;
  readonly hasCoulomb: boolean;
}

/** One layer of one form: at most one term per pair of species. */
interface Layer {
  readonly form: PairFormName;
  readonly terms: Map<string, PairTerm>;
  /** Where its parameters begin in a row of the table. */
  readonly offset: number;
}

/**
 * Numbers at the start of every row: charge product, forms as a sum of powers of two, energy and slope subtracted at the
 * cutoff, and the energy that is left there, by which a pair's energy jumps when it crosses.
 */
const HEADER = 5;
/** A sum of powers of two stays exact in f32 up to this many. */
const MAXIMUM_LAYERS = 24;

/**
 * @param species the species of the system in the order of its type indices, with charges
 * @param cutoff Å; overrides the file's
 */
export function compileForceField(
  forceField: ForceField,
  species: readonly Species[],
  cutoff: number,
): CompiledForceField {
  const labels = species.map(({ label }) => label);
  const layers = layersOf(forceField, new Set(labels));
  if (layers.length > MAXIMUM_LAYERS) {
    throw new InputError(
      `${forceField.name}: ${layers.length} different kinds of pair terms; at most ${MAXIMUM_LAYERS} can act at once`,
    );
  }
  const hasCoulomb =
    forceField.coulomb.method !== 'none' && species.some(({ charge }) => (charge ?? 0) !== 0);
  const stride = layers.reduce((end, { form, offset }) => Math.max(end, offset + width(form)), HEADER);
  const table = new Float32Array(stride * labels.length ** 2);
  labels.forEach((a, i) => {
    labels.forEach((b, j) => {
      const key = pairKey(a, b);
      const terms = layers.flatMap((layer) => layer.terms.get(key) ?? []);
      const atCutoff = valuesAtCutoff(terms, cutoff, forceField.truncation);
      const product = ((species[i] as Species).charge ?? 0) * ((species[j] as Species).charge ?? 0);
      const row = stride * (i * labels.length + j);
      const forms = layers.reduce((mask, layer, bit) => mask + (layer.terms.has(key) ? 2 ** bit : 0), 0);
      const jump = valuesAtCutoff(terms, cutoff, 'shift').energy - atCutoff.energy;
      table.set(
        [hasCoulomb ? COULOMB_EV_ANGSTROM * product : 0, forms, atCutoff.energy, atCutoff.slope, jump],
        row,
      );
      for (const { form, terms, offset } of layers) {
        // A pair without the form is masked out; its numbers only have to be finite.
        const params = terms.get(key)?.params ?? pairForm(form).example;
        table.set(Object.values(packedParams(form, params)), row + offset);
      }
    });
  });
  const everywhere = (labels.length * (labels.length + 1)) / 2;
  const truncates = forceField.truncation !== 'none';
  const forms = slotText(layers, stride, everywhere, hasCoulomb, truncates);
  return { slot: `${dampedShiftText(forceField.coulomb, cutoff)}\n${forms}`, table, hasCoulomb };
}

/** Numbers that the shader of a form receives. */
function width(form: PairFormName): number {
  return Object.keys(packedParams(form, pairForm(form).example)).length;
}

function layersOf(forceField: ForceField, present: ReadonlySet<string>): Layer[] {
  const layers: Layer[] = [];
  for (const term of forceField.pairs) {
    if (!term.between.every((label) => present.has(label))) continue;
    const key = pairKey(...term.between);
    let layer = layers.find((one) => one.form === term.form && !one.terms.has(key));
    if (!layer) {
      const last = layers.at(-1);
      const offset = last ? last.offset + width(last.form) : HEADER;
      layer = { form: term.form, terms: new Map(), offset };
      layers.push(layer);
    }
    layer.terms.set(key, term);
  }
  return layers;
}

/** The struct a form's shader receives: one f32 per packed parameter. */
export function formStruct(form: PairFormName): StructType {
  const packed: PairParams = packedParams(form, pairForm(form).example);
  const fields = Object.fromEntries(Object.keys(packed).map((name) => [name, 'f32' as const]));
  return struct(form.charAt(0).toUpperCase() + form.slice(1), fields);
}

function slotText(
  layers: readonly Layer[],
  stride: number,
  everywhere: number,
  hasCoulomb: boolean,
  hasTruncation: boolean,
): string {
  const forms = [...new Set(layers.map(({ form }) => form))];
  const calls = layers.flatMap(({ form, terms }, bit) => [
    terms.size === everywhere ? '  {' : `  if ((row.forms & ${2 ** bit}u) != 0u) {`,
    `    let term = ${form}(r, row.term${bit});`,
    '    sum = PairValue(sum.energy + term.energy, sum.forceOverR + term.forceOverR);',
    '  }',
  ]);
  const at = (k: number): string => `pairTable[at + ${k}u]`;
  const values = layers.map(({ form, offset }) => {
    const params = Array.from({ length: width(form) }, (_, k) => at(offset + k));
    return `${formStruct(form).name}(${params.join(', ')})`;
  });
  return [
    `const HAS_COULOMB = ${hasCoulomb};`,
    `const HAS_TRUNCATION = ${hasTruncation};`,
    ...forms.map((form) => `${formStruct(form).wgsl}\n#include "pair/${form}.wgsl"`),
    'struct PairRow {',
    '  charges: f32,',
    '  forms: u32,',
    '  energyAtCutoff: f32,',
    '  slopeAtCutoff: f32,',
    '  jump: f32,',
    ...layers.map(({ form }, bit) => `  term${bit}: ${formStruct(form).name},`),
    '}',
    'fn pairRow(first: u32, second: u32) -> PairRow {',
    `  let at = (first * pairLoop.nSpecies + second) * ${stride}u;`,
    `  return PairRow(${[at(0), `u32(${at(1)})`, at(2), at(3), at(4), ...values].join(', ')});`,
    '}',
    'fn shortRange(row: PairRow, r: f32) -> PairValue {',
    '  var sum = PairValue(0.0, 0.0);',
    ...calls,
    '  return sum;',
    '}',
  ].join('\n');
}

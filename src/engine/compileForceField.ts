/**
 * ForceField → the slot of the pair loop and its table. Forms that are not in use leave no trace in the shader;
 * several terms of one form on one pair of species become several layers. The table is one storage buffer: uniform arrays
 * indexed by lane cost SwiftShader three times as much, and storage buffers are scarce (eight per kernel).
 */

import { InputError } from '../core/errors.ts';
import { capitalized } from '../core/text.ts';
import { type ForceField, type PairTerm, pairKey } from '../forcefield/forceField.ts';
import { type Interaction, interactionsOf, wallOf } from '../forcefield/interactions.ts';
import { type PairFormName, packedNames, packTerm } from '../forcefield/pairForms.ts';
import { valuesAtCutoff } from '../forcefield/truncation.ts';
import { type StructType, struct } from '../gpu/struct.ts';
import type { Species } from '../model/system.ts';
import { dampedShiftText } from './dampedShift.ts';

export interface CompiledForceField {
  /** Text of the slot `pairForms`. */
  readonly slot: string;
  /** One row of numbers per ordered pair of species; behind the rows, the numbers of forms given by points. */
  readonly table: Float32Array<ArrayBuffer>;
  readonly hasCoulomb: boolean;
  /** The pairs of species that a wall keeps apart. */
  readonly walls: readonly Interaction[];
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
/** Where a row has the radius, energy, force and curvature of its wall, when any pair has one. */
const WALL = { at: HEADER, width: 4 } as const;
/** Whole numbers stay exact in f32 up to this one: places in the pair table. */
const LARGEST_INDEX = 2 ** 24;
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
  const interactions = interactionsOf(forceField, species, cutoff);
  const walls = interactions.filter((interaction) => wallOf(interaction));
  const header = HEADER + (walls.length > 0 ? WALL.width : 0);
  const layers = layersOf(forceField, new Set(labels), header);
  if (layers.length > MAXIMUM_LAYERS) {
    throw new InputError(
      `${forceField.name}: ${layers.length} different kinds of pair terms; at most ${MAXIMUM_LAYERS} can act at once`,
    );
  }
  const hasCoulomb =
    forceField.coulomb.method !== 'none' && species.some(({ charge }) => (charge ?? 0) !== 0);
  const stride = layers.reduce(
    (end, { form, offset }) => Math.max(end, offset + packedNames(form).length),
    header,
  );
  const rows = new Float32Array(stride * labels.length ** 2);
  const points: number[] = [];
  for (const interaction of interactions) {
    const { i, j, terms, chargeProduct } = interaction;
    const key = pairKey(...interaction.labels);
    const atCutoff = valuesAtCutoff(terms, cutoff, forceField.truncation);
    const forms = layers.reduce((mask, layer, bit) => mask + (layer.terms.has(key) ? 2 ** bit : 0), 0);
    const jump = valuesAtCutoff(terms, cutoff, 'shift').energy - atCutoff.energy;
    // A radius of zero: no wall, as no distance is below it.
    const wall = wallOf(interaction) ?? { radius: 0, energy: 0, force: 0, curvature: 0 };
    const row = new Float32Array(stride);
    row.set([chargeProduct, forms, atCutoff.energy, atCutoff.slope, jump]);
    if (walls.length > 0) row.set([wall.radius, wall.energy, wall.force, wall.curvature], WALL.at);
    for (const layer of layers) {
      // A pair without the form is masked out; its numbers only have to be finite, and zeros are.
      const term = layer.terms.get(key);
      if (!term) continue;
      const { params, numbers } = packTerm(term, cutoff, rows.length + points.length);
      row.set(
        packedNames(layer.form).map((name) => params[name] as number),
        layer.offset,
      );
      for (const number of numbers) points.push(number);
    }
    rows.set(row, stride * (i * labels.length + j));
    rows.set(row, stride * (j * labels.length + i));
  }
  if (rows.length + points.length > LARGEST_INDEX) {
    throw new InputError(
      `${forceField.name}: its tables have ${points.length} numbers, more than can be counted`,
    );
  }
  const table = new Float32Array(rows.length + points.length);
  table.set(rows);
  table.set(points, rows.length);
  const everywhere = (labels.length * (labels.length + 1)) / 2;
  const constants = {
    HAS_COULOMB: `${hasCoulomb}`,
    HAS_TRUNCATION: `${forceField.truncation !== 'none'}`,
  };
  const forms = slotText(layers, stride, everywhere, constants, walls.length > 0);
  const slot = `${dampedShiftText(forceField.coulomb, cutoff)}\n${forms}`;
  return { slot, table, hasCoulomb, walls };
}

/** @param first where the parameters of the first layer begin */
function layersOf(forceField: ForceField, present: ReadonlySet<string>, first: number): Layer[] {
  const layers: Layer[] = [];
  for (const term of forceField.pairs) {
    if (!term.between.every((label) => present.has(label))) continue;
    const key = pairKey(...term.between);
    let layer = layers.find((one) => one.form === term.form && !one.terms.has(key));
    if (!layer) {
      const last = layers.at(-1);
      const offset = last ? last.offset + packedNames(last.form).length : first;
      layer = { form: term.form, terms: new Map(), offset };
      layers.push(layer);
    }
    layer.terms.set(key, term);
  }
  return layers;
}

/** The struct a form's shader receives: one f32 per packed parameter. */
export function formStruct(form: PairFormName): StructType {
  const fields = Object.fromEntries(packedNames(form).map((name) => [name, 'f32' as const]));
  return struct(capitalized(form), fields);
}

function slotText(
  layers: readonly Layer[],
  stride: number,
  everywhere: number,
  constants: Readonly<Record<string, string>>,
  hasWalls: boolean,
): string {
  const forms = [...new Set(layers.map(({ form }) => form))];
  const calls = layers.flatMap(({ form, terms }, bit) => [
    terms.size === everywhere ? '  {' : `  if ((row.forms & ${2 ** bit}u) != 0u) {`,
    `    let term = ${form}(r, row.term${bit});`,
    '    sum = PairValue(sum.energy + term.energy, sum.forceOverR + term.forceOverR);',
    '  }',
  ]);
  const at = (k: number): string => `pairTable[at + ${k}u]`;
  const packed = (name: string, first: number, count: number): string =>
    `${name}(${Array.from({ length: count }, (_, k) => at(first + k)).join(', ')})`;
  const values = [
    ...[at(0), `u32(${at(1)})`, at(2), at(3), at(4)],
    ...(hasWalls ? [packed('Wall', WALL.at, WALL.width)] : []),
    ...layers.map(({ form, offset }) => packed(formStruct(form).name, offset, packedNames(form).length)),
  ];
  return [
    ...Object.entries(constants).map(([name, value]) => `const ${name} = ${value};`),
    ...forms.map((form) => `${formStruct(form).wgsl}\n#include "pair/${form}.wgsl"`),
    'struct PairRow {',
    '  charges: f32,',
    '  forms: u32,',
    '  energyAtCutoff: f32,',
    '  slopeAtCutoff: f32,',
    '  jump: f32,',
    ...(hasWalls ? ['  wall: Wall,'] : []),
    ...layers.map(({ form }, bit) => `  term${bit}: ${formStruct(form).name},`),
    '}',
    ...(hasWalls ? ['#include "forces/wall.wgsl"'] : []),
    'fn pairRow(first: u32, second: u32) -> PairRow {',
    `  let at = (first * pairLoop.nSpecies + second) * ${stride}u;`,
    `  return PairRow(${values.join(', ')});`,
    '}',
    'fn shortRange(row: PairRow, r: f32) -> PairValue {',
    ...(hasWalls
      ? ['  if (r < row.wall.radius) {', '    return insideWall(row.wall, row.charges, r);', '  }']
      : []),
    '  var sum = PairValue(0.0, 0.0);',
    ...calls,
    '  return sum;',
    '}',
  ].join('\n');
}

/** Text of the slot `wallVisits` of the force kernel: what it does about a pair inside its wall. */
export function wallVisitsSlot(hasWalls: boolean): string {
  return hasWalls
    ? '#include "forces/wallVisits.wgsl"'
    : 'fn noteVisit(replica: u32, first: u32, second: u32, row: PairRow, r: f32) {}';
}

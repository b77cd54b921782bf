import { describe, expect, it } from 'vitest';
import { formStruct } from '../../src/engine/compileForceField.ts';
import {
  exampleTerm,
  PAIR_FORMS,
  type PairFormName,
  packedNames,
  packTerm,
  pairForm,
} from '../../src/forcefield/pairForms.ts';
import { evaluate, spread } from '../support/evaluate.ts';
import { testGpu } from '../support/gpu.ts';
import { PAIR_FORM_RELATIVE } from '../support/tolerances.ts';

/** One test body for every entry of the registry: a new form brings no new test code. */
describe.each(Object.keys(PAIR_FORMS) as PairFormName[])('pair form %s', (name) => {
  const form = pairForm(name);
  const term = exampleTerm(name);
  const energy = (x: number): number => form.energy(x, term.params, term.curve);
  const slope = (x: number): number => form.slope(x, term.params, term.curve);
  const r = spread(form.range[0], form.range[1], 3001);

  it('slope is the derivative of the energy', () => {
    // Five-point differences in f64: truncation h⁴V⁽⁵⁾/30 and rounding 1e-16 V/h are both below 1e-8 at h = 1e-3.
    const h = 1e-3;
    for (const x of r) {
      const v = (k: number) => energy(x + k * h);
      const difference = (v(-2) - 8 * v(-1) + 8 * v(1) - v(2)) / (12 * h);
      const scale = Math.abs(slope(x)) + Math.abs(energy(x));
      expect(Math.abs(difference - slope(x))).toBeLessThan(1e-7 * scale + 1e-13);
    }
  });

  it('energy and force on the GPU agree with f64', async () => {
    const type = formStruct(name);
    const { params, numbers } = packTerm(term, form.range[1], 0);
    const packed = packedNames(name).map((p) => `f32(${params[p]})`);
    const source = `#include "lib/special.wgsl"
struct PairValue { energy: f32, forceOverR: f32 }
${type.wgsl}
#include "pair/${name}.wgsl"
fn probe(r: f32) -> vec4f {
  let v = ${name}(r, ${type.name}(${packed.join(', ')}));
  return vec4f(v.energy, v.forceOverR * r, 0.0, 0.0);
}`;
    const tables = { pairTable: Float32Array.from(numbers) };
    const seen = await evaluate(await testGpu(), source, 'probe(x)', r, {}, tables);
    let worst = 0;
    r.forEach((x, i) => {
      // Scale: the terms that nearly cancel where the energy crosses zero, taken as the form at nearby distances.
      const near = [x * 0.9, x, x * 1.1].map((y) => Math.abs(energy(y)));
      const nearSlope = [x * 0.9, x, x * 1.1].map((y) => Math.abs(slope(y)));
      const energyError = Math.abs(seen[4 * i]! - energy(x)) / Math.max(...near);
      const forceError = Math.abs(seen[4 * i + 1]! + slope(x)) / Math.max(...nearSlope);
      worst = Math.max(worst, energyError, forceError);
    });
    expect(worst).toBeLessThan(PAIR_FORM_RELATIVE);
  });
});

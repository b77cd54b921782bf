import { describe, expect, it } from 'vitest';
import { formStruct } from '../../src/engine/compileForceField.ts';
import { PAIR_FORMS, type PairFormName, packedParams, pairForm } from '../../src/forcefield/pairForms.ts';
import { evaluate, spread } from '../support/evaluate.ts';
import { testGpu } from '../support/gpu.ts';
import { PAIR_FORM_RELATIVE } from '../support/tolerances.ts';

/** One test body for every entry of the registry: a new form brings no new test code. */
describe.each(Object.keys(PAIR_FORMS) as PairFormName[])('pair form %s', (name) => {
  const form = pairForm(name);
  const r = spread(form.range[0], form.range[1], 3001);

  it('slope is the derivative of the energy', () => {
    // Five-point differences in f64: truncation h⁴V⁽⁵⁾/30 and rounding 1e-16 V/h are both below 1e-8 at h = 1e-3.
    const h = 1e-3;
    for (const x of r) {
      const v = (k: number) => form.energy(x + k * h, form.example);
      const difference = (v(-2) - 8 * v(-1) + 8 * v(1) - v(2)) / (12 * h);
      const scale = Math.abs(form.slope(x, form.example)) + Math.abs(form.energy(x, form.example));
      expect(Math.abs(difference - form.slope(x, form.example))).toBeLessThan(1e-7 * scale + 1e-13);
    }
  });

  it('energy and force on the GPU agree with f64', async () => {
    const type = formStruct(name);
    const packed = Object.values(packedParams(name, form.example)).map((p) => `f32(${p})`);
    const source = `#include "lib/special.wgsl"
struct PairValue { energy: f32, forceOverR: f32 }
${type.wgsl}
#include "pair/${name}.wgsl"
fn probe(r: f32) -> vec4f {
  let v = ${name}(r, ${type.name}(${packed.join(', ')}));
  return vec4f(v.energy, v.forceOverR * r, 0.0, 0.0);
}`;
    const seen = await evaluate(await testGpu(), source, 'probe(x)', r);
    let worst = 0;
    r.forEach((x, i) => {
      // Scale: the terms that nearly cancel where the energy crosses zero, taken as the form at nearby distances.
      const near = [x * 0.9, x, x * 1.1].map((y) => Math.abs(form.energy(y, form.example)));
      const nearSlope = [x * 0.9, x, x * 1.1].map((y) => Math.abs(form.slope(y, form.example)));
      const energyError = Math.abs(seen[4 * i]! - form.energy(x, form.example)) / Math.max(...near);
      const forceError = Math.abs(seen[4 * i + 1]! + form.slope(x, form.example)) / Math.max(...nearSlope);
      worst = Math.max(worst, energyError, forceError);
    });
    expect(worst).toBeLessThan(PAIR_FORM_RELATIVE);
  });
});

/** The cost model behind "auto", and the record of what was chosen. */
import { describe, expect, it } from 'vitest';
import { describeChoice, estimateWork, fasterOf } from '../../../src/engine/coulombChoice.ts';
import { expectedWaves, planEwald } from '../../../src/engine/ewaldPlan.ts';
import { expectedMeshPoints, planPppm } from '../../../src/engine/pppmPlan.ts';
import { parseTuning } from '../../../src/engine/tuning.ts';
import { naclForceField, rockSalt, strained } from '../../support/systems.ts';

const coulomb = { method: 'auto', accuracy: 1e-5, alpha: null } as const;
const crystal = (n: number) => rockSalt(naclForceField, 5.64, [n, n, n]);
const replica = (n: number) => ({ system: crystal(n), seed: 1, temperature: 0 });

describe('expected sizes', () => {
  it.each([
    [3, 1e-4, false],
    [4, 1e-5, true],
    [5, 1e-6, false],
  ] as const)('%i³ cells at %s: those of the plans', (n, accuracy, sheared) => {
    const system = sheared ? strained(crystal(n), [0, 0, 0, 0.15, 0, 0, 0.1, -0.2, 0]) : crystal(n);
    const nAtoms = system.typeOf.length;
    const request = { cell: system.cell, nAtoms, chargeSquares: nAtoms, cutoff: 8, accuracy, alpha: null };
    // The roughness of the sphere's surface: measured 3.3 % of 100 waves, less of more.
    expect(Math.abs(expectedWaves(request) / planEwald(request).count - 1)).toBeLessThan(0.06);
    const { grid } = planPppm(request);
    expect(expectedMeshPoints(request)).toBe(grid[0] * grid[1] * grid[2]);
  });

  it('no mesh is fine enough: infinitely many points, not an error', () => {
    const { cell } = crystal(12);
    const request = { cell, nAtoms: 13824, chargeSquares: 13824, cutoff: 3, accuracy: 1e-9, alpha: null };
    expect(expectedMeshPoints(request)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('the cost model', () => {
  it('prefers the direct sum in small cells and the mesh in large ones, more so the larger', () => {
    const ratios = [2, 3, 4, 6, 8, 12].map((n) => {
      const { ewald, pppm } = estimateWork([replica(n)], coulomb, 5);
      return ewald / pppm;
    });
    expect(ratios[0]).toBeLessThan(1);
    expect(ratios.at(-1)).toBeGreaterThan(4);
    expect(ratios.toSorted((a, b) => a - b)).toEqual(ratios);
  });

  it('adds up replicas', () => {
    const one = estimateWork([replica(3)], coulomb, 8);
    const two = estimateWork([replica(3), replica(3)], coulomb, 8);
    expect(two).toEqual({ ewald: 2 * one.ewald, pppm: 2 * one.pppm });
  });

  it('gives way to a clock that speaks clearly', () => {
    expect(fasterOf({ ewald: 1, pppm: 2 }, 'pppm')).toBe('ewald');
    expect(fasterOf({ ewald: 2, pppm: 1 }, 'ewald')).toBe('pppm');
    expect(fasterOf({ ewald: 1.05, pppm: 1 }, 'ewald')).toBe('ewald');
    expect(fasterOf({ ewald: 1, pppm: 1.05 }, 'pppm')).toBe('pppm');
  });

  it('is told in a sentence', () => {
    const estimatedWork = { ewald: 8, pppm: 2 };
    expect(describeChoice({ method: 'pppm', by: 'estimate', estimatedWork })).toBe(
      'pppm, estimated at 1/4.0 of the work of ewald',
    );
    const milliseconds = { ewald: 1.5, pppm: 2.25 };
    expect(describeChoice({ method: 'ewald', by: 'measurement', estimatedWork, milliseconds })).toBe(
      'ewald, measured at 1.50 ms per force evaluation against 2.25 ms by pppm',
    );
    expect(describeChoice({ method: 'ewald', by: 'record' })).toBe('ewald, as recorded');
  });
});

describe('recorded choices', () => {
  it('are read from a provenance', () => {
    const text = JSON.stringify({ tuning: { skinAngstrom: 1.5, choices: { coulomb: 'pppm', later: 4 } } });
    expect(parseTuning(text, 'provenance.json')).toEqual({ coulomb: 'pppm' });
    expect(parseTuning('{ "tuning": { "choices": {} } }', 'provenance.json')).toEqual({});
    const shaped = '{ "tuning": { "choices": { "pair": { "lanes": 4, "workgroup": 128 } } } }';
    expect(parseTuning(shaped, 'provenance.json')).toEqual({ pair: { lanes: 4, workgroup: 128 } });
    const wrong = shaped.replace('128', '2');
    expect(() => parseTuning(wrong, 'p.json')).toThrow(
      'p.json: tuning.choices.pair: expected lanes and a workgroup',
    );
  });

  it.each([
    ['{', /p\.json: no JSON .*expected a run's provenance\.json/],
    ['{}', /p\.json: there is no tuning\.choices/],
    [
      '{ "tuning": { "choices": { "coulomb": "dsf" } } }',
      /tuning\.choices\.coulomb: expected "ewald" or "pppm", found "dsf"/,
    ],
  ])('refuses %s', (text, message) => {
    expect(() => parseTuning(text, 'p.json')).toThrow(message);
  });
});

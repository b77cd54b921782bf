/** Several temperatures in one run: results.json, arrhenius.csv and the report say the same line. */
import { describe, expect, it } from 'vitest';
import { arrheniusTables } from '../../../src/analysis/transport/temperatures.ts';
import { BOLTZMANN_EV_PER_K } from '../../../src/core/constants.ts';
import { DYNAMICS } from '../../../src/engine/integrators.ts';
import { renderReport } from '../../../src/report/report.ts';
import { sampleRun } from '../../support/sampleRun.ts';

const TEMPERATURES = [500, 600, 700, 800];
const EA = 0.25;
const rateAt = (T: number): number => 0.1 * Math.exp(-(EA / BOLTZMANN_EV_PER_K) * (1 / T - 1 / 800));

describe('a run at several temperatures', () => {
  // The coldest one does not hop at all: a bound.
  const { prepared, outcome } = sampleRun({
    temperatures: [400, ...TEMPERATURES],
    frames: 1500,
    rate: (r) => (r === 0 ? 0 : rateAt(TEMPERATURES[r - 1]!)),
  });
  const arrhenius = outcome.results.arrhenius!;

  it('has the activation energy of its mobile species, with the bound in it', () => {
    const { Ea, D300, fit } = arrhenius.diffusion['Li']!;
    expect(Ea.unit).toBe('eV');
    expect(Ea.ci95![0]).toBeLessThan(EA);
    expect(Ea.ci95![1]).toBeGreaterThan(EA);
    expect(fit!.temperatures).toEqual(TEMPERATURES);
    expect(fit!.bounds).toEqual([400]);
    expect(D300.unit).toBe('cm²/s');
    expect(D300.ci95![0]).toBeLessThan((rateAt(300) * 2.7 ** 2) / 6 / 0.1 / 1e4);
    expect(D300.ci95![1]).toBeGreaterThan((rateAt(300) * 2.7 ** 2) / 6 / 0.1 / 1e4);
  });

  it('σT gives it too, of one kind of conductivity', () => {
    expect(arrhenius.of).toBe('collective');
    expect(arrhenius.Ea.ci95![0]).toBeLessThan(EA);
    expect(arrhenius.Ea.ci95![1]).toBeGreaterThan(EA);
    expect(arrhenius.fit!.temperatures.length).toBe(4);
    expect(arrhenius.sigma300.unit).toBe('S/cm');
  });

  it('arrhenius.csv has the points, the bound, the line and 300 K', () => {
    const rows = arrheniusTables(outcome.pooled)['arrhenius.csv']!.trimEnd().split('\n');
    expect(rows[0]).toBe(
      'quantity,kind,temperature_K,inverse_temperature_per_K,value,ci95_low,ci95_high,unit',
    );
    const kinds = rows.filter((row) => row.startsWith('Li,')).map((row) => row.split(',')[1]);
    expect(kinds.filter((kind) => kind === 'value').length).toBe(4);
    expect(kinds.filter((kind) => kind === 'bound').length).toBe(1);
    expect(kinds.at(-1)).toBe('room');
    const room = rows.findLast((row) => row.startsWith('Li,room'))!.split(',');
    expect(Number(room[4]) / arrhenius.diffusion['Li']!.D300.value!).toBeCloseTo(1, 6);
  });

  it('the report says it in a sentence, a table and the plots', () => {
    const files = renderReport(prepared, outcome, DYNAMICS);
    const text = files['report.html']!;
    expect(text).toContain('The activation energy is');
    expect(text).toContain('Activation energies');
    expect(text).toMatch(/an extrapolation over a factor of 1\.67 in temperature/);
    expect(text).toContain('dashed: Arrhenius lines');
  });

  it('one temperature has none, and an analysis that was not asked for is left out', () => {
    expect(sampleRun({ frames: 60 }).outcome.results.arrhenius).toBeUndefined();
    const some = sampleRun({ temperatures: [500, 600], frames: 60 }).outcome.results;
    expect(some.arrhenius!.Ea.why).toContain('a line needs 3');
  });
});

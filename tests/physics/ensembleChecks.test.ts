/**
 * Ensembles by the ratio of two of them, whatever the system (tests/support/ensemble.ts): canonical by the potential energies at two
 * temperatures, isothermal–isobaric by the volumes at two pressures and the enthalpies at two temperatures; and every species has the
 * temperature of the bath. What is off by more than two standard errors is sampled again with other seeds and twice as long, and must
 * then be within three. A quarter of an hour without a GPU, and more where it repeats.
 */
import { describe, expect, it } from 'vitest';
import { BOLTZMANN_EV_PER_K, GPA_PER_EV_ANGSTROM3 } from '../../src/core/constants.ts';
import { seriesMean } from '../../src/core/stats.ts';
import type { BarostatSettings } from '../../src/engine/barostat.ts';
import type { IntegratorName } from '../../src/engine/integrators.ts';
import type { Observation } from '../../src/engine/observables.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { massOf, maxwellVelocities } from '../../src/engine/velocities.ts';
import { type Slope, slopeBetween, thinned } from '../support/ensemble.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt } from '../support/systems.ts';
import { record } from './record.ts';

const field = { ...naclForceField, coulomb: { method: 'ewald', accuracy: 1e-5, alpha: null } } as const;
const CUTOFF = 5.3;
const EACH = 4;
const STEPS = 16_000;
const SETTLE = 1000;
const TIMESTEP = 2;
const figures: Record<string, object> = {};

interface Sampled {
  /** One series of observations per replica. */
  readonly series: readonly (readonly Observation[])[];
  /** K, of Na and Cl at the frames. */
  readonly species: readonly (readonly [number, number])[];
}

/** Four replicas at each temperature, side by side. */
async function sample(
  integrator: IntegratorName,
  kelvins: readonly number[],
  again: boolean,
  barostat?: BarostatSettings,
): Promise<Sampled> {
  const system = rattled(rockSalt(field, 5.7, [2, 2, 2]), 0.05);
  const replicas = kelvins.flatMap((temperature, k) =>
    Array.from({ length: EACH }, (_, i) => ({
      system,
      seed: 1 + i + 100 * k + (again ? 1000 : 0),
      temperature,
    })),
  );
  const simulation = await Simulation.create(await testGpu(), {
    ...{ forceField: field, cutoff: CUTOFF, replicas, variableCell: barostat !== undefined },
  });
  replicas.forEach(({ seed, temperature }, r) => {
    simulation.setVelocities(r, maxwellVelocities(system, temperature, seed));
  });
  await simulation.setIntegrator({ integrator, timestep: TIMESTEP, tau: 50, ...(barostat && { barostat }) });
  const series: Observation[][] = replicas.map(() => []);
  const species: [number, number][] = [];
  const atoms = [0, 1].map((type) => [...system.typeOf.keys()].filter((i) => system.typeOf[i] === type));
  await simulation.run({
    ...{ steps: again ? 2 * STEPS : STEPS, seriesEvery: 10, frameEvery: 100, withVelocities: true },
    onSeries: (step, observations) => {
      if (step <= SETTLE) return;
      observations.forEach((one, r) => {
        series[r]!.push(one);
      });
    },
    onFrame: (frames) => {
      for (const { velocities, step } of frames.slice(0, EACH)) {
        if (step <= SETTLE) continue;
        const kelvin = atoms.map((some) => {
          const twice = some.reduce((sum, i) => {
            const v = velocities!.subarray(3 * i, 3 * i + 3);
            return sum + massOf(system, i) * v.reduce((square, x) => square + x * x, 0);
          }, 0);
          return twice / (3 * some.length * BOLTZMANN_EV_PER_K);
        });
        species.push(kelvin as [number, number]);
      }
    },
  });
  simulation.destroy();
  return { series, species };
}

/** Independent values of a quantity over some replicas. */
function independent(series: Sampled['series'], pick: (one: Observation) => number): number[] {
  return series.flatMap((one) => {
    const values = one.map(pick);
    const { mean, autocorrelationTime } = seriesMean(values);
    // What oscillates forgets its sign long before its amplitude, and the slope is by the variance.
    const amplitude = seriesMean(values.map((x) => (x - mean) ** 2)).autocorrelationTime;
    return thinned(values, Math.max(autocorrelationTime, amplitude));
  });
}

interface Expected {
  readonly what: string;
  readonly slope: Slope;
  readonly expected: number;
}

/** Slopes as they should be; a second sample where the first leaves doubt. */
async function check(name: string, slopes: (again: boolean) => Promise<readonly Expected[]>): Promise<void> {
  const take = async (again: boolean): Promise<number[]> => {
    const found = await slopes(again);
    const sigmas = found.map(({ what, slope, expected }) => {
      const off = (slope.value - expected) / slope.standardError;
      const { value, standardError } = slope;
      figures[`${name}${what}${again ? 'Again' : ''}`] = {
        found: value,
        standardError,
        expected,
        sigmas: off,
      };
      // A bath or a pressure off by a third would be seen.
      expect(standardError / Math.abs(expected)).toBeLessThan(0.15);
      return off;
    });
    await record('ensembleChecks', figures);
    return sigmas;
  };
  let sigmas = await take(false);
  if (sigmas.some((off) => Math.abs(off) > 2)) sigmas = await take(true);
  for (const off of sigmas) expect(Math.abs(off)).toBeLessThan(3);
}

const inverse = (kelvin: number): number => 1 / (BOLTZMANN_EV_PER_K * kelvin);

describe.each(['csvr', 'langevin', 'noseHoover'] as const)('%s', (integrator) => {
  it('samples the canonical ensemble, every species at the temperature of the bath', async () => {
    await check(integrator, async (again) => {
      const { series, species } = await sample(integrator, [300, 330], again);
      const energies = [series.slice(0, EACH), series.slice(EACH)].map((some) =>
        independent(some, ({ potential }) => potential),
      ) as [number[], number[]];
      for (const type of [0, 1] as const) {
        const { mean, standardError } = seriesMean(species.map((one) => one[type]));
        // The momentum of the whole has no share: 63/64 of 300 K on the mean over both.
        const expected = (300 * 63) / 64;
        figures[`${integrator}${type === 0 ? 'Na' : 'Cl'}`] = { kelvin: mean, standardError, expected };
        expect(Math.abs(mean - expected)).toBeLessThan(3 * standardError + 300 / 64);
      }
      const slope = slopeBetween(...energies);
      return [{ what: 'Temperature', slope, expected: inverse(300) - inverse(330) }];
    });
  });
});

describe.each([
  { barostat: 'cellRescaling', integrator: 'csvr' },
  { barostat: 'mtk', integrator: 'noseHoover' },
] as const)('$barostat with $integrator', ({ barostat, integrator }) => {
  const at = (gigapascal: number): BarostatSettings => ({
    ...{ barostat, cell: 'iso', pressure: [gigapascal, gigapascal] },
    ...{ tau: 200, compressibility: 0.04 },
  });

  it('samples the isothermal–isobaric ensemble', async () => {
    await check(barostat, async (again) => {
      const low = await sample(integrator, [300, 330], again, at(0));
      const high = await sample(integrator, [300], again, at(0.4));
      const volumes = [low.series.slice(0, EACH), high.series].map((some) =>
        independent(some, ({ volume }) => volume),
      ) as [number[], number[]];
      const enthalpies = [low.series.slice(0, EACH), low.series.slice(EACH)].map((some) =>
        independent(some, ({ potential }) => potential),
      ) as [number[], number[]];
      const pressure = (0.4 / GPA_PER_EV_ANGSTROM3) * inverse(300);
      return [
        { what: 'Pressure', slope: slopeBetween(...volumes), expected: -pressure },
        { what: 'Temperature', slope: slopeBetween(...enthalpies), expected: inverse(300) - inverse(330) },
      ];
    });
  });
});

/** Thermostats: mean temperature and the whole distribution of the kinetic energy, over many replicas. */
import { describe, expect, it } from 'vitest';
import { seriesMean } from '../../src/core/stats.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { maxwellVelocities } from '../../src/engine/velocities.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt } from '../support/systems.ts';
import { record } from './record.ts';

const field = { ...naclForceField, coulomb: { method: 'ewald', accuracy: 1e-5, alpha: null } } as const;
const REPLICAS = 8;
const KELVIN = 300;
const figures: Record<string, object> = {};

describe.each(['csvr', 'langevin', 'noseHoover'] as const)('%s', (integrator) => {
  it('samples the canonical kinetic energy', async () => {
    const system = rattled(rockSalt(field, 5.7, [2, 2, 2]), 0.05);
    const replicas = Array.from({ length: REPLICAS }, (_, i) => ({
      system,
      seed: i + 1,
      temperature: KELVIN,
    }));
    const simulation = await Simulation.create(await testGpu(), { forceField: field, cutoff: 5.6, replicas });
    replicas.forEach(({ seed }, r) => {
      simulation.setVelocities(r, maxwellVelocities(system, KELVIN, seed));
    });
    await simulation.setIntegrator({ integrator, timestep: 1, tau: 50 });
    const series: number[][] = replicas.map(() => []);
    await simulation.run({
      steps: 21_000,
      seriesEvery: 5,
      frameEvery: 0,
      onSeries: (step, observations) => {
        if (step > 1000) {
          observations.forEach(({ temperature }, r) => {
            series[r]!.push(temperature);
          });
        }
      },
    });
    simulation.destroy();
    const perReplica = series.map((values) => seriesMean(values));
    const mean = perReplica.reduce((sum, one) => sum + one.mean, 0) / REPLICAS;
    const error = Math.sqrt(perReplica.reduce((sum, one) => sum + one.standardError ** 2, 0)) / REPLICAS;
    // Thin to independent samples, then compare with the gamma distribution of N_f degrees of freedom.
    const stride = Math.ceil(2 * Math.max(...perReplica.map((one) => one.autocorrelationTime)));
    const samples = series
      .flatMap((values) => values.filter((_, i) => i % stride === 0))
      .sort((a, b) => a - b);
    const freedom = 3 * 64 - 3;
    const distance = Math.max(
      ...samples.map((t, i) => {
        const cumulative = gammaCumulative(freedom / 2, (freedom / 2) * (t / KELVIN));
        return Math.max(
          Math.abs(cumulative - i / samples.length),
          Math.abs(cumulative - (i + 1) / samples.length),
        );
      }),
    );
    const variance = samples.reduce((sum, t) => sum + (t - mean) ** 2, 0) / (samples.length - 1);
    const varianceRatio = variance / (KELVIN ** 2 * (2 / freedom));
    figures[integrator] = {
      meanTemperature_K: mean,
      standardError_K: error,
      target_K: KELVIN,
      samples: samples.length,
      kolmogorovSmirnov: distance,
      bound: 1.63 / Math.sqrt(samples.length),
      varianceOverCanonical: varianceRatio,
      picoseconds: 20 * REPLICAS,
    };
    await record('ensemble', figures);
    // Three standard errors, and the 1 % point of the Kolmogorov–Smirnov distance.
    expect(Math.abs(mean - KELVIN)).toBeLessThan(3 * error);
    expect(distance).toBeLessThan(1.63 / Math.sqrt(samples.length));
    expect(Math.abs(varianceRatio - 1)).toBeLessThan(4 * Math.sqrt(2 / samples.length));
  });
});

/** Regularised lower incomplete gamma function P(a, x): series below a + 1, continued fraction above. */
function gammaCumulative(a: number, x: number): number {
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > 1e-15 * sum; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  let fraction = 0;
  for (let n = 200; n >= 1; n--) fraction = (n * (a - n)) / (x + 2 * n + 1 - a + fraction);
  return 1 - front / (x + 1 - a + fraction);
}

/** ln Γ(a) by Stirling's series; a is tens here. */
function logGamma(a: number): number {
  return (a - 0.5) * Math.log(a) - a + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * a) - 1 / (360 * a ** 3);
}

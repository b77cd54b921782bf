/** A lattice gas whose tracer and collective diffusion, and so Haven ratio, are known: are they covered? */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Estimate } from '../../../../src/analysis/estimate.ts';
import { analyseTransport, type TransportResults } from '../../../../src/analysis/transport/transport.ts';
import { collectiveSlope, correlationFactor, type LatticeGas, latticeGas } from './latticeGas.ts';
import { boxOf, FRAME_INTERVAL, LI, type Paths, seriesOf } from './walks.ts';

const HOST = { label: 'Zr', element: 'Zr', mass: 91.22, formalCharge: 0 };
/** One vacancy among 63 particles: four exchanges per frame. */
const VACANCY: LatticeGas = { edge: 4, vacancies: 1, frames: 4000, attempts: 4, spacing: 3 };
const HALF: LatticeGas = { edge: 4, vacancies: 32, frames: 2000, attempts: 0.1, spacing: 3 };

function analyse(seed: number, gas: LatticeGas): TransportResults {
  const host = [[0, 1, 2].map(() => new Float64Array(gas.frames))] as unknown as Paths;
  const particles = latticeGas(seed, gas);
  const system = boxOf(12, [LI, HOST], [particles.length, 1]);
  return analyseTransport(seriesOf(system, [...particles, ...host]), {
    mobile: ['Li'],
    temperature: 600,
    drift: 'framework',
    hopLengths: { Li: gas.spacing },
  }).results;
}

/** Slope of ⟨|ΣΔu|²⟩/N in Å² per frame → cm²/s. */
const toD = (slope: number): number => (slope / FRAME_INTERVAL / 6) * 0.1;
const covers = ({ ci95 }: Estimate, truth: number): boolean =>
  ci95 !== null && ci95[0] <= truth && truth <= ci95[1];
const share = (all: readonly boolean[]): number => all.filter(Boolean).length / all.length;

it('the correlation factor tends to that of the infinite lattice', () => {
  const [small, large] = [correlationFactor(4), correlationFactor(12)];
  // 0.653109 (Compaan & Haven); on a torus it is larger by about 1/M.
  expect(Math.abs(large - 0.653109)).toBeLessThan(2e-3);
  expect(Math.abs(small - 0.653109)).toBeGreaterThan(Math.abs(large - 0.653109));
});

describe.each<[string, LatticeGas, number, number | undefined]>([
  ['one vacancy', VACANCY, 12, correlationFactor(4)],
  ['half of the sites empty', HALF, 16, undefined],
])('%s', (_, gas, runs, f) => {
  let found: TransportResults[] = [];
  beforeAll(() => {
    found = Array.from({ length: runs }, (__, seed) => analyse(seed, gas));
  }, 60_000);
  const collective = toD(collectiveSlope(gas));
  // Shares below: nominal 95 %, binomial error 6 % of the fewest runs.

  it('its collective conductivity is covered', () => {
    const some = found.filter(({ conductivity }) => conductivity.collective.value !== null);
    expect(some.length).toBeGreaterThan(0.85 * runs);
    // σ/σ_NE = D_σ/D*: the exact σ out of any one of them.
    const exact = some.map(
      ({ conductivity, diffusion }) =>
        (conductivity.nernstEinstein.value! * collective) / diffusion['Li']!.D.value!,
    );
    expect(
      share(some.map(({ conductivity }, i) => covers(conductivity.collective, exact[i]!))),
    ).toBeGreaterThan(0.7);
  });

  it('its tracer diffusivity and Haven ratio are', () => {
    const ratios = found.flatMap(({ conductivity: { havenRatio } }) =>
      havenRatio.value === null ? [] : [havenRatio],
    );
    expect(ratios.length).toBeGreaterThan(0.8 * runs);
    if (f === undefined) {
      // Below one: a hop is more likely to be taken back than not; above the factor of one vacancy.
      const middle = ratios.map(({ value }) => value!).sort((a, b) => a - b)[ratios.length >> 1]!;
      expect(middle).toBeGreaterThan(0.65);
      expect(middle).toBeLessThan(0.95);
      return;
    }
    expect(share(ratios.map((ratio) => covers(ratio, f)))).toBeGreaterThan(0.7);
    expect(share(found.map(({ diffusion }) => covers(diffusion['Li']!.D, f * collective)))).toBeGreaterThan(
      0.8,
    );
  });
});

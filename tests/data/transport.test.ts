/**
 * Transport on real data with published figures: read as others read it, to their digits; and what this program says of the same
 * runs. The data stand beside the repository (shared/science/data) and are not part of it.
 */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { DisplacementCollector, type DisplacementSeries } from '../../src/analysis/frames/displacements.ts';
import { fitInput } from '../../src/analysis/transport/diffusion.ts';
import { meanSquaredDisplacement } from '../../src/analysis/transport/msd.ts';
import { fitFrom } from '../../src/analysis/transport/startTime.ts';
import { driftOf, speciesTracks } from '../../src/analysis/transport/tracks.ts';
import { analyseTransport } from '../../src/analysis/transport/transport.ts';
import { BOLTZMANN_EV_PER_K, S_PER_CM } from '../../src/core/constants.ts';
import { fitLine, mean, studentQuantile } from '../../src/core/stats.ts';
import type { System } from '../../src/model/system.ts';
import { type Measured, writeMeasured } from '../support/measured.ts';
import { pymatgenDiffusivity } from '../support/pymatgenDiffusivity.ts';
import { ARGYRODITE_INTERVAL, readTrajectory } from '../support/realTrajectory.ts';
import { sharedPath } from '../support/sharedData.ts';
import { readXdatcar, toSystem } from '../support/xdatcar.ts';

const rows: Measured[] = [];
afterAll(() => {
  if (rows.length > 0) writeMeasured('transport', rows);
});

/** Compares to a relative tolerance, and keeps the figure. */
function same(name: string, measured: number, expected: number, tolerance: number, source: string): void {
  rows.push({ name, expected, measured, tolerance, source });
  expect(Math.abs(measured / expected - 1), name).toBeLessThan(tolerance);
}
const keep = (name: string, measured: number | string, source: string): void => {
  rows.push({ name, expected: null, measured, tolerance: null, source });
};

function seriesOf(
  system: System,
  positions: readonly Float64Array[],
  frameInterval: number,
): DisplacementSeries {
  const collector = new DisplacementCollector({ ...system, positions: positions[0]! });
  positions.forEach((one, t) => {
    collector.add({ step: t, time: t * frameInterval, cell: system.cell, positions: one });
  });
  return collector.series();
}

const lgps = sharedPath('science/data/pymatgen_diffusion/DiffusionAnalyzer.json');
const absent = 'shared/science/data is absent';

describe.skipIf(!lgps)(
  `LGPS, 600 K, 20 ps of 20 Li (${lgps ? 'pymatgen-analysis-diffusion' : absent})`,
  () => {
    const source = 'pymatgen-analysis-diffusion, tests/test_analyzer.py';
    const file = lgps
      ? (JSON.parse(readFileSync(lgps, 'utf8')) as {
          temperature: number;
          displacements: number[][][];
          structure: {
            lattice: { matrix: number[][]; volume: number };
            sites: { xyz: number[]; species: { element: string }[] }[];
          };
        })
      : undefined;
    const sites = file?.structure.sites ?? [];
    const elements = sites.map(({ species }) => species[0]!.element);
    const li = elements.flatMap((element, i) => (element === 'Li' ? [i] : []));
    const factor = file
      ? (1e3 * 10 * (li.length / file.structure.lattice.volume) * S_PER_CM) /
        (BOLTZMANN_EV_PER_K * file.temperature)
      : 0;
    const theirs = (
      smoothed: 'max' | 'constant' | 'none',
      origins = 1000,
    ): ReturnType<typeof pymatgenDiffusivity> =>
      pymatgenDiffusivity(file!.displacements, li, {
        smoothed,
        origins,
        fewestObservations: 30,
        frameInterval: 20,
      });

    it('gives their conductivity, Haven ratio and framework displacement with their estimator', () => {
      const max = theirs('max');
      same('LGPS σ (their estimator), mS/cm', max.D * factor, 74.165372613735684, 1e-6, source);
      same(
        'LGPS σ of charges (their estimator), mS/cm',
        max.charge * factor,
        232.8278799754324,
        1e-6,
        source,
      );
      same('LGPS Haven ratio (their estimator)', max.D / max.charge, 0.31854161048867402, 1e-6, source);
      same('LGPS σ, no averages, mS/cm', theirs('none').D * factor, 27.2047917, 1e-6, source);
      same('LGPS σ, 100 origins, mS/cm', theirs('constant', 100).D * factor, 47.4040562, 1e-6, source);
      [45.7903694, 26.1651956, 150.540614].forEach((expected, k) => {
        same(`LGPS σ_${'xyz'[k]}, mS/cm`, max.components[k]! * factor, expected, 1e-6, source);
      });
      same(
        'LGPS largest framework displacement, Å',
        max.largestFrameworkDisplacement,
        1.18656839605,
        1e-9,
        source,
      );
    });

    it('our interval on the same run is far wider than their ± 0.013 %, or there is no value', () => {
      const names = ['Li', 'Ge', 'P', 'S'];
      const masses: Record<string, { mass: number; formalCharge: number }> = {
        Li: { mass: 6.94, formalCharge: 1 },
        Ge: { mass: 72.63, formalCharge: 4 },
        P: { mass: 30.974, formalCharge: 5 },
        S: { mass: 32.06, formalCharge: -2 },
      };
      const counts = names.map((name) => elements.filter((one) => one === name).length);
      const system = toSystem(file!.structure.lattice.matrix.flat(), names, counts, masses);
      const positions = Array.from({ length: 1000 }, (_, t) =>
        Float64Array.from(
          sites.flatMap(({ xyz }, i) => xyz.map((x, k) => x + file!.displacements[i]![t]![k]!)),
        ),
      );
      const { diffusion, conductivity } = analyseTransport(seriesOf(system, positions, 20), {
        mobile: ['Li'],
        temperature: 600,
        drift: 'framework',
      }).results;
      const { D, verdict } = diffusion['Li']!;
      const sigma = conductivity.nernstEinstein;
      const text = (e: typeof sigma): string =>
        e.value === null
          ? `< ${(1e3 * (e.ci95?.[1] ?? Number.NaN)).toPrecision(3)} mS/cm: ${e.why}`
          : `${(1e3 * e.value).toPrecision(3)} mS/cm (95 %: ${e.ci95!.map((x) => (1e3 * x).toPrecision(2)).join(' to ')})`;
      keep('LGPS σ from tracers, this program', `${verdict}, ${text(sigma)}`, 'analyseTransport');
      keep(
        'LGPS collective σ, this program',
        conductivity.collective.why ?? text(conductivity.collective),
        'analyseTransport',
      );
      expect(D.ci95).not.toBeNull();
      if (D.value === null) expect(verdict).not.toBe('diffusive');
      else expect(D.ci95![1] / D.ci95![0]).toBeGreaterThan(4);
      // Their value lies within what we say is possible.
      expect(sigma.ci95![1] * 1e3).toBeGreaterThan(74.2);
      expect(sigma.ci95![0] * 1e3).toBeLessThan(74.2);
    });
  },
);

const sodium = sharedPath('science/data/mpmorph_liquid_Na/Na_856.0.XDATCAR.gz');

describe.skipIf(!sodium)(`liquid Na, 856 K, 4 ps (${sodium ? 'mpmorph' : absent})`, () => {
  const source = 'mpmorph, Example-Get_D_and_Q.ipynb';
  const xdatcar = sodium ? readXdatcar(sodium) : undefined;

  it('gives their block diffusivity with their estimator', () => {
    const { frames, h } = xdatcar!;
    const edge = [h[0]!, h[4]!, h[8]!];
    // 250 frames left out, origins 300 frames apart, blocks of 600, the first 50 lags not fitted.
    const [before, apart, length, skipped] = [250, 300, 600, 50];
    const n = frames[0]!.length / 3;
    const slopes = [0, 1, 2, 3].map((b) => {
      const walked = new Float64Array(3 * n);
      const msd = [0, 1, 2].map(() => new Float64Array(length));
      for (let t = 0; t < length; t++) {
        const now = before + b * apart + t;
        for (let i = 0; i < 3 * n; i++) {
          const d = now === before ? 0 : frames[now]![i]! - frames[now - 1]![i]!;
          walked[i]! += (d - Math.round(d)) * edge[i % 3]!;
          msd[i % 3]![t]! += walked[i]! ** 2 / n;
        }
      }
      const times = Array.from({ length: length - skipped }, (_, t) => t + skipped);
      return msd.map((one) => (fitLine(times, one.subarray(skipped)).slope / 2) * (0.1 / 2));
    });
    const D = slopes.map(mean);
    same(
      'liquid Na 856 K, D of blocks (their estimator), cm²/s',
      mean(D),
      2.2111868110501922e-4,
      1e-9,
      source,
    );
    // Their standard deviation divides by n, and takes Student's t for three directions instead of four blocks.
    const spread = Math.sqrt(D.reduce((s, x) => s + (x - mean(D)) ** 2, 0) / 4);
    same(
      'liquid Na 856 K, their half width, cm²/s',
      (spread * studentQuantile(0.975, 2)) / Math.sqrt(3),
      5.5085146875530359e-5,
      1e-6,
      source,
    );
  });

  it('our value agrees with theirs within its interval', async () => {
    const { system, frames } = await readTrajectory(sodium!, 2);
    const positions = frames.map((frame) => frame.positions);
    const { diffusion } = analyseTransport(seriesOf(system, positions, 2), {
      mobile: ['Na'],
      temperature: 856,
    }).results;
    const { D, verdict } = diffusion['Na']!;
    expect(verdict).toBe('diffusive');
    keep('liquid Na 856 K, D of this program, cm²/s', D.value!, 'analyseTransport');
    keep(
      'liquid Na 856 K, its 95 % interval, cm²/s',
      D.ci95!.map((x) => x.toPrecision(3)).join(' to '),
      'analyseTransport',
    );
    expect(D.ci95![0]).toBeLessThan(2.2111868110501922e-4);
    expect(D.ci95![1]).toBeGreaterThan(2.2111868110501922e-4);
  });
});

const travis = sharedPath('science/data/msdiff/conductivity__2_comp__conductivity_test_data.csv');

describe.skipIf(!travis)(
  `collective displacements of an ionic liquid (${travis ? 'msdiff' : absent})`,
  () => {
    it('gives their five contributions and their sum', () => {
      const lines = readFileSync(travis!, 'utf8').trimEnd().split('\n').slice(1);
      const table = lines.map((line) => line.split(';').map(Number));
      const some = table.filter(([t]) => t! >= 4675 && t! <= 10224);
      expect(some.length).toBe(5550);
      const times = some.map(([t]) => t!);
      const source = 'msdiff, examples/conductivity/2_comp/msdiff_out.csv';
      const expected: [string, number][] = [
        ['self, anion', 0.239279],
        ['self, cation', 0.419587],
        ['distinct, anion', -0.171835],
        ['distinct, cation', 0.00869],
        ['anion with cation', 0.339909],
        ['total', 0.835629],
      ];
      expected.forEach(([name, value], k) => {
        const { slope } = fitLine(
          times,
          some.map((row) => row[k + 1]!),
        );
        rows.push({
          name: `ionic liquid, σ ${name}, S/m`,
          expected: value,
          measured: slope,
          tolerance: 1e-5,
          source,
        });
        // Printed to six digits after the point.
        expect(Math.abs(slope - value), name).toBeLessThan(1e-5);
      });
    });
  },
);

const argyrodite = sharedPath('science/data/kinisi/example_XDATCAR.gz');

describe.skipIf(!argyrodite)(
  `Li6PS5Cl, 50 % anion exchange, 500 K, 14 ps (${argyrodite ? 'kinisi' : absent})`,
  () => {
    it('diffuses as the whole run of 70 ps does, of which this is a fifth, within its interval', async () => {
      const { system, frames } = await readTrajectory(argyrodite!, ARGYRODITE_INTERVAL);
      const positions = frames.map((frame) => frame.positions);
      const series = seriesOf(system, positions, ARGYRODITE_INTERVAL);
      const tracks = [speciesTracks(series, 0, driftOf(series, 'framework', [0]))];
      const curve = meanSquaredDisplacement(tracks);
      // An independent script (numpy) has 11.81 Å² at the last lag, 4.19 at 4 ps.
      same('Li6PS5Cl MSD at 4 ps, Å²', curve.msd[40]!, 4.19, 2e-3, 'direct sum by numpy');
      same('Li6PS5Cl MSD at 13.9 ps, Å²', curve.msd[139]!, 11.81, 1e-3, 'direct sum by numpy');
      const input = fitInput(tracks, curve);
      const from = fitFrom(
        input,
        input.lags.findIndex((lag) => lag * 100 >= 2000),
      );
      const source = 'the whole run of 70 ps by GLS from 10 ps: 1.16e-5 ± 0.07e-5';
      keep('Li6PS5Cl D* by GLS from 2 ps of 14 ps, cm²/s', from.slope / 60, source);
      const { diffusion, conductivity } = analyseTransport(series, {
        mobile: ['Li'],
        temperature: 500,
        charges: { Li: 1, Cl: -1, S: -2, P: 5 },
        drift: 'framework',
      }).results;
      const { D, verdict } = diffusion['Li']!;
      keep('Li6PS5Cl, verdict of this program', verdict, 'analyseTransport');
      keep('Li6PS5Cl D* of this program, cm²/s', D.value ?? `< ${D.ci95?.[1]}`, 'analyseTransport');
      keep(
        'Li6PS5Cl, its 95 % interval, cm²/s',
        D.ci95!.map((x) => x.toPrecision(3)).join(' to '),
        'analyseTransport',
      );
      keep(
        'Li6PS5Cl Haven ratio of this program',
        conductivity.havenRatio.value ?? `${conductivity.havenRatio.why}`,
        'analyseTransport',
      );
      expect(D.ci95![0]).toBeLessThan(1.16e-5);
      expect(D.ci95![1]).toBeGreaterThan(1.16e-5);
    });
  },
);

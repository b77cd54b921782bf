import { describe, expect, it } from 'vitest';
import { attribution } from '../../../../src/analysis/network/attribution.ts';
import { networkDiffusion } from '../../../../src/analysis/network/connectivity.ts';
import { barrierHistogram, transportActivity } from '../../../../src/analysis/network/distribution.ts';
import {
  classesByKind,
  classesByLength,
  named,
  pooledNetwork,
} from '../../../../src/analysis/network/edgeClasses.ts';
import { measureNetwork } from '../../../../src/analysis/network/factorisation.ts';
import { hopGraph, hopsPerEdge } from '../../../../src/analysis/network/hopGraph.ts';
import {
  barrier,
  detailedBalance,
  edgeRates,
  occupancies,
  typicalOccupancy,
} from '../../../../src/analysis/network/rates.ts';
import { robustness } from '../../../../src/analysis/network/robustness.ts';
import { percolationSpectrum } from '../../../../src/analysis/network/spectrum.ts';
import { temporalConnectivity } from '../../../../src/analysis/network/temporal.ts';
import { BOLTZMANN_EV_PER_K } from '../../../../src/core/constants.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors } from '../../../../src/model/cell.ts';
import { cubic, FRAME_INTERVAL, history, historyOfHops, type Network, walk } from './synthetic.ts';

const T = 600;
const KT = BOLTZMANN_EV_PER_K * T;
const NU = 1e13;

/** A network whose hops are its rates, at frames spread over the run. */
function measured({ sites, bonds }: Network, resamples = 10) {
  const random = new RandomSequence(1);
  const counts = bonds.map((bond) => ({ ...bond, count: Math.round(bond.rate) }));
  return measureNetwork([historyOfHops(sites, counts, 1000, () => 1 + random.below(999))], resamples);
}

describe('rates', () => {
  const sites = {
    cell: cellFromVectors([6, 0, 0, 0, 6, 0, 0, 0, 6]),
    fractional: Float64Array.of(0.1, 0.1, 0.1, 0.6, 0.1, 0.1),
    kinds: ['a', 'b'],
  };
  // One ion: 300 frames at a, 100 at b, 300 at a, 300 at b.
  const graph = hopGraph([
    history(
      sites,
      [0, 300, 400, 700].map((begin, i, all) => ({
        ion: 0,
        site: i % 2,
        image: [0, 0, 0] as const,
        begin,
        end: all[i + 1] ?? 1000,
      })),
      1,
      1000,
    ),
  ]);

  it('are exits over occupied time, and barriers k_BT ln(ν₀/k)', () => {
    const rates = edgeRates(graph);
    expect(rates.forward[0]).toBeCloseTo(2 / (600 * FRAME_INTERVAL), 15);
    expect(rates.backward[0]).toBeCloseTo(1 / (400 * FRAME_INTERVAL), 15);
    expect([...occupancies(graph)]).toEqual([0.6, 0.4]);
    expect(typicalOccupancy(graph)).toBeCloseTo(0.52, 12);
    // 1 hop per ps at 10 THz: k_BT ln 10.
    expect(barrier(1e-3, NU, T)).toBeCloseTo(KT * Math.log(10), 12);
  });

  it('one way only is out of balance, to and fro is not', () => {
    expect(detailedBalance(graph)).toMatchObject({ balanced: true, edges: 1 });
    const ring = measured(cubic(3, 3, () => 20)).graph;
    // historyOfHops sends every hop forward.
    const drifting = detailedBalance(ring);
    expect(drifting.balanced).toBe(false);
    expect(drifting.chiSquare).toBeCloseTo(81 * 20, 6);
  });
});

describe('percolation spectrum', () => {
  // Fast along x, slower along y, slowest along z.
  const layered = measured(cubic(4, 3, (_x, _y, _z, axis) => [400, 40, 4][axis]!));

  it('has its thresholds at the levels of the axes', () => {
    const { thresholds, curve, redundancy } = percolationSpectrum(layered, T, NU);
    const { graph } = layered;
    const p = typicalOccupancy(graph);
    const time = graph.watchedTime[0]!;
    const level = (n: number): number => KT * Math.log((NU * 1e-15 * p * time) / (n / 2));
    thresholds.forEach((threshold, d) => {
      expect(threshold.value).toBeCloseTo(level([400, 40, 4][d]!), 10);
      expect(threshold.ci95![1] - threshold.value!).toBeGreaterThan(KT / Math.sqrt([400, 40, 4][d]!));
    });
    expect(thresholds[2].value! - thresholds[0].value!).toBeCloseTo(KT * Math.log(100), 10);
    expect(curve.at(-1)).toMatchObject({ dimension: 3, spanning: 1, largest: 1 });
    // The first chain percolates as soon as its four edges are in: 4 of 64 sites.
    expect(curve.find((point) => point.dimension === 1)!.spanning).toBeCloseTo(4 / 64, 12);
    // A three-dimensional network appears when two of the first sheets are joined: hardly more than its sheets' cycles.
    expect(redundancy).toBeGreaterThan(0.9);
  });

  it('a cubic lattice of equal edges has two cycles a site at the end', () => {
    const { curve } = percolationSpectrum(layered, T, NU);
    expect(curve.at(-1)!.edges - 64).toBe(2 * 64);
  });

  it('says which thresholds are not reached', () => {
    const chains = measured(cubic(3, 3, (_x, _y, _z, axis) => (axis === 1 ? 10 : 0)));
    const { thresholds } = percolationSpectrum(chains, T, NU);
    expect(thresholds.map(({ value }) => value === null)).toEqual([false, true, true]);
    expect(thresholds[1].why).toContain('2 dimensions');
  });
});

describe('density and distribution', () => {
  it('on a uniform lattice every hop is active and every edge a channel', () => {
    const network = measured(cubic(3, 3, () => 10));
    const found = transportActivity(network);
    // 810 hops in 729 Å³ and 100 ps.
    const density = 810 / (0.729 * 100);
    expect(found.hopDensity).toBeCloseTo(density, 10);
    expect(found.activeDensity).toBeCloseTo(density, 8);
    expect(found.participation).toBeCloseTo(1, 12);
    expect(found.channels).toBeCloseTo(81, 6);
    expect(found.carrying90).toBe(73);
  });

  it('hops inside cages are not active', () => {
    // Pairs along x with 1000 hops, links between them with 10: current is (2·10/1010)² of a hop inside.
    const network = measured(cubic(4, 3, (x, _y, _z, axis) => (axis > 0 ? 0 : x % 2 ? 10 : 1000)));
    const found = transportActivity(network);
    expect(found.activeDensity / found.hopDensity).toBeCloseTo((10 + 1000 * (20 / 1010) ** 2) / 1010, 8);
    // Of all 64 edges the 32 links carry 99 % of the dissipation.
    expect(found.channels).toBeGreaterThan(32);
    expect(found.channels).toBeLessThan(33);
    expect(found.carrying90).toBe(30);
  });

  it('g(ΔG‡) is normalised and centred on the barrier of equal edges', () => {
    const walked = measureNetwork(
      [
        walk(
          cubic(3, 3, () => 0.02),
          { seed: 1, ions: 30, frames: 2000 },
        ),
      ],
      5,
    );
    const histogram = barrierHistogram(walked, T, NU)!;
    const width = histogram.centres[1]! - histogram.centres[0]!;
    expect(histogram.hops.reduce((sum, x) => sum + x * width, 0)).toBeCloseTo(1, 10);
    expect(histogram.mean).toBeCloseTo(barrier(0.02 / FRAME_INTERVAL, NU, T), 2);
    // Counting of 44 hops each way: k_BT/√44 = 8 meV.
    expect(histogram.deviation).toBeGreaterThan(0.004);
    expect(histogram.deviation).toBeLessThan(0.012);
  });
});

describe('attribution', () => {
  const random = new RandomSequence(9);
  const network = measured(
    cubic(
      4,
      3,
      () => 5 + random.below(200),
      (x, y) => (x % 2 ? 'oct' : y % 2 ? 'tet' : 'tet2'),
    ),
  );

  it('elasticities sum to one and are the derivative of ln D_net', () => {
    const classes = classesByKind(network.graph);
    const shares = attribution(network, classes);
    expect(shares.length).toBeGreaterThan(3);
    expect(shares.reduce((sum, s) => sum + s.elasticity, 0)).toBeCloseTo(1, 12);
    expect(shares.reduce((sum, s) => sum + s.jumpShare, 0)).toBeCloseTo(1, 12);
    const step = 1e-4;
    shares.forEach(({ name, elasticity }, c) => {
      const D = (factor: number): number =>
        networkDiffusion(
          network.graph,
          network.hops.map((n, e) => (classes.of[e] === c ? n * factor : n)),
          network.graph.ionTime,
        ).network;
      const slope =
        (Math.log(D(1 + step)) - Math.log(D(1 - step))) / (Math.log(1 + step) - Math.log(1 - step));
      expect(elasticity, name).toBeCloseTo(slope, 6);
    });
  });

  it('the block test: chains without their links carry nothing, sheets without the third axis two thirds', () => {
    const lattice = measured(cubic(3, 3, () => 10));
    const axisOf = (e: number): string =>
      'xyz'[[0, 1, 2].findIndex((k) => Math.abs(lattice.graph.displacement[3 * e + k]!) > 1)]!;
    const byAxis = attribution(
      lattice,
      named(Array.from({ length: lattice.graph.edgeCount }, (_, e) => axisOf(e))),
    );
    for (const { blocked, elasticity } of byAxis) {
      expect(blocked).toBeCloseTo(2 / 3, 10);
      expect(elasticity).toBeCloseTo(1 / 3, 10);
    }
    const all = attribution(lattice, classesByKind(lattice.graph));
    expect(all).toMatchObject([{ blocked: 0, name: 'site–site' }]);
  });
});

describe('pooling by symmetry', () => {
  it('finds the network of the infinite run from few hops', () => {
    // Alternating bonds along x: k₁ within pairs (2.4 Å apart), k₂ between them (3.6 Å).
    const n = 8;
    const cell = cellFromVectors([24, 0, 0, 0, 20, 0, 0, 0, 20]);
    const fractional = Float64Array.from({ length: 3 * n }, (_, i) =>
      i % 3 ? 0.5 : ((i / 3) >> 1) * 0.25 + ((i / 3) % 2) * 0.1,
    );
    const sites = { cell, fractional, kinds: new Array<string>(n).fill('a') };
    const bonds = Array.from({ length: n }, (_, i) => ({
      from: i,
      to: (i + 1) % n,
      image: [i === n - 1 ? 1 : 0, 0, 0] as const,
      // One of the long bonds was not seen: the measured chain is broken.
      count: i % 2 === 0 ? 90 : i === 3 ? 0 : 4,
    }));
    const graph = hopGraph([historyOfHops(sites, bonds)]);
    const hops = hopsPerEdge(graph);
    expect(networkDiffusion(graph, hops, 1).eta).toBe(0);
    const pooled = pooledNetwork(graph, hops)!;
    expect(pooled.classes.map(({ edges, edgesSeen, hops: count }) => [edges, edgesSeen, count])).toEqual([
      [4, 4, 360],
      [4, 3, 12],
    ]);
    // Series of unequal steps: D = (a+b)²/(1/w₁ + 1/w₂) per cell against Σ w a².
    const [w1, w2] = [90, 3];
    expect(pooled.eta).toBeCloseTo(36 / (1 / w1 + 1 / w2) / (w1 * 2.4 ** 2 + w2 * 3.6 ** 2), 10);
    expect(classesByLength(graph).names).toEqual(['a–a 2.40 Å', 'a–a 3.60 Å']);
  });

  it('sees when a class is none: hops per edge vary far more than by chance', () => {
    const random = new RandomSequence(4);
    const uneven = measured(cubic(3, 3, () => (random.uniform() < 0.5 ? 5 : 100)));
    expect(pooledNetwork(uneven.graph, uneven.hops)!.dispersion).toBeGreaterThan(20);
    const walked = hopGraph([
      walk(
        cubic(3, 3, () => 0.02),
        { seed: 1, ions: 30, frames: 1000 },
      ),
    ]);
    // Memoryless walkers go to and fro a little: measured 1.3.
    expect(pooledNetwork(walked, hopsPerEdge(walked))!.dispersion).toBeLessThan(2);
  });
});

describe('robustness', () => {
  const lattice = measured(cubic(6, 3, () => 10));
  const found = robustness(lattice)!;

  it('a cubic lattice loses its third dimension at the bond and site thresholds', () => {
    // 1 − p_c is 0.751 for bonds and 0.688 for sites in an infinite lattice. All three dimensions of a small cell are lost
    // earlier: measured 0.70, 0.61 at 6³ sites, 0.735, 0.66 at 14³.
    expect(Math.abs(found.criticalEdges! - 0.703)).toBeLessThan(0.02);
    expect(Math.abs(found.criticalSites! - 0.607)).toBeLessThan(0.03);
  });

  it('and D_net as effective-medium theory says: (1 − 1.5 p) for lost bonds', () => {
    for (const { removed, remaining, low, high } of found.edges.slice(0, 5)) {
      expect(remaining).toBeGreaterThan(low);
      expect(remaining).toBeLessThan(high);
      expect(Math.abs(remaining - (1 - 1.5 * removed))).toBeLessThan(0.03);
    }
    // A site takes its six bonds along.
    expect(found.sites[0]!.remaining).toBeLessThan(found.edges[0]!.remaining);
  });

  it('dead ends are hops and sites without current', () => {
    expect(found).toMatchObject({ deadEndHops: 0, deadEndSites: 0 });
    const network = cubic(3, 3, (_x, y, z, axis) => (axis === 0 && y === 0 && z === 0 ? 10 : 0));
    // One chain of three sites, and a blind alley of one site off it with 30 hops.
    const alley = measured({
      ...network,
      bonds: [...network.bonds, { from: 0, to: 3, image: [0, 0, 0], rate: 30 }],
    });
    expect(robustness(alley)).toMatchObject({ deadEndHops: 0.5, deadEndSites: 0.25 });
  });

  it('has nothing to lose without percolation', () => {
    expect(robustness(measured(cubic(4, 3, (x, _y, _z, axis) => (axis === 0 && x % 2 ? 9 : 0))))).toBeNull();
  });
});

describe('connectivity in windows of time', () => {
  it('a network whose halves are open in turns is not alive at once; one that is always open is', () => {
    const random = new RandomSequence(6);
    const { sites, bonds } = cubic(3, 3, () => 1);
    const frames = 2048;
    const counts = bonds.map((bond) => ({ ...bond, count: 60 }));
    const build = (gated: boolean) => {
      let hop = 0;
      const frameOf = (): number => {
        const bond = Math.floor(hop++ / 60);
        // Gated: half of the bonds hop in the first half of the run only, the others in the second.
        const t = 1 + random.below(frames / 2 - 1);
        return gated ? t + (bond % 2) * (frames / 2) : 1 + random.below(frames - 1);
      };
      return measureNetwork([historyOfHops(sites, counts, frames, frameOf)], 2);
    };
    const open = temporalConnectivity(build(false))!;
    const gated = temporalConnectivity(build(true))!;
    // Full run: the same network.
    expect(gated.points[0]!.eta).toBeCloseTo(open.points[0]!.eta, 10);
    expect(open.gating).toBeGreaterThan(0.93);
    // A half of the bonds each: η of a diluted lattice where the same number of hops, spread, gives nearly all.
    expect(gated.points[1]!.eta).toBeLessThan(0.7 * gated.points[1]!.scattered);
    expect(gated.gating).toBeLessThan(0.7);
    expect(gated.crossover).toBeGreaterThan(open.crossover! * 2);
    expect(open.crossover! / open.scatteredCrossover!).toBeCloseTo(1, 0);
  });
});

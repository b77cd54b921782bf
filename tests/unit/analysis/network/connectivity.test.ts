import { describe, expect, it } from 'vitest';
import {
  networkDiffusion,
  percolatingHops,
  squaredStrain,
} from '../../../../src/analysis/network/connectivity.ts';
import { hopGraph, hopsPerEdge } from '../../../../src/analysis/network/hopGraph.ts';
import { RandomSequence } from '../../../../src/core/rng.ts';
import { cellFromVectors } from '../../../../src/model/cell.ts';
import {
  alternatingChain,
  cubic,
  denseDiffusion,
  historyOfHops,
  type Network,
  TRICLINIC,
  walk,
} from './synthetic.ts';

/** The diffusion of a network whose hops are its rates times `scale`, rounded. */
function diffusionOf({ sites, bonds }: Network, scale: number) {
  const graph = hopGraph([
    historyOfHops(
      sites,
      bonds.map((bond) => ({ ...bond, count: Math.round(bond.rate * scale) })),
    ),
  ]);
  return { graph, ...networkDiffusion(graph, hopsPerEdge(graph), graph.ionTime) };
}

describe('jump diffusivity', () => {
  it('is hop rate × a²/6 for one walker on a cubic lattice, which is its D', () => {
    const [rate, spacing] = [0.1, 3];
    const history = walk(
      cubic(4, spacing, () => rate / 6),
      { seed: 1, ions: 1, frames: 200_000 },
    );
    const graph = hopGraph([history]);
    const { jump } = networkDiffusion(graph, hopsPerEdge(graph), graph.ionTime);
    const measured = graph.hops.count / (history.frames * history.frameInterval);
    expect(jump).toBeCloseTo((measured * spacing ** 2) / 6, 14);
    // 20 000 hops: 0.7 %; a factor of two in the convention of directed edges would be 100 %.
    expect(jump / (((rate / 100) * spacing ** 2) / 6)).toBeCloseTo(1, 1);
  });
});

describe('η of networks with known answers', () => {
  it('perfect cubic lattice: 1, and isotropic', () => {
    const { eta, tensor, residual } = diffusionOf(
      cubic(5, 3, () => 1),
      4,
    );
    expect(eta).toBeCloseTo(1, 13);
    expect(tensor.xx / tensor.zz).toBeCloseTo(1, 13);
    expect(Math.abs(tensor.xy)).toBeLessThan(1e-15);
    expect(residual).toBeLessThan(1e-12);
  });

  it('isolated cages: exactly 0', () => {
    // 2×2×2 cages in 4³ sites: bonds from odd to even coordinates are missing.
    const { eta, network, jump } = diffusionOf(
      cubic(4, 3, (x, y, z, axis) => ([x, y, z][axis]! % 2 === 0 ? 1 : 0)),
      7,
    );
    expect(jump).toBeGreaterThan(0);
    expect([eta, network]).toEqual([0, 0]);
  });

  it.each([
    [1, 1],
    [1, 3],
    [2, 100],
    [1, 10_000],
  ])('alternating chain %d, %d: 4k₁k₂/(k₁+k₂)²', (k1, k2) => {
    const { eta, tensor } = diffusionOf(alternatingChain(6, 2, k1, k2), 1);
    expect(eta / ((4 * k1 * k2) / (k1 + k2) ** 2)).toBeCloseTo(1, 11);
    expect([tensor.yy, tensor.zz]).toEqual([0, 0]);
  });

  it('layers: each axis has its own answer, series along the layers’ normal and parallel within', () => {
    // Bonds along x cost k1 or k2 in turn; along y and z all have k1.
    const { tensor, graph } = diffusionOf(
      cubic(4, 3, (x, _y, _z, axis) => (axis === 0 && x % 2 ? 2 : 10)),
      1,
    );
    // Counts are hops both ways: w = n/2T.
    const perHop = 9 / (2 * graph.ionTime);
    expect(tensor.yy / (64 * 10 * perHop)).toBeCloseTo(1, 12);
    expect(tensor.xx / (64 * (2 / (1 / 2 + 1 / 10)) * perHop)).toBeCloseTo(1, 12);
  });

  it('random barriers over six decades agree with dense elimination', () => {
    const random = new RandomSequence(3);
    const network = cubic(4, 2.5, () => Math.ceil(10 ** (6 * random.uniform())));
    const { tensor, graph } = diffusionOfWeights(network);
    const exact = denseDiffusion(network);
    // Exact: fluxes rate/64 per edge and way, N·T = 1; here counts = rate both ways.
    [tensor.xx, tensor.yy, tensor.zz].forEach((d, k) => {
      expect(d / ((exact[k]! * 64) / (2 * graph.ionTime))).toBeCloseTo(1, 9);
    });
  });

  it('two values of bonds, many of them: effective-medium theory within its accuracy', () => {
    // Bond-percolation EMT in 3D, z = 6: Σ p_i (g_i − g)/(g_i + 2g) = 0; solved by bisection.
    const random = new RandomSequence(8);
    const network = cubic(9, 2, () => (random.uniform() < 0.5 ? 1 : 10));
    const half = network.bonds.filter(({ rate }) => rate === 1).length / network.bonds.length;
    let [low, high] = [1, 10];
    while (high - low > 1e-12) {
      const g = (low + high) / 2;
      const sum = (half * (1 - g)) / (1 + 2 * g) + ((1 - half) * (10 - g)) / (10 + 2 * g);
      if (sum > 0) low = g;
      else high = g;
    }
    const { eta } = diffusionOf(network, 1);
    const mean = half + 10 * (1 - half);
    // Measured 1.0012 of EMT; the arithmetic mean (η = 1) would be 1.37 of it, the harmonic one 0.45.
    expect(eta / (low / mean)).toBeGreaterThan(0.97);
    expect(eta / (low / mean)).toBeLessThan(1.03);
  });

  it('triclinic chain: D points along it', () => {
    const sites = {
      cell: TRICLINIC,
      fractional: Float64Array.of(0.1, 0.2, 0.3, 0.5, 0.6, 0.1),
      kinds: ['a', 'a'],
    };
    const { tensor, network } = diffusionOf(
      {
        sites,
        bonds: [
          { from: 0, to: 1, image: [0, 0, 0], rate: 3 },
          { from: 1, to: 0, image: [1, 1, 0], rate: 5 },
        ],
      },
      1,
    );
    // Along t = a + b: D ∝ t tᵀ.
    const t = [9.5, 6, 0];
    expect(tensor.xy / tensor.xx).toBeCloseTo(t[1]! / t[0]!, 10);
    expect(tensor.yy / tensor.xx).toBeCloseTo((t[1]! / t[0]!) ** 2, 10);
    expect(Math.abs(tensor.zz)).toBeLessThan(1e-12 * network);
  });

  it('an edge to the site’s own image carries its whole length', () => {
    const sites = {
      cell: cellFromVectors([4, 0, 0, 0, 5, 0, 0, 0, 6]),
      fractional: new Float64Array(3),
      kinds: ['a'],
    };
    const { eta, tensor, graph } = diffusionOf(
      { sites, bonds: [{ from: 0, to: 0, image: [0, 1, 0], rate: 7 }] },
      1,
    );
    expect(eta).toBe(1);
    expect(tensor.yy).toBeCloseTo((7 * 25) / (2 * graph.ionTime), 15);
  });
});

describe('hops that D_net rests on', () => {
  it('are all of them on a uniform lattice', () => {
    const { graph, ...diffusion } = diffusionOf(
      cubic(3, 3, () => 1),
      5,
    );
    expect(percolatingHops(hopsPerEdge(graph), squaredStrain(diffusion))).toBeCloseTo(graph.hops.count, 8);
  });

  it('are the few between cages, however many there are inside', () => {
    const slow = 2;
    const { graph, ...diffusion } = diffusionOf(alternatingChain(3, 2, slow, 5000), 1);
    const found = percolatingHops(hopsPerEdge(graph), squaredStrain(diffusion));
    expect(graph.hops.count).toBe(15_006);
    // Six hops cross between pairs of sites.
    expect(found).toBeGreaterThan(5.99);
    expect(found).toBeLessThan(6.02);
  });
});

/** As diffusionOf, with weights in place of a million hops. */
function diffusionOfWeights({ sites, bonds }: Network) {
  const graph = hopGraph([
    historyOfHops(
      sites,
      bonds.map((bond) => ({ ...bond, count: 1 })),
    ),
  ]);
  const weights = new Float64Array(graph.edgeCount);
  // Edges appear in the order in which their first hop does.
  bonds.forEach(({ rate }, e) => {
    weights[e] = rate;
  });
  return { graph, ...networkDiffusion(graph, weights, graph.ionTime) };
}

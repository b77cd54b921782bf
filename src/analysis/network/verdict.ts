/**
 * The verdict on transport that the network gives: what stands between a fitted slope and a diffusion coefficient of ions that
 * get through.
 */
import { CM2_PER_S } from '../../core/constants.ts';
import { poissonInterval } from '../../core/stats.ts';
import { bounded, type Estimate } from '../estimate.ts';
import { type MeasuredNetwork, notPercolating } from './factorisation.ts';

export interface Gate {
  readonly name: string;
  readonly passed: boolean;
  /** What was measured against what is asked for, in words. */
  readonly why: string;
}

/** One object that says whether ions conduct, and why. */
export interface NetworkVerdict {
  /** cm²/s: the tracer diffusivity where the gates let it pass, a bound otherwise. */
  readonly D: Estimate;
  readonly gates: readonly Gate[];
  readonly hops: number;
  /** Independent hops that the network's diffusivity rests on. */
  readonly percolatingHops: number;
  readonly eta: Estimate;
  /** Level at which three dimensions percolate, eV. */
  readonly E3: Estimate;
  readonly havenRatio: Estimate;
  readonly reasons: readonly string[];
}

/** Hops on the percolating network that a diffusivity needs. */
export const FEWEST_PERCOLATING_HOPS = 10;
/** Share of ion-frames at no site above which the sites do not describe where ions are. */
const MOST_UNASSIGNED = 0.05;
const MOST_BIAS = 0.5;

/** The gates, the first two of which a diffusivity must pass. */
export function networkGates(
  network: MeasuredNetwork,
  unassigned: number,
  countingBias: number | null,
  balance: { readonly balanced: boolean; readonly chiSquare: number; readonly edges: number },
): Gate[] {
  const { diffusion, percolatingHops } = network;
  const { dimension } = diffusion.clusters;
  return [
    {
      name: 'percolation',
      passed: dimension > 0,
      why: dimension > 0 ? `the hops seen percolate in ${dimension} dimensions` : notPercolating(network),
    },
    {
      name: 'percolating hops',
      passed: percolatingHops >= FEWEST_PERCOLATING_HOPS,
      why: `${rounded(percolatingHops)} independent hops on the percolating network, ${FEWEST_PERCOLATING_HOPS} are needed for a number`,
    },
    {
      name: 'sites',
      passed: unassigned <= MOST_UNASSIGNED,
      why: `${rounded(100 * unassigned)} % of ion-frames at no site, at most ${100 * MOST_UNASSIGNED} % for sites to describe the motion`,
    },
    {
      name: 'detailed balance',
      passed: balance.balanced,
      why: `hops there and back differ by χ² = ${rounded(balance.chiSquare)} over ${balance.edges} edges`,
    },
    {
      name: 'enough hops per edge',
      passed: countingBias !== null && countingBias <= MOST_BIAS,
      why:
        countingBias === null
          ? 'no D_net to compare halves of the data by'
          : `half of the data gives ${rounded(100 * (1 - countingBias))} % of D_net`,
    },
  ];
}

/**
 * A tracer diffusivity, let through or turned into an upper bound. An MSD that still fills a cage has a slope, often with a
 * small error bar; hops that percolate tell whether it is diffusion. Nothing percolates: D < 3 L²/(6NT) (missingLinks.ts).
 * Fewer than ten independent percolating hops: D_net times Garwood's 95 % limit of their number. The network does not judge
 * when its sites miss more than 5 % of the ion-frames.
 * @param D cm²/s, of all mobile ions
 */
export function gatedDiffusivity(D: Estimate, network: MeasuredNetwork, unassigned: number): Estimate {
  if (D.value === null || unassigned > MOST_UNASSIGNED) return D;
  const { percolatingHops, diffusion, missing } = network;
  if (percolatingHops >= FEWEST_PERCOLATING_HOPS) return D;
  const found = `the MSD alone gives ${D.value.toPrecision(3)} cm²/s`;
  if (diffusion.network === 0) {
    const why = `${notPercolating(network)}; ${found}`;
    return bounded(missing ? missing.diffusivityBound * CM2_PER_S : (D.ci95?.[1] ?? D.value), D.unit, why);
  }
  const count = Math.max(1, percolatingHops);
  // One-sided 95 % is the upper end of a central 90 %.
  const most = poissonInterval(Math.ceil(count), 0.9)[1];
  return bounded(
    (diffusion.network * CM2_PER_S * most) / count,
    D.unit,
    `${rounded(percolatingHops)} independent hops on the percolating network, ${FEWEST_PERCOLATING_HOPS} are needed for a number; ${found}`,
  );
}

/** The verdict object. */
export function networkVerdict(
  network: MeasuredNetwork,
  unassigned: number,
  parts: Pick<NetworkVerdict, 'D' | 'gates' | 'eta' | 'E3' | 'havenRatio'>,
): NetworkVerdict {
  const D = gatedDiffusivity(parts.D, network, unassigned);
  const reasons = parts.gates.filter(({ passed }) => !passed).map(({ name, why }) => `${name}: ${why}`);
  if (D.value === null && D.why !== undefined) reasons.push(`D: ${D.why}`);
  for (const [name, { value, why }] of Object.entries({
    eta: parts.eta,
    E3: parts.E3,
    H_R: parts.havenRatio,
  })) {
    if (value === null && why !== undefined) reasons.push(`${name}: ${why}`);
  }
  return {
    D,
    gates: parts.gates,
    hops: network.graph.hops.count,
    percolatingHops: network.percolatingHops,
    eta: parts.eta,
    E3: parts.E3,
    havenRatio: parts.havenRatio,
    reasons: [...new Set(reasons)],
  };
}

function rounded(x: number): string {
  return String(Number(x.toPrecision(3)));
}

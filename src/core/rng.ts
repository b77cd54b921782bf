/**
 * Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror & Shaw, SC'11, doi:10.1145/2063384.2063405),
 * bit-identical to shaders/lib/random.wgsl. A draw is a pure function of (seed, stream, counter, tag), so results
 * depend neither on the order of evaluation nor on which replica of a batch a system is.
 */

/** Every random stream of the project has its number here and nowhere else; WGSL constants are generated from it. */
export const RANDOM_STREAMS = {
  /** Maxwell–Boltzmann velocities at the start of a run. */
  velocities: 1,
  /** Ornstein–Uhlenbeck noise of the Langevin thermostat. */
  langevin: 2,
  /** Stochastic velocity rescaling. */
  csvr: 3,
  /** Moves of the cell by the barostat. */
  barostat: 5,
  /** Host-side draws: choice of sites, synthetic data, bootstrap. */
  host: 4,
} as const;

export type RandomStream = keyof typeof RANDOM_STREAMS;

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** Philox4x32-10: four random words from a 128-bit counter and a 64-bit key. */
export function philox(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): [number, number, number, number] {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const hi0 = multiplyHigh(MULTIPLIER_0, c0);
    const lo0 = Math.imul(MULTIPLIER_0, c0) >>> 0;
    const hi1 = multiplyHigh(MULTIPLIER_1, c2);
    const lo1 = Math.imul(MULTIPLIER_1, c2) >>> 0;
    [c0, c1, c2, c3] = [(hi1 ^ c1 ^ k0) >>> 0, lo1, (hi0 ^ c3 ^ k1) >>> 0, lo0];
    k0 = (k0 + WEYL_0) >>> 0;
    k1 = (k1 + WEYL_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** Upper 32 bits of the 64-bit product of two unsigned words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + Math.floor((aLow * bLow) / 65536);
  const carry = (middle % 65536) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(carry / 65536)) >>> 0;
}

/** Uniform in (0, 1]: never zero, so its logarithm is finite. Same rounding as the WGSL function. */
export function uniformOpen(word: number): number {
  return (Math.floor(word / 256) + 1) / 16777216;
}

/**
 * Four standard normal deviates of one atom at one count of a stream (Box & Muller 1958).
 * @param seed the replica's own seed
 * @param tag index of the atom (its place in the input)
 * @param count how many times this atom has drawn from the stream before
 */
export function normals(
  seed: number,
  stream: RandomStream,
  tag: number,
  count: number,
): [number, number, number, number] {
  const words = philox([count >>> 0, tag >>> 0, 0, 0], [seed >>> 0, RANDOM_STREAMS[stream]]);
  const pair = (a: number, b: number): [number, number] => {
    const radius = Math.sqrt(-2 * Math.log(uniformOpen(a)));
    const angle = (2 * Math.PI * b) / 4294967296;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  };
  return [...pair(words[0], words[1]), ...pair(words[2], words[3])];
}

/** A sequence of draws for host code: seeded, portable, independent of Math.random. */
export class RandomSequence {
  private count = 0;
  private readonly seed: number;
  private readonly tag: number;
  private spare: number[] = [];

  constructor(seed: number, tag = 0) {
    this.seed = seed;
    this.tag = tag;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  uniform(): number {
    const words = philox([this.count++ >>> 0, this.tag >>> 0, 1, 0], [this.seed >>> 0, RANDOM_STREAMS.host]);
    return ((words[0] >>> 5) * 67108864 + (words[1] >>> 6)) / 9007199254740992;
  }

  /** Standard normal. */
  normal(): number {
    const kept = this.spare.pop();
    if (kept !== undefined) return kept;
    const [first, ...rest] = normals(this.seed, 'host', this.tag, this.count++);
    this.spare = rest.reverse();
    return first;
  }

  /** Whole number in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Shuffles values in place (Fisher & Yates), and returns them. */
  shuffle<T extends { readonly length: number; [i: number]: number }>(values: T): T {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = values[i] as number;
      values[i] = values[j] as number;
      values[j] = kept;
    }
    return values;
  }
}

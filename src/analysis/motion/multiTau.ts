/**
 * Pairs of instants at logarithmically spaced lags, frame by frame and in bounded memory: what every correlation of a
 * trajectory that is not kept is summed over. What is correlated is the visitor's affair; one walk serves many.
 */
import { InputError } from '../../core/errors.ts';

/** Gets two snapshots and the index of the lag between them. Neither array may be kept or changed. */
export type PairVisitor = (earlier: Float64Array, later: Float64Array, lagIndex: number) => void;

/** Lags per octave p of a schedule: eight give lags at most 1/8 apart. */
export const LAGS_PER_OCTAVE = 8;

/** A snapshot and in how many levels it stands. */
interface Snapshot {
  readonly values: Float64Array;
  held: number;
}

/** The last 2p snapshots taken every 2^l frames. */
interface Level {
  readonly ring: (Snapshot | undefined)[];
  taken: number;
}

/**
 * Level l keeps the last 2p snapshots taken every 2^l frames and pairs the newest with those k·2^l frames before it: every
 * k < 2p at level 0, p ≤ k < 2p above. The time origins of such a lag are 2^l frames apart, at most 1/p of the lag, closer
 * than any that are independent. The levels of the multiple-tau correlator (Ramírez, Sukumaran, Vorselaars & Likhtman,
 * J. Chem. Phys. 133, 154103 (2010), doi:10.1063/1.3491098) without its averages over blocks, which bias an MSD.
 *
 * *Cost*: 3p pairs per frame, amortised; (log₂(frames/p) + 2)·p snapshots. Owns them, hence a class.
 */
export class MultiTau {
  private readonly width: number;
  private readonly visit: PairVisitor;
  private readonly p: number;
  private readonly levels: Level[] = [];
  private readonly unused: Snapshot[] = [];
  private frame = 0;

  /**
   * @param width numbers in a snapshot
   * @param p lags per octave, a power of two
   */
  constructor(width: number, visit: PairVisitor, p: number = LAGS_PER_OCTAVE) {
    if (!(p >= 2) || !Number.isInteger(Math.log2(p))) {
      throw new InputError(`lags per octave: expected a power of two, found ${p}`);
    }
    this.width = width;
    this.visit = visit;
    this.p = p;
  }

  /** Frames received. */
  get frames(): number {
    return this.frame;
  }

  /** Takes the next frame: copies it, and visits all pairs that end with it. */
  add(values: Float64Array): void {
    const snapshot = this.unused.pop() ?? { values: new Float64Array(this.width), held: 0 };
    snapshot.values.set(values);
    const t = this.frame++;
    this.push(0, snapshot);
    for (let l = 1, stride = 2; t > 0 && t % stride === 0; l++, stride *= 2) {
      // A level begins when its second snapshot is due; its first, frame 0, is still in the level below.
      if (l === this.levels.length) this.push(l, this.back(l - 1, 2) as Snapshot);
      this.push(l, snapshot);
    }
  }

  private push(l: number, snapshot: Snapshot): void {
    const size = 2 * this.p;
    this.levels[l] ??= { ring: new Array<Snapshot | undefined>(size).fill(undefined), taken: 0 };
    const level = this.levels[l] as Level;
    const slot = level.taken % size;
    this.release(level.ring[slot]);
    level.ring[slot] = snapshot;
    snapshot.held++;
    level.taken++;
    const last = Math.min(size - 1, level.taken - 1);
    for (let k = l === 0 ? 0 : this.p; k <= last; k++) {
      const earlier = this.back(l, k) as Snapshot;
      this.visit(earlier.values, snapshot.values, l * this.p + k);
    }
  }

  /** The snapshot k places before the newest of a level. */
  private back(l: number, k: number): Snapshot | undefined {
    const { ring, taken } = this.levels[l] as Level;
    return ring[(taken - 1 - k) % ring.length];
  }

  private release(snapshot: Snapshot | undefined): void {
    if (snapshot === undefined) return;
    snapshot.held--;
    if (snapshot.held === 0) this.unused.push(snapshot);
  }
}

/** The lag of an index, frames: 0, 1 … 2p − 1, then p lags per octave. */
export function lagOf(index: number, p: number = LAGS_PER_OCTAVE): number {
  const l = levelOf(index, p);
  return (index - l * p) * 2 ** l;
}

/** Frames between the time origins of a lag. */
export function originSpacing(index: number, p: number = LAGS_PER_OCTAVE): number {
  return 2 ** levelOf(index, p);
}

/** Time origins of a lag among this many frames. */
export function originCount(index: number, frames: number, p: number = LAGS_PER_OCTAVE): number {
  const spacing = originSpacing(index, p);
  return Math.max(0, Math.floor((frames - 1) / spacing) - lagOf(index, p) / spacing + 1);
}

/** Lag indices that have a pair among this many frames: 0 … count − 1. */
export function lagCount(frames: number, p: number = LAGS_PER_OCTAVE): number {
  let count = 0;
  while (originCount(count, frames, p) > 0) count++;
  return count;
}

/** True for lags 1, 2, 3, 4, 6, 8, 12, 16 …: two per octave, where what costs more than a sum is collected. */
export function isMilestone(index: number, p: number = LAGS_PER_OCTAVE): boolean {
  const lag = lagOf(index, p);
  return lag > 0 && (isPowerOfTwo(lag) || (lag % 3 === 0 && isPowerOfTwo(lag / 3)));
}

function isPowerOfTwo(n: number): boolean {
  return Number.isInteger(Math.log2(n));
}

function levelOf(index: number, p: number): number {
  return Math.max(0, Math.floor(index / p) - 1);
}

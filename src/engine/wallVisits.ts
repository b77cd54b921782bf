/** Pairs that were met inside their walls: counted by the force kernel, gathered here by replica and pair of species. */
import { type Interaction, wallOf } from '../forcefield/interactions.ts';
import type { Wall } from '../forcefield/wall.ts';
import type { StateBuffers } from './stateBuffers.ts';

export interface WallVisit {
  readonly replica: number;
  readonly labels: readonly [string, string];
  /** Å */
  readonly radius: number;
  /** Pairs inside, summed over the force evaluations. */
  readonly visits: number;
  /** The first visit was in one of these steps. */
  readonly firstSteps: readonly [number, number];
}

/** The counters of one simulation: an ordered pair of species each, nSpecies² per replica. Owns a buffer, hence a class. */
export class WallVisits {
  readonly buffer: GPUBuffer;
  private readonly state: StateBuffers;
  private readonly walls: readonly Interaction[];
  private readonly nSpecies: number;
  private seen = new Map<string, WallVisit>();

  constructor(state: StateBuffers, walls: readonly Interaction[], nSpecies: number) {
    this.state = state;
    this.walls = walls;
    this.nSpecies = nSpecies;
    const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
    const bytes = 4 * state.replicas.length * nSpecies ** 2;
    this.buffer = state.gpu.createBuffer('wall visits', bytes, STORAGE | COPY_SRC | COPY_DST);
  }

  /** Adds what the counters held after the force evaluations of the steps `first` to `last`. */
  record(counts: Uint32Array, first: number, last: number): void {
    const { nSpecies } = this;
    const count = (replica: number, i: number, j: number): number =>
      counts[(replica * nSpecies + i) * nSpecies + j] as number;
    for (const interaction of this.walls) {
      const { i, j, labels } = interaction;
      const { radius } = wallOf(interaction) as Wall;
      this.state.replicas.forEach((_, replica) => {
        // Either atom of a pair counts it: as (i, j) and (j, i), which are one counter for one species.
        const visits = count(replica, i, j) / (i === j ? 2 : 1);
        if (visits === 0) return;
        const key = `${replica} ${i} ${j}`;
        const before = this.seen.get(key);
        const firstSteps = before?.firstSteps ?? ([first, last] as const);
        this.seen.set(key, { replica, labels, radius, visits: visits + (before?.visits ?? 0), firstSteps });
      });
    }
  }

  /** What was recorded since the last call. */
  take(): WallVisit[] {
    const visits = [...this.seen.values()];
    this.seen = new Map();
    return visits;
  }

  /** Forgets what was counted so far: force evaluations that were only timed. */
  reset(): void {
    this.take();
    this.state.gpu.submit('clear wall visits', (encoder) => encoder.clearBuffer(this.buffer));
  }

  destroy(): void {
    this.state.gpu.destroyBuffer(this.buffer);
  }
}

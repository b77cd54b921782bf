/** Forces, energies and virial of the compiled force field: the pair loop and the long-range part behind it. */
import type { ForceField } from '../forcefield/forceField.ts';
import type { Species } from '../model/system.ts';
import { compileForceField } from './compileForceField.ts';
import { DampedShift } from './dampedShift.ts';
import { Ewald } from './ewald.ts';
import { planEwald } from './ewaldPlan.ts';
import { type LongRange, planEach } from './longRange.ts';
import type { NeighborList } from './neighborList.ts';
import { PairForces } from './pairForces.ts';
import type { PairShape } from './pairShape.ts';
import type { Phase } from './phases.ts';
import { Pppm } from './pppm.ts';
import { planPppm } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';
import { WallVisits } from './wallVisits.ts';

export class Forces {
  readonly pair: PairForces;
  readonly longRange: LongRange | undefined;
  /** Counters of pairs inside their walls; absent when no pair has one. */
  readonly wallVisits: WallVisits | undefined;

  private readonly state: StateBuffers;
  private readonly list: NeighborList;

  private constructor(
    state: StateBuffers,
    list: NeighborList,
    pair: PairForces,
    longRange: LongRange | undefined,
    wallVisits: WallVisits | undefined,
  ) {
    this.state = state;
    this.list = list;
    this.pair = pair;
    this.longRange = longRange;
    this.wallVisits = wallVisits;
  }

  /**
   * Pair terms and real-space Coulomb within the cutoff of `list`, and the long-range part behind them.
   * @param shape of the pair loop
   */
  static async create(
    state: StateBuffers,
    list: NeighborList,
    forceField: ForceField,
    shape: PairShape,
  ): Promise<Forces> {
    const { cutoff } = list;
    const species = (state.replicas[0] as ReplicaSetup).system.species as readonly Species[];
    const compiled = compileForceField(forceField, species, cutoff);
    const { walls } = compiled;
    const visits = walls.length > 0 ? new WallVisits(state, walls, species.length) : undefined;
    const longRange = compiled.hasCoulomb
      ? await createLongRange(state, forceField.coulomb, cutoff)
      : undefined;
    const pair = await PairForces.create(state, list, compiled, shape, {
      wallVisits: visits?.buffer,
      passenger: longRange?.inPairLoop,
    });
    return new Forces(state, list, pair, longRange, visits);
  }

  /** Binds the neighbor list's buffers; again after the list has grown. */
  rebind(): void {
    this.pair.rebind();
  }

  /** Fills the replica table with what these forces need of it. @param kelvin bath temperatures */
  writeReplicas(kelvin: readonly number[]): void {
    const { state, list } = this;
    const plans = state.replicas.map((_, r) => this.longRange?.plans[r]);
    state.writeReplicas(kelvin, list.cells.grids, list.cutoff, list.cutoff + list.margin, plans);
  }

  /**
   * Letter F.
   * @param isStepped true when the kernel that moved the atoms took LongRange.inStep along
   */
  encode(pass: GPUComputePassEncoder, isStepped = false): void {
    const { longRange } = this;
    if (longRange?.inPairLoop) longRange.encodeForces(pass, isStepped);
    this.pair.encode(pass);
    if (!longRange?.inPairLoop) longRange?.encodeForces(pass, isStepped);
  }

  /** Letter F in parts. */
  phases(): readonly Phase[] {
    const pairs: Phase = { name: 'pair loop', perStep: 1, encode: (pass) => this.pair.encode(pass) };
    const waves = this.longRange?.phases() ?? [];
    return this.longRange?.inPairLoop ? [...waves, pairs] : [pairs, ...waves];
  }

  /** Energies and virial at the current positions; leaves the forces alone. */
  encodeEnergies(pass: GPUComputePassEncoder): void {
    this.pair.encodeEnergies(pass);
    this.longRange?.encodeEnergies(pass);
  }

  destroy(): void {
    this.pair.destroy();
    this.longRange?.destroy();
    this.wallVisits?.destroy();
  }
}

/** The reciprocal-space method that the force field asks for; which one "auto" is, coulombChoice.ts has settled before. */
async function createLongRange(
  state: StateBuffers,
  { method, accuracy, alpha, order, differentiation }: ForceField['coulomb'],
  cutoff: number,
): Promise<LongRange> {
  const { replicas } = state;
  if (method === 'dsf') return new DampedShift(replicas, alpha, cutoff);
  const settings = { cutoff, accuracy, alpha };
  if (method !== 'pppm') return Ewald.create(state, planEach(replicas, settings, planEwald));
  const mesh = {
    mostBytes: state.gpu.mostBytes,
    ...(order && { order }),
    ...(differentiation && { differentiation }),
  };
  return Pppm.create(
    state,
    planEach(replicas, settings, (request) => planPppm({ ...request, ...mesh })),
  );
}

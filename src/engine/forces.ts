/** Forces, energies and virial of the compiled force field: the pair loop and the long-range part behind it. */
import type { ForceField } from '../forcefield/forceField.ts';
import type { Species } from '../model/system.ts';
import { compileForceField } from './compileForceField.ts';
import { Ewald } from './ewald.ts';
import { planEwald } from './ewaldPlan.ts';
import { type LongRange, planEach } from './longRange.ts';
import type { NeighborList } from './neighborList.ts';
import { PairForces } from './pairForces.ts';
import { type PairShape, pairShapes } from './pairShape.ts';
import { Pppm } from './pppm.ts';
import { planPppm } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';

export class Forces {
  readonly pair: PairForces;
  readonly longRange: LongRange | undefined;

  private constructor(pair: PairForces, longRange: LongRange | undefined) {
    this.pair = pair;
    this.longRange = longRange;
  }

  /**
   * Pair terms and real-space Coulomb within the cutoff of `list`, and the long-range part behind them.
   * @param shape of the pair loop; the adapter's usual one when left out
   */
  static async create(
    state: StateBuffers,
    list: NeighborList,
    forceField: ForceField,
    shape = pairShapes(state.gpu.adapter.kind)[0] as PairShape,
  ): Promise<Forces> {
    const { cutoff } = list;
    const species = (state.replicas[0] as ReplicaSetup).system.species as readonly Species[];
    const compiled = compileForceField(forceField, species, cutoff);
    const pair = await PairForces.create(state, list, compiled, shape);
    const longRange = compiled.hasCoulomb
      ? await createLongRange(state, forceField.coulomb, cutoff)
      : undefined;
    return new Forces(pair, longRange);
  }

  /** Binds the neighbor list's buffers; again after the list has grown. */
  rebind(): void {
    this.pair.rebind();
  }

  /** Letter F. */
  encode(pass: GPUComputePassEncoder): void {
    this.pair.encode(pass);
    this.longRange?.encodeForces(pass);
  }

  /** Energies and virial at the current positions; leaves the forces alone. */
  encodeEnergies(pass: GPUComputePassEncoder): void {
    this.pair.encodeEnergies(pass);
    this.longRange?.encodeEnergies(pass);
  }

  destroy(): void {
    this.pair.destroy();
    this.longRange?.destroy();
  }
}

/** The reciprocal-space method that the force field asks for. */
function createLongRange(
  state: StateBuffers,
  { method, accuracy, alpha, order, differentiation }: ForceField['coulomb'],
  cutoff: number,
): Promise<LongRange> {
  const { replicas } = state;
  const settings = { cutoff, accuracy, alpha };
  if (method !== 'pppm') return Ewald.create(state, planEach(replicas, settings, planEwald));
  const mesh = { ...(order && { order }), ...(differentiation && { differentiation }) };
  return Pppm.create(
    state,
    planEach(replicas, settings, (request) => planPppm({ ...request, ...mesh })),
  );
}

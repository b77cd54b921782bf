/** The forces of a run, with what is left open chosen: which sum for long-range Coulomb, which layout of the pair loop. */
import type { ForceField } from '../forcefield/forceField.ts';
import type { BoundKernel } from '../gpu/kernel.ts';
import { secondsByTurns, TIE } from '../gpu/timing.ts';
import { chooseCoulomb } from './coulombChoice.ts';
import type { Forces } from './forces.ts';
import type { NeighborList } from './neighborList.ts';
import { type PairShape, pairShapes } from './pairShape.ts';
import type { StateBuffers } from './stateBuffers.ts';
import { Stepper } from './stepper.ts';
import type { PairChoice, TuneRequest, TuningRecord } from './tuning.ts';

/** @param kinetic for the first list build */
export async function tuneForces(
  state: StateBuffers,
  list: NeighborList,
  kinetic: BoundKernel,
  forceField: ForceField,
  tune: TuneRequest,
): Promise<{ readonly forces: Forces; readonly tuning: TuningRecord }> {
  const shapes = pairShapes(state.gpu.adapter.kind);
  const recorded = typeof tune === 'object' ? tune.pair : undefined;
  const shape = recorded ?? (shapes[0] as PairShape);
  const { forces, choice } = await chooseCoulomb(state, list, kinetic, forceField, shape, tune);
  const pair: PairChoice =
    tune === 'measure' && shapes.length > 1
      ? await chooseShape(state, list, kinetic, forces, shapes)
      : { by: recorded ? 'record' : 'adapter' };
  forces.wallVisits?.reset();
  const coulomb = forces.longRange?.method;
  return {
    forces,
    tuning: {
      choices: {
        ...(coulomb === 'ewald' || coulomb === 'pppm' ? { coulomb } : {}),
        pair: forces.pair.shape,
      },
      ...(choice && { coulomb: choice }),
      pair,
    },
  };
}

/** Compiles the pair loop in every shape, times each, and leaves the fastest in place. */
export async function chooseShape(
  state: StateBuffers,
  list: NeighborList,
  kinetic: BoundKernel,
  forces: Forces,
  shapes: readonly PairShape[],
): Promise<PairChoice> {
  forces.writeReplicas(state.replicas.map(({ temperature }) => temperature));
  await new Stepper(state, list, forces, kinetic).ensureForces(0);
  const { pair } = forces;
  const tried: (PairShape & { milliseconds: number })[] = [];
  for (const shape of shapes) {
    await pair.setShape(shape);
    const [seconds = Number.NaN] = await secondsByTurns(state.gpu, [{ encode: (pass) => pair.encode(pass) }]);
    tried.push({ ...shape, milliseconds: 1000 * seconds });
  }
  const fastest = Math.min(...tried.map(({ milliseconds }) => milliseconds));
  // The first that is as good as the fastest: the usual one where nothing is gained.
  const best = tried.find(({ milliseconds }) => milliseconds <= TIE * fastest) ?? tried[0];
  if (best) await pair.setShape({ lanes: best.lanes, workgroup: best.workgroup });
  return { by: 'measurement', tried };
}

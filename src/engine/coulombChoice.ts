/**
 * `"method": "auto"`: a direct Ewald sum for small cells, PPPM for large ones. Where a cost model leaves no doubt it decides;
 * in between both are set up and a few force evaluations timed, the adapter's own word on where the one passes the other.
 */
import { InputError } from '../core/errors.ts';
import type { CoulombMethod, ForceField } from '../forcefield/forceField.ts';
import type { BoundKernel } from '../gpu/kernel.ts';
import { secondsByTurns, TIE, type TimedWork } from '../gpu/timing.ts';
import { chargeSquares } from './charges.ts';
import { expectedWaves } from './ewaldPlan.ts';
import { Forces } from './forces.ts';
import type { NeighborList } from './neighborList.ts';
import type { PairShape } from './pairShape.ts';
import { expectedMeshPoints, meshKind } from './pppmPlan.ts';
import type { ReplicaSetup, StateBuffers } from './stateBuffers.ts';
import { Stepper } from './stepper.ts';
import type { CoulombChoice, TuneRequest } from './tuning.ts';

type Method = CoulombChoice['method'];
type Each<T> = Readonly<Record<Method, T>>;

/** Beyond this ratio of estimated work nothing is measured. */
const OBVIOUS = 4;

/** Says in a sentence what was chosen, for logs. */
export function describeChoice({ method, estimatedWork, milliseconds }: CoulombChoice): string {
  const other = method === 'ewald' ? 'pppm' : 'ewald';
  if (milliseconds) {
    const [own, others] = [milliseconds[method], milliseconds[other]].map((x) => x.toPrecision(3));
    return `${method}, measured at ${own} ms per force evaluation against ${others} ms by ${other}`;
  }
  if (!estimatedWork) return `${method}, as recorded`;
  const ratio = estimatedWork[other] / estimatedWork[method];
  return `${method}, estimated at ${Number.isFinite(ratio) ? `1/${ratio.toPrecision(2)} of the work` : 'less work'} of ${other}`;
}

/**
 * The forces of a force field whose method is settled, or of the better one.
 * @param kinetic for the first list build
 */
export async function chooseCoulomb(
  state: StateBuffers,
  list: NeighborList,
  kinetic: BoundKernel,
  forceField: ForceField,
  shape: PairShape,
  tune: TuneRequest,
): Promise<{ readonly forces: Forces; readonly choice?: CoulombChoice }> {
  const create = (method: CoulombMethod): Promise<Forces> =>
    Forces.create(state, list, { ...forceField, coulomb: { ...forceField.coulomb, method } }, shape);
  const { method } = forceField.coulomb;
  const charged = state.replicas.some((replica) => chargeSquares(replica) > 0);
  if (method !== 'auto' || !charged) return { forces: await create(method) };
  if (typeof tune === 'object') {
    const { coulomb } = tune;
    if (!coulomb) {
      throw new InputError(
        'the recorded choices have none for long-range Coulomb, but this run’s method is auto; expected tuning.choices.coulomb',
      );
    }
    return { forces: await create(coulomb), choice: { method: coulomb, by: 'record' } };
  }
  const estimatedWork = estimateWork(state.replicas, forceField.coulomb, list.cutoff);
  const estimate: Method = estimatedWork.ewald <= estimatedWork.pppm ? 'ewald' : 'pppm';
  const ratio = Math.max(estimatedWork.pppm / estimatedWork.ewald, estimatedWork.ewald / estimatedWork.pppm);
  if (tune === 'off' || !(ratio < OBVIOUS)) {
    return { forces: await create(estimate), choice: { method: estimate, by: 'estimate', estimatedWork } };
  }
  const both = { ewald: await create('ewald'), pppm: await create('pppm') };
  const milliseconds = await timeBoth(state, list, kinetic, both);
  const chosen = fasterOf(milliseconds, estimate);
  both[chosen === 'ewald' ? 'pppm' : 'ewald'].destroy();
  return {
    forces: both[chosen],
    choice: { method: chosen, by: 'measurement', estimatedWork, milliseconds },
  };
}

/** The method with the shorter time; the estimate's where they are as good as equal. */
export function fasterOf(milliseconds: Each<number>, estimate: Method): Method {
  if (milliseconds.ewald * TIE < milliseconds.pppm) return 'ewald';
  return milliseconds.pppm * TIE < milliseconds.ewald ? 'pppm' : estimate;
}

/**
 * Work of a mesh, in visits of a wave by an ion (6 ns on llvmpipe with two cores): a point of an ion's spline, spread and
 * gathered, and a point of the mesh per doubling of their number, transforms together. Measured with 4096 and 13 824 ions at
 * accuracy 1e-5; SwiftShader's ratios are within a third of these.
 */
const MESH_WORK = { ik: { spline: 1.2, transform: 0.9 }, ad: { spline: 0.8, transform: 0.55 } } as const;

/** Work of one force evaluation over all replicas; in a direct sum every ion meets every wave twice. */
export function estimateWork(
  replicas: readonly ReplicaSetup[],
  { accuracy, alpha, ...mesh }: ForceField['coulomb'],
  cutoff: number,
): Each<number> {
  const { order, differentiation } = meshKind(mesh);
  const work = MESH_WORK[differentiation];
  let [ewald, pppm] = [0, 0];
  for (const replica of replicas) {
    const { cell, typeOf } = replica.system;
    const nAtoms = typeOf.length;
    const request = { cell, nAtoms, chargeSquares: chargeSquares(replica), cutoff, accuracy, alpha };
    ewald += nAtoms * expectedWaves(request);
    const points = expectedMeshPoints({ ...request, order, differentiation });
    pppm += work.spline * nAtoms * order ** 3 + work.transform * points * Math.log2(points);
  }
  return { ewald, pppm };
}

/** Milliseconds of a force evaluation with either sum. */
async function timeBoth(
  state: StateBuffers,
  list: NeighborList,
  kinetic: BoundKernel,
  both: Each<Forces>,
): Promise<Each<number>> {
  const kelvin = state.replicas.map(({ temperature }) => temperature);
  both.ewald.writeReplicas(kelvin);
  // Builds the list, and makes it longer when it must be.
  await new Stepper(state, list, both.ewald, kinetic).ensureForces(0);
  both.pppm.rebind();
  const work = (method: Method): TimedWork => ({
    prepare: () => both[method].writeReplicas(kelvin),
    encode: (pass) => both[method].encode(pass),
  });
  const works = [work('ewald'), work('pppm')];
  const [ewald = Number.NaN, pppm = Number.NaN] = await secondsByTurns(state.gpu, works);
  return { ewald: 1000 * ewald, pppm: 1000 * pppm };
}

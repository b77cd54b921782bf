/**
 * What went wrong, once a run has left physics: the batch in which it did is taken again step by step from its snapshot, and
 * the first frame with an impossible force names the atoms, their distance and the term between them.
 */
import { PhysicsError } from '../core/errors.ts';
import { norm, rowTimes } from '../core/vec.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { type Interaction, interactionsOf, wallOf } from '../forcefield/interactions.ts';
import { pairForm } from '../forcefield/pairForms.ts';
import { toFractional } from '../model/cell.ts';
import { atomName, type System } from '../model/system.ts';
import type { Frame } from '../model/trajectory.ts';
import type { SimulationOptions, TimeOrigin } from './requests.ts';
import type { ReplicaSetup } from './stateBuffers.ts';

/** One step of the way to a failure. */
export interface LateFrame {
  readonly frame: Frame;
  /** [n×3] eV/Å */
  readonly forces: Float64Array;
}

/** The pair behind the largest force of a frame. */
export interface Culprit {
  /** Indices of the two atoms. */
  readonly atoms: readonly [number, number];
  /** Å */
  readonly distance: number;
  /** The term that acts most strongly between them, and its force (eV/Å, positive pushes apart). */
  readonly term: string;
  readonly force: number;
}

/** A force that no bond at any temperature exerts, eV/Å; a Li–Cl pair at half its bond length pushes with 60. */
const IMPOSSIBLE_FORCE = 100;
/** Å that no atom moves in one step: the fastest of 10 000 lithium ions at 1200 K and 5 fs moves 0.3. */
const IMPOSSIBLE_STEP = 0.5;
/** Å/fs: what is faster is not warm but shot; a lithium ion of 0.1 has 36 eV. */
const HOT = 0.1;

/** Index and length of the longest of [n×3] vectors; one that is not a number is longer than any. */
function longest(vectors: Float64Array): { readonly index: number; readonly size: number } {
  let [index, most] = [0, -1];
  for (let i = 0; i < vectors.length / 3; i++) {
    const size = norm(vectors.subarray(3 * i, 3 * i + 3));
    if (!(size <= most)) [index, most] = [i, Number.isNaN(size) ? Number.POSITIVE_INFINITY : size];
  }
  return { index, size: most };
}

/** True when a step shows that something has gone wrong. */
export function hasFailed({ frame, forces }: LateFrame, timestep: number): boolean {
  const { velocities } = frame;
  const step = velocities ? longest(velocities).size * timestep : 0;
  return longest(forces).size > IMPOSSIBLE_FORCE || step > IMPOSSIBLE_STEP;
}

/** The pair of atoms behind an impossible force; undefined when there is none. */
export function findCulprit(
  system: System,
  forceField: ForceField,
  cutoff: number,
  { frame, forces }: LateFrame,
): Culprit | undefined {
  const fractional = toFractional(frame.cell, frame.positions);
  const interactions = interactionsOf(forceField, system.species, cutoff);
  const { index: atom, size } = longest(forces);
  if (size <= IMPOSSIBLE_FORCE) return undefined;
  let found: Culprit | undefined;
  for (let j = 0; j < system.typeOf.length; j++) {
    if (j === atom) continue;
    const apart = [0, 1, 2].map((k) => {
      const d = (fractional[3 * atom + k] as number) - (fractional[3 * j + k] as number);
      return d - Math.round(d);
    });
    const distance = norm(rowTimes(apart, frame.cell.h));
    if (!(distance < cutoff)) continue;
    const [a, b] = [system.typeOf[atom] as number, system.typeOf[j] as number];
    const between = interactions.find(({ i, j: k }) => (i === a && k === b) || (i === b && k === a));
    const strongest = between && strongestTerm(between, distance);
    if (strongest && Math.abs(strongest.force) > Math.abs(found?.force ?? 0)) {
      found = { atoms: [atom, j], distance, ...strongest };
    }
  }
  return found;
}

function strongestTerm(interaction: Interaction, r: number): Pick<Culprit, 'term' | 'force'> {
  const { terms, chargeProduct } = interaction;
  const wall = wallOf(interaction);
  const each = [
    ...terms.map(({ form, params, curve }) => ({
      term: form as string,
      force: -pairForm(form).slope(r, params, curve),
    })),
    { term: 'Coulomb', force: chargeProduct / (r * r) },
  ];
  const strongest = each.reduce((most, one) => (Math.abs(one.force) > Math.abs(most.force) ? one : most));
  return wall && r < wall.radius ? { ...strongest, term: `${strongest.term} (inside its wall)` } : strongest;
}

/** The failure of a run, with the last steps before it and the one that shows it, oldest first. */
export class Failure extends PhysicsError {
  readonly replica: number;
  readonly frames: readonly Frame[];
  constructor(message: string, replica: number, frames: readonly Frame[]) {
    super(message);
    this.replica = replica;
    this.frames = frames;
  }
}

/**
 * The failure that the last of some steps shows, if it does.
 * @param late steps in order, each with all replicas
 * @param noticed what ended the run
 * @param origin where the stage began, and its timestep (fs)
 */
export function failureIn(
  late: readonly (readonly LateFrame[])[],
  noticed: string,
  { replicas, forceField, cutoff }: Pick<SimulationOptions, 'replicas' | 'forceField'> & { cutoff: number },
  origin: TimeOrigin,
): Failure | undefined {
  const now = late.at(-1) ?? [];
  const replica = now.findIndex((one) => hasFailed(one, origin.timestep));
  const shown = now[replica];
  if (!shown) return undefined;
  const { system } = replicas[replica] as ReplicaSetup;
  const culprit = findCulprit(system, forceField, cutoff, shown);
  const where = replicas.length > 1 ? ` of replica ${replica}` : '';
  const text = failureText(noticed, system, culprit, shown, where, shown.frame.step === origin.step);
  const frames = late.map((each) => (each[replica] as LateFrame).frame);
  return new Failure(text, replica, frames);
}

/**
 * One sentence on the step that shows a failure.
 * @param noticed what ended the run
 * @param where ` of replica 3`, or nothing
 * @param isFirst true when the stage began with it
 */
export function failureText(
  noticed: string,
  system: System,
  culprit: Culprit | undefined,
  { frame }: LateFrame,
  where: string,
  isFirst: boolean,
): string {
  const name = (i: number): string => atomName(system, i);
  if (culprit) {
    const [i, j] = culprit.atoms;
    const verb = culprit.force > 0 ? 'pushes them apart' : 'pulls them together';
    const advice = isFirst
      ? 'the stage began with them so: minimise first, or look at the structure'
      : 'a shorter timestep, a lower temperature, or minimising first would help';
    return (
      `step ${frame.step}: ${name(i)} and ${name(j)}${where} are ${culprit.distance.toFixed(3)} Å apart, and their ${culprit.term} ` +
      `term ${verb} with ${Math.abs(culprit.force).toPrecision(3)} eV/Å (${noticed}); ${advice}`
    );
  }
  const { index, size } = longest(frame.velocities ?? new Float64Array(3));
  const advice =
    isFirst && size > HOT ? 'the stage began with such velocities' : 'a shorter timestep would help';
  return `step ${frame.step}: ${name(index)}${where} moves at ${size.toPrecision(3)} Å/fs (${noticed}); ${advice}`;
}

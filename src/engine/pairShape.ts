/**
 * How the pair loop is laid out: invocations per atom and per workgroup. Few atoms leave a GPU idle unless several
 * invocations share one atom's neighbors; a processor that plays GPU pays for every barrier and wants one. The split over
 * lanes is part of the sum's order, so the choice belongs to what makes a run repeatable.
 */
import type { AdapterKind } from '../gpu/device.ts';

export interface PairShape {
  /** Invocations per atom, a power of two. */
  readonly lanes: number;
  /** Invocations per workgroup. */
  readonly workgroup: number;
}

/** What is tried on a GPU. Beyond eight lanes a warp of 32 would read less than a sector of every row of the list. */
const GPU_SHAPES: readonly PairShape[] = [1, 2, 4, 8].flatMap((lanes) =>
  [64, 128].map((workgroup) => ({ lanes, workgroup })),
);

/** One lane needs no barrier: 13 ns each on lavapipe, 65 to 85 ns on SwiftShader, and a pair takes 7. */
const PROCESSOR_SHAPE: PairShape = { lanes: 1, workgroup: 64 };

/** The shapes worth trying on an adapter, the one to use without trying first. */
export function pairShapes(kind: AdapterKind): readonly PairShape[] {
  if (kind !== 'gpu') return [PROCESSOR_SHAPE];
  const usual = { lanes: 4, workgroup: 64 };
  return [usual, ...GPU_SHAPES.filter(({ lanes, workgroup }) => lanes !== 4 || workgroup !== 64)];
}

/** The text of the slot `pairShape`. */
export function pairShapeText({ lanes, workgroup }: PairShape): string {
  const constants = `const LANES: u32 = ${lanes}u;\nconst INVOCATIONS: u32 = ${workgroup}u;\n`;
  if (lanes === 1)
    return `${constants}fn sumOfLanes(force: vec3f, invocation: u32) -> vec3f {\n  return force;\n}`;
  return `${constants}var<workgroup> laneForces: array<vec3f, ${workgroup}>;
fn sumOfLanes(force: vec3f, invocation: u32) -> vec3f {
  laneForces[invocation] = force;
  workgroupBarrier();
  let first = invocation - invocation % LANES;
  var sum = laneForces[first];
  for (var lane = 1u; lane < LANES; lane++) {
    sum += laneForces[first + lane];
  }
  return sum;
}`;
}

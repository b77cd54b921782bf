/** Trajectories of the shared data for tests, read and made continuous by the project's own readers. */
import { readFileSync } from 'node:fs';
import { checkedFrames } from '../../src/analysis/frames/checkedFrames.ts';
import { openTrajectory } from '../../src/io/index.ts';
import type { System } from '../../src/model/system.ts';
import type { Frame } from '../../src/model/trajectory.ts';

/**
 * fs between the frames of `kinisi/example_XDATCAR.gz`: kinisi reads it with 50 steps of 2 fs. Its 140 frames are 14 ps; with
 * them α₂ peaks at the 0.8 ps that the whole run of 70 ps has.
 */
export const ARGYRODITE_INTERVAL = 100;

/** All frames, continuous. @param types names of numbered atom types */
export async function readTrajectory(
  path: string,
  frameInterval: number,
  types?: readonly string[],
): Promise<{ system: System; frames: Frame[] }> {
  const trajectory = await openTrajectory(new Blob([readFileSync(path)]), path, {
    frameInterval,
    ...(types && { types }),
  });
  const frames: Frame[] = [];
  for await (const frame of checkedFrames(trajectory, () => {})) {
    frames.push({ ...frame, positions: Float64Array.from(frame.positions) });
  }
  return { system: trajectory.system, frames };
}

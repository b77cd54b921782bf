/** Structure against other programs: g(r) and coordination that LAMMPS computed on the fly, in runs whose frames are at hand. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AnalysisContext } from '../../src/analysis/analysis.ts';
import { pooledBlocks } from '../../src/analysis/structure/blockSums.ts';
import { analysePairs, type PairAnalysis, rdf } from '../../src/analysis/structure/rdf.ts';
import { openTrajectory } from '../../src/io/index.ts';
import type { System } from '../../src/model/system.ts';
import type { Frame } from '../../src/model/trajectory.ts';
import { sharedPath } from '../support/sharedData.ts';

const MELT = 'reference/dynamics/rdf_nacl_melt_1200K';
const ANTIPEROVSKITE = 'reference/dynamics/nvt_li3ocl_schottky_1200K';

/** Rows of `fix ave/time … mode vector`: the last block of a file. */
function lammpsRows(path: string): number[][] {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .slice(1)
    .map((line) => line.trim().split(/\s+/).map(Number));
}

async function framesOf(
  path: string,
  types: string[],
): Promise<{ system: System; frames: AsyncIterable<Frame> }> {
  const trajectory = await openTrajectory(readFileSync(path), path, { types, frameInterval: 100 });
  return { system: trajectory.system, frames: trajectory.frames() };
}

async function pairsOf(
  folder: string,
  file: string,
  types: string[],
  rMax: number,
): Promise<{ pairs: PairAnalysis[]; frames: number; seconds: number }> {
  const { system, frames } = await framesOf(sharedPath(`${folder}/${file}`) as string, types);
  const context: AnalysisContext = {
    system,
    mobile: [0],
    temperature: 1200,
    charges: [],
    frameInterval: 100,
  };
  const options = { binWidth: 0.05, rMax, every: 1, smear: 0 };
  const part = rdf.begin(context, options);
  let index = 0;
  let spent = 0;
  for await (const frame of frames) {
    const start = performance.now();
    // LAMMPS averaged steps 20 … and 100 …: the first frame was not among them.
    if (index++ > 0) part.add(frame);
    spent += performance.now() - start;
  }
  const { sums, grid } = part.distances;
  return {
    pairs: analysePairs(system, pooledBlocks([sums]), grid),
    frames: index - 1,
    seconds: spent / 1000,
  };
}

describe.skipIf(!sharedPath(ANTIPEROVSKITE))('Li3OCl at 1200 K: the 2000 frames that LAMMPS averaged', () => {
  test('g(r) and running coordination of all pairs agree to the rounding of positions', async () => {
    const { pairs, frames, seconds } = await pairsOf(
      ANTIPEROVSKITE,
      'traj_100fs.lammpstrj.gz',
      ['Li', 'O', 'Cl'],
      9,
    );
    const rows = lammpsRows(sharedPath(`${ANTIPEROVSKITE}/rdf_lammps.dat`) as string);
    console.log(frames, seconds);
    expect(frames).toBe(2000);
    pairs.forEach(({ curves, name }, p) => {
      let worst = 0;
      let worstN = 0;
      rows.forEach((row, k) => {
        worst = Math.max(worst, Math.abs((row[2 + 2 * p] as number) - (curves.g[k] as number)));
        worstN = Math.max(worstN, Math.abs((row[3 + 2 * p] as number) - (curves.aroundA[k] as number)));
      });
      console.log(name, worst, worstN, JSON.stringify(pairs[p]?.result));
    });
  });
});

describe.skipIf(!sharedPath(MELT))('NaCl melt at 1200 K: 100 of the 2000 frames that LAMMPS averaged', () => {
  test('x', async () => {
    const { pairs, frames, seconds } = await pairsOf(MELT, 'traj_400fs.lammpstrj.gz', ['Na', 'Cl'], 10);
    const rows = lammpsRows(sharedPath(`${MELT}/rdf.dat`) as string);
    console.log(frames, seconds);
    pairs.forEach(({ curves, error, name }, p) => {
      let chi = 0,
        n = 0,
        worst = 0;
      rows.forEach((row, k) => {
        const d = (row[2 + 2 * p] as number) - (curves.g[k] as number);
        worst = Math.max(worst, Math.abs(d));
        if ((error[k] as number) > 0.005) {
          chi += (d / (error[k] as number)) ** 2;
          n++;
        }
      });
      console.log(name, worst, chi / n, n, JSON.stringify(pairs[p]?.result));
    });
  });
});

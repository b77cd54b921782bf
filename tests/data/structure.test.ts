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

import { scattering } from '../../src/analysis/structure/totalScattering.ts';

describe.skipIf(!sharedPath(MELT))('scattering', () => {
  test('x', async () => {
    const { system, frames } = await framesOf(sharedPath(`${MELT}/traj_400fs.lammpstrj.gz`) as string, [
      'Na',
      'Cl',
    ]);
    const context: AnalysisContext = {
      system,
      mobile: [0],
      temperature: 1200,
      charges: [1, -1],
      frameInterval: 400,
    };
    const options = { qMax: 12, qBin: 0.05, binWidth: 0.05, rMax: 0, ions: true, every: 0 };
    const part = scattering.begin(context, { ...options, every: 4 });
    const start = performance.now();
    for await (const frame of frames) part.add(frame);
    console.log(
      part.factors.sums.rows,
      part.distances.sums.rows,
      performance.now() - start,
      scattering.begin(context, options).factors.grid,
    );
    const report = scattering.report([part], context, options);
    console.log(JSON.stringify(report.results, null, 1), report.rows, report.methods, report.notes);
    console.log(report.tables['structure_factor.csv']?.split('\n').slice(0, 60).join('\n'));
    console.log(
      report.tables['pdf.csv']
        ?.split('\n')
        .filter((_, i) => i % 8 === 1)
        .join('\n'),
    );
  });
});

import { powder } from '../../src/analysis/structure/powderAnalysis.ts';
describe.skipIf(!sharedPath(MELT))('powder', () => {
  test('x', async () => {
    const { system, frames } = await framesOf(sharedPath(`${ANTIPEROVSKITE}/traj_100fs.lammpstrj.gz`) as string, ['Li', 'O', 'Cl']);
    const context: AnalysisContext = { system, mobile: [0], temperature: 1200, charges: [1, -2, -1], frameInterval: 100 };
    const options = { wavelength: 1.54184, from: 5, to: 90, width: 0.1, ions: true, every: 20 };
    const part = powder.begin(context, options);
    let start = process.cpuUsage().user;
    let n = 0;
    for await (const frame of frames) if (n++ < 1000) part.add(frame);
    console.log(n, part.squares.rows, part.hkl.length / 3, (process.cpuUsage().user - start) / 1000);
    start = process.cpuUsage().user;
    const report = powder.report([part], context, options);
    console.log('report', (process.cpuUsage().user - start) / 1000);
    console.log(report.rows, report.methods, report.notes, JSON.stringify(report.results).slice(0, 1500));
    console.log(report.tables['powder_lines.csv']?.split('\n').slice(0, 40).join('\n'));
    console.log(report.tables['average_structure.csv']?.split('\n').slice(0, 8).join('\n'));
  });
});

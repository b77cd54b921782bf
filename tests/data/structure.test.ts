/** Structure against other programs: g(r) and coordination that LAMMPS computed on the fly, in runs whose frames are at hand. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import type { AnalysisContext } from '../../src/analysis/analysis.ts';
import type { Estimate } from '../../src/analysis/estimate.ts';
import { shells } from '../../src/analysis/structure/anionShells.ts';
import { pooledBlocks } from '../../src/analysis/structure/blockSums.ts';
import { analysePairs, type PairAnalysis } from '../../src/analysis/structure/pairAnalysis.ts';
import { powder } from '../../src/analysis/structure/powderAnalysis.ts';
import { rdf } from '../../src/analysis/structure/rdf.ts';
import { scattering } from '../../src/analysis/structure/totalScattering.ts';
import { openTrajectory } from '../../src/io/index.ts';
import type { System } from '../../src/model/system.ts';
import type { Frame } from '../../src/model/trajectory.ts';
import { type Measured, writeMeasured } from '../support/measured.ts';
import { sharedPath } from '../support/sharedData.ts';

const rows: Measured[] = [];
afterAll(() => {
  if (rows.length > 0) writeMeasured('structure', rows);
});

const MELT = 'reference/dynamics/rdf_nacl_melt_1200K';
const ANTIPEROVSKITE = 'reference/dynamics/nvt_li3ocl_schottky_1200K';

/** Rows of `fix ave/time … mode vector`. */
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

/** Pairs of all frames but the first: LAMMPS averaged steps 20 … and 100 …, without step 0. */
async function pairsOf(
  folder: string,
  file: string,
  types: string[],
  rMax: number,
): Promise<{ pairs: PairAnalysis[]; frames: number }> {
  const { system, frames } = await framesOf(sharedPath(`${folder}/${file}`) as string, types);
  const context: AnalysisContext = {
    system,
    mobile: [0],
    temperature: 1200,
    charges: [],
    frameInterval: 100,
  };
  const part = rdf.begin(context, { binWidth: 0.05, rMax, every: 1, smear: 0 });
  let index = 0;
  for await (const frame of frames) if (index++ > 0) part.add(frame);
  const { sums, grid } = part.distances;
  return { pairs: analysePairs(system, pooledBlocks([sums]), grid), frames: index - 1 };
}

describe.skipIf(!sharedPath(ANTIPEROVSKITE))('Li3OCl at 1200 K: the 2000 frames that LAMMPS averaged', () => {
  test('g(r) and running coordination of all six pairs agree to the rounding of positions', async () => {
    const { pairs, frames } = await pairsOf(ANTIPEROVSKITE, 'traj_100fs.lammpstrj.gz', ['Li', 'O', 'Cl'], 9);
    const lammps = lammpsRows(sharedPath(`${ANTIPEROVSKITE}/rdf_lammps.dat`) as string);
    expect(frames).toBe(2000);
    expect(pairs.map(({ name }) => name)).toEqual(['Li-Li', 'Li-O', 'Li-Cl', 'O-O', 'O-Cl', 'Cl-Cl']);
    const largest = { g: 0, n: 0 };
    pairs.forEach(({ curves }, p) => {
      lammps.forEach((row, k) => {
        largest.g = Math.max(largest.g, Math.abs((row[2 + 2 * p] as number) - (curves.g[k] as number)));
        largest.n = Math.max(largest.n, Math.abs((row[3 + 2 * p] as number) - (curves.aroundA[k] as number)));
        // Measured 0.0009 in g (peaks of 5.8) and 0.0005 in n (of 80): positions in the file are cut to 10⁻⁴ Å, which moves a few
        // pairs of 10⁸ to the next bin. N_b for N_b − 1, or 4πr²Δr for the shell, would be seen from 0.002 on.
        expect(Math.abs((row[2 + 2 * p] as number) - (curves.g[k] as number))).toBeLessThan(0.0015);
        expect(Math.abs((row[3 + 2 * p] as number) - (curves.aroundA[k] as number))).toBeLessThan(0.001);
      });
    });
    rows.push({
      name: 'Li3OCl 1200 K, six g(r) and running coordinations, largest differences',
      expected: 0,
      measured: `${largest.g.toFixed(4)}, ${largest.n.toFixed(4)}`,
      tolerance: '0.0015, 0.001',
      source: 'LAMMPS compute rdf, the same frames',
    });
    const around = pairs.find(({ name }) => name === 'Li-O')?.result;
    // Antiperovskite: two O around Li and six Li around O, less a vacancy or two among 125 cells.
    expect(around?.coordination['Li-O']?.value).toBeCloseTo(2, 2);
    expect(around?.coordination['O-Li']?.value).toBeCloseTo(5.935, 2);
  });

  test('shells, network and powder pattern of the same run', async () => {
    const path = sharedPath(`${ANTIPEROVSKITE}/traj_100fs.lammpstrj.gz`) as string;
    const { system, frames } = await framesOf(path, ['Li', 'O', 'Cl']);
    const context: AnalysisContext = {
      system,
      mobile: [0],
      temperature: 1200,
      charges: [1, -2, -1],
      frameInterval: 100,
    };
    const census = shells.begin(context, { cutoff: 0, every: 10 });
    const options = { wavelength: 1.54184, from: 5, to: 90, width: 0.1, ions: true, every: 25 };
    const pattern = powder.begin(context, options);
    let index = 0;
    for await (const frame of frames) {
      if (index++ >= 1000) break;
      census.add(frame);
      pattern.add(frame);
    }
    const found = shells.report([census], context, { cutoff: 0, every: 10 });
    const { cations } = found.results['shells'] as {
      cations: { Li: { shells: { shell: string; share: Estimate; randomCell: number }[] } };
    };
    // Octahedra of two O and four Cl, and the eighth of them that misses one of the vacant Cl; a random mixture would have 20 %.
    const [full, vacant] = cations.Li.shells;
    expect([full?.shell, vacant?.shell]).toEqual(['O2 Cl4', 'O2 Cl3']);
    expect(full?.share.value).toBeCloseTo(0.868, 2);
    expect(vacant?.share.value).toBeCloseTo(0.127, 2);
    expect(full?.randomCell).toBeCloseTo(0.197, 2);
    const { xray, displacements } = powder.report([pattern], context, options).results['powder'] as {
      xray: { lines: { hkl: number[]; twoTheta: number; relative: number }[] };
      displacements: Record<string, Estimate>;
    };
    // Five cells of 3.95 Å along an edge: the four strongest lines are (110), (200), (211) and (111) of the small cell.
    const strongest = [...xray.lines].sort((a, b) => b.relative - a.relative).slice(0, 4);
    expect(strongest.map(({ hkl }) => hkl.map((x) => x / 5).join(' '))).toEqual([
      '1 1 0',
      '2 0 0',
      '2 1 1',
      '1 1 1',
    ]);
    expect(strongest[0]?.twoTheta).toBeCloseTo(32.0446, 3);
    // O sits tighter than Cl; Li leaves its sites, and its parameter is no vibration.
    expect(displacements['O']?.value).toBeCloseTo(0.033, 2);
    expect(displacements['Cl']?.value).toBeCloseTo(0.05, 2);
    expect(displacements['Li']?.value as number).toBeGreaterThan(0.2);
  });
});

describe.skipIf(!sharedPath(MELT))('NaCl melt at 1200 K: 100 of the 2000 frames that LAMMPS averaged', () => {
  test('g(r) agrees within its own error bars', async () => {
    const { pairs, frames } = await pairsOf(MELT, 'traj_400fs.lammpstrj.gz', ['Na', 'Cl'], 10);
    const lammps = lammpsRows(sharedPath(`${MELT}/rdf.dat`) as string);
    expect(frames).toBe(100);
    pairs.forEach(({ curves, error }, p) => {
      let [chi, n] = [0, 0];
      lammps.forEach((row, k) => {
        if (!((error[k] as number) > 0.005)) return;
        chi += (((row[2 + 2 * p] as number) - (curves.g[k] as number)) / (error[k] as number)) ** 2;
        n++;
      });
      // χ² per bin 1.02, 1.08 and 1.31 measured: twelve blocks know their error to 20 %, χ² to 1.2 on average.
      expect(n).toBeGreaterThan(130);
      expect(chi / n).toBeGreaterThan(0.6);
      expect(chi / n).toBeLessThan(1.6);
    });
    const { firstPeak, cutoff, coordination } = (pairs[1] as PairAnalysis).result;
    rows.push({
      name: 'NaCl melt 1200 K, first Na–Cl peak, Å; neighbours within the first minimum',
      expected: `2.625; ${(lammps[Math.round((cutoff.value as number) / 0.05) - 1] as number[])[5]}`,
      measured: `${(firstPeak.r.value as number).toFixed(3)}; ${coordination['Na-Cl']?.value?.toFixed(3)}`,
      tolerance: '0.03; 0.02',
      source: 'LAMMPS compute rdf, 2000 frames (ours 100)',
    });
    expect(Math.abs((firstPeak.r.value as number) - 2.625)).toBeLessThan(0.03);
    expect(Math.abs((firstPeak.g.value as number) - 3.76)).toBeLessThan(0.06);
    // LAMMPS' own curve is lowest between 4.1 and 4.2 Å, with 4.97 to 5.05 neighbours.
    expect(Math.abs((cutoff.value as number) - 4.15)).toBeLessThan(0.11);
    const at = Math.round((cutoff.value as number) / 0.05) - 1;
    expect(
      Math.abs((coordination['Na-Cl']?.value as number) - ((lammps[at] as number[])[5] as number)),
    ).toBeLessThan(0.02);
  });

  test('G(r) from g(r) and from F(Q) are one function; S(q) has the peak of charge order', async () => {
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
    const options = { qMax: 12, qBin: 0.05, binWidth: 0.05, rMax: 0, ions: true, every: 25 };
    const part = scattering.begin(context, options);
    for await (const frame of frames) part.add(frame);
    const { neutron } = scattering.report([part], context, options).results['scattering'] as {
      neutron: { routes: { rms: number; rmsDifference: number }; firstSharpPeak: { q: Estimate } };
    };
    // 0.0014 of 0.24 Å⁻² measured over 26 frames: 0.6 %. N_b − 1 for N_b in g would make it 3 %.
    expect(neutron.routes.rmsDifference / neutron.routes.rms).toBeLessThan(0.015);
    // 1.79 ± 0.01 Å⁻¹ measured over 26 frames: Na and Cl alternate every 3.5 Å.
    expect(Math.abs((neutron.firstSharpPeak.q.value as number) - 1.75)).toBeLessThan(0.12);
  });
});

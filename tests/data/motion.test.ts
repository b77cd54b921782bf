/**
 * Displacement statistics of real trajectories, read in place: Li3OCl with Schottky vacancies by LAMMPS (its own MSD, and numpy
 * direct sums), and Li6PS5Cl by ab initio MD (B. J. Morgan's, distributed with kinisi).
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import type { AnalysisContext, AnalysisReport } from '../../src/analysis/analysis.ts';
import type { Estimate } from '../../src/analysis/estimate.ts';
import { motion } from '../../src/analysis/motion/displacementStatistics.ts';
import { FrameDisplacements } from '../../src/analysis/motion/frameDisplacements.ts';
import { lagCount, lagOf, originSpacing } from '../../src/analysis/motion/multiTau.ts';
import { rotation } from '../../src/analysis/motion/rotation.ts';
import { motionCurves } from '../../src/analysis/motion/speciesMotion.ts';
import { cellFromVectors } from '../../src/model/cell.ts';
import type { Frame } from '../../src/model/trajectory.ts';
import { type Measured, writeMeasured } from '../support/measured.ts';
import { ARGYRODITE_INTERVAL, readTrajectory } from '../support/realTrajectory.ts';
import { sharedPath } from '../support/sharedData.ts';
import { optionsOf } from '../unit/analysis/motion/feed.ts';

const rows: Measured[] = [];
afterAll(() => {
  if (rows.length > 0) writeMeasured('motion', rows);
});

const LI3OCL = sharedPath('reference/dynamics/nvt_li3ocl_schottky_1200K');
const ARGYRODITE = sharedPath('science/data/kinisi/example_XDATCAR.gz');

/** Rows of numbers of a file with `#` comments. */
function rowsOf(path: string): number[][] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/).map(Number));
}

/** Frames of an id-sorted dump of `id type xu yu zu`, 1 fs per step. */
function dumpFrames(path: string): Frame[] {
  const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  const n = Number(lines[3]);
  const edge = Number(lines[5]!.split(' ')[1]);
  const cell = cellFromVectors([edge, 0, 0, 0, edge, 0, 0, 0, edge]);
  const frames: Frame[] = [];
  for (let p = 0; p < lines.length; p += 9 + n) {
    const step = Number(lines[p + 1]);
    const positions = new Float64Array(3 * n);
    for (let i = 0; i < n; i++) positions.set(lines[p + 9 + i]!.split(' ').slice(2, 5).map(Number), 3 * i);
    frames.push({ step, time: step, cell, positions });
  }
  return frames;
}

function speciesOf({ results }: AnalysisReport): Record<string, Spoken> {
  return (results['motion'] as { species: Record<string, Spoken> }).species;
}

interface Spoken {
  nonGaussian: { maximum: Estimate; time: Estimate };
  hopLength: Estimate;
}

describe.skipIf(LI3OCL === undefined)('Li3OCl, 1200 K (shared reference data)', () => {
  const frames = LI3OCL ? dumpFrames(`${LI3OCL}/traj_100fs.lammpstrj.gz`) : [];
  const counts = [371, 125, 121];
  const masses = [6.94, 15.999, 35.45];

  const contextOf = (first: Frame, types: Uint16Array): AnalysisContext => ({
    system: {
      title: 'Li3OCl',
      cell: first.cell,
      species: ['Li', 'O', 'Cl'].map((label, s) => ({ label, element: label, mass: masses[s]! })),
      typeOf: types,
      positions: first.positions,
    },
    mobile: [0],
    temperature: 1200,
    charges: [1, -2, -1],
    frameInterval: 100,
  });

  it('equals LAMMPS and numpy MSDs', () => {
    const lines = gunzipSync(readFileSync(`${LI3OCL}/traj_100fs.lammpstrj.gz`))
      .toString()
      .split('\n', 9 + 617);
    const types = Uint16Array.from(lines.slice(9), (line) => Number(line.split(' ')[1]) - 1);
    expect(counts).toEqual([0, 1, 2].map((s) => types.filter((t) => t === s).length));
    const context = contextOf(frames[0]!, types);
    const options = optionsOf(motion, { drift: 'massCenter' });
    const part = motion.begin(context, options);
    for (const frame of frames) part.add(frame);
    const curves = motionCurves([part.species[0]!], lagCount(frames.length), 100);
    const numpy = rowsOf(`${LI3OCL}/msd_Li_numpy.dat`);
    let level0 = 0;
    let beyond = 0;
    curves.times.forEach((time, l) => {
      const row = numpy[time / 100]!;
      expect(row[0]).toBeCloseTo(time / 1000, 6);
      if (originSpacing(l) === 1) level0 = Math.max(level0, Math.abs(curves.msd[l]! - row[2]!));
      else if (lagOf(l) < frames.length / 4)
        beyond = Math.max(beyond, Math.abs(curves.msd[l]! / row[2]! - 1));
    });
    rows.push({
      name: 'Li3OCl 1200 K, Li MSD over all origins, largest difference, Å²',
      expected: 0,
      measured: level0,
      tolerance: 'absolute 1e-5',
      source: 'numpy direct sums over LAMMPS frames',
    });
    // All origins: the same numbers, up to the six digits of the file (mass centre there too). Measured 5e-7.
    expect(level0).toBeLessThan(1e-5);
    // Origins an eighth of a lag apart against all of them, measured 0.5 %; the statistical error of 371 Li at 50 ps is 6 %.
    expect(beyond).toBeLessThan(0.02);
    // LAMMPS, from the first frame, nothing taken off; positions have four decimals.
    const lammps = rowsOf(`${LI3OCL}/msd_lammps.dat`);
    const displacements = new FrameDisplacements(context.system, 'none', [0]);
    frames.forEach((frame, t) => {
      const u = displacements.add(frame);
      [0, 1, 2].forEach((s) => {
        let sum = 0;
        types.forEach((type, i) => {
          if (type === s) for (let k = 0; k < 3; k++) sum += u[3 * i + k]! ** 2;
        });
        const value = lammps[t]![1 + s]!;
        expect(Math.abs(sum / counts[s]! - value)).toBeLessThan(1e-4 * Math.max(1, value));
      });
    });
    const found = speciesOf(motion.report([part], context, options));
    // Edges of the octahedra, where Li hops: a/√2 = 2.79 Å with a = 3.95 Å.
    expect(Math.abs(found['Li']!.hopLength.value! - 2.79)).toBeLessThan(0.15);
    expect(found['O']!.hopLength.value).toBeNull();
    // Rare hops beyond a vibration: far from Gaussian, and anions are not.
    expect(found['Li']!.nonGaussian.maximum.value!).toBeGreaterThan(1);
    expect(found['Cl']!.nonGaussian.maximum.value!).toBeLessThan(0.2);
  });
});

describe.skipIf(ARGYRODITE === undefined)(
  'Li6PS5Cl, half of the anions exchanged, 500 K (shared science data)',
  async () => {
    const { system, frames } = ARGYRODITE
      ? await readTrajectory(ARGYRODITE, ARGYRODITE_INTERVAL)
      : { system: undefined as never, frames: [] };
    const context: AnalysisContext = {
      system,
      mobile: [0],
      temperature: 500,
      charges: [1, -1, -2, 5],
      frameInterval: 100,
    };

    it('α₂ is largest at 0.8 ps, where an independent script found 0.55', () => {
      const options = optionsOf(motion, { drift: 'framework' });
      const part = motion.begin(context, options);
      for (const frame of frames) part.add(frame);
      const found = speciesOf(motion.report([part], context, options));
      const { maximum, time } = found['Li']!.nonGaussian;
      expect(frames.length).toBe(140);
      rows.push({
        name: 'Li6PS5Cl 500 K, largest α₂ of Li, and when (ps)',
        expected: '0.55 at 0.8 (70 ps)',
        measured: `${maximum.value!.toFixed(3)} at ${(time.value! / 1000).toFixed(1)} (14 ps)`,
        tolerance: '0.03',
        source: 'independent numpy script',
      });
      // Its 70 ps against these 14: measured 0.562, standard error 0.04.
      expect(Math.abs(maximum.value! - 0.55)).toBeLessThan(0.03);
      expect(maximum.ci95![0]).toBeLessThan(0.55);
      expect(maximum.ci95![1]).toBeGreaterThan(0.55);
      expect(time.value).toBe(800);
    });

    it('PS₄ librate; next to none rotates', () => {
      const options = optionsOf(rotation);
      const part = rotation.begin(context, options);
      for (const frame of frames) part.add(frame);
      const found = rotation.report([part], context, options).results['rotation'] as {
        complexes: string;
        intact: number;
        libration: Estimate;
        rotated: Estimate;
      };
      expect(found.complexes).toBe('PS4');
      expect(found.intact).toBe(32);
      // Measured 12.1° and 0.3 % (one bond or so at a time beyond 30°).
      expect(Math.abs(found.libration.value! - 12)).toBeLessThan(2);
      expect(found.rotated.ci95![1]).toBeLessThan(0.02);
    });
  },
);

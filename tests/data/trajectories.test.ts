/**
 * Trajectories that other programs wrote: the test files of kinisi (MIT), vasppy (MIT) and mpmorph (BSD), read in place.
 * Numbers expected are those of kinisi's own tests, and of MDAnalysis for the DCD.
 */
import { createReadStream } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkedFrames } from '../../src/analysis/frames/checkedFrames.ts';
import { DisplacementCollector } from '../../src/analysis/frames/displacements.ts';
import { SeamDetector } from '../../src/analysis/frames/seams.ts';
import { driftOf, speciesTracks } from '../../src/analysis/transport/tracks.ts';
import { openTrajectory, readStructure } from '../../src/io/index.ts';
import type { TrajectoryOptions } from '../../src/io/trajectoryFile.ts';
import { toFractional } from '../../src/model/cell.ts';
import { formula } from '../../src/model/system.ts';
import type { Frame } from '../../src/model/trajectory.ts';
import { sharedPath } from '../support/sharedData.ts';

const DATA = 'science/data';

async function open(file: string, options: TrajectoryOptions = {}) {
  const path = sharedPath(`${DATA}/${file}`) as string;
  return openTrajectory(() => createReadStream(path), file, { frameInterval: 100, ...options });
}

/** Continuous frames, and what was said of them. */
async function read(file: string, options: TrajectoryOptions = {}) {
  const trajectory = await open(file, options);
  const frames: Frame[] = [];
  const warnings: string[] = [];
  for await (const frame of checkedFrames(trajectory, (sentence) => warnings.push(sentence)))
    frames.push(frame);
  return { trajectory, frames, warnings, system: trajectory.system };
}

describe.skipIf(!sharedPath(`${DATA}/kinisi`))('files of kinisi', () => {
  it('drift: displacements of H relative to the framework of He', async () => {
    const { frames, system } = await read('kinisi/example_drift.XDATCAR');
    expect(formula(system)).toBe('H He8');
    const collector = new DisplacementCollector(system);
    for (const frame of frames) collector.add(frame);
    const series = collector.series();
    const drift = driftOf(series, 'framework', [0]);
    const [x, y, z] = [0, 1, 2].map(() => new Float64Array(frames.length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    speciesTracks(series, 0, drift).read(0, x, y, z);
    for (const path of [x, y, z]) {
      [0, 0.2, 0.4, 1].forEach((expected, t) => {
        expect(path[t]).toBeCloseTo(expected, 6);
      });
    }
    speciesTracks(series, 0, driftOf(series, 'none', [0])).read(0, x, y, z);
    expect([...x]).toEqual([0, 0, 0, 0]);
  });

  it('centre of three atoms: of geometry, and with masses 1, 16, 1', async () => {
    const { frames, system } = await read('kinisi/example_center.XDATCAR');
    expect([...system.typeOf]).toEqual([0, 1, 0]);
    const s = toFractional(system.cell, frames[0]!.positions);
    const centre = (masses: number[]) =>
      [0, 1, 2].map(
        (k) => masses.reduce((sum, m, i) => sum + m * s[3 * i + k]!, 0) / masses.reduce((a, b) => a + b),
      );
    for (const [masses, expected] of [
      [
        [1, 1, 1],
        [0.2733333, 0.2666667, 0.2],
      ],
      [
        [1, 16, 1],
        [0.3788889, 0.2111111, 0.2],
      ],
    ] as const) {
      centre([...masses]).forEach((x, k) => {
        expect(x).toBeCloseTo(expected[k]!, 6);
      });
    }
  });

  it('Li6PS5Cl: 140 configurations of 416 atoms, without a seam; largest step 2.42 Å', async () => {
    const { frames, system, warnings } = await read('kinisi/example_XDATCAR.gz');
    expect(formula(system)).toBe('Li192 Cl32 S160 P32');
    expect(frames).toHaveLength(140);
    expect(warnings).toEqual([]);
    const detector = new SeamDetector(system);
    for (const frame of frames) detector.add(frame);
    expect(detector.report().largestWithin).toBeCloseTo(2.42, 2);
  });

  it('DCD with a LAMMPS data file: as MDAnalysis reads it', async () => {
    const types = ['Li', 'Cl'];
    const path = sharedPath(`${DATA}/kinisi/example_LAMMPS.data`) as string;
    const { system: topology } = await readStructure(() => createReadStream(path), path, { types });
    const trajectory = await open('kinisi/example_LAMMPS.dcd', { topology });
    expect(formula(trajectory.system)).toBe('Li204 Cl52');
    expect(trajectory.unwrapped).toBe(false);
    const frames: Frame[] = [];
    for await (const frame of trajectory.frames()) frames.push(frame);
    expect(frames).toHaveLength(200);
    expect(frames[0]!.cell.h[0]).toBeCloseTo(5.8178906, 6);
    for (const [k, first, last, sum] of [
      [0, [2.983564, 5.280855, 2.015526], [0.32743627, 5.3528166, 2.3387654], 2236.4562159935012],
      [100, [3.2468681, 5.5274286, 2.4480171], [0.64829284, 5.669319, 2.7074707], 2240.638061323669],
      [199, [3.357803, 5.707529, 2.8977098], [0.7452494, 5.7562547, 3.096027], 2231.731385651743],
    ] as const) {
      const { positions } = frames[k]!;
      first.forEach((x, i) => {
        expect(positions[i]).toBeCloseTo(x, 5);
      });
      last.forEach((x, i) => {
        expect(positions[3 * 255 + i]).toBeCloseTo(x, 5);
      });
      // In f64 over the f32 of the file, by both.
      expect(positions.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 8);
    }
  });
});

describe.skipIf(!sharedPath(`${DATA}/vasppy`))('XDATCAR of vasppy and mpmorph', () => {
  it('NaCl at 800 K: steps are the numbers of the configurations, 50 apart', async () => {
    const { frames, system, warnings } = await read('vasppy/NaCl_800K_MD_XDATCAR');
    expect(formula(system)).toBe('Na108 Cl108');
    expect(frames.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, t) => 50 * (t + 1)));
    expect(warnings).toEqual([]);
  });

  it('liquid Na: 2000 configurations 2 fs apart, no false seam; a hole of two frames is found', async () => {
    const { frames, system, warnings } = await read('mpmorph_liquid_Na/Na_856.0.XDATCAR.gz');
    expect(formula(system)).toBe('Na100');
    expect(frames).toHaveLength(2000);
    expect(warnings).toEqual([]);
    const detector = new SeamDetector(system);
    const cut = [...frames.slice(0, 1000), ...frames.slice(1002)];
    cut.forEach((frame, step) => {
      detector.add({ ...frame, step });
    });
    expect(detector.report().seams).toMatchObject([{ frame: 1001, sign: 'jump' }]);
    expect(() => detector.judge()).toThrow(/farther than any atom moves within the runs/);
  });
});

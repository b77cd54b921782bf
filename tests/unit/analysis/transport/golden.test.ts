/**
 * A real run by another program: Li3OCl with Schottky vacancies at 1200 K, LAMMPS, 200 ps, a frame every 2 ps. The Li diffuse by
 * hops (1.6 each), O and Cl vibrate. References: LAMMPS compute msd and numpy direct sums (reference.json).
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { collectDisplacements } from '../../../../src/analysis/frames/displacements.ts';
import type { Drift } from '../../../../src/analysis/transport/tracks.ts';
import { analyseTransport } from '../../../../src/analysis/transport/transport.ts';
import { cellFromVectors } from '../../../../src/model/cell.ts';
import type { Frame, Trajectory } from '../../../../src/model/trajectory.ts';
import { CL, LI } from './walks.ts';

const FOLDER = new URL('../../../golden/analysis/li3ocl-1200K/', import.meta.url);
const O = { label: 'O', element: 'O', mass: 15.999, formalCharge: -2 };

/** Four decimals of coordinates: deviations of 5e-5 Å average out over 121 ions or more; measured 3e-5 Å². */
const TOL_SINGLE_ORIGIN = 1e-4;
/** Same coordinates: f32 storage of displacements; measured 2e-7 Å². */
const TOL_ALL_ORIGINS = 2e-6;

interface Reference {
  frameInterval_fs: number;
  edge_A: number;
  diffusion: { Li: { D_cm2_s: number } };
  singleOrigin_A2: Record<'Li' | 'O' | 'Cl', number[]>;
  allOrigins_Li_A2: Record<Drift, number[]>;
}

const reference = JSON.parse(readFileSync(new URL('reference.json', FOLDER), 'utf8')) as Reference;

/** The smallest reader of an id-sorted `id type xu yu zu` dump that will do; io has the real one. */
function readDump(): Trajectory {
  const lines = gunzipSync(readFileSync(new URL('trajectory.lammpstrj.gz', FOLDER)))
    .toString()
    .trimEnd()
    .split('\n');
  const n = Number(lines[3]);
  const e = reference.edge_A;
  const cell = cellFromVectors([e, 0, 0, 0, e, 0, 0, 0, e]);
  const frames: Frame[] = [];
  const typeOf = new Uint16Array(n);
  for (let p = 0; p < lines.length; p += 9 + n) {
    const step = Number(lines[p + 1]);
    const positions = new Float64Array(3 * n);
    for (let i = 0; i < n; i++) {
      const [, type, ...xyz] = lines[p + 9 + i]!.split(' ').map(Number);
      typeOf[i] = type! - 1;
      positions.set(xyz, 3 * i);
    }
    frames.push({ step, time: step, cell, positions });
  }
  return {
    system: { title: 'Li3OCl', cell, species: [LI, O, CL], typeOf, positions: frames[0]!.positions },
    frameInterval: reference.frameInterval_fs,
    async *frames() {
      yield* frames;
    },
  };
}

describe('Li3OCl, 1200 K, by LAMMPS', async () => {
  const series = await collectDisplacements(readDump());
  const options = { mobile: ['Li'], temperature: 1200 };

  it('single-origin MSDs equal compute msd', () => {
    const { curves } = analyseTransport(series, { ...options, drift: 'none' });
    for (const label of ['Li', 'O', 'Cl'] as const) {
      reference.singleOrigin_A2[label].forEach((value, k) => {
        expect(Math.abs(curves.species[label]!.singleOrigin[k]! - value)).toBeLessThan(TOL_SINGLE_ORIGIN);
      });
    }
  });

  it.each(['none', 'massCenter', 'framework'] as const)(
    'all-origins MSD equals direct sums, drift %s',
    (drift) => {
      const { curves, results } = analyseTransport(series, { ...options, drift });
      expect(results.transport.referenceFrame).toBe(drift);
      reference.allOrigins_Li_A2[drift].forEach((value, k) => {
        expect(Math.abs(curves.species['Li']!.msd[k]! - value)).toBeLessThan(TOL_ALL_ORIGINS);
      });
    },
  );

  it('Li diffuses at 1.02e-6 cm²/s, O and Cl do not', () => {
    const { diffusion, conductivity } = analyseTransport(series, options).results;
    const li = diffusion['Li']!;
    expect(li.verdict).toBe('diffusive');
    // Claimed error 6 %; the reference is a fit to the same run.
    expect(Math.abs(li.D.value! / reference.diffusion.Li.D_cm2_s - 1)).toBeLessThan(0.06);
    expect(li.D.ci95![0]).toBeLessThan(0.99e-6);
    expect(li.D.ci95![1]).toBeGreaterThan(1.02e-6);
    for (const label of ['O', 'Cl']) {
      expect(diffusion[label]!.verdict).toBe('not diffusing');
      expect(diffusion[label]!.D.value).toBeNull();
      // A hop among 125 ions in 200 ps would be 3e-8 cm²/s at most.
      expect(diffusion[label]!.D.ci95![1]).toBeLessThan(6e-8);
    }
    // 371 Li in 7704 Å³ at 1200 K.
    expect(conductivity.nernstEinstein.value! / li.D.value!).toBeCloseTo(
      (1.602176634e-19 ** 2 * (371 / 7703.734375e-24)) / (1.380649e-23 * 1200),
      -2,
    );
  });
});

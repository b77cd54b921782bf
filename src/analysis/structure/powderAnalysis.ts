/**
 * Powder patterns of a run: of the frames as they are (thermal diffuse scattering included) and of the mean density (Bragg scattering
 * alone), X-rays and neutrons, with displacement parameters.
 */
import { type Cell, cellFromVectors, volume } from '../../model/cell.ts';
import { type Species, type System, speciesCounts } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, frameAnalysis, type ReportRow } from '../analysis.ts';
import { csv } from '../csv.ts';
import type { Estimate } from '../estimate.ts';
import type { Figure } from '../figure.ts';
import { BlockSums, blockSpread, inWords, pooledBlocks } from './blockSums.ts';
import { DensityModes, modeCount, modeLength, modesWithin } from './densityModes.ts';
import { DisplacementMoments, displacementTensors, isotropicDisplacement } from './displacementParameters.ts';
import { CU_K_ALPHA, lengthsOf } from './powder.ts';
import {
  type Profile,
  profileOf,
  type Reflection,
  reflectionsOf,
  twoThetaOf,
  waveNumberAt,
} from './reflections.ts';
import { type Radiation, type Scatterer, scatterersOf } from './scatterers.ts';
import { CALLED } from './scatteringOutput.ts';
import { waveVectors } from './structureFactors.ts';

const OPTIONS = {
  wavelength: { default: CU_K_ALPHA, unit: 'Å', range: [0.1, 5], help: 'wavelength; Cu Kα' },
  from: { default: 5, unit: '°', range: [0.5, 170], help: 'smallest 2θ' },
  to: { default: 90, unit: '°', range: [1, 175], help: 'largest 2θ' },
  width: { default: 0.1, unit: '°', range: [0.01, 2], help: 'full width at half maximum of the drawn lines' },
  ions: {
    default: true,
    help: 'X-ray form factors of ions where formal charges are known and the table has them',
  },
  every: {
    default: 0,
    range: [0, 1e6],
    help: 'sums over every n-th frame; 0: chosen by the number of atoms',
  },
} as const;

/** Atoms times vectors of one frame, 0.4 s: larger cells are followed to smaller angles. */
const MOST_PHASES = 1.5e8;
/** … and on average over the frames of the trajectory. */
const PHASES_PER_FRAME = 1.5e6;
/** Vectors whose sums are held: 30 MB. */
const MOST_MODES = 150_000;
/** Degrees: vectors that a breathing cell pulls apart are one line. */
const SAME_LINE = 0.02;
/** Per cent of the strongest line: fewer are noise of the average. */
const LEAST = 0.1;
/** Vectors of a large cell that fall on a line by chance. */
const COUNTED = 0.02;
/** Lines in results.json. */
const LISTED = 30;
/** Fewer frames do not tell Bragg scattering from its noise. */
const FEWEST_FRAMES = 4;

const RADIATIONS = ['xray', 'neutron'] as const;
const UNITS: Readonly<Record<Radiation, string>> = { xray: 'electrons²', neutron: 'fm²' };

/** Sums of one replica: |F|² of both radiations in blocks, F itself, the cell, and displacements. */
export class PowderAccumulator implements Accumulator {
  readonly hkl: Int32Array;
  /** 2θ that the vectors reach, degrees. */
  readonly to: number;
  /** Rows [2·vectors]: |F|² of X-rays, then of neutrons. */
  readonly squares: BlockSums;
  /** [4·vectors] Σ Re F, Σ Im F of X-rays, then of neutrons. */
  readonly amplitudes: Float64Array;
  readonly cellSum = new Float64Array(9);
  readonly moments: DisplacementMoments;
  readonly every: number;
  private readonly density: DensityModes;
  private readonly scatterers: readonly (readonly Scatterer[])[];
  private readonly row: Float64Array;
  private frames = 0;

  constructor(
    { system, mobile, charges }: AnalysisContext,
    { wavelength, to, ions, every }: { wavelength: number; to: number; ions: boolean; every: number },
  ) {
    this.to = Math.min(to, reachableAngle(system, wavelength));
    const modes = modesWithin(system.cell, waveNumberAt(this.to, wavelength));
    this.hkl = modes.hkl;
    const phases = modes.count * system.typeOf.length;
    this.every = every > 0 ? Math.round(every) : Math.max(1, Math.ceil(phases / PHASES_PER_FRAME));
    this.density = new DensityModes(modes, system.typeOf, system.species.length);
    this.scatterers = RADIATIONS.map((radiation) =>
      scatterersOf(radiation, system.species, ions ? charges : []),
    );
    this.row = new Float64Array(2 * modes.count);
    this.squares = new BlockSums(this.row.length);
    this.amplitudes = new Float64Array(4 * modes.count);
    this.moments = new DisplacementMoments(system, mobile);
  }

  get frameCount(): number {
    return this.frames;
  }

  add(frame: Frame): void {
    this.moments.add(frame);
    const { h } = frame.cell;
    for (let k = 0; k < 9; k++) this.cellSum[k] = (this.cellSum[k] as number) + (h[k] as number);
    if (this.frames++ % this.every !== 0) return;
    const { modes, re, im } = this.density;
    const { row, amplitudes } = this;
    this.density.evaluate(frame.cell, this.moments.steady);
    const g = waveVectors(frame.cell);
    const n = modes.count;
    const species = re.length / n;
    for (let m = 0; m < n; m++) {
      const [h0, k0, l0] = [3 * m, 3 * m + 1, 3 * m + 2];
      const q = modeLength(g, this.hkl[h0] as number, this.hkl[k0] as number, this.hkl[l0] as number);
      for (let radiation = 0; radiation < 2; radiation++) {
        const scatterers = this.scatterers[radiation] as readonly Scatterer[];
        let x = 0;
        let y = 0;
        for (let a = 0; a < species; a++) {
          const f = (scatterers[a] as Scatterer).at(q / (4 * Math.PI));
          x += f * (re[a * n + m] as number);
          y += f * (im[a * n + m] as number);
        }
        row[radiation * n + m] = x * x + y * y;
        const at = 2 * radiation * n + m;
        amplitudes[at] = (amplitudes[at] as number) + x;
        amplitudes[at + n] = (amplitudes[at + n] as number) + y;
      }
    }
    this.squares.add(row);
  }
}

/** The largest 2θ whose vectors can be summed. */
function reachableAngle(system: System, wavelength: number): number {
  const most = Math.min(MOST_MODES, MOST_PHASES / system.typeOf.length);
  const qMax = (most / modeCount(system.cell, 1)) ** (1 / 3);
  const limit = twoThetaOf(qMax, wavelength);
  return Number.isNaN(limit) ? 175 : limit;
}

/** Intensities of one radiation. */
interface Pattern {
  readonly radiation: Radiation;
  /** Of the frames as they are; of the mean density. */
  readonly whole: Profile;
  readonly bragg: Profile | undefined;
  readonly lines: readonly Reflection[];
  /** [lines] standard error relative to the line itself. */
  readonly errors: readonly number[];
  /** Per cent of the intensity that is not Bragg scattering. */
  readonly diffuse: number | undefined;
}

export const powder = frameAnalysis<PowderAccumulator, typeof OPTIONS>({
  title: 'Powder diffraction patterns and displacement parameters',
  inputs: ['mobile'],
  options: OPTIONS,
  resultUnits: {
    'powder.wavelength': 'Å',
    'powder.<radiation>.lines.twoTheta': '°',
    'powder.<radiation>.lines.d': 'Å',
    'powder.<radiation>.lines.relative': '%',
    'powder.displacements.<species>': 'Å²',
  },
  cost: 'about 3 ns per atom and reciprocal vector, near 5 ms per frame on average by leaving frames out, and 0.1 ms per thousand atoms in every frame; 16 × 2 numbers per vector and 16 × 9 per atom are held',
  begin: (context, options) => new PowderAccumulator(context, options),
  report(parts, context, { wavelength, from, to: asked, width, ions }) {
    const { system } = context;
    const [first] = parts as readonly [PowderAccumulator];
    const frames = parts.reduce((sum, part) => sum + part.squares.rows, 0);
    if (frames === 0) {
      return { results: {}, tables: {}, figures: [], methods: [], notes: ['powder: no frames'] };
    }
    const to = Math.min(...parts.map((part) => part.to), asked);
    const cell = meanCell(parts);
    const range = { wavelength, from, to };
    const patterns = RADIATIONS.map((radiation) => patternOf(radiation, parts, cell, range, width));
    const pooled = pooledBlocks(parts.map((part) => part.squares));
    const displacements = system.species.map((_, s) =>
      isotropicDisplacement(
        parts.map((part) => part.moments.sums),
        system.typeOf,
        s,
        pooled,
      ),
    );
    const counts = speciesCounts(system);
    const notes: string[] = [];
    if (to < asked) {
      notes.push(
        `the pattern ends at ${to.toFixed(1)}° 2θ: a cell of ${volume(cell).toFixed(0)} Å³ has too many reciprocal vectors beyond`,
      );
    }
    if (frames < FEWEST_FRAMES)
      notes.push('too few frames to tell Bragg scattering from thermal diffuse scattering');
    const wide = system.species.filter(
      (_, s) => (counts[s] as number) > 0 && ((displacements[s] as Estimate).value ?? 0) > 0.5,
    );
    if (wide.length > 0) {
      notes.push(
        `the displacement parameters of ${wide.map(({ label }) => label).join(', ')} are those of ions that leave their sites: no vibration; Bragg intensities come from the mean density and hold`,
      );
    }
    const named = system.species.flatMap(({ label }, s) =>
      (counts[s] as number) > 0 ? [[label, displacements[s]] as const] : [],
    );
    return {
      results: {
        powder: {
          wavelength: { value: wavelength, unit: 'Å' },
          ...Object.fromEntries(
            patterns.map((pattern) => [pattern.radiation, resultOf(pattern, system, ions, context)]),
          ),
          displacements: Object.fromEntries(named),
        },
      },
      tables: {
        'powder.csv': profileTable(patterns),
        'powder_lines.csv': lineTable(patterns),
        ...(parts.length === 1 && { 'average_structure.csv': structureTable(system, first, cell) }),
      },
      figures: patterns.map((pattern) => figure(pattern, wavelength, width, frames)),
      rows: named.map(
        ([label, u]): ReportRow => ({ label: `U_iso ${label}`, value: inWords(u as Estimate) }),
      ),
      methods: [
        `Powder patterns for λ = ${wavelength} Å were averaged over ${frames} frames${first.every > 1 ? ` (every ${first.every}. frame)` : ''}: |F|² of every reciprocal vector of the cell up to ${to.toFixed(1)}° 2θ, with the form factors of Waasmaier and Kirfel {waasmaier1995} and the scattering lengths of Sears {sears1992}, times (1 + cos²2θ)/(sin²θ cosθ) for X-rays and 1/(sin²θ cosθ) for neutrons. Thermal diffuse scattering is included; Bragg scattering is |⟨F⟩|² of the mean density, less the share that averages over few frames leave, in the frame of the framework.`,
        `Displacement parameters are variances of positions about the means of the run, with the drift of the framework taken off; drawn lines are pseudo-Voigt (η = ½), ${width}° wide.`,
      ],
      notes,
    };
  },
});

function meanCell(parts: readonly PowderAccumulator[]): Cell {
  const frames = parts.reduce((sum, part) => sum + part.frameCount, 0);
  return cellFromVectors(
    Float64Array.from(
      { length: 9 },
      (_, k) => parts.reduce((sum, part) => sum + (part.cellSum[k] as number), 0) / frames,
    ),
  );
}

function patternOf(
  radiation: Radiation,
  parts: readonly PowderAccumulator[],
  cell: Cell,
  range: { wavelength: number; from: number; to: number },
  width: number,
): Pattern {
  const [{ hkl }] = parts as readonly [PowderAccumulator];
  const n = hkl.length / 3;
  const offset = radiation === 'xray' ? 0 : n;
  const q = lengthsOf(hkl, cell);
  const pool = pooledBlocks(parts.map(({ squares }) => squares));
  const squares = Float64Array.from(q, (_, m) => (pool.total[offset + m] as number) / pool.rows);
  const bragg = braggSquares(parts, offset, n);
  const options = { radiation, ...range };
  // A line is where the mean density scatters; without a mean density, where the frames do.
  const lines = reflectionsOf(
    { hkl, q, squares: bragg ?? squares },
    { ...options, tolerance: SAME_LINE, least: LEAST, counted: COUNTED },
  );
  const errors = lines.map(({ members }) => {
    const sum = (block: Float64Array): number =>
      members.reduce((total, m) => total + (block[offset + m] as number), 0);
    const values = pool.blocks.map(sum);
    const centre = values.reduce((total, x) => total + x, 0) / values.length;
    return blockSpread(values).standardError / centre;
  });
  const total = squares.reduce((sum, x) => sum + x, 0);
  return {
    radiation,
    whole: profileOf({ hkl, q, squares }, options, width),
    bragg: bragg && profileOf({ hkl, q, squares: bragg }, options, width),
    lines,
    errors,
    diffuse: bragg && 100 * (1 - bragg.reduce((sum, x) => sum + x, 0) / total),
  };
}

/**
 * |⟨F⟩|² by vector, free of what few frames leave of the diffuse part: n independent frames make |mean F|² larger by (⟨|F|²⟩ − |⟨F⟩|²)/n.
 * Replicas are averaged as intensities: each has its own mean structure.
 */
function braggSquares(
  parts: readonly PowderAccumulator[],
  offset: number,
  n: number,
): Float64Array | undefined {
  const used = parts.filter(({ squares }) => squares.rows >= FEWEST_FRAMES);
  if (used.length === 0) return undefined;
  const out = new Float64Array(n);
  for (const { squares, amplitudes } of used) {
    const { rows, total } = squares;
    for (let m = 0; m < n; m++) {
      const x = (amplitudes[2 * offset + m] as number) / rows;
      const y = (amplitudes[2 * offset + n + m] as number) / rows;
      const mean = x * x + y * y;
      const whole = (total[offset + m] as number) / rows;
      out[m] = (out[m] as number) + (mean - (whole - mean) / (rows - 1)) / used.length;
    }
  }
  return out;
}

function resultOf(
  { radiation, lines, errors, diffuse }: Pattern,
  system: System,
  ions: boolean,
  { charges }: AnalysisContext,
): object {
  const strongest = [...lines.keys()]
    .sort((a, b) => (lines[b] as Reflection).intensity - (lines[a] as Reflection).intensity)
    .slice(0, LISTED)
    .sort((a, b) => a - b);
  return {
    scatterers: scatterersOf(radiation, system.species, ions ? charges : []).map(({ name }) => name),
    intensityUnit: UNITS[radiation],
    diffuseShare: { value: diffuse ?? null, unit: '%' },
    lines: strongest.map((i) => {
      const { twoTheta, d, families, multiplicity, intensity, relative } = lines[i] as Reflection;
      return {
        hkl: families[0]?.hkl,
        multiplicity,
        twoTheta,
        d,
        relative,
        intensity,
        relativeError: Number.isFinite(errors[i]) ? errors[i] : null,
      };
    }),
  };
}

function lineTable(patterns: readonly Pattern[]): string {
  return csv(
    [
      'radiation',
      'h',
      'k',
      'l',
      'multiplicity',
      'two_theta_deg',
      'd_A',
      'relative_percent',
      'intensity',
      'relative_standard_error',
    ],
    patterns.flatMap(({ radiation, lines, errors }) =>
      lines.map(({ families, multiplicity, twoTheta, d, relative, intensity }, i) => [
        radiation,
        ...((families[0]?.hkl ?? []) as readonly number[]),
        multiplicity,
        twoTheta,
        d,
        relative,
        intensity,
        errors[i] as number,
      ]),
    ),
  );
}

/** Profiles in per cent of the highest point of the frames' own pattern. */
function profileTable(patterns: readonly Pattern[]): string {
  const grid = patterns[0]?.whole.twoTheta ?? new Float64Array(0);
  const columns = patterns.flatMap(({ radiation, whole, bragg }): [string, Float64Array][] => {
    const scale = 100 / highest(whole);
    return [
      [`${radiation}_percent`, whole.intensity.map((x) => x * scale)],
      ...(bragg
        ? [[`${radiation}_bragg_percent`, bragg.intensity.map((x) => x * scale)] as [string, Float64Array]]
        : []),
    ];
  });
  return csv(
    ['two_theta_deg', ...columns.map(([name]) => name)],
    Array.from(grid, (x, k) => [x, ...columns.map(([, y]) => y[k] as number)]),
  );
}

function structureTable(system: System, { moments }: PowderAccumulator, cell: Cell): string {
  const fractional = moments.meanFractional(cell.h);
  const u = displacementTensors(moments.sums);
  return csv(
    ['atom', 'species', 'x', 'y', 'z', 'Uxx_A2', 'Uyy_A2', 'Uzz_A2', 'Uyz_A2', 'Uxz_A2', 'Uxy_A2'],
    Array.from(system.typeOf, (type, i) => [
      i + 1,
      (system.species[type] as Species).label,
      ...[0, 1, 2].map((k) => fractional[3 * i + k] as number),
      ...[0, 1, 2, 3, 4, 5].map((k) => u[6 * i + k] as number),
    ]),
  );
}

function highest({ intensity }: Profile): number {
  return intensity.reduce((most, x) => Math.max(most, x), Number.MIN_VALUE);
}

function figure(
  { radiation, whole, bragg, lines }: Pattern,
  wavelength: number,
  width: number,
  frames: number,
): Figure {
  const scale = 100 / highest(whole);
  return {
    name: `powder_${radiation}`,
    title: `Powder pattern, ${CALLED[radiation]}`,
    xLabel: '2θ, °',
    yLabel: 'intensity, % of the highest',
    series: [
      { label: 'frames', x: whole.twoTheta, y: whole.intensity.map((x) => x * scale), hue: 0 },
      ...(bragg
        ? [
            {
              label: 'mean density',
              x: bragg.twoTheta,
              y: bragg.intensity.map((x) => x * scale),
              hue: 1,
              dashed: true,
            },
          ]
        : []),
    ],
    note: `λ = ${wavelength} Å, lines ${width}° wide, ${frames} frames, ${lines.length} lines above ${LEAST} %; what the frames have above the mean density is thermal diffuse scattering`,
  };
}

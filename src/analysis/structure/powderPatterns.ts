/** Powder patterns out of the sums of a run, and how they are written down. */
import { type Cell, cellFromVectors } from '../../model/cell.ts';
import type { Species, System } from '../../model/system.ts';
import { csv } from '../csv.ts';
import type { Figure } from '../figure.ts';
import { blockSpread, pooledBlocks } from './blockSums.ts';
import { displacementTensors } from './displacementParameters.ts';
import { lengthsOf } from './powder.ts';
import type { PowderAccumulator } from './powderSums.ts';
import { type Profile, profileOf, type Reflection, reflectionsOf } from './reflections.ts';
import type { Radiation } from './scatterers.ts';
import { CALLED } from './scatteringOutput.ts';

/** Degrees: vectors that a breathing cell pulls apart are one line. */
const SAME_LINE = 0.02;
/** Per cent of the strongest line: fewer are noise of the average. */
const LEAST = 0.1;
/** Vectors of a large cell that fall on a line by chance. */
const COUNTED = 0.02;
/** Lines in results.json. */
const LISTED = 30;
/** Fewer frames do not tell Bragg scattering from its noise. */
export const FEWEST_FRAMES = 4;

const UNITS: Readonly<Record<Radiation, string>> = { xray: 'electrons²', neutron: 'fm²' };

/** Intensities of one radiation. */
export interface Pattern {
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

/** Mean cell of all frames. */
export function meanCell(parts: readonly PowderAccumulator[]): Cell {
  const frames = parts.reduce((sum, part) => sum + part.frameCount, 0);
  return cellFromVectors(
    Float64Array.from(
      { length: 9 },
      (_, k) => parts.reduce((sum, part) => sum + (part.cellSum[k] as number), 0) / frames,
    ),
  );
}

/** The pattern of one radiation. */
export function patternOf(
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

/** A radiation's part of results.json. @param names what scatters, by species */
export function resultOf({ radiation, lines, errors, diffuse }: Pattern, names: readonly string[]): object {
  const strongest = [...lines.keys()]
    .sort((a, b) => (lines[b] as Reflection).intensity - (lines[a] as Reflection).intensity)
    .slice(0, LISTED)
    .sort((a, b) => a - b);
  return {
    scatterers: names,
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

/** `powder_lines.csv`. */
export function lineTable(patterns: readonly Pattern[]): string {
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
export function profileTable(patterns: readonly Pattern[]): string {
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

/** `average_structure.csv`: fractional mean positions, not wrapped, and U_ij along the Cartesian axes. */
export function structureTable(system: System, { moments }: PowderAccumulator, cell: Cell): string {
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

/** The drawn pattern. */
export function figure(
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

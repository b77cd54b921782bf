/**
 * Powder patterns of a run: of the frames as they are (thermal diffuse scattering included) and of the mean density (Bragg scattering
 * alone), X-rays and neutrons, with displacement parameters.
 */
import { volume } from '../../model/cell.ts';
import { speciesCounts } from '../../model/system.ts';
import { frameAnalysis, type ReportRow } from '../analysis.ts';
import type { Estimate } from '../estimate.ts';
import { pooledBlocks } from './blockSums.ts';
import { isotropicDisplacement } from './displacementParameters.ts';
import { CU_K_ALPHA } from './powder.ts';
import {
  FEWEST_FRAMES,
  figure,
  lineTable,
  meanCell,
  patternOf,
  profileTable,
  resultOf,
  structureTable,
} from './powderPatterns.ts';
import { PowderAccumulator, RADIATIONS } from './powderSums.ts';
import { scatterersOf } from './scatterers.ts';

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
            patterns.map((pattern) => [
              pattern.radiation,
              resultOf(
                pattern,
                scatterersOf(pattern.radiation, system.species, ions ? context.charges : []).map(
                  ({ name }) => name,
                ),
              ),
            ]),
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
      rows: named.map(([label, u]): ReportRow => ({ label: `U_iso ${label}`, value: u as Estimate })),
      methods: [
        `Powder patterns for λ = ${wavelength} Å were averaged over ${frames} frames${first.every > 1 ? ` (every ${first.every}. frame)` : ''}: |F|² of every reciprocal vector of the cell up to ${to.toFixed(1)}° 2θ, with the form factors of Waasmaier and Kirfel {waasmaier1995} and the scattering lengths of Sears {sears1992}, times (1 + cos²2θ)/(sin²θ cosθ) for X-rays and 1/(sin²θ cosθ) for neutrons. Thermal diffuse scattering is included; Bragg scattering is |⟨F⟩|² of the mean density, less the share that averages over few frames leave, in the frame of the framework.`,
        `Displacement parameters are variances of positions about the means of the run, with the drift of the framework taken off; drawn lines are pseudo-Voigt (η = ½), ${width}° wide.`,
      ],
      notes,
    };
  },
});

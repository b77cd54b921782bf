/**
 * The catalogue as tables: every system of the two reviews with what there is for it, and every example with what it computed
 * (tests/physics/catalogue.test.ts) against what was measured. What is known of a system stands in public/catalogue.json; which
 * potentials run it is asked of the library.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Estimate } from '../src/analysis/estimate.ts';
import { BOLTZMANN_EV_PER_K } from '../src/core/constants.ts';
import { candidatesFor } from '../src/forcefield/choosing.ts';
import { compositionOfFormula } from '../src/forcefield/composition.ts';
import { type Row, table } from './markdown.ts';

interface MeasuredConductivity {
  readonly conductivity_mS_per_cm: number;
  readonly temperature_K: number;
  readonly activationEnergy_eV?: number;
  /** The one example that it belongs to, where a row has several compounds. */
  readonly example?: string;
  readonly source: string;
}

export interface CatalogueSystem {
  readonly system: string;
  readonly type: string;
  /** What a review prints. */
  readonly quoted: string;
  readonly reviews: readonly string[];
  /** What the potentials are asked for. */
  readonly formulas?: readonly string[];
  /** Names in public/examples/structures. */
  readonly structures?: readonly string[];
  /** Names in public/examples. */
  readonly examples?: readonly string[];
  readonly measured?: readonly MeasuredConductivity[];
  /** The compound whose cell the examples begin with, where it is another. */
  readonly cellOf?: string;
  /** What is missing, or must be known. */
  readonly note?: string;
}

export interface Catalogue {
  readonly reviews: Readonly<Record<string, string>>;
  readonly systems: readonly CatalogueSystem[];
}

/** What tests/physics/catalogue.test.ts writes for an example. */
interface ExampleFigures {
  readonly adapter: string;
  readonly title: string;
  readonly potential: string;
  readonly atoms: number;
  readonly temperature_K: number;
  readonly productionTime: number;
  readonly edgeAt300K?: number;
  readonly mobile: readonly string[];
  readonly diffusion: Readonly<Record<string, { readonly verdict: string }>>;
  readonly conductivity: { readonly nernstEinstein: Estimate };
  readonly coordination: Readonly<Record<string, readonly [number, number]>>;
}

const root = process.cwd();

export function readCatalogue(): Catalogue {
  return JSON.parse(readFileSync(join(root, 'public', 'catalogue.json'), 'utf8')) as Catalogue;
}

function figuresOf(example: string): ExampleFigures | undefined {
  const file = join(root, 'tests', 'physics', 'results', 'catalogue', `${example}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ExampleFigures) : undefined;
}

/** Two significant digits. */
function digits(x: number): string {
  if (x !== 0 && Math.abs(x) < 1e-3) return x.toExponential(1).replace('-', '−');
  return String(Number(x.toPrecision(x >= 100 ? 3 : 2)));
}

/** Nernst–Einstein conductivity of a run, mS/cm. */
function computed({ value, ci95 }: Estimate): string {
  if (ci95 === null) return 'not resolved';
  const [low, high] = ci95.map((x) => digits(1000 * x));
  return value === null ? `below ${high}` : `${digits(1000 * value)} (${low}–${high})`;
}

/** σT = A exp(−Eₐ/kT), from one temperature to another. */
function extrapolated(one: MeasuredConductivity, temperature: number): number | undefined {
  const { conductivity_mS_per_cm: sigma, temperature_K: known, activationEnergy_eV: energy } = one;
  if (energy === undefined) return undefined;
  return (
    sigma * (known / temperature) * Math.exp((energy / BOLTZMANN_EV_PER_K) * (1 / known - 1 / temperature))
  );
}

/** What was measured, as it stands and carried to a temperature. */
function measuredText({ measured: all = [] }: CatalogueSystem, example: string, temperature: number): string {
  const measured = all.filter((one) => one.example === undefined || one.example === example);
  const here = measured.flatMap((one) => extrapolated(one, temperature) ?? []);
  const printed = measured.map(
    (one) =>
      `${one.conductivity_mS_per_cm} at ${one.temperature_K} K${one.activationEnergy_eV === undefined ? '' : `, ${one.activationEnergy_eV} eV`}`,
  );
  if (here.length === 0) return printed.join('; ');
  const [least, most] = [Math.min(...here), Math.max(...here)].map(digits);
  return `${least === most ? least : `${least}–${most}`} from ${printed.join('; ')}`;
}

/** `Y 6.0 → 6.0`. */
function frameworkText({ coordination, diffusion, mobile }: ExampleFigures): string {
  const shells = Object.entries(coordination).map(
    ([label, [before, after]]) => `${label} ${before.toFixed(1)} → ${after.toFixed(1)}`,
  );
  const moving = Object.entries(diffusion).filter(
    ([label, { verdict }]) => !mobile.includes(label) && verdict === 'diffusive',
  );
  return [...shells, ...moving.map(([label]) => `${label} diffuses`)].join(', ') || 'rests';
}

/** Every example of the catalogue that has been run. */
export function examplesTable({ systems }: Catalogue): string {
  const seen = new Set<string>();
  const rows = systems.flatMap((system) =>
    (system.examples ?? []).flatMap((example): Row[] => {
      const figures = figuresOf(example);
      if (!figures || seen.has(example)) return [];
      seen.add(example);
      const { title, potential, atoms, temperature_K: temperature, productionTime, edgeAt300K } = figures;
      const edge =
        edgeAt300K === undefined
          ? ''
          : `${((edgeAt300K - 1) * 100).toFixed(1).replace('-', '−')} %${system.cellOf ? ` (of ${system.cellOf})` : ''}`;
      return [
        [
          `[\`${example}\`](public/examples/${example}.json)`,
          title,
          potential
            .split('+')
            .map((name) => `\`${name}\``)
            .join(' + '),
          atoms,
          edge,
          `${temperature.toFixed(0)} K, ${Math.round(productionTime / 1000)} ps: ${computed(figures.conductivity.nernstEinstein)}`,
          measuredText(system, example, temperature),
          frameworkText(figures),
        ],
      ];
    }),
  );
  const adapters = new Set([...seen].flatMap((example) => figuresOf(example)?.adapter ?? []));
  const header = [
    ...['example', 'what', 'potential', 'ions', 'edge at 300 K, over the given'],
    ...['σ computed, mS/cm', 'σ measured, mS/cm', 'anions around cations, start → end'],
  ];
  return `${table(header, rows)}\n\nσ is Nernst–Einstein with its 95 % interval, of one run of a few tens of picoseconds: a check that the example works, not a result. Measured values are carried to the temperature of the run with their activation energy where there is one. On ${[...adapters].join('; ')}.`;
}

/** Which potentials run a formula, by how far they can be trusted. */
function potentialsText(formulas: readonly string[]): string {
  const texts = formulas.map((formula) => {
    const { candidates } = candidatesFor(compositionOfFormula(formula));
    const sound = candidates.filter(({ standing }) => standing !== 'check' && standing !== 'softbv');
    const hasSoftbv = candidates.some(({ standing }) => standing === 'softbv');
    const names = sound.map(({ name, measured }) => `\`${name}\`${measured.length > 0 ? ' (measured)' : ''}`);
    const list = [...names, ...(hasSoftbv ? ['softBV'] : [])].join(', ') || 'none';
    return { formula, list };
  });
  const [first] = texts;
  if (!first) return '';
  if (texts.every(({ list }) => list === first.list)) return first.list;
  return texts.map(({ formula, list }) => `${formula}: ${list}`).join('; ');
}

/** Every system of the reviews. */
export function systemsTable({ reviews, systems }: Catalogue): string {
  const rows = systems.map((system): Row => {
    const { structures = [], examples = [] } = system;
    return [
      system.system,
      system.type,
      system.quoted,
      structures.map((name) => `[${name}](structures/${name}.cif)`).join(', ') || 'none',
      potentialsText(system.formulas ?? []) || 'none',
      examples.map((name) => `[\`${name}\`](${name}.json)`).join(', '),
      system.note ?? '',
    ];
  });
  const header = ['system', 'structure', 'quoted by the reviews', 'file', 'potentials', 'example', 'note'];
  const sources = Object.entries(reviews).map(([letter, text]) => `${letter}: ${text}`);
  return [
    '# Examples, and what there is for every system of the field',
    '',
    'Each JSON file here runs as it is: `npm run -s cli -- run li3ercl6-600K`. This page is made by `npm run tables -- catalogue` from',
    '`public/catalogue.json` and the library; `npm run test:physics` runs every example at its full length.',
    '',
    `Systems are those of two reviews (${sources.join('; ')}). "softBV" as the only potential means: for screening at a fixed cell, not checked for`,
    'this compound unless the note says so. A row without a file or an example says what is missing.',
    '',
    table(header, rows),
    '',
  ].join('\n');
}

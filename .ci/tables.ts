/**
 * Writes the tables of README.md between their markers.
 * Run by `npm run tables`, or `npm run tables -- performance` for one of them; nobody types a figure. Single points are computed afresh through the command line, long runs
 * are read from tests/physics/results (npm run test:physics writes those).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { libraryNames, libraryPotential } from '../src/forcefield/library.ts';
import { describeParams, PAIR_FORMS, type PairFormName, pairForm } from '../src/forcefield/pairForms.ts';
import { softbvCitation } from '../src/forcefield/softbvTable.ts';
import { type BenchFigures, benchTables } from './benchTables.ts';
import { examplesTable, readCatalogue, systemsTable } from './catalogueTables.ts';
import { dataTable } from './dataTable.ts';
import { type Row, scientific, table } from './markdown.ts';
import { measureAgain } from './measured.ts';

const root = process.cwd();
const golden = join(root, 'tests', 'golden', 'lammps');

interface SinglePoint {
  readonly energy: { readonly total: number; readonly coulomb: number };
  readonly forces: number[][];
  readonly stress: number[];
  readonly adapter: string;
}
interface Reference extends SinglePoint {
  readonly cutoff: number;
  readonly units: string;
  readonly version: string;
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
}

/** Literature value of the Madelung constant of a case: charges included, nearest-neighbour distance, formula units. */
const MADELUNG: Readonly<Record<string, { name: string; r0: number; units: number; literature: number }>> = {
  '01_madelung_nacl': { name: 'NaCl', r0: 2.82, units: 108, literature: 1.747564594633 },
  '02a_madelung_cscl': { name: 'CsCl', r0: (4.12 * Math.sqrt(3)) / 2, units: 64, literature: 1.76267477307 },
  '02c_madelung_fluorite': {
    name: 'CaF₂',
    r0: (5.4626 * Math.sqrt(3)) / 4,
    units: 108,
    literature: 5.03878487,
  },
};

function singlePoint(
  name: string,
  cutoff: number,
  method = 'ewald',
  accuracy = 1e-7,
  ...more: string[]
): SinglePoint {
  const path = (file: string): string => join(golden, name, file);
  const output = execFileSync(
    process.execPath,
    [
      join(root, 'dist/cli/halide-md.js'),
      ...['energy', path('system.data'), '--potential', path('potential.json')],
      ...[
        '--method',
        method,
        '--accuracy',
        String(accuracy),
        '--cutoff',
        String(cutoff),
        '--json',
        '-',
        ...more,
      ],
    ],
    { encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  return JSON.parse(output) as SinglePoint;
}

function validation(): { validation: string; madelung: string } {
  const rows: Row[] = [];
  const constants: Row[] = [];
  let adapter = '';
  let version = '';
  const cases = readdirSync(golden, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name } of cases) {
    const references = JSON.parse(readFileSync(join(golden, name, 'reference.json'), 'utf8')) as Record<
      string,
      Reference
    >;
    for (const [variant, reference] of Object.entries(references)) {
      process.stderr.write(`single point ${name} ${variant}\n`);
      const alpha = /^dsf_a(.*)/.exec(variant)?.[1];
      const seen = alpha
        ? singlePoint(name, reference.cutoff, 'dsf', 1e-7, '--alpha', alpha)
        : singlePoint(name, reference.cutoff);
      adapter = seen.adapter;
      version = reference.version;
      const flat = reference.forces.flat();
      const apart = seen.forces.flat().map((f, i) => f - (flat[i] as number));
      const perfect = rms(flat) < 1e-6;
      const reduced = reference.units === 'reduced';
      const stress = seen.stress.map(
        (s, k) => s / (reduced ? 160.2176634 : 1) - (reference.stress[k] as number),
      );
      rows.push([
        `${name}${reduced || alpha ? ` (${variant})` : ''}`,
        reference.forces.length,
        `${reference.energy.total.toFixed(6)}${reduced ? '' : ' eV'}`,
        `${seen.energy.total.toFixed(6)}${reduced ? '' : ' eV'}`,
        scientific(Math.abs(seen.energy.total / reference.energy.total - 1)),
        perfect
          ? `largest ${scientific(Math.max(...seen.forces.flat().map(Math.abs)))} eV/Å`
          : scientific(rms(apart) / rms(flat)),
        `${scientific(Math.max(...stress.map(Math.abs)))}${reduced ? '' : ' GPa'}`,
      ]);
      const lattice = MADELUNG[name];
      if (lattice) {
        const found = (-seen.energy.coulomb / lattice.units) * (lattice.r0 / 14.399645);
        constants.push([
          lattice.name,
          lattice.literature,
          found.toFixed(9),
          scientific(Math.abs(found - lattice.literature)),
        ]);
      }
    }
  }
  const header = [
    'case',
    'atoms',
    'LAMMPS',
    'halide-md',
    'energy, relative',
    'rms force error / rms force',
    'stress',
  ];
  return {
    validation: `${table(header, rows)}\n\nReference: LAMMPS ${version}, double precision, Ewald 1e-10. Ours: f32 kernels on ${adapter}, \`--accuracy 1e-7\`.`,
    madelung: table(['lattice', 'literature', 'halide-md', 'difference'], constants),
  };
}

/** Cases without symmetry, so that forces do not vanish, and with charges. */
const DISORDERED = [
  '03_licl_rattled_512',
  '03_nacl_rattled_216',
  '03_nacl_triclinic_216',
  '04_li3ocl_rattled_135',
  '05b_morse_coul_long_li2o_324',
];

/** Errors of the particle mesh at three accuracies. */
function mesh(): string {
  const rows = DISORDERED.flatMap((name) => {
    const file = join(golden, name, 'reference.json');
    const [reference] = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, Reference>);
    if (!reference) return [];
    return [1e-4, 1e-5, 1e-6].map((accuracy): Row => {
      process.stderr.write(`mesh ${name} ${accuracy}\n`);
      const seen = singlePoint(name, reference.cutoff, 'pppm', accuracy);
      const flat = reference.forces.flat();
      const error = Math.sqrt(3) * rms(seen.forces.flat().map((f, i) => f - (flat[i] as number)));
      const stress = seen.stress.map((s, k) => Math.abs(s - (reference.stress[k] as number)));
      return [
        name,
        accuracy.toExponential(0),
        scientific(error / 14.399645),
        scientific(Math.abs(seen.energy.total / reference.energy.total - 1)),
        `${scientific(Math.max(...stress))} GPa`,
      ];
    });
  });
  return table(['case', 'accuracy asked for', 'found', 'energy, relative', 'stress'], rows);
}

interface Measured {
  readonly value: number | null;
  readonly ci95: readonly [number, number] | null;
}

function measured({ value, ci95 }: Measured, digits: number, factor = 1): string {
  if (value === null || ci95 === null) return 'not resolved';
  const [low, high] = ci95.map((x) => (x * factor).toFixed(digits));
  return `${(value * factor).toFixed(digits)} (95 %: ${low}–${high})`;
}

/** What a long test measured, if it has run. */
function read(name: string): Record<string, unknown> | undefined {
  const file = join(root, 'tests', 'physics', 'results', `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : undefined;
}

interface DiffusionFigures {
  readonly pooled: Measured;
  readonly replicas: readonly Measured[];
  readonly lammps_A2_per_ps: readonly number[];
  readonly lammpsSameStart_A2_per_ps: readonly number[];
  readonly lammpsNernstEinstein_mS_per_cm: readonly number[];
  readonly conductivity: { readonly nernstEinstein: Measured; readonly havenRatio: Measured };
}

/** The result that README opens with. */
function result(): string {
  const lyc = read('li3ycl6') as DiffusionFigures | undefined;
  if (!lyc) return 'No result yet: run `npm run test:physics`.';
  return [
    `Li₃YCl₆ at 600 K (480 ions, ${lyc.replicas.length} replicas of 50 ps, the fitted chloride set): σ =`,
    `**${measured(lyc.conductivity.nernstEinstein, 0, 1000)} mS/cm** from tracer diffusion. LAMMPS with the same potential`,
    `and cell gives ${lyc.lammpsNernstEinstein_mS_per_cm.join(' ± ')} mS/cm; experiment, 0.345–0.51 mS/cm at room temperature with 0.39 eV,`,
    'extrapolates to 360–530 mS/cm. The set is **not** a prediction at 300 K: its lithium orders between 500 and 600 K, above',
    'the measured kink near 420 K.',
  ].join('\n');
}

function physics(): string {
  const rows: Row[] = [];
  const nve = read('nve');
  for (const key of ['nacl512', 'nacl512Pppm', 'li3ocl625', 'li3ocl625Pppm']) {
    const one = nve?.[key] as
      | {
          title: string;
          picoseconds: number;
          drift_eV_per_atom_ns: number;
          ci95: [number, number];
          meanTemperature_K: number;
          lammps: { meanTemperature_K: number; drift_eV_per_atom_ns: number };
        }
      | undefined;
    if (!one) continue;
    rows.push([
      `${one.title}: energy drift over ${one.picoseconds} ps NVE, eV/atom/ns`,
      `${scientific(one.drift_eV_per_atom_ns)} (95 %: ${scientific(one.ci95[0])} … ${scientific(one.ci95[1])})`,
      `${scientific(one.lammps.drift_eV_per_atom_ns)} (PPPM 1e-6, slope of the total energy)`,
    ]);
    rows.push([
      `${one.title}: mean temperature, K`,
      one.meanTemperature_K.toFixed(2),
      one.lammps.meanTemperature_K.toFixed(2),
    ]);
  }
  const ensemble = read('ensemble');
  for (const key of ['csvr', 'langevin', 'noseHoover']) {
    const one = ensemble?.[key] as
      | {
          meanTemperature_K: number;
          standardError_K: number;
          target_K: number;
          varianceOverCanonical: number;
          samples: number;
          kolmogorovSmirnov: number;
          bound: number;
        }
      | undefined;
    if (!one) continue;
    rows.push([
      `${key}: mean temperature, K`,
      `${one.meanTemperature_K.toFixed(2)} ± ${one.standardError_K.toFixed(2)}`,
      `${one.target_K}`,
    ]);
    rows.push([
      `${key}: variance of the kinetic energy over the canonical one; Kolmogorov–Smirnov distance (${one.samples} samples)`,
      `${one.varianceOverCanonical.toFixed(3)}; ${one.kolmogorovSmirnov.toFixed(4)}`,
      `1; below ${one.bound.toFixed(4)}`,
    ]);
  }
  rows.push(...pressureRows(), ...ensembleRows(), ...ergodicityRows());
  const lyc = read('li3ycl6') as DiffusionFigures | undefined;
  if (lyc) {
    const list = (values: readonly number[]): string => values.map((d) => d.toFixed(3)).join(', ');
    const each = lyc.replicas.map(({ value }) => value?.toFixed(3) ?? 'no straight part').join(', ');
    rows.push(
      [
        `Li₃YCl₆, 480 ions, 600 K: D of Li, Å²/ps, ${lyc.replicas.length} replicas of 50 ps`,
        `${measured(lyc.pooled, 3)}; alone: ${each}`,
        `${list(lyc.lammps_A2_per_ps)} (±15 % each); 100 ps from the same frame: ${list(lyc.lammpsSameStart_A2_per_ps)}`,
      ],
      [
        'the same: Nernst–Einstein conductivity, mS/cm; Haven ratio',
        `${measured(lyc.conductivity.nernstEinstein, 0, 1000)}; ${measured(lyc.conductivity.havenRatio, 2)}`,
        `${lyc.lammpsNernstEinstein_mS_per_cm.join(' ± ')}; not given`,
      ],
    );
  }
  if (rows.length === 0) return 'No results yet: run `npm run test:physics`.';
  const adapters = ['nve', 'ensemble', 'pressure', 'ensembleChecks', 'ergodicity', 'li3ycl6'].flatMap(
    (name) => (read(name)?.['adapter'] as string) ?? [],
  );
  return `${table(['quantity', 'halide-md', 'reference'], rows)}\n\nMeasured on ${[...new Set(adapters)].join('; ')}.`;
}

/** Lattice constants at constant pressure, and what free cells are like. */
function pressureRows(): Row[] {
  type Figure = { readonly value: number; readonly standardError: number };
  const figures = read('pressure') ?? {};
  const plusMinus = ({ value, standardError }: Figure, digits: number): string =>
    `${value.toFixed(digits)} ± ${standardError.toFixed(digits)}`;
  const rows = ['naclRescaling', 'naclMtk', 'liclRescaling'].flatMap((key): Row[] => {
    const one = figures[key] as
      | {
          readonly title: string;
          readonly latticeConstant_A: Figure;
          readonly lammps: { readonly latticeConstant_A: number; readonly standardError_A: number };
        }
      | undefined;
    if (!one) return [];
    const { latticeConstant_A: a, standardError_A: error } = one.lammps;
    return [
      [
        `${one.title}: lattice constant at 300 K and 0 GPa, Å`,
        plusMinus(one.latticeConstant_A, 4),
        `${a} ± ${error}`,
      ],
    ];
  });
  return [
    ...rows,
    ...['aniso', 'full'].flatMap((key): Row[] => {
      const one = figures[key] as
        | { readonly title: string; readonly lattice: Readonly<Record<string, Figure>> }
        | undefined;
      if (!one) return [];
      const list = (names: readonly string[], digits: number): string =>
        names.map((name) => plusMinus(one.lattice[name] as Figure, digits)).join(', ');
      return [
        [
          `${one.title}: edges, Å; angles`,
          `${list(['a', 'b', 'c'], 3)}; ${list(['alpha', 'beta', 'gamma'], 2)}°`,
          'cubic',
        ],
      ];
    }),
  ];
}

/** What becomes of energy that begins in one axis of one species. */
function ergodicityRows(): Row[] {
  const figures = read('ergodicity') ?? {};
  return ['langevin100', 'csvr600', 'noseHoover600', 'csvr100', 'noseHoover100'].flatMap((key): Row[] => {
    const one = figures[key] as
      | {
          readonly title: string;
          readonly picoseconds: number;
          readonly means: number;
          readonly reducedChiSquare: number;
          readonly varianceOverCanonical: readonly number[];
        }
      | undefined;
    if (!one) return [];
    const { title, picoseconds, means, reducedChiSquare, varianceOverCanonical: ratios } = one;
    return [
      [
        `${title}, ${picoseconds} ps that begin with all energy in one axis of the cations: χ² per mean of the ${means} temperatures by species, axis and replica; their variances over the canonical ones`,
        `${reducedChiSquare.toFixed(2)}; ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`,
        '1; 1',
      ],
    ];
  });
}

/** Ensembles by the ratio of two of them. */
function ensembleRows(): Row[] {
  const figures = read('ensembleChecks') ?? {};
  const names: Readonly<Record<string, string>> = {
    csvrTemperature: 'csvr, 300 and 330 K: slope of ln p₂/p₁ in the potential energy, 1/eV',
    langevinTemperature: 'langevin, the same',
    noseHooverTemperature: 'noseHoover, the same',
    cellRescalingPressure: 'cellRescaling with csvr, 0 and 0.4 GPa: slope in the volume, 1/Å³',
    cellRescalingTemperature: 'the same at 0 GPa, 300 and 330 K: slope in the potential energy, 1/eV',
    mtkPressure: 'mtk with noseHoover, 0 and 0.4 GPa: slope in the volume, 1/Å³',
    mtkTemperature: 'the same at 0 GPa, 300 and 330 K: slope in the potential energy, 1/eV',
  };
  type Figure = { readonly found: number; readonly standardError: number; readonly expected: number };
  const text = ({ found, standardError }: Figure): string =>
    `${found.toPrecision(3)} ± ${standardError.toPrecision(2)}`;
  return Object.entries(names).flatMap(([key, name]): Row[] => {
    const [one, again] = [figures[key], figures[`${key}Again`]] as [Figure | undefined, Figure | undefined];
    if (!one) return [];
    return [
      [name, `${text(one)}${again ? `; twice as long: ${text(again)}` : ''}`, one.expected.toPrecision(3)],
    ];
  });
}

function potentials(): string {
  const rows = libraryNames().map((name): Row => {
    const { provenance, species, validFor, validTemperature, citation } = libraryPotential(name);
    const source = citation[0]?.doi
      ? `[${citation[0].text}](https://doi.org/${citation[0].doi})`
      : (citation[0]?.text ?? '');
    const range = validTemperature && !/\d K/.test(validFor) ? ` (${validTemperature.join('–')} K)` : '';
    const [short] = validFor.split(/[.;] /);
    return [`\`${name}\``, provenance, Object.keys(species).join(' '), `${short}${range}`, source];
  });
  const [softbv] = softbvCitation();
  const made: Row = [
    '`softbv`',
    'made for a structure',
    'cations with F Cl Br I O',
    'Screening at the cell of experiment, where the table has every pair',
    `[${softbv?.text}](https://doi.org/${softbv?.doi})`,
  ];
  return table(['name', 'provenance', 'species', 'valid for', 'source'], [...rows, made]);
}

function forms(): string {
  const rows = (Object.keys(PAIR_FORMS) as PairFormName[]).map((name): Row => {
    return [`\`${name}\``, pairForm(name).formula, describeParams(name)];
  });
  return table(['form', 'V(r)', 'parameters'], rows);
}

function speeds(file: string): string {
  return benchTables(read(file) as BenchFigures | undefined);
}

/** The page of all systems beside the examples, and README's table of what was run. */
function catalogue(): Readonly<Record<string, string>> {
  const all = readCatalogue();
  writeFileSync(join(root, 'public', 'examples', 'README.md'), systemsTable(all));
  return { examples: examplesTable(all) };
}

function replaceSection(text: string, name: string, body: string): string {
  const [open, close] = [`<!-- table:${name} -->`, `<!-- /table:${name} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`README.md has no section ${open} … ${close}`);
  return `${text.slice(0, from + open.length)}\n${body}\n${text.slice(to)}`;
}

const SECTIONS: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
  validation,
  mesh: () => ({ mesh: mesh() }),
  physics: () => ({ physics: physics() }),
  result: () => ({ result: result() }),
  performance: () => ({
    performance: speeds('bench'),
    performanceReplicas: speeds('benchReplicas'),
    performanceLammpsJs: speeds('benchLammpsJs'),
  }),
  data: () => ({ data: dataTable() }),
  potentials: () => ({ potentials: potentials() }),
  forms: () => ({ forms: forms() }),
  catalogue,
};

const asked = process.argv.slice(process.argv.indexOf('tables') + 1);
if (asked[0] === 'measured') {
  // Long, and of the potentials rather than of README: only when asked for.
  measureAgain(asked[1]);
  process.exit(0);
}
const unknown = asked.find((name) => !(name in SECTIONS));
if (unknown !== undefined) {
  throw new Error(
    `tables: there is no section ${unknown}; expected measured, ${Object.keys(SECTIONS).join(', ')}`,
  );
}
const readme = resolve(root, 'README.md');
let text = readFileSync(readme, 'utf8');
for (const name of asked.length > 0 ? asked : Object.keys(SECTIONS)) {
  for (const [section, body] of Object.entries(SECTIONS[name]?.() ?? {})) {
    text = replaceSection(text, section, body);
  }
}
writeFileSync(readme, text);

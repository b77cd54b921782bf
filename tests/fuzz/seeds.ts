/** The real files that inputs are made from, by kind. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { dcdWriter } from '../../src/io/dcdWrite.ts';
import type { System } from '../../src/model/system.ts';
import { dcdBytes } from '../unit/io/dcdFixtures.ts';
import { wildSystem } from '../unit/io/fixtures.ts';
import { XDATCAR } from '../unit/io/xdatcarFixtures.ts';

/** Longer files are cut at a line: a thousand lines go wrong in the same ways as a hundred. */
const LONGEST = 6000;

/** Tests and the long run both start in the project's folder. */
function read(path: string): string {
  const bytes = readFileSync(join(process.cwd(), path));
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Files of a folder with one of these endings, in order of their names. */
function files(folder: string, ...endings: readonly string[]): string[] {
  return readdirSync(join(process.cwd(), folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map(({ name }) => `${folder}/${name}`)
    .sort();
}

function folders(folder: string): string[] {
  return readdirSync(join(process.cwd(), folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${folder}/${name}`)
    .sort();
}

/** Whole frames of a trajectory of about this many characters. @param mark what a frame begins with */
function frames(text: string, mark: RegExp): string {
  const starts = [...text.matchAll(mark)].map(({ index }) => index);
  const end = starts.find((start) => start > LONGEST * 4) ?? text.length;
  return text.slice(0, end);
}

const short = (texts: readonly string[]): string[] => texts.filter((text) => text.length <= 4 * LONGEST);

const STRUCTURES = 'public/examples/structures';

/** What overrides are set in: the entries of the corpus name its lines. */
export const BASE_SPEC = read('public/examples/li3ocl-schottky-1200K.json');

export const SEEDS = {
  cif: () => short([...files('tests/golden/io/cif', '.cif'), ...files(STRUCTURES, '.cif')].map(read)),
  salt: () => [read(`${STRUCTURES}/NaCl.cif`)],
  poscar: () => [read('tests/golden/io/poscar/POSCAR.pymatgen'), read('tests/golden/io/poscar/ase.vasp')],
  extxyz: () => [
    read('tests/golden/io/extxyz/ase.extxyz'),
    // Keys, quotes, lists, labels, velocities, occupancies: what no golden file has all of.
    '2\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:vel:R:3:label:S:1:occupancy:R:1 pbc=[T, T, T] ' +
      'unwrapped=T step=7 time_fs=3.5 title="a \\"b\\"" list={1 2} other=\'x y\' bare\n' +
      'Li 0 0 0 0.01 0 -0.01 Li1 0.5\nCl 2.5 2.5 2.5 0 0.002 0 Cl 1\n' +
      '2\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:vel:R:3:label:S:1:occupancy:R:1 step=8 time_fs=4.5\n' +
      'Li 0.1 0 0 0.01 0 -0.01 Li1 0.5\nCl 2.5 2.6 2.5 0 0.002 0 Cl 1\n',
    '2\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:masses:R:1\nLi 0 0 0 7\nCl 2 2 2 35\n',
    '2\nLattice="5 0 0 0 5 0 0 0 5"\nLi 0 0 0\nCl 2 2 2\n',
  ],
  lammpsData: () =>
    short([
      ...files('tests/golden/io/lammps', '.data').map(read),
      ...folders('tests/golden/lammps').map((folder) => read(`${folder}/system.data`)),
      'title units = real\n\n2 atoms\n2 atom types\n0 5 xlo xhi\n0 5 ylo yhi\n0 5 zlo zhi\n1 0 0 xy xz yz\n\n' +
        'Atom Type Labels\n\n1 Li\n2 Cl\n\nMasses\n\nLi 6.94\nCl 35.45\n\nAtoms # full\n\n' +
        '1 1 Li 0.7 0 0 0 1 0 -1\n2 1 Cl -0.7 2 2 2 0 0 0\n\nVelocities\n\n2 0.001 0 0\n1 0 0.001 0\n',
    ]),
  lammpsDump: () => [
    ...files('tests/golden/io/lammps', '.lammpstrj').map(read),
    'ITEM: UNITS\nmetal\nITEM: TIME\n0.5\nITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n' +
      '0 5\n0 5\n0 5\nITEM: ATOMS id element mass x y z vx vy vz\n2 Cl 35.45 1 1 1 0.1 0 0\n1 Li 6.94 3 3 3 0 0.1 0\n' +
      'ITEM: TIME\n1.5\nITEM: TIMESTEP\n1\nITEM: NUMBER OF ATOMS\n2\nITEM: BOX BOUNDS pp pp pp\n' +
      '0 5\n0 5\n0 5\nITEM: ATOMS id element mass x y z vx vy vz\n1 Li 6.94 1 1 1 0.1 0 0\n2 Cl 35.45 3 3 3 0 0.1 0\n',
    frames(read('tests/golden/io/lammps/li3ocl3frames.lammpstrj.gz'), /^ITEM: TIMESTEP/gm),
  ],
  xdatcar: () => [
    XDATCAR,
    XDATCAR + XDATCAR.replace('Li2 Cl in a box', '').replace('           1\n', '-165\n'),
    XDATCAR.replaceAll('Direct', 'Cartesian').replace(/ {3}Li {3}Cl\n/, '   Li_sv  Cl/abc\n'),
  ],
  spec: () => [
    ...files('public/examples', '.json').map(read),
    JSON.stringify({
      title: 'all fields',
      structure: 'NaCl.cif',
      supercell: [2, 2, 2],
      seed: 7,
      build: {
        ...{ order: 'ewald', placement: 'spread', charges: { Na: 1 } },
        ...{ sites: 'free', exclude: { 'Na-Na': 2 } },
        ...{
          substitute: ['Na=Na:0.5'],
          antisites: ['Na,Cl:1'],
          vacancies: ['NaCl:0.02', { remove: 'NaCl', count: 1 }],
        },
        insert: ['Na@1/4,1/4,1/4:1;balance=Na'],
      },
      potential: 'nacl-fumi-tosi-1964',
      cutoff: 9.5,
      accuracy: 1e-4,
      method: 'pppm',
      velocities: 'maxwell',
      stages: [
        { name: 'relax', do: 'minimize', cell: 'fixed', fmax: 0.05, maxSteps: 100 },
        {
          do: 'nvt',
          temperature: 500,
          duration: 1000,
          timestep: 2,
          thermostat: 'langevin',
          tau: 50,
          name: 'heat',
        },
        { do: 'nve', temperature: 600, duration: 1000, timestep: 2, production: true },
      ],
      replicas: { temperature: [500, 600], seed: [1, 2] },
      mobile: 'Na',
      record: {
        trajectory: { file: 'frames.extxyz', every: 10 },
        series: { every: 10 },
        checkpoint: { every: 100 },
      },
      analysis: ['msd', 'conductivity'],
    }),
    JSON.stringify({
      structure: 'NaCl.cif',
      potential: 'nacl-fumi-tosi-1964',
      supercell: [4, 4, 4],
      cutoff: 9,
      stages: [
        { do: 'minimize', cell: 'full', pressure: 0.1, smax: 0.05, frozen: ['Cl'] },
        {
          do: 'npt',
          temperature: [300, 600],
          pressure: [0, 1],
          cell: 'aniso',
          barostat: 'cellRescaling',
          tauP: 1000,
          compressibility: 0.04,
          duration: 1000,
        },
        {
          do: 'nvt',
          temperature: 600,
          thermostat: 'noseHoover',
          field: [0, 0, 0.01],
          duration: 1000,
          production: true,
        },
      ],
    }),
  ],
  overrides: () => [
    'stages.1.temperature=700\nseed=42\ntitle=hot one\nrecord.series.every=5\n',
    'supercell[0]=3\nstages[0].duration=1e3\nreplicas.seed=[1, 2]\nrecord.trajectory.file="a.xyz"\n',
  ],
  potential: () => [
    ...short(files('potentials', '-1964.json').slice(0, 4).map(read)),
    read('potentials/chlorides-rigid-ion-2026.json'),
    ...folders('tests/golden/lammps').map((folder) => read(`${folder}/potential.json`)),
    JSON.stringify({
      species: {
        Li: { element: 'Li', mass: 6.94, charge: 1 },
        Cl: { element: 'Cl', mass: 35.45, charge: -1 },
      },
      pairs: [
        { between: ['Li', 'Cl'], form: 'table', params: { file: 'pair.table' } },
        { between: ['Cl', 'Cl'], form: 'table', params: tablePoints() },
        { between: ['Li', 'Li'], form: 'none' },
      ],
      cutoff: 8,
      truncation: 'shift',
      coulomb: { method: 'pppm', accuracy: 1e-4, alpha: null, order: 5, differentiation: 'ik' },
    }),
  ],
  table: () => [tableText(false), tableText(true)],
  tuning: () => [
    '{"program": "halide-md", "tuning": {"choices": {"coulomb": "pppm", "pair": {"lanes": 4, "workgroup": 64}}}}',
  ],
} satisfies Record<string, () => readonly string[]>;

/** Documents as YAML. */
export function asYaml(texts: readonly string[]): string[] {
  return texts.map((text) => stringify(JSON.parse(text)));
}

/** A soft repulsion in points. */
function tablePoints(): { r: number[]; V: number[]; F: number[] } {
  const r = Array.from({ length: 60 }, (_, i) => 1 + i / 8);
  return {
    r,
    V: r.map((x) => 900 * Math.exp(-x / 0.35)),
    F: r.map((x) => (900 / 0.35) * Math.exp(-x / 0.35)),
  };
}

export function tableText(isLammps: boolean): string {
  const { r, V, F } = tablePoints();
  const rows = r.map((x, i) => `${isLammps ? `${i + 1} ` : ''}${x} ${V[i]} ${F[i]}`);
  return isLammps
    ? `# UNITS: metal\n\nLI_CL\nN ${rows.length} R 1.0 8.375\n\n${rows.join('\n')}\n`
    : `# r V F\n${rows.join('\n')}\n`;
}

/** The atoms of the DCD files below. */
export const DCD_TOPOLOGY: System = wildSystem();

/** DCD of all kinds: orders of bytes, marks, cells, fixed atoms, our own. */
export function dcdSeeds(): Uint8Array[] {
  const frames = [0, 1, 2].map((t) => [...DCD_TOPOLOGY.positions].map((x) => (x % 7) + 0.1 * t));
  const unitCells = [[8, 90, 9, 90, 90, 10]];
  const writer = dcdWriter(DCD_TOPOLOGY);
  const own = frames.map((positions, step) =>
    writer.frame({ step, time: step, cell: DCD_TOPOLOGY.cell, positions: Float64Array.from(positions) }),
  );
  return [
    dcdBytes(frames, { unitCells }),
    dcdBytes(frames, { unitCells, isLittle: false, markBytes: 8 }),
    dcdBytes(frames, { unitCells: [[8, 0.1, 9, -0.2, 0.1, 10]], free: [2, 4] }),
    dcdBytes(frames, { unitCells: [[8, 1.5, 9, -1.2, 0.6, 10]], version: 41, hasFourth: true }),
    dcdBytes(frames, { version: 0, width: 8 }),
    Uint8Array.from(Buffer.concat([writer.head(), ...own])),
  ];
}

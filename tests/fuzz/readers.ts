/** Every reader with its seeds, the damage done to them, and what it promises. */
import { parseTuning } from '../../src/engine/tuning.ts';
import { curveThrough } from '../../src/forcefield/curve.ts';
import { parsePotential, tableFiles } from '../../src/forcefield/library.ts';
import { parseTableFile } from '../../src/forcefield/tableFile.ts';
import { openTrajectory, readStructure, type TrajectoryOptions } from '../../src/io/index.ts';
import { decodeCheckpoint } from '../../src/run/checkpoint.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';
import { prepareRun, type RunFiles } from '../../src/run/prepare.ts';
import { BYTE_MUTATORS, type ByteMutator, GZIP_MUTATORS } from './byteMutators.ts';
import { checkCheckpoint, forged, seedCheckpoint } from './checkpoints.ts';
import { Broken, checkForceField, checkFrame, checkSpec, checkSystem, checkWarnings } from './invariants.ts';
import { asYaml, BASE_SPEC, DCD_TOPOLOGY, dcdSeeds, SEEDS, tableText } from './seeds.ts';
import { type Mutator, TEXT_MUTATORS } from './textMutators.ts';
import { JSON_MUTATORS, treeToJson, treeToYaml, YAML_MUTATORS } from './treeMutators.ts';

export interface Reader {
  /** What messages have to begin with; the format goes by it. */
  readonly file: string;
  readonly seeds: () => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
  /** Done first, by some probability: damage that needs a seed that can still be parsed. */
  readonly first?: readonly Mutator[];
  readonly texts: readonly Mutator[];
  readonly bytes: readonly ByteMutator[];
  /** How often damage of bytes follows that of texts; by default one time in ten. */
  readonly byteShare?: number;
  /** Reads and checks what it has read. Throws InputError for a refusal; anything else is a failure. */
  readonly read: (bytes: Uint8Array) => Promise<void> | void;
  /** False for what does not read one file only: messages need not begin with its name. */
  readonly namesFile?: boolean;
}

/** Frames looked at in one input. */
const MOST_FRAMES = 20;

const encode = (texts: readonly string[]): Uint8Array[] =>
  texts.map((text) => new TextEncoder().encode(text));
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const TEXTS: readonly Mutator[] = Object.values(TEXT_MUTATORS);
const BYTES: readonly ByteMutator[] = Object.values(BYTE_MUTATORS);
const GZIPS: readonly ByteMutator[] = Object.values(GZIP_MUTATORS);

async function readSystem(bytes: Uint8Array, file: string): Promise<void> {
  const { system, warnings } = await readStructure(bytes, file);
  checkWarnings(warnings);
  await checkSystem(system);
}

const structure = (file: string, seeds: () => readonly string[]): Reader => ({
  file,
  seeds: () => encode(seeds()),
  texts: TEXTS,
  bytes: BYTES,
  read: (bytes) => readSystem(bytes, file),
});

const trajectory = (
  file: string,
  seeds: () => readonly string[],
  options: TrajectoryOptions = {},
): Reader => ({
  ...structure(file, seeds),
  async read(bytes) {
    const late: string[] = [];
    const { system, frames, frameInterval, warnings } = await openTrajectory(bytes, file, {
      ...options,
      onWarning: (sentence) => late.push(sentence),
    });
    checkWarnings(warnings);
    await checkSystem(system, false);
    if (frameInterval !== undefined && !(frameInterval > 0 && frameInterval < 1e18)) {
      throw new Broken(`frames every ${frameInterval} fs`);
    }
    let count = 0;
    for await (const frame of frames()) {
      checkFrame(frame, system);
      if (++count === MOST_FRAMES) break;
    }
    if (count === 0) throw new Broken('no frame');
    checkWarnings(late);
  },
});

const everyStructure = (): string[] => [
  ...SEEDS.cif().slice(0, 3),
  ...SEEDS.poscar(),
  ...SEEDS.extxyz(),
  ...SEEDS.lammpsData().slice(0, 4),
  ...SEEDS.lammpsDump().slice(0, 3),
];

const TABLES: ReadonlyMap<string, string> = new Map([['pair.table', tableText(false)]]);

function readPotential(bytes: Uint8Array, file: string): void {
  const text = decode(bytes);
  tableFiles(text, file);
  checkForceField(parsePotential(text, file, 'fuzz', TABLES));
}

/** Overwrites one of the integers that DCD is made of: marks, counts, flags. */
const forgedNumber: ByteMutator = (bytes, draw) => {
  const out = bytes.slice();
  const places = Math.floor(out.length / 4);
  // Half of them in the header, where most of what is announced stands.
  const at = 4 * draw.below(draw.chance(0.5) ? Math.min(places, 80) : places);
  const value = draw.pick([-1, 0, 1, 2, 4, 24, 48, 84, 0x7fffffff, 0x60000000, 100_000, draw.below(1000)]);
  if (places > 0) new DataView(out.buffer).setInt32(at, value, draw.chance(0.8));
  return out;
};

/** A run of a rock-salt cell, whatever structure the spec names. */
let saltRun: RunFiles | undefined;

function filesOfSalt(): RunFiles {
  const [cell = ''] = SEEDS.salt();
  const [potential = ''] = SEEDS.potential();
  return { bytes: async () => new TextEncoder().encode(cell), text: async () => potential };
}

export const READERS = {
  cif: structure('fuzz.cif', SEEDS.cif),
  poscar: structure('fuzz.vasp', SEEDS.poscar),
  extxyz: structure('fuzz.extxyz', SEEDS.extxyz),
  lammpsData: structure('fuzz.data', SEEDS.lammpsData),
  lammpsDump: structure('fuzz.dump', SEEDS.lammpsDump),
  extxyzTrajectory: trajectory('fuzz.xyz', SEEDS.extxyz),
  dumpTrajectory: trajectory('fuzz.lammpstrj', SEEDS.lammpsDump),
  /** A name that says nothing: the format goes by the content. */
  unnamed: structure('fuzz', everyStructure),
  gzip: { ...structure('fuzz', everyStructure), bytes: GZIPS, byteShare: 1 },
  gzipTrajectory: { ...trajectory('fuzz.xyz.gz', SEEDS.extxyz), bytes: GZIPS, byteShare: 1 },
  specJson: {
    ...structure('spec.json', SEEDS.spec),
    first: [treeToJson],
    texts: [...TEXTS, ...Object.values(JSON_MUTATORS), ...Object.values(YAML_MUTATORS)],
    read: (bytes) => checkSpec(parseRunSpec(decode(bytes), 'spec.json')),
  },
  /** What `--set` is given, a line each. */
  overrides: {
    ...structure('--set', SEEDS.overrides),
    namesFile: false,
    read(bytes) {
      const overrides = decode(bytes).split('\n').filter(Boolean);
      checkSpec(parseRunSpec(BASE_SPEC, 'spec.json', overrides));
      if (Object.keys(Object.prototype).length > 0) throw new Broken('every object has a new field');
    },
  },
  specYaml: {
    ...structure('spec.yaml', SEEDS.spec),
    first: [treeToYaml],
    texts: [...TEXTS, ...Object.values(YAML_MUTATORS)],
    read: (bytes) => checkSpec(parseRunSpec(decode(bytes), 'spec.yaml')),
  },
  potentialJson: {
    ...structure('potential.json', SEEDS.potential),
    first: [treeToJson],
    texts: [...TEXTS, ...Object.values(JSON_MUTATORS)],
    read: (bytes) => readPotential(bytes, 'potential.json'),
  },
  potentialYaml: {
    ...structure('potential.yaml', () => asYaml(SEEDS.potential())),
    texts: [...TEXTS, ...Object.values(YAML_MUTATORS)],
    read: (bytes) => readPotential(bytes, 'potential.yaml'),
  },
  table: {
    ...structure('pair.table', SEEDS.table),
    read(bytes) {
      const { points, lines } = parseTableFile(decode(bytes), 'pair.table');
      const { curve, warnings } = curveThrough(points, (i) => `pair.table:${lines[i]}`);
      checkWarnings(warnings);
      const values = [...curve.r, ...curve.energy, ...curve.slope, ...curve.curvature];
      if (!values.every(Number.isFinite)) throw new Broken('the curve holds what is no number');
    },
  },
  tuning: {
    ...structure('provenance.json', SEEDS.tuning),
    first: [treeToJson],
    read(bytes) {
      const { coulomb, pair } = parseTuning(decode(bytes), 'provenance.json');
      const isGood = coulomb === undefined || coulomb === 'ewald' || coulomb === 'pppm';
      if (!isGood || (pair && !(pair.lanes >= 1 && pair.workgroup <= 256)))
        throw new Broken('a choice of its own');
    },
  },
  checkpoint: {
    file: 'checkpoint.bin',
    seeds: async () => [await seedCheckpoint()],
    texts: [],
    bytes: [...BYTES, ...Array(3 * BYTES.length).fill(forged)],
    byteShare: 1,
    read: async (bytes) => checkCheckpoint(await decodeCheckpoint(Uint8Array.from(bytes), 'checkpoint.bin')),
  },
  /** Spec, structure and potential together: a rock-salt cell and a potential of the library. */
  prepare: {
    ...structure('spec.json', () => SEEDS.spec().filter((text) => text.includes('acl'))),
    first: [treeToJson],
    texts: [
      TEXT_MUTATORS.hostileNumber,
      TEXT_MUTATORS.hugeCount,
      TEXT_MUTATORS.hostileWord,
      TEXT_MUTATORS.digit,
    ],
    bytes: [],
    namesFile: false,
    async read(bytes) {
      const spec = parseRunSpec(decode(bytes), 'spec.json');
      saltRun ??= filesOfSalt();
      const prepared = await prepareRun(spec, saltRun);
      checkWarnings(prepared.warnings);
      await checkSystem(prepared.system, false);
    },
  },
  // At the end: the draws of a reader go by its place.
  xdatcar: structure('fuzz.xdatcar', SEEDS.xdatcar),
  xdatcarTrajectory: trajectory('fuzz_XDATCAR', SEEDS.xdatcar),
  dcd: {
    ...trajectory('fuzz.dcd', () => [], { topology: DCD_TOPOLOGY }),
    seeds: dcdSeeds,
    texts: [],
    bytes: [...BYTES, ...Array(2 * BYTES.length).fill(forgedNumber)],
    byteShare: 1,
  },
} satisfies Record<string, Reader>;

export type ReaderName = keyof typeof READERS;

export const READER_NAMES = Object.keys(READERS) as ReaderName[];

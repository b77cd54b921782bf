/**
 * What the files of potentials/ say was measured with them, measured again by `check` and written back: lattice constants at rest of
 * cubic crystals, and cells at 300 K. About half an hour without a GPU: `npm run tables -- measured`, or `-- measured nacl` for the
 * files whose name has that in it. Conductivities stay: they are long runs (npm run test:physics).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MeasuredCheck } from '../src/forcefield/forceField.ts';
import { libraryNames, libraryPotential } from '../src/forcefield/library.ts';
import { writeStructure } from '../src/io/index.ts';
import type { PotentialCheck } from '../src/run/checkPotential.ts';
import { cubicCrystal, elementsOf, namedCrystal, type StructureName } from '../tests/support/crystals.ts';

const root = process.cwd();
const structures = join(root, 'public', 'examples', 'structures');

interface Crystal {
  readonly file: string;
  readonly repeats: readonly [number, number, number];
  readonly axes: 'cubic' | 'hexagonal' | 'other';
}
/** Crystals at 300 K beside those of rock salt: an ordered supercell as wide as `check` wants it, and which of its axes are alike. */
const ROOM: Readonly<Record<string, Crystal>> = {
  Li3YCl6: { file: 'Li3YCl6_P-3m1', repeats: [3, 3, 4], axes: 'hexagonal' },
  Li3ErCl6: { file: 'Li3ErCl6_P-3m1', repeats: [3, 3, 4], axes: 'hexagonal' },
  Li2ZrCl6: { file: 'Li2ZrCl6_P-3m1', repeats: [3, 3, 4], axes: 'hexagonal' },
  Li3YbCl6: { file: 'Li3YbCl6_Pnma', repeats: [2, 2, 4], axes: 'other' },
  Li3InCl6: { file: 'Li3InCl6_C2m', repeats: [4, 2, 4], axes: 'other' },
  Li3ScCl6: { file: 'Li3ScCl6_C2m', repeats: [4, 2, 4], axes: 'other' },
  Li2MgCl4: { file: 'Li2MgCl4_Fd-3m', repeats: [3, 3, 3], axes: 'cubic' },
  LaCl3: { file: 'LaCl3_P63m', repeats: [4, 4, 5], axes: 'hexagonal' },
  Na3YCl6: { file: 'Na3YCl6_P21n', repeats: [4, 3, 3], axes: 'other' },
  Li3YBr6: { file: 'Li3YBr6_C2m', repeats: [4, 2, 4], axes: 'other' },
  Li6MgBr8: { file: 'Li6MgBr8_Fm-3m', repeats: [2, 2, 2], axes: 'cubic' },
  Li3OCl: { file: 'Li3OCl_Pm-3m', repeats: [6, 6, 6], axes: 'cubic' },
  Li3OBr: { file: 'Li3OBr_Pm-3m', repeats: [6, 6, 6], axes: 'cubic' },
};
/** fs */
const DURATION = 10_000;

function cli(...args: string[]): string {
  return execFileSync(process.execPath, [join(root, 'dist/cli/halide-md.js'), ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Exit code 4 (not at rest, not intact) is an error here: nothing of it goes into a file. */
function check(potential: string, file: string, ...more: string[]): PotentialCheck {
  const [one] = JSON.parse(
    cli('check', potential, file, '--no-elastic', ...more, '--json', '-'),
  ) as PotentialCheck[];
  if (!one) throw new Error(`check ${potential} ${file}: no result`);
  return one;
}

/** The cube of a crystal as a file. @param edge Å */
function cubicFile(
  folder: string,
  potential: string,
  formula: string,
  structure: StructureName,
  edge: number,
): string {
  const file = join(folder, `${formula}.extxyz`);
  const cube = cubicCrystal(structure, elementsOf(formula), libraryPotential(potential), edge, 'cube');
  writeFileSync(file, writeStructure(cube, file));
  return file;
}

/** Lattice constant at rest (Å). Published tables know no cutoff, so that the tail belongs to them; a fitted set was made with its own. */
function atRest(potential: string, folder: string, { system, reference }: MeasuredCheck): number | undefined {
  const crystal = namedCrystal(system);
  if (!crystal) return undefined;
  const tail = libraryPotential(potential).provenance === 'published' ? ['--tail'] : [];
  const file = cubicFile(folder, potential, crystal.formula, crystal.structure, reference);
  return check(potential, file, '--duration', '0', ...tail).atRest.relaxed.a;
}

/** A supercell of an example's structure, ordered where it has to be. */
function ordered(folder: string, name: string, { file, repeats }: Crystal): string {
  const out = join(folder, `${name}.extxyz`);
  const supercell = ['--supercell', ...repeats.map(String)];
  cli('build', join(structures, `${file}.cif`), ...supercell, '--order', 'ewald', '--out', out);
  return out;
}

const rooms = new Map<string, PotentialCheck>();

/** A quantity of a crystal at 300 K. */
function atRoom(
  potential: string,
  folder: string,
  { system, quantity, reference }: MeasuredCheck,
): number | undefined {
  const crystal = ROOM[system];
  if (!crystal && !/^(Li|Na)(Cl|Br)$/.test(system)) return undefined;
  const key = `${potential} ${system}`;
  let seen = rooms.get(key);
  if (!seen) {
    const file = crystal
      ? ordered(folder, system, crystal)
      : cubicFile(folder, potential, system, 'rock salt', reference);
    seen = check(potential, file, '--duration', String(DURATION), '--temperature', '300');
    rooms.set(key, seen);
  }
  const { mean, bonds } = seen.run ?? {};
  const bond = /^(\w+)–(\w+) distance/.exec(quantity);
  if (bond) return bonds?.find(({ between }) => between.join() === bond.slice(1, 3).join())?.length;
  if (!mean) return undefined;
  const [a, b, c] = [mean.a, mean.b, mean.c].map((x, i) => x / (crystal?.repeats[i] ?? 1)) as [
    number,
    number,
    number,
  ];
  const alike = { cubic: [(a + b + c) / 3], hexagonal: [(a + b) / 2, undefined, c], other: [a, b, c] }[
    crystal?.axes ?? 'cubic'
  ];
  const edge = /^edge ([abc])/.exec(quantity)?.[1];
  if (edge) return alike['abc'.indexOf(edge)];
  const angle = /^angle (alpha|beta|gamma)/.exec(quantity)?.[1] as 'alpha' | 'beta' | 'gamma' | undefined;
  return angle && mean[angle];
}

/** Measures again what `check` can measure, and writes it into the files. @param part of the names of the potentials; all of them */
export function measureAgain(part = ''): void {
  const folder = mkdtempSync(join(tmpdir(), 'halide-measured-'));
  try {
    for (const name of libraryNames().filter((one) => one.includes(part))) {
      const file = join(root, 'potentials', `${name}.json`);
      let text = readFileSync(file, 'utf8');
      for (const one of libraryPotential(name).measured) {
        const isRest = one.quantity.startsWith('lattice constant, static');
        if (!isRest && !/300 K/.test(one.quantity)) continue;
        const found = isRest ? atRest(name, folder, one) : atRoom(name, folder, one);
        if (found === undefined) continue;
        const value = Number(found.toFixed(4));
        const quantity = one.quantity.replace(/NPT of \d+ ps/, `NPT of ${DURATION / 1000} ps`);
        process.stderr.write(`${name}: ${one.system}, ${quantity}: ${one.value} → ${value} ${one.unit}\n`);
        text = replaceValue(text, one, quantity, value);
        // What is measured is kept, whatever comes next.
        writeFileSync(file, text);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The text of a potential file with one value exchanged, its layout kept. */
function replaceValue(text: string, one: MeasuredCheck, quantity: string, value: number): string {
  const escaped = (x: string): string => x.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const entry = new RegExp(
    `("system":\\s*"${escaped(one.system)}",\\s*"quantity":\\s*")${escaped(one.quantity)}(",\\s*"value":\\s*)[-\\d.e]+`,
  );
  if (!entry.test(text)) throw new Error(`${one.system}, ${one.quantity}: not found in the file`);
  return text.replace(entry, `$1${quantity}$2${value}`);
}

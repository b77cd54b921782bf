/** `build STRUCTURE --supercell NA NB NC --order ewald --substitute Y=Zr:0.3 --out FILE`. */
import { extname } from 'node:path';
import { type Change, changeText } from '../../build/change.ts';
import { compose } from '../../build/compose.ts';
import type { OrderedDraw, OrderReport } from '../../build/order.ts';
import { InputError } from '../../core/errors.ts';
import { parseNumber } from '../../core/text.ts';
import { readStructure, writeStructure } from '../../io/index.ts';
import { type Repeats, supercell } from '../../model/supercell.ts';
import { formula, type System } from '../../model/system.ts';
import type { Command } from '../command.ts';
import { COMPOSITION_OPTIONS, compositionOf, seedOf } from '../compositionOptions.ts';
import { writeWhole } from '../folderSink.ts';
import { type Arguments, parseList, parseOptions } from '../options.ts';
import { ORDER_OPTIONS, orderedDraws } from '../orderOptions.ts';
import { PACK_OPTIONS, packedOf } from '../packOptions.ts';
import { refuseExisting, userBytes, userPath } from '../paths.ts';

/** A cell that was made, and how. */
interface Built {
  readonly file: string;
  readonly system: System;
  readonly changes: readonly Change[];
  readonly energy?: OrderedDraw['energy'];
}

export const build: Command = {
  help: `halide-md build STRUCTURE --out FILE [--supercell NA NB NC] [--types Li,O,Cl] [--json] [--force]
      [--order ewald|random] [--draws 1] [--sites refined|free] [--exclude Li-Li=2]
      [--substitute Y=Zr:0.3] [--antisite Li,Y:0.05] [--vacancies LiCl:2] [--insert Li@0.5,0.5,0.5:2]
      [--placement random|ewald|spread] [--seed 1] [--charge Fe=3]
  Repeats a cell, orders partly occupied sites, then changes the composition, in the order of these options; the format of
  FILE goes by its name.
  --order      makes partly occupied sites full or empty: the lowest Coulomb energy of formal charges (ewald), or any
               arrangement without forbidden neighbours; whole numbers of ions, neutral, closest to the refinement
  --draws      so many arrangements: FILE becomes NAME.0.EXT, NAME.1.EXT …, the lowest first
  --sites      keep what each crystallographic site holds (refined), or only the amount of each species (free)
  --exclude    ions on partly occupied sites stay so far apart, Å (else cations and anions 2, or 1.5 and 1.8)
  --substitute and the next three may each come several times. An amount with a decimal point or % is a share, a whole
               number a count. Charge is balanced by the mobile cation, or by ;balance=SPECIES,
               ;balance=SPECIES@X,Y,Z|X,Y,Z (sites, fractional in the cell of STRUCTURE) or ;balance=none; a cell that
               would be charged is refused
  --placement  atoms are chosen by lot, by the lowest Coulomb energy (ewald) or apart from their like (spread)
  --charge     oxidation states, in place of the file's and of the usual ones
  --json       the report on standard output
halide-md build --pack LiAlCl4:20 --density 1.6 --out FILE [--edge Å] [--distances Li-Cl=2.1,Cl-Cl=3] [--seed 1]
  Formula units at random places of a cubic cell, pushed apart to the distances, or to those of the ionic radii: what a
  melt starts from. The density is in g/cm³; --edge takes its place.`,
  async run(args) {
    const { rest, repeats } = takeSupercell(args);
    const options = parseOptions(
      'build',
      rest,
      {
        out: { type: 'string' },
        types: { type: 'string' },
        force: { type: 'boolean' },
        json: { type: 'boolean' },
        ...ORDER_OPTIONS,
        ...COMPOSITION_OPTIONS,
        ...PACK_OPTIONS,
      },
      args.some((arg) => /^--pack(=|$)/.test(arg)) ? [] : ['STRUCTURE'],
    );
    const composition = compositionOf(options);
    const seed = seedOf(options);
    const out = options.text('out');
    if (out === undefined) throw new InputError('build: --out is missing');
    const given = packedOf(options, composition.charges, seed) ?? (await structureOf(options));
    const ordered = orderedDraws(given, repeats, options, composition.charges, seed);
    const cells: readonly Pick<OrderedDraw, 'system' | 'energy'>[] = ordered?.draws ?? [
      { system: supercell(given, repeats) },
    ];
    const built = cells.map(({ system: cell, energy }, k): Built => {
      const { system, changes } = compose(cell, composition, { seed, repeats });
      const file = cells.length === 1 ? out : numbered(out, k);
      return { file, system, changes, ...(energy && { energy }) };
    });
    for (const { file } of built) refuseExisting(userPath(file), options.flag('force'));
    for (const { file, system } of built) await writeWhole(userPath(file), writeStructure(system, out));
    const tell = options.flag('json') ? report : lines;
    process.stdout.write(tell(built, ordered?.report));
    return 0;
  },
};

async function structureOf(options: Arguments): Promise<System> {
  const path = options.positionals[0] as string;
  const types = parseList(options.text('types'));
  return (await readStructure(await userBytes(userPath(path)), path, types ? { types } : {})).system;
}

/** `cell.cif` → `cell.0.cif`, `POSCAR` → `POSCAR.0`. */
function numbered(path: string, k: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${k}${extension}`;
}

function lines(built: readonly Built[], ordering: OrderReport | undefined): string {
  const notes = ordering?.notes.map((note) => `${note}\n`) ?? [];
  const cells = built.map(({ file, system, changes, energy }) => {
    const shown = energy ? `, ${energy.perAtom.toFixed(5)} eV per ion (formal charges, as ordered)` : '';
    const done = changes.map((change) => `${changeText(change)}\n`).join('');
    return `${done}${file}: ${system.typeOf.length} atoms, ${formula(system)}${shown}\n`;
  });
  return [...notes, ...cells].join('');
}

function report(built: readonly Built[], ordering: OrderReport | undefined): string {
  const files = built.map(({ file, system, changes, energy }) => ({
    ...{ file, atoms: system.typeOf.length, formula: formula(system) },
    ...(energy && { energy }),
    changes: changes.map(changeText),
  }));
  return `${JSON.stringify({ files, ...(ordering && { ordering }) }, null, 2)}\n`;
}

/** `--supercell 2 2 2` takes three words, which option parsers do not know: they are taken out first. */
function takeSupercell(args: readonly string[]): { rest: string[]; repeats: Repeats } {
  const at = args.findIndex((arg) => arg === '--supercell' || arg.startsWith('--supercell='));
  if (at < 0) return { rest: [...args], repeats: [1, 1, 1] };
  const inline = /^--supercell=(.*)$/.exec(args[at] as string)?.[1];
  const words = inline === undefined ? args.slice(at + 1, at + 4) : inline.split(/[\s,x]+/);
  const numbers = words.map(parseNumber);
  if (numbers.length !== 3 || numbers.some((n) => n === undefined)) {
    throw new InputError(`--supercell: expected three whole numbers, found ${words.join(' ') || 'nothing'}`);
  }
  const rest = [...args.slice(0, at), ...args.slice(at + (inline === undefined ? 4 : 1))];
  return { rest, repeats: numbers as unknown as Repeats };
}

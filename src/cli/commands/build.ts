/** `build STRUCTURE --supercell NA NB NC --substitute Y=Zr:0.3 --out FILE`. */
import { changeText } from '../../build/change.ts';
import { compose } from '../../build/compose.ts';
import { InputError } from '../../core/errors.ts';
import { parseNumber } from '../../core/text.ts';
import { readStructure, writeStructure } from '../../io/index.ts';
import { type Repeats, supercell } from '../../model/supercell.ts';
import { formula, type System } from '../../model/system.ts';
import type { Command } from '../command.ts';
import { COMPOSITION_OPTIONS, compositionOf, seedOf } from '../compositionOptions.ts';
import { writeWhole } from '../folderSink.ts';
import { type Arguments, parseList, parseOptions } from '../options.ts';
import { PACK_OPTIONS, packedOf } from '../packOptions.ts';
import { refuseExisting, userBytes, userPath } from '../paths.ts';

export const build: Command = {
  help: `halide-md build STRUCTURE --out FILE [--supercell NA NB NC] [--types Li,O,Cl] [--force]
      [--substitute Y=Zr:0.3] [--antisite Li,Y:0.05] [--vacancies LiCl:2] [--insert Li@0.5,0.5,0.5:2]
      [--placement random|ewald|spread] [--seed 1] [--charge Fe=3]
  Repeats a cell, then changes its composition, in the order of these options; each may come several times. An amount with a
  decimal point or % is a share, a whole number a count. Charge is balanced by the mobile cation, or by ;balance=SPECIES,
  ;balance=SPECIES@X,Y,Z|X,Y,Z (sites, fractional in the cell of STRUCTURE) or ;balance=none; a cell that would be charged
  is refused. Atoms are chosen by lot, by the lowest Coulomb energy of the oxidation states (ewald) or apart from their like
  (spread). --charge gives oxidation states that are not known. The format of FILE goes by its name. Ordering of partly
  occupied sites is not available in this version.
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
        order: { type: 'string' },
        ...COMPOSITION_OPTIONS,
        ...PACK_OPTIONS,
      },
      args.some((arg) => /^--pack(=|$)/.test(arg)) ? [] : ['STRUCTURE'],
    );
    if (options.text('order') !== undefined) {
      throw new InputError('build: --order is not available in this version');
    }
    const composition = compositionOf(options);
    const seed = seedOf(options);
    const out = options.text('out');
    if (out === undefined) throw new InputError('build: --out is missing');
    const target = userPath(out);
    refuseExisting(target, options.flag('force'));
    const system = packedOf(options, composition.charges, seed) ?? (await orderedStructure(options));
    const { system: built, changes } = compose(supercell(system, repeats), composition, { seed, repeats });
    await writeWhole(target, writeStructure(built, out));
    for (const change of changes) process.stdout.write(`${changeText(change)}\n`);
    process.stdout.write(`${out}: ${built.typeOf.length} atoms, ${formula(built)}\n`);
    return 0;
  },
};

async function orderedStructure(options: Arguments): Promise<System> {
  const path = options.positionals[0] as string;
  const types = parseList(options.text('types'));
  const { system } = await readStructure(await userBytes(userPath(path)), path, types ? { types } : {});
  if (!system.occupancies) return system;
  throw new InputError(
    `${path}: partly occupied sites cannot be ordered in this version; start from an ordered cell`,
  );
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

/** `build STRUCTURE --supercell NA NB NC --out FILE`. */
import { InputError } from '../../core/errors.ts';
import { parseNumber } from '../../core/text.ts';
import { readStructure, writeStructure } from '../../io/index.ts';
import { type Repeats, supercell } from '../../model/supercell.ts';
import { formula } from '../../model/system.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { parseList, parseOptions } from '../options.ts';
import { refuseExisting, userBytes, userPath } from '../paths.ts';

export const build: Command = {
  help: `halide-md build STRUCTURE --supercell NA NB NC --out FILE [--types Li,O,Cl] [--force]
  Repeats a cell; the format of FILE goes by its name. Ordering of partly occupied sites, substitution and vacancies are
  not available in this version.`,
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
        seed: { type: 'string' },
        substitute: { type: 'string', multiple: true },
        vacancies: { type: 'string', multiple: true },
      },
      ['STRUCTURE'],
    );
    for (const later of ['order', 'substitute', 'vacancies']) {
      if (options.texts(later).length > 0)
        throw new InputError(`build: --${later} is not available in this version`);
    }
    const out = options.text('out');
    if (out === undefined) throw new InputError('build: --out is missing');
    const path = options.positionals[0] as string;
    const target = userPath(out);
    refuseExisting(target, options.flag('force'));
    const types = parseList(options.text('types'));
    const { system } = await readStructure(await userBytes(userPath(path)), path, types ? { types } : {});
    if (system.occupancies) {
      throw new InputError(
        `${path}: partly occupied sites cannot be ordered in this version; start from an ordered cell`,
      );
    }
    const built = supercell(system, repeats);
    await writeWhole(target, writeStructure(built, out));
    process.stdout.write(`${out}: ${built.typeOf.length} atoms, ${formula(built)}\n`);
    return 0;
  },
};

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

/** `build STRUCTURE --supercell NA NB NC --order ewald|random --out FILE`. */
import { extname } from 'node:path';
import {
  isDisordered,
  ORDERINGS,
  type Ordered,
  type Ordering,
  orderSites,
  SITE_FREEDOMS,
  type SiteFreedom,
} from '../../build/order.ts';
import { InputError, suggestion } from '../../core/errors.ts';
import { parseNumber, quote } from '../../core/text.ts';
import { readStructure, writeStructure } from '../../io/index.ts';
import { type Repeats, supercell } from '../../model/supercell.ts';
import { formula, type System } from '../../model/system.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { type Arguments, parseCharges, parseList, parseOptions } from '../options.ts';
import { refuseExisting, userBytes, userPath } from '../paths.ts';

export const build: Command = {
  help: `halide-md build STRUCTURE --supercell NA NB NC --out FILE [--types Li,O,Cl] [--json] [--force]
  Repeats a cell; the format of FILE goes by its name. Substitution and vacancies are not available in this version.
  --order ewald|random   make partly occupied sites full or empty: the lowest Coulomb energy of formal charges, or any
                         arrangement without forbidden neighbours; whole numbers of ions, neutral, closest to the refinement
  --seed 1               the same seed, the same arrangement
  --draws 1              so many arrangements: FILE becomes NAME.0.EXT, NAME.1.EXT …, the lowest first
  --sites refined|free   keep what each crystallographic site holds (default), or only the amount of each species
  --charge Li=1,V=2      formal charges in place of the file's and of the usual ones
  --exclude Li-Li=2      ions on partly occupied sites stay so far apart, Å (else cations and anions 2, or 1.5 and 1.8)
  --json                 the report on standard output`,
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
        order: { type: 'string' },
        seed: { type: 'string' },
        draws: { type: 'string' },
        sites: { type: 'string' },
        charge: { type: 'string' },
        exclude: { type: 'string' },
        substitute: { type: 'string', multiple: true },
        vacancies: { type: 'string', multiple: true },
      },
      ['STRUCTURE'],
    );
    for (const later of ['substitute', 'vacancies']) {
      if (options.texts(later).length > 0)
        throw new InputError(`build: --${later} is not available in this version`);
    }
    const out = options.text('out');
    if (out === undefined) throw new InputError('build: --out is missing');
    const path = options.positionals[0] as string;
    const types = parseList(options.text('types'));
    const { system } = await readStructure(await userBytes(userPath(path)), path, types ? { types } : {});
    const ordered = orderedDraws(path, system, repeats, options);
    const cells = ordered?.draws.map((draw) => draw.system) ?? [supercell(system, repeats)];
    const names = cells.map((_, k) => (cells.length === 1 ? out : numbered(out, k)));
    for (const name of names) refuseExisting(userPath(name), options.flag('force'));
    for (const [k, name] of names.entries()) {
      await writeWhole(userPath(name), writeStructure(cells[k] as System, out));
    }
    process.stdout.write(options.flag('json') ? report(cells, names, ordered) : lines(cells, names, ordered));
    return 0;
  },
};

/** Ordered supercells; undefined for a structure whose sites are all full. */
function orderedDraws(
  path: string,
  system: System,
  repeats: Repeats,
  options: Arguments,
): Ordered | undefined {
  const order = choice(options, 'order', ORDERINGS) as Ordering | undefined;
  const sites = choice(options, 'sites', SITE_FREEDOMS) as SiteFreedom | undefined;
  const seed = options.number('seed', -1) ?? 1;
  if (!Number.isInteger(seed) || seed > 0xffffffff) {
    throw new InputError(`--seed: expected a whole number of 32 bits, found ${seed}`);
  }
  const draws = options.number('draws') ?? 1;
  const charges = options.text('charge');
  const exclusions = options.text('exclude');
  if (!isDisordered(system)) return undefined;
  if (order === undefined) {
    throw new InputError(
      `${path}: ${formula(system)} has partly occupied sites; order them with --order ewald or --order random`,
    );
  }
  return orderSites(system, {
    order,
    repeats,
    seed,
    draws,
    ...(sites && { sites }),
    ...(charges !== undefined && { charges: parseCharges(charges) }),
    ...(exclusions !== undefined && { exclusions: parseDistances(exclusions) }),
  });
}

function choice(options: Arguments, name: string, known: readonly string[]): string | undefined {
  const given = options.text(name);
  if (given === undefined || known.includes(given)) return given;
  throw new InputError(
    `build: --${name}: expected ${known.join(' or ')}, found ${quote(given)}${suggestion(given, known)}`,
  );
}

/** `Li-Li=2,Li-Al=1.8` → distances by pair. */
function parseDistances(text: string): Record<string, number> {
  return Object.fromEntries(
    text.split(',').map((part) => {
      const [pair, field] = part.split('=');
      const value = parseNumber(field);
      if (!pair || value === undefined) {
        throw new InputError(`--exclude: expected pair=distance such as Li-Li=2, found ${quote(part)}`);
      }
      return [pair.trim(), value];
    }),
  );
}

/** `cell.cif` → `cell.0.cif`, `POSCAR` → `POSCAR.0`. */
function numbered(path: string, k: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${k}${extension}`;
}

function lines(cells: readonly System[], names: readonly string[], ordered: Ordered | undefined): string {
  const notes = ordered?.report.notes.map((note) => `${note}\n`) ?? [];
  const files = cells.map((cell, k) => {
    const energy = ordered?.draws[k]?.energy;
    const shown = energy ? `, ${energy.perAtom.toFixed(5)} eV per ion (formal charges)` : '';
    return `${names[k]}: ${cell.typeOf.length} atoms, ${formula(cell)}${shown}\n`;
  });
  return [...notes, ...files].join('');
}

function report(cells: readonly System[], names: readonly string[], ordered: Ordered | undefined): string {
  const files = cells.map((cell, k) => {
    const energy = ordered?.draws[k]?.energy;
    return { file: names[k], atoms: cell.typeOf.length, formula: formula(cell), ...(energy && { energy }) };
  });
  return `${JSON.stringify({ files, ...(ordered && { ordering: ordered.report }) }, null, 2)}\n`;
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

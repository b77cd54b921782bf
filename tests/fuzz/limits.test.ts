/** Files that would fill the memory or take for ever: refused before they do. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InputError, nearestName } from '../../src/core/errors.ts';
import { printable } from '../../src/core/printable.ts';
import { linesOf } from '../../src/core/text.ts';
import { parsePotential } from '../../src/forcefield/library.ts';
import { parseTableFile } from '../../src/forcefield/tableFile.ts';
import { openTrajectory, readStructure } from '../../src/io/index.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';

/** A gzip file that inflates to the head and then a unit, over and over. */
function bomb(head: string, unit: string, bytes: number): Uint8Array {
  return gzipSync(Buffer.concat([Buffer.from(head), Buffer.alloc(bytes, unit)]), { level: 1 });
}

async function refusal(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

const MIB = 2 ** 20;
const HEAD = 't\n1\n5 0 0\n0 5 0\n0 0 5\nLi\n1\nDirect\n0 0 0\n';

describe('gzip bombs', () => {
  it.each<[string, string, string, number, RegExp]>([
    ['POSCAR of line ends', 'a.vasp.gz', '\n', 16 * MIB, /more than 4194304 lines are not read/],
    ['POSCAR of CR', 'a.vasp.gz', '\r', 16 * MIB, /more than 4194304 lines are not read/],
    [
      'POSCAR of one line',
      'a.vasp.gz',
      '0 ',
      64 * MIB,
      /a line of more than 16777216 characters is not read/,
    ],
    ['LAMMPS data of rows', 'a.data.gz', '1\n', 16 * MIB, /more than 4194304 lines are not read/],
    ['more than is read as a whole', 'a.vasp.gz', 'x', 300 * MIB, /more than 256 MiB of text/],
  ])('%s', async (_what, file, unit, bytes, message) => {
    expect(await refusal(() => readStructure(bomb(HEAD, unit, bytes), file))).toMatch(message);
  });

  it.each<[string, string]>([
    ['values', 'x '],
    ['names', '_x\n'],
    ['quoted values', "'x' "],
  ])('CIF of %s', async (_what, unit) => {
    const head = unit.startsWith('_') ? 'data_a\nloop_\n' : 'data_a\nloop_\n_x\n';
    const message = await refusal(() => readStructure(bomb(head, unit, 12 * MIB), 'a.cif'));
    expect(message).toMatch(/^a\.cif:\d+: more than 2097152 words and values are not read/);
  });

  it('trajectories: a comment that never ends, a frame that never ends', async () => {
    expect(await refusal(() => openTrajectory(bomb('1\n', ' ', 24 * MIB), 'a.xyz'))).toMatch(
      /a line of more than 16 MiB/,
    );
    const frame = bomb('99999999\nLattice="5 0 0 0 5 0 0 0 5"\n', 'Li 0 0 0\n', 128 * MIB);
    expect(await refusal(() => openTrajectory(frame, 'a.xyz'))).toMatch(
      /a frame of more than 512 MiB of text is not read/,
    );
  });
});

/** What took the square of the length: seconds for these, hours for a megabyte. */
describe('one pass over', () => {
  const N = 400_000;
  const comment = (text: string): Uint8Array => new TextEncoder().encode(`1\n${text}\nLi 0 0 0\n`);

  it.each(['a={ ', 'a="', "a='", 'a=[', 'a = ', 'a ', '\\', 'a="\\'])('comments of %s', async (unit) => {
    await expect(readStructure(comment(unit.repeat(N / unit.length)), 'a.xyz')).rejects.toThrow(
      /^a\.xyz:2: .*cell/,
    );
  });

  it.each([
    [`1${' '.repeat(N)}x`, /expected a (header line|whole number)|lacks the box/],
    [`1 a${' '.repeat(N)}b!`, /expected a (header line|whole number)|lacks the box/],
    [`${'1'.repeat(N)}x atoms`, /number of atoms: expected a whole number/],
    ['xlo '.repeat(N / 4), /expected a (header line|whole number)|lacks the box/],
  ])('header lines of LAMMPS', async (line, message) => {
    await expect(readStructure(new TextEncoder().encode(`t\n\n${line}\n`), 'a.data')).rejects.toThrow(
      message,
    );
  });

  it('items of a dump, quotes of a CIF, rows of a table, names of fields', async () => {
    const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
    await expect(readStructure(encode(`ITEM: a${' '.repeat(N)}b\n`), 'a.dump')).rejects.toThrow(/ITEM: a b/);
    await expect(readStructure(encode(`data_a\n_x ${"'y' ".repeat(N / 4)}`), 'a.cif')).rejects.toThrow(
      /data name/,
    );
    expect(() => parseTableFile(`${'1'.repeat(N)}x 1 1`, 'p.table')).toThrow(/r: expected a number/);
    expect(nearestName('x'.repeat(N), ['y'.repeat(10)])).toBeUndefined();
  });
});

describe('documents', () => {
  it('no longer than is parsed in seconds, no deeper than a stack', () => {
    expect(() => parseRunSpec('#'.repeat(2 ** 20), 'spec.yaml')).toThrow(/more than 256 KiB/);
    // Not by trying: V8 ends the process where the stack runs out inside a regular expression.
    const deep = ['[', '{a: ', '- ', '? ', 'a: ', '&x [', '!t - ', '"a": [', ': ', '- [', '{? ', "['x', "];
    for (const unit of deep) {
      expect(() => parseRunSpec(`\n${unit.repeat(2 ** 17 / unit.length)}`, 'spec.yaml'), unit).toThrow(
        'spec.yaml:2: lists and objects are nested deeper than 64 levels',
      );
    }
    const stairs = Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(() => parseRunSpec(stairs, 'spec.yaml')).toThrow(/^spec\.yaml:202: .*deeper than 64 levels/);
    // Brackets in texts, in comments and side by side are no nesting.
    const wide = `a: "${'['.repeat(1000)}"\nb: [${'[],'.repeat(1000)}[]]\n# ${'['.repeat(1000)}\nc: |\n  ${'- '.repeat(1000)}\n`;
    expect(() => parseRunSpec(wide, 'spec.yaml')).toThrow(/unknown field a/);
    expect(() => parseRunSpec(`a: ${'['.repeat(70)}${']'.repeat(70)}`, 'spec.yaml')).toThrow(
      /deeper than 64 levels/,
    );
    expect(() => parseRunSpec('a: &a {b: *a}', 'spec.yaml')).toThrow(/deeper than 64 levels/);
  });

  it('a field that comes twice, among many', () => {
    const fields = Array.from({ length: 20_000 }, (_, i) => `a${i}: 1`);
    expect(() => parseRunSpec([...fields, 'a7: 1'].join('\n'), 's.yaml')).toThrow(
      /^s\.yaml:20001: the field "a7" comes twice/,
    );
  });

  it.each([
    ['.nan', /finite number, found NaN/],
    ['1e999', /finite number, found Infinity/],
    ['"\\u0007"', /text without control characters/],
    ['"\\ud800"', /text without control characters/],
  ])('no value %s', (value, message) => {
    expect(() => parsePotential(`cutoff: ${value}`, 'p.yaml')).toThrow(message);
  });

  it('no dates and sets of YAML 1.1', () => {
    expect(() => parsePotential('%YAML 1.1\n---\ncutoff: 2001-01-01', 'p.yaml')).toThrow(
      /knows, found a Date/,
    );
    expect(() => parsePotential('%YAML 1.1\n---\npairs: !!set {x}', 'p.yaml')).toThrow(/knows, found a Set/);
  });
});

it('lines end in three ways, and are counted before they are made', () => {
  expect(linesOf('\ufeffa\r\nb\rc\n\nd', 'f')).toEqual(['a', 'b', 'c', '', 'd']);
  expect(() => linesOf('\r\n'.repeat(2 ** 22), 'f')).toThrow(/^f:4194305: more than 4194304 lines/);
  expect(linesOf('\r\n'.repeat(2 ** 22 - 1), 'f')).toHaveLength(2 ** 22);
});

it('text that can be shown', () => {
  expect(printable('Li₃YCl₆ é 塩 🧂')).toBe('Li₃YCl₆ é 塩 🧂');
  expect(printable('a\u001b[2J\n\u202eb\ud800')).toBe('a\\u001b[2J\\u000a\\u202eb\\ud800');
  expect(printable('\u0000'.repeat(5000))).toHaveLength(1000);
});

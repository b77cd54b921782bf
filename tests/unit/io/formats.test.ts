/** The contract of every entry of FORMATS, and what all readers owe to bad input. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.ts';
import {
  type FileFormat,
  FORMATS,
  type FormatName,
  openTrajectory,
  readStructure,
  trajectoryWriter,
  writeStructure,
} from '../../../src/io/index.ts';
import { formula } from '../../../src/model/system.ts';
import { bytesOf, goldenBytes, goldenText, inputError, wildSystem } from './fixtures.ts';
import { XDATCAR } from './xdatcarFixtures.ts';

/** DCD is no text, and has its own tests. */
type TextFormat = Exclude<FormatName, 'dcd'>;

const SAMPLES: Record<TextFormat, string> = {
  cif: goldenText('cif/Li3InCl6_C2m_ordered.cif'),
  poscar: goldenText('poscar/POSCAR.pymatgen'),
  xdatcar: XDATCAR,
  extxyz: goldenText('extxyz/ase.extxyz'),
  lammpsData: goldenText('lammps/writeData.data'),
  lammpsDump: goldenText('lammps/wrappedImages.lammpstrj'),
};
const names = (Object.keys(FORMATS) as FormatName[]).filter((name) => name !== 'dcd');
const fileOf = (name: TextFormat) => `sample.${FORMATS[name].extensions[0]}`;

/** Reads to the end, as trajectory too where that is possible. */
async function readAll(bytes: Uint8Array, fileName: string): Promise<void> {
  await readStructure(bytes, fileName);
  const name = names.find((key) => fileOf(key) === fileName);
  if (!name || !('openTrajectory' in FORMATS[name])) return;
  for await (const _ of (await openTrajectory(bytes, fileName)).frames());
}

describe.each(names)('format %s', (name) => {
  const format: FileFormat = FORMATS[name];
  const text = SAMPLES[name];
  const bytes = bytesOf(text);

  it('is found by every ending, and by content alone; only by its own', async () => {
    for (const extension of format.extensions) {
      expect((await readStructure(bytes, `dir.x/sample.${extension.toUpperCase()}`)).format).toBe(name);
      expect((await readStructure(gzipSync(bytes), `sample.${extension}.gz`)).format).toBe(name);
    }
    expect((await readStructure(bytes, 'no ending')).format).toBe(name);
    const sniffers = names.filter((other) => FORMATS[other].sniff(text.slice(0, 4096)));
    expect(sniffers).toEqual([name]);
  });

  it('CRLF, tabs, a byte-order mark and empty lines at the end change nothing but line ends', async () => {
    const { system } = await readStructure(bytes, fileOf(name));
    const crlf = `\uFEFF${text.replaceAll('\n', '\r\n').replace(/(?<=\d) (?=-?\d)/g, '\t')}\r\n\r\n`;
    const changed = (await readStructure(bytesOf(crlf), fileOf(name))).system;
    expect(changed.positions).toEqual(system.positions);
    expect(changed.velocities).toEqual(system.velocities);
    expect(changed.species).toEqual(system.species);
  });

  it('writes what it reads back', async () => {
    if (!format.write) return;
    const system = wildSystem();
    const back = await readStructure(bytesOf(writeStructure(system, name)), fileOf(name));
    expect(formula(back.system)).toBe(formula(system));
    expect(back.warnings).toEqual([]);
    if (name !== 'cif') expect(back.system.velocities).toHaveLength(15);
  });

  it('empty, blank and binary files are InputErrors that name the file', async () => {
    const junk = Uint8Array.from({ length: 5000 }, (_, i) => (i * i * 7919 + (i >> 3)) & 0xff);
    for (const bad of [
      new Uint8Array(0),
      bytesOf('\n\n  \n'),
      junk,
      new Uint8Array(3000),
      bytesOf('\u{1F9C2}'),
    ]) {
      for (const file of [fileOf(name), 'no ending']) {
        expect((await inputError(() => readAll(bad, file))).message).toMatch(
          new RegExp(`^${file}(:\\d+)?: `),
        );
      }
    }
  });

  it('cut anywhere: read, or refused with file and line', async () => {
    for (let cut = 0; cut < bytes.length; cut += Math.max(7, Math.floor(bytes.length / 60))) {
      await readAll(bytes.subarray(0, cut), fileOf(name)).catch(mustBeInputError);
    }
  });

  it('damaged anywhere: read, or refused with file and line', async () => {
    const replacements = [
      'nan',
      '-',
      '99999999999999',
      '1e999',
      '0',
      "'",
      ';',
      '"',
      '\u0000',
      'é',
      '\n',
      ' ',
      '=',
    ];
    let seed = 12345;
    const random = (n: number) => {
      seed = (seed * 1103515245 + 12345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * n);
    };
    for (let i = 0; i < 150; i++) {
      const at = random(text.length);
      const bad = text.slice(0, at) + replacements[i % replacements.length] + text.slice(at + random(6));
      await readAll(bytesOf(bad), fileOf(name)).catch(mustBeInputError);
    }
  });

  it('fields exchanged for huge numbers: no allocation by announcement', async () => {
    const fields = text.split(/(\s+)/);
    for (let i = 0; i < Math.min(fields.length, 120); i++) {
      if (!/^\d+$/.test(fields[i]!)) continue;
      const bad = [...fields.slice(0, i), '99999999999', ...fields.slice(i + 1)].join('');
      await readAll(bytesOf(bad), fileOf(name)).catch(mustBeInputError);
    }
  });
});

describe('formats by name', () => {
  it('files without endings', async () => {
    const formatOf = async (name: TextFormat, file: string) =>
      (await readStructure(bytesOf(SAMPLES[name]), file)).format;
    expect(await formatOf('poscar', '/tmp/run/CONTCAR')).toBe('poscar');
    expect(await formatOf('poscar', 'C:\\run\\POSCAR.gz')).toBe('poscar');
    expect(await formatOf('lammpsData', 'data.nacl')).toBe('lammpsData');
    expect(await formatOf('lammpsDump', 'dump.600K')).toBe('lammpsDump');
  });

  it('unknown ones list what is known', async () => {
    const unknown = await inputError(() => readStructure(bytesOf('hello\nworld\n'), 'notes.txt'));
    expect(unknown.message).toMatch(/^notes\.txt: unknown file format; known: cif \(\.cif\), poscar/);
    expect((await inputError(() => writeStructure(wildSystem(), 'a.pdb'))).message).toMatch(
      /^"a\.pdb": no format has this name or ending; known: cif/,
    );
    expect((await inputError(() => trajectoryWriter(wildSystem(), 'POSCAR'))).message).toBe(
      'POSCAR: poscar holds no trajectory; written are extxyz, lammpsDump',
    );
    expect((await inputError(() => openTrajectory(goldenBytes('cif/NaCl.cif'), 'NaCl.cif'))).message).toBe(
      'NaCl.cif: this is no trajectory but a CIF: crystal structures with symmetry and partial occupancies; trajectories: xdatcar, extxyz, lammpsDump, dcd',
    );
  });

  it('titles in any script', async () => {
    const text = SAMPLES.poscar.replace('Li2YCl3 from pymatgen', 'Литий 塩化リチウム ☃');
    const { system } = await readStructure(bytesOf(text), 'POSCAR');
    expect(system.title).toBe('Литий 塩化リチウム ☃');
    const latin1 = Uint8Array.from(SAMPLES.poscar.replace('Li2YCl3', 'für'), (c) => c.charCodeAt(0));
    expect((await readStructure(latin1, 'POSCAR')).system.typeOf).toHaveLength(6);
  });
});

function mustBeInputError(error: unknown): void {
  if (!(error instanceof InputError)) throw error;
  expect(error.location?.file).toBeDefined();
}

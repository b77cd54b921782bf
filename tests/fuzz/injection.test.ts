/** Names are data: no text of a file becomes WGSL, a path, a field of every object, or markup of the page. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FolderSink } from '../../src/cli/folderSink.ts';
import { InputError } from '../../src/core/errors.ts';
import { compileForceField } from '../../src/engine/compileForceField.ts';
import { parsePotential } from '../../src/forcefield/library.ts';
import { readStructure, writeStructure } from '../../src/io/index.ts';
import { parseRunSpec } from '../../src/run/parseSpec.ts';

const HTML = '</title><script>alert(1)</script>"\'';
const WGSL = '}; fn main() { loop {} } /*';
const PATHS = [
  '../../x.xyz',
  '/etc/x.xyz',
  'C:\\x.xyz',
  '..\\x.xyz',
  'a/b.xyz',
  'x\u0000.xyz',
  '.xyz',
  '..',
  '',
];

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function potential(label: string, more: object = {}): string {
  return JSON.stringify({
    name: label,
    description: label,
    citation: [{ text: label, doi: label }],
    species: { [label]: { element: 'Li', mass: 7, charge: 1 }, Cl: { element: 'Cl', mass: 35, charge: -1 } },
    pairs: [
      { between: [label, 'Cl'], form: 'lennardJones', params: { epsilon: 0.1, sigma: 3 }, note: label },
    ],
    ...more,
  });
}

function slotOf(label: string): string {
  const forceField = parsePotential(potential(label), 'p.json');
  const species = Object.entries(forceField.species).map(([name, one]) => ({ label: name, ...one }));
  return compileForceField(forceField, species, 8).slot;
}

describe('WGSL', () => {
  it.each([HTML, WGSL, 'override', '0u', '#include "pair/power.wgsl"'])('has no word of %s', (label) => {
    expect(slotOf(label)).toBe(slotOf('Li'));
  });

  it('has no form that the registry lacks', () => {
    const pairs = [{ between: ['Li', 'Cl'], form: WGSL, params: {} }];
    expect(() => parsePotential(potential('Li', { pairs }), 'p.json')).toThrow(
      /pairs\[0\]\.form: expected one of/,
    );
    const params = { epsilon: 0.1, sigma: 3, [WGSL]: 1 };
    const more = { pairs: [{ between: ['Li', 'Cl'], form: 'lennardJones', params }] };
    expect(() => parsePotential(potential('Li', more), 'p.json')).toThrow(/unknown field/);
  });
});

describe('paths', () => {
  const folder = mkdtempSync(join(tmpdir(), 'halide-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const spec = (file: string): string =>
    JSON.stringify({
      structure: 'a.cif',
      potential: 'p',
      stages: [{ do: 'nve', duration: 1, temperature: 1 }],
      record: { trajectory: { file } },
    });

  it.each(['../../x', '/etc/passwd', 'C:\\x', HTML, WGSL, '\u0000', '..', '', '塩', 'x'.repeat(5000)])(
    'a run called %s has a folder below runs/',
    async (title) => {
      const sink = await FolderSink.next(folder, title);
      expect(sink.folder.startsWith(join(folder, 'runs'))).toBe(true);
      expect(sink.folder.slice(join(folder, 'runs').length)).toMatch(/^[\\/][a-z0-9-]{1,70}$/);
      expect(readdirSync(folder)).toEqual(['runs']);
    },
  );

  it.each([
    ...PATHS,
    'checkpoint.extxyz',
    'final.xyz',
    'thermo.csv',
    'report.html',
    'a.xyz.gz',
    '<b>.xyz',
    'CON:.xyz',
  ])('a trajectory is not called %j', (file) => {
    expect(() => parseRunSpec(spec(file), 'spec.json')).toThrow(InputError);
  });

  it.each(['trajectory.extxyz', 'my frames.xyz', 'Li₃YCl₆-1.lammpstrj', 'a.b_c+d.dump'])(
    'a trajectory may be called %s',
    (file) => {
      expect(parseRunSpec(spec(file), 'spec.json').record.trajectory.file).toBe(file);
    },
  );
});

describe('objects', () => {
  it.each(['__proto__', 'constructor', 'toString'])('%s is no species, pair partner or override', (name) => {
    const pairs = [{ between: [name, 'Cl'], form: 'none' }];
    expect(() => parsePotential(potential('Li', { pairs }), 'p.json')).toThrow(/no species/);
    const text = potential('Li').replaceAll('"Li":', `"${name}":`);
    expect(() => parsePotential(text, 'p.json')).toThrow(/no name for a species/);
    const base =
      '{"structure": "a", "potential": "p", "stages": [{"do": "nve", "duration": 1, "temperature": 1}]}';
    expect(() => parseRunSpec(base, 's.json', [`${name}.x=1`])).toThrow(/is no field/);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it.each(['__proto__', 'constructor'])('%s is no unit and no style of LAMMPS', async (name) => {
    const dump = `ITEM: UNITS\n${name}\nITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: BOX BOUNDS pp pp pp\n0 5\n0 5\n0 5\nITEM: ATOMS id element x y z\n1 Li 0 0 0\n`;
    await expect(readStructure(encode(dump), 'a.dump')).rejects.toThrow(/units ".*" are not read/);
    const data = `t\n\n1 atoms\n0 5 xlo xhi\n0 5 ylo yhi\n0 5 zlo zhi\n\nAtoms # ${name}\n\n1 1 0 0\n`;
    await expect(readStructure(encode(data), 'a.data')).rejects.toThrow(/atom style ".*" is not known/);
  });
});

describe('messages', () => {
  it('show what would steer a terminal', async () => {
    const text = 't\n1\n\u001b[2J 0 0\n';
    const error = await readStructure(encode(text), 'a\u001b[2J.vasp').catch((one: unknown) => one);
    expect((error as Error).message).toMatch(/^a\\u001b\[2J\.vasp:3: .*\\u001b\[2J/);
  });

  it('hostile labels and titles survive a file of another format as what they are', async () => {
    const text = `1\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:label:S:1 title="${HTML.replaceAll('"', '')}"\nLi 0 0 0 Li<b>\n`;
    const { system } = await readStructure(encode(text), 'a.xyz');
    const back = await readStructure(encode(writeStructure(system, 'extxyz')), 'b.xyz');
    expect(back.system.species[0]?.label).toBe('Li<b>');
    expect(back.system.title).toBe(system.title);
  });
});

it('the page takes markup in one place only, and that is for drawings of this project', () => {
  const sources = readdirSync('src/app', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const places = sources.flatMap((name) =>
    readFileSync(join('src/app', name), 'utf8')
      .split('\n')
      .filter((line) =>
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|createContextualFragment/.test(line),
      )
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(places).toEqual(['dom.ts: element.innerHTML = svg;']);
});

/** CIF files as people and programs really write them: each reads right, or says what is wrong and where. */
import { describe, expect, it } from 'vitest';
import { readStructure } from '../../../src/io/index.ts';
import { formula } from '../../../src/model/system.ts';
import { bytesOf, inputError } from './fixtures.ts';

const read = (text: string) => readStructure(bytesOf(text), 'ugly.cif');
const CUBE = '_cell_length_a 5.14(1)\n_cell_length_b 5.14(1)\n_cell_length_c 5.14(1)';
const LOOP = 'loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z';
const FM3M = "_symmetry_space_group_name_H-M 'F m -3 m'";
const ROCK_SALT = `${LOOP}\nLi1 0 0 0\nCl1 0.5 0.5 0.5`;
const file = (...parts: string[]) => ['data_x', ...parts, ''].join('\n');
const IMAGES = ['0 0 0', '0 .5 .5', '.5 0 .5', '.5 .5 0'];

/** Composition, and warnings that must be there. */
const READS: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['H-M symbol alone', file(CUBE, FM3M, ROCK_SALT), 'Li4 Cl4', []],
  [
    'H-M without spaces, in double quotes',
    file(CUBE, FM3M.replace("'F m -3 m'", '"Fm-3m"'), ROCK_SALT),
    'Li4 Cl4',
    [],
  ],
  ['H-M bare, with underscores', file(CUBE, '_space_group_name_H-M_alt F_m_-3_m', ROCK_SALT), 'Li4 Cl4', []],
  ['old H-M without bar', file(CUBE, "_symmetry_space_group_name_H-M 'F m 3 m'", ROCK_SALT), 'Li4 Cl4', []],
  ['number alone', file(CUBE, '_symmetry_Int_Tables_number 225', ROCK_SALT), 'Li4 Cl4', []],
  ['Hall symbol alone', file(CUBE, "_symmetry_space_group_name_Hall '-F 4 2 3'", ROCK_SALT), 'Li4 Cl4', []],
  [
    'H-M unknown ("?"), number given',
    file(CUBE, '_symmetry_space_group_name_H-M ?', '_symmetry_Int_Tables_number 225', ROCK_SALT),
    'Li4 Cl4',
    [],
  ],
  ['no symmetry', file(CUBE, ROCK_SALT), 'Li Cl', ['P 1 is assumed']],
  [
    'symmetry loop of placeholders',
    file(CUBE, FM3M, 'loop_ _symmetry_equiv_pos_as_xyz ?', ROCK_SALT),
    'Li4 Cl4',
    [],
  ],
  [
    'CRLF, tabs, BOM, upper case, an end-of-file mark',
    `\uFEFF${file(CUBE, FM3M, ROCK_SALT).replaceAll(' 0 0', '\t0\t0').replaceAll('\n', '\r\n').toUpperCase()}\x1a`,
    'Li4 Cl4',
    [],
  ],
  [
    'numbered operations with spaces, signs, fractions last and first',
    file(
      CUBE,
      FM3M.replace('F m -3 m', 'F 1'),
      "loop_\n_symmetry_equiv_pos_site_id\n_symmetry_equiv_pos_as_xyz\n1 'x, y, z'\n2 '+X,1/2+Y,+Z+1/2'\n3 x+.5,y,z+0.5\n4 \"x+1/2 , y+1/2 , z\"",
      ROCK_SALT,
    ),
    'Li4 Cl4',
    [],
  ],
  [
    'placeholders for occupancies, adp and type',
    file(
      CUBE,
      FM3M,
      LOOP.replace(
        '_atom_site_fract_x',
        '_atom_site_occupancy\n_atom_site_type_symbol\n_atom_site_U_iso_or_equiv\n_atom_site_fract_x',
      ),
      'Li1 ? . ? 0 0 0\nCl1 . ? . .5 .5 .5',
    ),
    'Li4 Cl4',
    [],
  ],
  [
    'uncertainties everywhere',
    file(
      CUBE,
      FM3M,
      LOOP.replace('_atom_site_fract_x', '_atom_site_occupancy\n_atom_site_fract_x'),
      'Li1 0.50(2) 0.000(1) 0.0 -0.0\nCl1 1.000(5) .5 +.5 0.5(0)',
    ),
    'Li2 Cl4',
    [],
  ],
  [
    'quotes within quotes, text fields, comments between',
    file(
      "_publ_author 'O'Brien, P.'",
      '_note\n;loop_ data_y _atom_site_label\n;',
      '# c',
      CUBE,
      FM3M,
      `${LOOP} # here\n'Li1' 0 0 0 # Li\n"Cl1" .5 .5 .5`,
    ),
    'Li4 Cl4',
    [],
  ],
  [
    'every atom listed, and the symmetry as well',
    file(CUBE, FM3M, `${LOOP}\n${IMAGES.map((x, i) => `Li${i} ${x}`).join('\n')}\nCl1 .5 .5 .5`),
    'Li4 Cl4',
    ['Li1, Li2, Li3: listed already'],
  ],
  ['one line twice', file(CUBE, FM3M, `${ROCK_SALT}\nCl1 0.5 0.5 0.5`), 'Li4 Cl4', ['Cl1: listed already']],
  [
    'a site shared by two elements, and by two halves of one',
    file(
      CUBE,
      FM3M,
      LOOP.replace('_atom_site_fract_x', '_atom_site_occupancy\n_atom_site_fract_x'),
      'Li1 .5 0 0 0\nNa1 .5 0 0 0\nCl1 .5 .5 .5 .5\nCl2 .5 .5 .5 .5',
    ),
    'Li2 Na2 Cl4',
    [],
  ],
  [
    'too few digits for a special position',
    file(
      '_cell_length_a 11.2',
      '_cell_length_b 11.2',
      '_cell_length_c 6',
      '_cell_angle_gamma 120',
      "_symmetry_space_group_name_H-M 'P 3'",
      `${LOOP}\nY1 0.32 0.66 0`,
    ),
    'Y3',
    ['images of site Y1 are 0.'],
  ],
  [
    'another multiplicity than the file counts',
    file(
      CUBE,
      FM3M,
      LOOP.replace('_atom_site_fract_x', '_atom_site_symmetry_multiplicity\n_atom_site_fract_x'),
      'Li1 8 0 0 0\nCl1 4 .5 .5 .5',
    ),
    'Li4 Cl4',
    ['site Li1 has 4 images, but the file counts 8'],
  ],
  ['dummy atoms', file(CUBE, FM3M, `${ROCK_SALT}\nCl9 ? ? ?`), 'Li4 Cl4', ['site Cl9 has no coordinates']],
  [
    'type symbols with charges, labels with letters',
    file(
      CUBE,
      FM3M,
      LOOP.replace('_atom_site_fract_x', '_atom_site_type_symbol\n_atom_site_fract_x'),
      'M1A LI1+ 0 0 0\nXa Cl1- .5 .5 .5',
    ),
    'Li4 Cl4',
    [],
  ],
  [
    'two blocks, the first without atoms',
    `data_global\n_audit_creation_date ?\n${file(CUBE, FM3M, ROCK_SALT)}`,
    'Li4 Cl4',
    [],
  ],
];

const REFUSED: readonly (readonly [string, string, string])[] = [
  [
    'two full elements on one place',
    file(CUBE, FM3M, `${ROCK_SALT}\nNa1 .5 0 0`),
    'ugly.cif:13: sites Cl1, Na1 share one place',
  ],
  [
    'occupancies above one together',
    file(
      CUBE,
      FM3M,
      LOOP.replace('_atom_site_fract_x', '_atom_site_occupancy\n_atom_site_fract_x'),
      'Li1 .7 0 0 0\nNa1 .5 0 0 0\nCl1 1 .5 .5 .5',
    ),
    'sites Li1, Na1 share one place and fill it 1.2 times',
  ],
  [
    'unquoted H-M with spaces',
    file(CUBE, '_symmetry_space_group_name_H-M F m -3 m', ROCK_SALT),
    'ugly.cif:5: found the value "m" where a data name belongs',
  ],
  [
    'operations without quotes',
    file(CUBE, 'loop_ _symmetry_equiv_pos_as_xyz\nx, y, z', ROCK_SALT),
    'ugly.cif:6: symmetry operation: expected',
  ],
  [
    'decimal commas',
    file(CUBE, FM3M, `${LOOP}\nLi1 0,25 0 0`),
    'ugly.cif:11: _atom_site_fract_x: expected a number, found "0,25"',
  ],
  ['an open uncertainty', file(CUBE, FM3M, `${LOOP}\nLi1 0.25(1 0 0`), 'found "0.25(1"'],
  [
    'occupancies in per cent',
    file(
      CUBE,
      FM3M,
      LOOP.replace('_atom_site_fract_x', '_atom_site_occupancy\n_atom_site_fract_x'),
      'Li1 50 0 0 0',
    ),
    'expected an occupancy between 0 and 1, found 50',
  ],
  ['a value too few', file(CUBE, FM3M, `${LOOP}\nLi1 0 0 0\nCl1 .5 .5`), 'its last row has 3 values'],
  ['an unknown cell', file('_cell_length_a ?', FM3M, ROCK_SALT), 'data_x lacks _cell_length_a'],
  [
    'a cell that the group does not fit',
    file(CUBE.replace('_cell_length_c 5', '_cell_length_c 6'), FM3M, ROCK_SALT),
    'does not fit the cell',
  ],
  [
    'symbol and number that differ',
    file(CUBE, FM3M, '_symmetry_Int_Tables_number 221', ROCK_SALT),
    'is number 225, not 221',
  ],
  ['an unknown element', file(CUBE, FM3M, `${LOOP}\nM1 0 0 0`), 'expected an element symbol, found "M1"'],
  ['all atoms unknown', file(CUBE, FM3M, `${LOOP}\nLi1 ? ? ?`), 'no atom site with coordinates'],
  [
    'a quote that stays open',
    file(CUBE, "_symmetry_space_group_name_H-M 'F m -3 m", ROCK_SALT),
    "ugly.cif:5: the text that begins with ' is not closed",
  ],
];

describe('ugly CIF files', () => {
  it.each(READS)('%s: reads', async (_name, text, expected, sentences) => {
    const { system, warnings } = await read(text);
    expect(formula(system)).toBe(expected);
    expect(warnings).toHaveLength(sentences.length);
    sentences.forEach((sentence, i) => {
      expect(warnings[i]).toContain(sentence);
    });
  });

  it.each(REFUSED)('%s: refused', async (_name, text, sentence) => {
    expect((await inputError(() => read(text))).message).toContain(sentence);
  });
});

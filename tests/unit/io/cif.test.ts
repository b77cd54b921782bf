import { describe, expect, it } from 'vitest';
import { cifColumn, cifItem, cifNumber, isPlaceholder, parseCif } from '../../../src/io/cif.ts';
import { inputError } from './fixtures.ts';

const values = (text: string, name: string) =>
  cifColumn(parseCif(text, 'a.cif').blocks[0]!, name)?.map((value) => value.text);

describe('CIF text', () => {
  it('quotes end only before white space', () => {
    const text = `data_a\n_x 'a dog's life' _y "say "no"" _z a'b _w 'x' # 'comment'\n`;
    const block = parseCif(text, 'a.cif').blocks[0]!;
    expect(['_x', '_y', '_z', '_w'].map((name) => cifItem(block, name)?.text)).toEqual([
      "a dog's life",
      'say "no"',
      "a'b",
      'x',
    ]);
  });

  it('text fields keep their lines and count them', () => {
    const text = 'data_a\n_x\n;first\n _not a name\n loop_\n;\n_y 1\n';
    const block = parseCif(text, 'a.cif').blocks[0]!;
    expect(cifItem(block, '_x')?.text).toBe('first\n _not a name\n loop_');
    expect(cifItem(block, '_y')?.line).toBe(7);
  });

  it('a semicolon inside a line is a value', () => {
    expect(values('data_a\nloop_\n_x\n;a\n;\n ;b c\n', '_x')).toEqual(['a', ';b', 'c']);
  });

  it('placeholders, but not quoted ones', () => {
    const text = 'data_a\nloop_ _x ? . \'?\' "." 1\n';
    const column = cifColumn(parseCif(text, 'a.cif').blocks[0]!, '_x')!;
    expect(column.map(isPlaceholder)).toEqual([true, true, false, false, false]);
  });

  it('uncertainties are dropped', () => {
    const number = (text: string) => cifNumber({ text, line: 1, quoted: false }, 'x', 'a.cif');
    expect(['1.234(5)', '-12(3)', '.5(1)', '1e-3', '+7.', '0.25'].map(number)).toEqual([
      1.234, -12, 0.5, 1e-3, 7, 0.25,
    ]);
  });

  it('loops, case, dots of dictionary 2, comments, several blocks and save frames', () => {
    const text = [
      '#\\#CIF_1.1 # head',
      'DATA_first',
      '_Cell.Length_a 5 # Å',
      'save_frame _x 1 save_',
      'LOOP_ _A _b',
      '1 # one',
      '2 3 4 stop_',
      'data_second _cell_length_a 6',
    ].join('\r\n');
    const { blocks } = parseCif(`\uFEFF${text}`, 'a.cif');
    expect(blocks.map(({ name }) => name)).toEqual(['first', 'second']);
    expect(cifItem(blocks[0]!, '_cell_length_a')?.text).toBe('5');
    expect(cifItem(blocks[0]!, '_x')).toBeUndefined();
    expect(blocks[0]!.loops[0]!.rows.map((row) => row.map(({ text }) => text))).toEqual([
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it.each([
    ['', 'a.cif:1: this is no CIF: it holds no data block'],
    ['hello world', 'a.cif:1: expected a data block ("data_name"), found "hello"'],
    ["data_a\n_x 'open\n_y 1", "a.cif:2: the text that begins with ' is not closed"],
    ['data_a\n_x\n;open\nto the end', 'a.cif:3: the text field that begins with ";" is not closed'],
    ['data_a\n_x\n_y 1', 'a.cif:2: _x has no value: found _y after it'],
    ['data_a\n\n_x', 'a.cif:3: _x has no value: found the end of the file'],
    ['data_a\nloop_\n_x _y\n1 2\n3', 'a.cif:5: the loop with _x has 2 columns, its last row has 1 value'],
    ['data_a\nloop_ 1 2', 'a.cif:2: loop_ without data names: found "1"'],
    ['data_a\n_x 1 2', 'a.cif:2: found the value "2" where a data name belongs'],
  ])('%j is refused with its line', async (text, message) => {
    expect((await inputError(() => parseCif(text, 'a.cif'))).message).toContain(message);
  });

  it('numbers that are none', async () => {
    const value = { text: '1.2(', line: 7, quoted: false };
    expect((await inputError(() => cifNumber(value, '_cell_length_a', 'a.cif'))).message).toBe(
      'a.cif:7: _cell_length_a: expected a number, found "1.2("',
    );
  });
});

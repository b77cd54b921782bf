/** Numbers and lines of text files. */
import { describe, expect, it } from 'vitest';
import { InputError, nearestName, suggestion } from '../../../src/core/errors.ts';
import { integerField, LineReader, parseNumber, quote } from '../../../src/core/text.ts';

describe('numbers', () => {
  it.each<[string, number | undefined]>([
    ['1', 1],
    ['-.5e-3', -0.0005],
    ['1.0D+02', 100],
    ['2.', 2],
    ['1e400', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['0x10', undefined],
    ['1,5', undefined],
    ['', undefined],
    ['1.2.3', undefined],
  ])('%s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it('whole numbers have a least value', () => {
    expect(integerField('7', 'count', { file: 'f' }, 1)).toBe(7);
    expect(() => integerField('0', 'count', { file: 'f', line: 3 }, 1)).toThrow(
      'f:3: count: expected a whole number of at least 1, found "0"',
    );
    expect(() => integerField('9007199254740993', 'id', { file: 'f' })).toThrow(/whole number/);
  });
});

describe('lines', () => {
  it.each(['a\nb\n', 'a\r\nb\r\n', 'a\rb\r', '\uFEFFa\nb'])('are found whatever ends them: %j', (text) => {
    const reader = new LineReader(text, 'f');
    expect([reader.next('a'), reader.next('b')]).toEqual(['a', 'b']);
    expect(reader.lineNumber).toBe(2);
    expect(reader.done).toBe(true);
  });

  it('the end of the file is named', () => {
    const reader = new LineReader('a', 'f');
    reader.next('a');
    expect(() => reader.next('the cell')).toThrow('f:1: the file ends where the cell was expected');
  });
});

it('found text in messages is short and harmless', () => {
  expect(quote('\u001b[31mred')).toBe('"\\u001b[31mred"');
  expect(quote('x'.repeat(500)).length).toBeLessThan(50);
  expect(quote(undefined)).toBe('nothing');
});

describe('suggestions', () => {
  it.each<[string, string | undefined]>([
    ['timestpe', 'timestep'],
    ['TIMESTEP', 'timestep'],
    ['duratoin', 'duration'],
    ['pressure', undefined],
  ])('%s → %s', (found, near) => {
    expect(nearestName(found, ['timestep', 'duration', 'seed'])).toBe(near);
  });

  it('lists what is known when nothing is near', () => {
    expect(suggestion('q', ['seed', 'title'])).toBe('; known: seed, title');
    expect(new InputError('m', { file: 'f', line: 2 }).message).toBe('f:2: m');
  });
});

/** Mistakes in JSON and YAML documents: the first one that matters, with line, field, expectation and finding. */
import { describe, expect, it } from 'vitest';
import { checkAgainstSchema, type JsonSchema, parseStructured } from '../../../src/core/document.ts';
import { InputError } from '../../../src/core/errors.ts';

const SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['timestep'],
  properties: {
    timestep: { type: 'number', exclusiveMinimum: 0, description: 'fs' },
    steps: { type: 'integer', minimum: 1 },
    thermostat: { enum: ['csvr', 'langevin'] },
    stages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        properties: { duration: { $ref: '#/$defs/fs' } },
      },
    },
  },
  $defs: { fs: { type: 'number', maximum: 10 } },
};

function mistake(text: string): string {
  try {
    checkAgainstSchema(parseStructured(text, 'spec.json'), SCHEMA);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as Error).message;
  }
  return 'none';
}

describe('a document against its schema', () => {
  it.each<[string, string, string]>([
    ['a good one', '{ "timestep": 1 }', 'none'],
    ['YAML', 'timestep: 1\nsteps: 3\n', 'none'],
    [
      'an unknown field, near a known one',
      '{\n "timestep": 1,\n "timestpe": 2 }',
      'spec.json:3: unknown field timestpe; did you mean "timestep"?',
    ],
    [
      'an unknown field inside a list',
      '{ "timestep": 1, "stages": [\n { "duration": 1 },\n { "duraton": 1 } ] }',
      'spec.json:3: unknown field stages[1].duraton; did you mean "duration"?',
    ],
    [
      'nothing near',
      '{ "timestep": 1, "zzz": 2 }',
      'spec.json:1: unknown field zzz; known: timestep, steps, thermostat, stages',
    ],
    ['a missing field', '{ "steps": 1 }', 'spec.json:1: timestep is missing'],
    ['a bound', '{ "timestep": 0 }', 'spec.json:1: timestep: expected a number above 0 (fs), found 0'],
    ['a type', '{ "timestep": "two" }', 'spec.json:1: timestep: expected a number (fs), found "two"'],
    [
      'a fraction of a step',
      '{ "timestep": 1, "steps": 1.5 }',
      'spec.json:1: steps: expected a whole number, found 1.5',
    ],
    [
      'a choice',
      '{ "timestep": 1, "thermostat": "nose" }',
      'spec.json:1: thermostat: expected one of "csvr", "langevin", found "nose"',
    ],
    [
      'behind a reference',
      '{ "timestep": 1, "stages": [ { "duration": 11 } ] }',
      'spec.json:1: stages[0].duration: expected a number of at most 10, found 11',
    ],
    [
      'too few',
      '{ "timestep": 1, "stages": [] }',
      'spec.json:1: stages: expected 1 to any number of entries, found []',
    ],
    ['no object', '[]', 'spec.json:1: the document: expected an object, found []'],
  ])('%s', (_what, text, message) => {
    expect(mistake(text)).toBe(message);
  });

  it('names the line of a syntax error', () => {
    expect(() => parseStructured('{ "a": 1,\n  "b": }\n', 'x.json')).not.toThrow();
    expect(() => parseStructured('{ "a": 1,\n  "b": [1, 2\n', 'x.json')).toThrow(/^x\.json:\d: /);
    expect(() => parseStructured('a: 1\na: 2\n', 'x.yaml')).toThrow(/^x\.yaml:2: the field "a" comes twice/);
  });

  it('refuses a bomb of aliases', () => {
    const levels = Array.from({ length: 9 }, (_, i) =>
      i === 0
        ? '&a0 [x,x,x,x,x,x,x,x,x]'
        : `&a${i} [${Array(9)
            .fill(`*a${i - 1}`)
            .join(',')}]`,
    );
    const bomb = levels.map((level, i) => `k${i}: ${level}`).join('\n');
    expect(() => parseStructured(bomb, 'bomb.yaml')).toThrow(InputError);
  });
});

/** The catalogue names what is there, and says something of everything. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Catalogue } from '../../../.ci/catalogueTables.ts';
import { candidatesFor } from '../../../src/forcefield/choosing.ts';
import { compositionOfFormula } from '../../../src/forcefield/composition.ts';
import { parseRunSpec } from '../../../src/run/parseSpec.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'public');
const examples = join(folder, 'examples');
const { systems, reviews } = JSON.parse(readFileSync(join(folder, 'catalogue.json'), 'utf8')) as Catalogue;

describe('catalogue', () => {
  it('has every system of the reviews once', () => {
    expect(systems.length).toBe(97);
    expect(new Set(systems.map(({ system }) => system)).size).toBe(97);
    for (const { reviews: named } of systems)
      expect(Object.keys(reviews)).toEqual(expect.arrayContaining([...named]));
  });

  it.each(systems)('$system: an example, or why there is none', (one) => {
    const { examples: named = [], structures = [], formulas = [], measured = [], note } = one;
    if (named.length === 0) expect(note).toBeTruthy();
    for (const name of named) expect(existsSync(join(examples, `${name}.json`))).toBe(true);
    for (const name of structures) expect(existsSync(join(examples, 'structures', `${name}.cif`))).toBe(true);
    for (const formula of formulas) expect(() => candidatesFor(compositionOfFormula(formula))).not.toThrow();
    for (const { source } of measured) expect(source).not.toBe('');
    // An example that is not of a frozen host runs something that the library says it can run.
    if (named.length > 0)
      expect(
        formulas.some((formula) => candidatesFor(compositionOfFormula(formula)).candidates.length > 0),
      ).toBe(true);
  });

  it('leaves no example out, and every structure says where it is from', () => {
    const known = new Set(systems.flatMap(({ examples: named = [] }) => named));
    const files = readdirSync(examples).filter((file) => file.endsWith('.json'));
    for (const file of files) {
      expect(known).toContain(file.replace(/\.json$/, ''));
      const { structure } = parseRunSpec(readFileSync(join(examples, file), 'utf8'), file);
      if (structure.endsWith('.cif')) {
        expect(readFileSync(join(examples, structure), 'utf8')).toMatch(/^# .{40}/m);
      }
    }
  });
});

/** `list`: what the project knows: potentials, examples, formats, analyses. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ANALYSES } from '../../analysis/index.ts';
import { parseStructured } from '../../core/document.ts';
import { ELEMENTS } from '../../core/elements.ts';
import { InputError, suggestion } from '../../core/errors.ts';
import { interactionsOf, wallTexts } from '../../forcefield/interactions.ts';
import { libraryNames, libraryPotential } from '../../forcefield/library.ts';
import { describeParams, PAIR_FORMS, type PairFormName, pairForm } from '../../forcefield/pairForms.ts';
import { POTENTIAL_SCHEMA } from '../../forcefield/potentialSchema.ts';
import { FORMATS } from '../../io/index.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { examplesFolder, readUserText } from '../paths.ts';

const SUBJECTS = ['potentials', 'examples', 'formats', 'analyses', 'forms'] as const;
/** Printed on its own only: a JSON document, not a list for reading. */
const SCHEMA = 'schema';

export const list: Command = {
  help: `halide-md list [${[...SUBJECTS, SCHEMA].join('|')}] [--for FORMULA]
  --for Li3YCl6   only potentials that cover these elements
  schema          the JSON Schema of potential files`,
  async run(args) {
    const options = parseOptions('list', args, { for: { type: 'string' } });
    const [asked] = options.positionals;
    if (asked === SCHEMA) {
      process.stdout.write(`${JSON.stringify(POTENTIAL_SCHEMA, null, 2)}\n`);
      return 0;
    }
    const subject = SUBJECTS.find((one) => one === asked);
    if (asked !== undefined && !subject) {
      throw new InputError(`list: there are no ${asked}${suggestion(asked, [...SUBJECTS, SCHEMA])}`);
    }
    for (const one of subject ? [subject] : SUBJECTS) {
      const lines = await describe(one, options.text('for'));
      process.stdout.write(`${subject ? '' : `${one}\n`}${lines.map((line) => `  ${line}`).join('\n')}\n`);
    }
    return 0;
  },
};

async function describe(subject: (typeof SUBJECTS)[number], formula: string | undefined): Promise<string[]> {
  switch (subject) {
    case 'potentials':
      return potentials(formula);
    case 'examples':
      return examples();
    case 'formats':
      return Object.entries(FORMATS).map(
        ([name, { title, extensions }]) => `${name} (.${extensions.join(', .')})  ${title}`,
      );
    case 'analyses':
      return Object.entries(ANALYSES).map(([name, { title }]) => `${name}  ${title}`);
    case 'forms':
      return (Object.keys(PAIR_FORMS) as PairFormName[]).map((name) => {
        return `${name}  V(r) = ${pairForm(name).formula}   ${describeParams(name)}`;
      });
  }
}

function potentials(formula: string | undefined): string[] {
  const wanted = formula === undefined ? [] : elementsOf(formula);
  return libraryNames().flatMap((name) => {
    const set = libraryPotential(name);
    const covered = new Set(Object.values(set.species).map(({ element }) => element));
    if (!wanted.every((element) => covered.has(element))) return [];
    const lines = [`${name}  (${set.provenance}; ${[...covered].join(' ')})`];
    if (formula !== undefined) {
      lines.push(
        `    ${set.description}`,
        `    valid for: ${set.validFor}`,
        `    known failures: ${set.knownFailures}`,
      );
      const species = Object.entries(set.species).map(([label, definition]) => ({ label, ...definition }));
      const walls = wallTexts(interactionsOf(set, species, set.cutoff));
      if (walls.length > 0) lines.push(`    walls inside inner maxima: ${walls.join(', ')}`);
      for (const { system, quantity, value, reference, unit } of set.measured) {
        const error = reference === 0 ? '' : ` (${(100 * (value / reference - 1)).toFixed(1)} %)`;
        lines.push(`    measured: ${system}, ${quantity}: ${value} ${unit} against ${reference}${error}`);
      }
    }
    return lines;
  });
}

function elementsOf(formula: string): string[] {
  const symbols = formula.match(/[A-Z][a-z]?/g) ?? [];
  const unknown = symbols.find((symbol) => !ELEMENTS.has(symbol));
  if (symbols.length === 0 || unknown !== undefined) {
    throw new InputError(
      `--for ${formula}: expected a formula such as Li3YCl6${unknown ? `; ${unknown} is no element` : ''}`,
    );
  }
  return symbols;
}

async function examples(): Promise<string[]> {
  const folder = examplesFolder();
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.sort().map(async (file) => {
      const spec = parseStructured(await readUserText(join(folder, file)), file).value as { title?: string };
      return `${file.replace(/\.json$/, '')}  ${spec.title ?? ''}`;
    }),
  );
}

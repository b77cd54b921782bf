/** `list`: what the project knows: potentials, examples, formats, analyses. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FRAME_ANALYSES } from '../../analysis/frameAnalyses.ts';
import { ANALYSES } from '../../analysis/index.ts';
import { parseStructured } from '../../core/document.ts';
import { InputError, suggestion } from '../../core/errors.ts';
import { candidatesFor, relativeError, STANDINGS } from '../../forcefield/choosing.ts';
import { type Composition, compositionOfFormula } from '../../forcefield/composition.ts';
import type { ForceField, MeasuredCheck } from '../../forcefield/forceField.ts';
import { interactionsOf, wallTexts } from '../../forcefield/interactions.ts';
import { libraryNames, libraryPotential } from '../../forcefield/library.ts';
import { describeParams, PAIR_FORMS, type PairFormName, pairForm } from '../../forcefield/pairForms.ts';
import { POTENTIAL_SCHEMA } from '../../forcefield/potentialSchema.ts';
import { softbvTitle } from '../../forcefield/softbv.ts';
import { FORMATS } from '../../io/index.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../options.ts';
import { examplesFolder, readUserText } from '../paths.ts';

const SUBJECTS = ['potentials', 'examples', 'formats', 'analyses', 'forms'] as const;
/** Printed on its own only: a JSON document, not a list for reading. */
const SCHEMA = 'schema';

export const list: Command = {
  help: `halide-md list [${[...SUBJECTS, SCHEMA].join('|')}] [--for FORMULA]
  --for Li3YCl6   only potentials that can run this composition, the most trustworthy first
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
      return [
        ...Object.entries(ANALYSES).map(([name, { title }]) => `${name}  ${title}`),
        ...Object.entries(FRAME_ANALYSES).flatMap(([name, { title, options, cost }]) => [
          `${name}  ${title}`,
          `    costs ${cost}`,
          ...Object.entries(options).map(([key, option]) => {
            const unit = option.unit === undefined ? '' : ` ${option.unit}`;
            const choices = option.choices ? ` (${option.choices.join(', ')})` : '';
            return `    ${name}.${key} = ${option.default}${unit}${choices}  ${option.help}`;
          }),
        ]),
      ];
    case 'forms':
      return (Object.keys(PAIR_FORMS) as PairFormName[]).map((name) => {
        return `${name}  V(r) = ${pairForm(name).formula}   ${describeParams(name)}`;
      });
  }
}

function potentials(formula: string | undefined): string[] {
  if (formula !== undefined) return potentialsFor(compositionOfFormula(formula));
  const sets = libraryNames().map((name) => {
    const { provenance, species } = libraryPotential(name);
    const elements = new Set(Object.values(species).map(({ element }) => element));
    return `${name}  (${provenance}; ${[...elements].join(' ')})`;
  });
  return [...sets, softbvTitle()];
}

/** What can run a composition, the most trustworthy first, each with what was measured for this compound before all else. */
function potentialsFor(composition: Composition): string[] {
  const { candidates, softbvLacks } = candidatesFor(composition);
  const lines = candidates.flatMap((candidate, i) => {
    const { name, forceField, standing, measured, measuredElsewhere, chargePerAtom } = candidate;
    const { description, validFor, validTemperature, knownFailures, warnings = [] } = forceField;
    const species = Object.entries(forceField.species).map(([label, one]) => ({ label, ...one }));
    const walls = wallTexts(interactionsOf(forceField, species, forceField.cutoff));
    const others = new Set(measuredElsewhere.map(({ system }) => system.split(',')[0]));
    return [
      `${i + 1}. ${name}: ${STANDINGS[standing]}`,
      ...measured.map((check) => `    ${measuredText(check)}`),
      ...(measured.length === 0 ? ['    not measured for this compound'] : []),
      ...(others.size > 0 ? [`    measured for ${[...others].join(', ')} too`] : []),
      `    ${description}`,
      `    valid for: ${validFor}${validTemperature ? ` (${validTemperature.join('–')} K)` : ''}`,
      `    known failures: ${knownFailures}`,
      ...(walls.length > 0 ? [`    walls inside inner maxima: ${walls.join(', ')}`] : []),
      ...(standing === 'softbv' ? [`    pairs: ${softbvPairs(forceField)}`] : []),
      ...(Math.abs(chargePerAtom) > 2e-3
        ? [`    warning: its charges leave the composition at ${chargePerAtom.toFixed(2)} e per atom`]
        : []),
      ...warnings.map((warning) => `    warning: ${warning}`),
    ];
  });
  if (softbvLacks !== undefined) lines.push(`softbv: cannot run it: ${softbvLacks}`);
  return candidates.length > 0 ? lines : [`nothing of the library runs ${composition.title}`, ...lines];
}

function softbvPairs({ pairs }: ForceField): string {
  const named = pairs.filter(({ form }) => form === 'softBVMorse').map(({ between }) => between.join('–'));
  return `complete (${named.join(', ')})`;
}

function measuredText(check: MeasuredCheck): string {
  const { system, quantity, value, reference, unit, note } = check;
  const error = relativeError(check);
  const off = error === undefined ? '' : ` (${error > 0 ? '+' : ''}${(100 * error).toFixed(1)} %)`;
  return `measured: ${system}, ${quantity}: ${value} against ${reference} ${unit}${off}${note === undefined ? '' : `, ${note}`}`;
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

/** What the forces are, in sentences. */
import type { Citation, ForceField } from '../forcefield/forceField.ts';
import { interactionsOf, wallTexts } from '../forcefield/interactions.ts';
import { PAIR_FORMS, type PairFormDefinition } from '../forcefield/pairForms.ts';
import type { System } from '../model/system.ts';
import { counted, formatCount, formatNumber, formatPlain, formatSigned } from './format.ts';
import type { ReportProvenance, ReportRun } from './input.ts';
import { type Content, html, joined, type Markup, paragraph } from './markup.ts';
import type { Bibliography } from './references.ts';

const TRUNCATIONS = {
  none: 'simply cut off',
  shift: 'shifted to zero energy at the cutoff',
  shiftForce: 'shifted to zero energy and force at the cutoff',
} as const;

export function forceParagraph(
  { forceField, system }: ReportRun,
  provenance: ReportProvenance,
  books: Bibliography,
): Markup {
  const { name, version, provenance: origin, cutoff, truncation, citation } = forceField;
  const labels = system.species.map(({ label }) => label);
  const pairs = forceField.pairs.filter(({ between }) => between.every((label) => labels.includes(label)));
  const forms = [...new Set(pairs.map(({ form }) => form))];
  const isCharged = forceField.coulomb.method !== 'none' && system.species.some(({ charge }) => charge);
  const charges = (isCharged ? system.species : [])
    .flatMap(({ label, charge }) => (charge === undefined ? [] : [`${label} ${formatSigned(charge)}`]))
    .join(', ');
  const source =
    origin === 'published' ? 'a published set' : 'a set fitted for this program, not a published one';
  return paragraph(
    'Forces',
    html`Ions interact through the potential <code>${name}</code>, version ${version} (${source}${books.cite(...citation)}): ${counted(pairs.length, 'short-range term')} (${joined(
      forms.map((form) => formText(form, books)),
      '; ',
    )}), ${TRUNCATIONS[truncation]} at ${formatPlain(cutoff)} Å${charges !== '' && `, and point charges (${charges} e)`}.`,
    wallSentence(forceField, system),
    electrostaticsSentence(forceField, provenance, books),
    formalSentence(system, isCharged),
  );
}

/** Sources of pair forms, made once: a bibliography knows a source by identity. */
const FORM_SOURCES: ReadonlyMap<string, Citation> = new Map(
  Object.entries(PAIR_FORMS).map(([name, { reference }]: [string, PairFormDefinition]) => {
    const [text = '', doi] = reference.split(', doi:');
    return [name, { text: `${text}.`, ...(doi !== undefined && { doi }) }];
  }),
);

function formText(form: keyof typeof PAIR_FORMS, books: Bibliography): Markup {
  const source = FORM_SOURCES.get(form);
  return html`${form}${source && books.cite(source)}, V(r) = ${PAIR_FORMS[form].formula}`;
}

function wallSentence(forceField: ForceField, system: System): string {
  const walls = wallTexts(interactionsOf(forceField, system.species, forceField.cutoff));
  if (walls.length === 0) return '';
  return `Inside the maximum that the interaction of two ions (short-range terms and Coulomb) has at short distance, a repulsive wall with continuous second derivative takes its place: ${walls.join(', ')}.`;
}

function electrostaticsSentence(
  { coulomb }: ForceField,
  { tuning, achieved }: ReportProvenance,
  books: Bibliography,
): Content {
  const [plan] = tuning.electrostatics;
  if (coulomb.method === 'none') return 'There is no Coulomb interaction.';
  if (plan === undefined) return '';
  if (plan.estimatedForceError === undefined) {
    const off = achieved
      ? `; on the first frame its forces were off by ${formatNumber(achieved.forceError, 2)} eV/Å rms`
      : '';
    return html`Coulomb forces are cut as a damped shifted force${books.cite('fennell2006')} with α = ${formatNumber(plan.alphaPerAngstrom, 4)} Å⁻¹, a preview without a long-range sum${off}.`;
  }
  const how = plan.mesh
    ? html`by a particle mesh (PPPM)${books.cite('deserno1998')} with a splitting parameter α = ${formatNumber(plan.alphaPerAngstrom, 4)} Å⁻¹, ${plan.mesh.join(' × ')} points and B-splines of order ${plan.splineOrder}${plan.differentiation === 'ad' && html`, differentiated analytically${books.cite('ballenegger2012')}`}; the estimated rms force error${books.cite('kolafa1992')}`
    : html`by the Ewald method${books.cite('ewald1921')} with a splitting parameter α = ${formatNumber(plan.alphaPerAngstrom, 4)} Å⁻¹ and ${formatCount(plan.waves ?? 0)} wave vectors in the half space; the estimated rms force error${books.cite('kolafa1992')}`;
  return html`Coulomb forces are summed ${how} is ${formatNumber(plan.estimatedForceError, 2)} eV/Å, asked for was ${formatNumber(coulomb.accuracy, 1)} of the force between two unit charges at 1 Å.`;
}

function formalSentence(system: System, isCharged: boolean): string {
  const differs = system.species.filter(
    ({ charge, formalCharge }) =>
      formalCharge !== undefined && charge !== undefined && charge !== formalCharge,
  );
  if (differs.length === 0) return '';
  const formal = system.species.flatMap(({ label, formalCharge }) =>
    formalCharge === undefined ? [] : [`${label} ${formatSigned(formalCharge)}`],
  );
  return `Conductivities use the formal charges (${formal.join(', ')} e)${isCharged ? ', forces the charges above' : ''}.`;
}

/**
 * Changes of composition applied to an ordered structure: the result has whole atoms, is neutral by its oxidation states and
 * has no atoms closer than there were, or is refused with the reason.
 */
import { InputError } from '../core/errors.ts';
import { signed } from '../model/oxidation.ts';
import type { Repeats } from '../model/supercell.ts';
import { checkSystem, reducedFormula, type System } from '../model/system.ts';
import type { Change, Context, Step } from './change.ts';
import { insertAtoms, removeAtoms, swapAntisites } from './defects.ts';
import { type Draft, draftCharge, draftOf, systemOfDraft } from './draft.ts';
import { asksForChange, type Composition } from './operations.ts';
import { place } from './place.ts';
import { substitute } from './substitution.ts';

export interface ComposeOptions {
  readonly seed: number;
  /** How often the cell of the structure file was repeated: coordinates of interstitial sites belong to that. */
  readonly repeats?: Repeats;
}

export interface Composed {
  readonly system: System;
  /** What was asked for and what was reached, in the order it was done. */
  readonly changes: readonly Change[];
}

/**
 * Applies substitutions, antisites, vacancies and insertions, in this order. The same seed gives the same atoms. Velocities are
 * dropped: they belong to other atoms.
 */
export function compose(
  system: System,
  composition: Composition,
  { seed, repeats = [1, 1, 1] }: ComposeOptions,
): Composed {
  if (!asksForChange(composition)) return { system, changes: [] };
  const { charges, placement } = composition;
  const start = draftOf(system, charges);
  const operations: { name: string; apply: (draft: Draft, context: Context, what: string) => Step }[] = [];
  const add = <T>(
    field: string,
    list: readonly T[],
    apply: (draft: Draft, operation: T, context: Context, what: string) => Step,
  ): void => {
    list.forEach((operation, i) => {
      operations.push({
        name: `${field}[${i}]`,
        apply: (draft, context, what) => apply(draft, operation, context, what),
      });
    });
  };
  add('substitute', composition.substitute, substitute);
  add('antisites', composition.antisites, swapAntisites);
  add('vacancies', composition.vacancies, removeAtoms);
  add('insert', composition.insert, insertAtoms);

  let draft = start;
  const changes: Change[] = [];
  const brought: { name: string; charge: number }[] = [];
  operations.forEach(({ name, apply }, tag) => {
    const before = draftCharge(draft);
    let lowered: number | undefined;
    const step = apply(
      draft,
      {
        repeats,
        charges,
        place: (here, groups) => {
          const placed = place(here, groups, { placement, seed, tag });
          if (placement === 'ewald') lowered = placed.lowered;
          return placed;
        },
      },
      name,
    );
    draft = step.draft;
    step.changes.forEach((change, i) => {
      changes.push(i === 0 && lowered !== undefined ? { ...change, lowered } : change);
    });
    brought.push({ name, charge: draftCharge(draft) - before });
  });
  refuseCharged(start, draft, brought);
  const changed = systemOfDraft(draft, system.title);
  if (changed.typeOf.length === 0) throw new InputError(`${system.title}: no atoms would be left`);
  return { system: checkSystem({ ...changed, title: titleOf(system, changed) }), changes };
}

function refuseCharged(
  start: Draft,
  end: Draft,
  brought: readonly { readonly name: string; readonly charge: number }[],
): void {
  const net = draftCharge(end);
  if (net === 0) return;
  const own = draftCharge(start);
  const states = start.species.map(({ label }, type) => `${label} ${signed(start.charges[type] as number)}`);
  const parts = [
    ...(own === 0 ? [] : [`the structure itself ${signed(own)} e (${states.join(', ')})`]),
    ...brought.flatMap(({ name, charge }) => (charge === 0 ? [] : [`${name} ${signed(charge)} e`])),
  ];
  throw new InputError(
    `the cell would carry ${signed(net)} e: ${parts.join(', ')}; remove or put in ions that compensate it, ` +
      'such as a neutral unit (LiCl), or name a "balance"',
  );
}

function titleOf({ title }: System, changed: System): string {
  const name = reducedFormula(changed);
  return title.includes(name) ? title : `${title} → ${name}`;
}

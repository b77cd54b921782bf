/** What a user is told of pairs that attract each other at short distance: walls, visits to them, pairs beyond help. */
import { InputError } from '../core/errors.ts';
import type { WallVisit } from '../engine/wallVisits.ts';
import type { ForceField } from '../forcefield/forceField.ts';
import { type Interaction, interactionsOf, wallOf } from '../forcefield/interactions.ts';
import { closestPair } from '../model/distances.ts';
import { atomName, type System } from '../model/system.ts';

/** An inner maximum lower than this above the contact is named beforehand, eV: ten kT at 1200 K. */
const LOW_BARRIER = 1;

/** Throws for a pair whose terms attract at every distance: its ions would fall into each other. */
export function refuseCollapse(system: System, forceField: ForceField): void {
  const bad = interactionsOf(forceField, system.species, forceField.cutoff).find(
    ({ inner, terms }) => inner.kind === 'attractive' && terms.length > 0,
  );
  if (bad)
    throw new InputError(`${collapseText(bad, forceField)}; a run would end with one inside the other`);
}

/** One sentence for every pair of species of which two atoms begin inside their wall: the two that are closest. */
export function insideTexts(system: System, forceField: ForceField, step: number, where: string): string[] {
  return interactionsOf(forceField, system.species, forceField.cutoff).flatMap((interaction) => {
    const wall = wallOf(interaction);
    const pair = wall && closestPair(system, wall.radius, [interaction.i, interaction.j]);
    if (!pair) return [];
    return [
      `step ${step}: ${atomName(system, pair.i)} and ${atomName(system, pair.j)}${where} are ${pair.distance.toFixed(3)} Å apart, inside ` +
        `${wall.radius.toFixed(2)} Å, where a wall takes the place of ${forceField.name}; minimise first, or look at the structure`,
    ];
  });
}

/** One sentence for every pair that only attracts, or that a small barrier keeps from it. */
export function interactionWarnings(system: System, forceField: ForceField): string[] {
  return interactionsOf(forceField, system.species, forceField.cutoff).flatMap((interaction) => {
    const { inner, labels } = interaction;
    if (inner.kind === 'attractive') return [collapseText(interaction, forceField)];
    if (inner.kind !== 'wall' || inner.barrier >= LOW_BARRIER) return [];
    return [
      `the repulsion between ${labels.join(' and ')} in ${forceField.name} ends ${inner.barrier.toFixed(2)} eV above ` +
        `their minimum (a wall takes its place below ${inner.wall.radius.toFixed(2)} Å)`,
    ];
  });
}

/** One sentence for every pair of species that was met inside its wall, all replicas together. */
export function visitWarnings(stage: string, visits: readonly WallVisit[], nReplicas: number): string[] {
  const byPair = new Map<string, WallVisit[]>();
  for (const visit of visits) {
    const key = visit.labels.join('–');
    byPair.set(key, [...(byPair.get(key) ?? []), visit]);
  }
  return [...byPair].map(([pair, all]) => {
    const [first] = all.toSorted((a, b) => a.firstSteps[1] - b.firstSteps[1]) as [WallVisit];
    const count = all.reduce((sum, { visits }) => sum + visits, 0);
    const [from, to] = first.firstSteps;
    const when = from === to ? `at step ${to}` : `in steps ${from}–${to}`;
    const where = nReplicas > 1 ? ` of replica ${first.replica}` : '';
    return (
      `stage ${stage}: ${pair} came closer than ${first.radius.toFixed(2)} Å, where a wall takes the place of the potential: ` +
      `${count} ${count === 1 ? 'visit' : 'visits'} (pairs × steps), the first ${when}${where}`
    );
  });
}

function collapseText({ labels, terms }: Interaction, { name, cutoff }: ForceField): string {
  const [a, b] = labels;
  return terms.length > 0
    ? `${a} and ${b} attract each other at every distance below ${cutoff} Å in the potential ${name}`
    : `${a} and ${b} have opposite charges and no short-range term in the potential ${name}: they attract at every distance`;
}

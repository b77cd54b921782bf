/** Which framework atoms are the corners of the places where ions rest, and how large they are. */
import type { System } from '../../model/system.ts';

/** Elements that are anions in ionic solids when no charges say otherwise. */
const ANIONS = ['N', 'O', 'F', 'S', 'Cl', 'Se', 'Br', 'Te', 'I'];

/**
 * Crystal radii of anions, Å, six-fold coordination (R. D. Shannon, Acta Crystallogr. A 32, 751 (1976),
 * doi:10.1107/S0567739476001551; "effective ionic" set, O 1.40; nitride four-fold).
 */
export const ANION_RADII: Readonly<Record<string, number>> = {
  N: 1.46,
  O: 1.4,
  F: 1.33,
  S: 1.84,
  Cl: 1.81,
  Se: 1.98,
  Br: 1.96,
  Te: 2.21,
  I: 2.2,
};

/** Species whose atoms are corners: framework species of the charge opposite to the mobile ions', or anions by element. */
export function cornerSpecies(
  system: System,
  mobile: readonly number[],
  charges: readonly (number | undefined)[],
): number[] {
  const framework = system.species.flatMap((_, s) =>
    mobile.includes(s) || !system.typeOf.includes(s) ? [] : [s],
  );
  const sign = mobile.map((s) => Math.sign(charges[s] ?? 0)).find((x) => x !== 0);
  if (sign !== undefined && framework.every((s) => charges[s] !== undefined)) {
    const opposite = framework.filter((s) => Math.sign(charges[s] ?? 0) === -sign);
    if (opposite.length > 0) return opposite;
  }
  return framework.filter((s) => ANIONS.includes(system.species[s]?.element ?? ''));
}

/** Composition such as `Cl1 S3`, in alphabetical order. @param names of each corner */
export function composition(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, n]) => `${name}${n}`)
    .join(' ');
}

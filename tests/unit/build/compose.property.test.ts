/** Whatever is asked for: neutral, the counts that were reported, nothing closer than before — or a reason. */
import { describe, expect, it } from 'vitest';
import type { Amount } from '../../../src/build/apportion.ts';
import { type Change, changeText } from '../../../src/build/change.ts';
import { compose } from '../../../src/build/compose.ts';
import type {
  Antisite,
  Balance,
  Composition,
  HowMany,
  Insertion,
  Substitution,
  Vacancy,
} from '../../../src/build/operations.ts';
import { usualOxidationState } from '../../../src/build/oxidation.ts';
import { InputError } from '../../../src/core/errors.ts';
import { RandomSequence } from '../../../src/core/rng.ts';
import { type Repeats, supercell } from '../../../src/model/supercell.ts';
import type { Species, System } from '../../../src/model/system.ts';
import { counts, li3ocl, licl, lyc, shortest } from './crystals.ts';

const PER_CRYSTAL = 500;
/** Å: no nearer to another ion than this may be put in (two cations; others need more). */
const CLOSEST_INSERTION = 1.5;

/** Operations drawn by lot, many of them impossible. */
class Draw {
  private readonly random: RandomSequence;
  constructor(seed: number) {
    this.random = new RandomSequence(seed, 99);
  }
  of<T>(list: readonly T[]): T {
    return list[this.random.below(list.length)]!;
  }
  maybe<T>(chance: number, make: () => T): T[] {
    return this.random.uniform() < chance ? [make()] : [];
  }
  amount(): Amount {
    return this.random.uniform() < 0.5
      ? Math.round(this.random.uniform() * 60) / 100
      : { count: this.random.below(6) };
  }
  howMany(): HowMany {
    const amount = this.amount();
    return typeof amount === 'number' ? { fraction: amount } : { count: amount.count };
  }
  point(): [number, number, number] {
    const part = (): number => this.of([0, 0.125, 0.25, 1 / 3, 0.5, 2 / 3, 0.75]);
    return [part(), part(), part()];
  }
  balance(elements: readonly string[]): { balance?: Balance } {
    const u = this.random.uniform();
    if (u < 0.5) return {};
    if (u < 0.6) return { balance: null };
    if (u < 0.8) return { balance: this.of(elements) };
    return { balance: { species: this.of([...elements, 'Li']), sites: [this.point()] } };
  }
  composition(elements: readonly string[]): Composition {
    const guests = ['Zr', 'Mg', 'Al', 'Br', 'I', 'O', 'Na', 'In', 'Er', 'Nb', 'S'];
    const substitution = (): Substitution => ({
      species: this.of(elements),
      by: Object.fromEntries(
        [this.of(guests), ...this.maybe(0.3, () => this.of(guests))].map((g) => [g, this.amount()]),
      ),
      ...this.balance(elements),
    });
    const vacancy = (): Vacancy => ({
      remove: this.of(['LiCl', 'LiCl', 'YCl3', 'Li2O', ...elements]),
      ...this.howMany(),
      ...this.balance(elements),
    });
    const antisite = (): Antisite => ({ swap: [this.of(elements), this.of(elements)], ...this.howMany() });
    const insertion = (): Insertion => ({
      species: this.of([...elements, 'Mg']),
      sites: [this.point()],
      ...this.howMany(),
      ...this.balance(elements),
    });
    return {
      substitute: [...this.maybe(0.6, substitution), ...this.maybe(0.2, substitution)],
      antisites: this.maybe(0.25, antisite),
      vacancies: this.maybe(0.35, vacancy),
      insert: this.maybe(0.15, insertion),
      placement: this.of(['random', 'random', 'random', 'random', 'ewald', 'spread'] as const),
      charges: {},
    };
  }
}

function chargeOf(system: System): number {
  return [...system.typeOf].reduce(
    (sum, t) => sum + usualOxidationState((system.species[t] as Species).element)!,
    0,
  );
}

/** The counts by element that the report says, from those of the parent. */
function reported(parent: System, changes: readonly Change[]): Record<string, number> {
  const out = counts(parent);
  const add = (element: string, n: number): void => {
    out[element] = (out[element] ?? 0) + n;
  };
  for (const { what, count } of changes) {
    const [first = '', second, third] = what.split(' ');
    if (second === '→') {
      add(first, -count);
      add(third!, count);
    } else if (second === 'removed') {
      for (const [, symbol, digits] of first.matchAll(/([A-Z][a-z]?)(\d*)/g))
        add(symbol!, -count * Number(digits || 1));
    } else if (second === 'put') {
      add(first, count);
    }
  }
  return Object.fromEntries(Object.entries(out).filter(([, n]) => n !== 0));
}

/** Every share is reached to within one atom, every count exactly. */
function checkReached(changes: readonly Change[]): void {
  for (const { asked, count, of } of changes) {
    if (asked === null) continue;
    if (typeof asked === 'number') expect(Math.abs(count - asked * of)).toBeLessThan(1);
    else expect(count).toBe(asked.count);
  }
}

describe.each<[string, () => Promise<System>, Repeats]>([
  ['Li3YCl6', lyc, [1, 1, 2]],
  ['LiCl', licl, [2, 2, 1]],
  ['Li3OCl', li3ocl, [2, 2, 2]],
])('%s under operations drawn by lot', (_name, read, repeats) => {
  it('ends neutral and counted, or is refused with a reason', async () => {
    const parent = supercell(await read(), repeats);
    const elements = Object.keys(counts(parent));
    const nearest = shortest(parent);
    const outcomes = { made: 0, refused: 0 };
    for (let seed = 1; seed <= PER_CRYSTAL; seed++) {
      const composition = new Draw(seed).composition(elements);
      let composed: ReturnType<typeof compose>;
      try {
        composed = compose(parent, composition, { seed, repeats });
      } catch (error) {
        expect(error, JSON.stringify(composition)).toBeInstanceOf(InputError);
        expect((error as Error).message.length).toBeGreaterThan(20);
        outcomes.refused++;
        continue;
      }
      const { system, changes } = composed;
      outcomes.made++;
      const what = JSON.stringify({ seed, composition, changes: changes.map(changeText) });
      expect(chargeOf(system), what).toBe(0);
      expect(counts(system), what).toEqual(reported(parent, changes));
      checkReached(changes);
      const inserts = changes.some(({ what: text, count }) => / put in/.test(text) && count > 0);
      expect(shortest(system), what).toBeGreaterThanOrEqual((inserts ? CLOSEST_INSERTION : nearest) - 1e-9);
    }
    // Both happen often, or the draws would prove nothing.
    expect(outcomes.made).toBeGreaterThan(PER_CRYSTAL / 5);
    expect(outcomes.refused).toBeGreaterThan(PER_CRYSTAL / 5);
  }, 120_000);
});

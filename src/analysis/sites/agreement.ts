/** What three independent ways to tell a tetrahedron from an octahedron say, and how far they agree. */
import type { SiteSummary } from './accumulator.ts';

/** Shares of ion-frames. */
export interface Shares {
  readonly tetrahedral: number;
  readonly octahedral: number;
  readonly neither: number;
}

export interface CoordinationResult {
  /** Å, within which corners are counted. */
  readonly cutoff: number;
  readonly shapeLimit: number;
  readonly meanNumber: number;
  /** [13] share of ions with so many corners; 12 and more together. */
  readonly numbers: readonly number[];
  readonly byNumber: Shares;
  /** By the polyhedron; absent where sites are not polyhedra. */
  readonly byPolyhedron?: Shares;
  readonly byShape: Shares;
  /** Share of ions on which the ways agree: each two, and all three. */
  readonly agreement: {
    readonly numberAndShape: number;
    readonly numberAndPolyhedron?: number;
    readonly polyhedronAndShape?: number;
    readonly all?: number;
  };
  readonly samples: number;
}

/** Pools replicas; undefined where ions were not looked at. */
export function agreementOf(
  summaries: readonly SiteSummary[],
  shapeLimit: number,
): CoordinationResult | undefined {
  const known = summaries.flatMap(({ coordination, cutoff }) =>
    coordination && cutoff !== undefined ? [{ coordination, cutoff }] : [],
  );
  const samples = known.reduce((sum, { coordination }) => sum + coordination.samples, 0);
  if (samples === 0) return undefined;
  const pooled = (pick: (part: (typeof known)[number]) => Float64Array): number[] => {
    const first = known[0] as (typeof known)[number];
    return Array.from(pick(first), (_, k) =>
      known.reduce((sum, part) => sum + (pick(part)[k] as number) / samples, 0),
    );
  };
  const numbers = pooled(({ coordination }) => coordination.numbers);
  const joint = pooled(({ coordination }) => coordination.joint);
  /** Sum of the joint shares that a choice of (number, polyhedron, shape) holds for. */
  const share = (holds: (n: number, p: number, s: number) => boolean): number =>
    joint.reduce((sum, x, k) => (holds(Math.floor(k / 9), Math.floor(k / 3) % 3, k % 3) ? sum + x : sum), 0);
  const shares = (of: (n: number, p: number, s: number) => number): Shares => ({
    tetrahedral: share((n, p, s) => of(n, p, s) === 0),
    octahedral: share((n, p, s) => of(n, p, s) === 1),
    neither: share((n, p, s) => of(n, p, s) === 2),
  });
  const polyhedral = summaries.every(({ definition }) => definition === 'polyhedra');
  return {
    cutoff: known.reduce((sum, { cutoff }) => sum + cutoff / known.length, 0),
    shapeLimit,
    meanNumber: numbers.reduce((sum, x, n) => sum + n * x, 0),
    numbers,
    byNumber: shares((n) => n),
    ...(polyhedral && { byPolyhedron: shares((_, p) => p) }),
    byShape: shares((_n, _p, s) => s),
    agreement: {
      numberAndShape: share((n, _, s) => n === s),
      ...(polyhedral && {
        numberAndPolyhedron: share((n, p) => n === p),
        polyhedronAndShape: share((_, p, s) => p === s),
        all: share((n, p, s) => n === p && p === s),
      }),
    },
    samples,
  };
}

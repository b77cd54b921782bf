/**
 * Anion shells and the network of polyhedra: what surrounds each cation against a random mixture, how polyhedra share anions, Q^n and
 * bridging anions, sizes of clusters.
 */
import { volume } from '../../model/cell.ts';
import { type Species, type System, speciesCounts } from '../../model/system.ts';
import type { Frame } from '../../model/trajectory.ts';
import { type Accumulator, type AnalysisContext, frameAnalysis, type ReportRow } from '../analysis.ts';
import { csv } from '../csv.ts';
import type { Figure } from '../figure.ts';
import { inWords } from './blockSums.ts';
import { firstShell } from './firstShell.ts';
import {
  automaticStride,
  defaultReach,
  distanceGrid,
  PairDistances,
  pairCurves,
  speciesPairs,
} from './pairDistances.ts';
import {
  cationResult,
  coordinationOf,
  type Network,
  networkOf,
  type Pool,
  poolOf,
  type ShellRow,
  sharingResult,
  shellRows,
} from './shellResults.ts';
import { type Roles, rolesOf, ShellTally } from './shellTally.ts';

const OPTIONS = {
  cutoff: {
    default: 0,
    unit: 'Å',
    range: [0, 10],
    help: 'where first shells end; 0: the first minimum of g(r) of each pair of cation and anion, from the first frames',
  },
  every: { default: 0, range: [0, 1e6], help: 'counts every n-th frame; 0: chosen by the number of pairs' },
} as const;

/** Frames whose g(r) says where shells end. */
const LEARNING_FRAMES = 10;
/** Å */
const LEARNING_BIN = 0.05;
/** Å: first shells of anions end before. */
const LEARNING_REACH = 6.5;
/** Shells in a figure. */
const SHOWN = 12;

/** Shells of one replica; the first frames wait until cutoffs are known. */
export class ShellAccumulator implements Accumulator {
  readonly roles: Roles;
  private readonly system: System;
  private readonly given: number;
  private readonly every: number;
  private readonly learning: PairDistances;
  private waiting: { readonly cell: Frame['cell']; readonly positions: Float64Array }[] = [];
  private settled: { readonly tally: ShellTally; readonly cutoffs: Float64Array } | undefined;
  private seen = 0;

  constructor({ system, charges, mobile }: AnalysisContext, cutoff: number, every: number) {
    this.system = system;
    this.roles = rolesOf(system, charges, mobile);
    this.given = cutoff;
    const reach = Math.min(LEARNING_REACH, Math.max(4, 2 * defaultReach(system.cell, LEARNING_REACH)));
    this.every = every > 0 ? Math.round(every) : automaticStride(system, 2 * reach);
    this.learning = new PairDistances(system, distanceGrid(system, reach, LEARNING_BIN, 1));
  }

  get stride(): number {
    return this.every;
  }

  add(frame: Frame): void {
    if (this.seen++ % this.every !== 0) return;
    if (this.settled) {
      this.settled.tally.add(frame.cell, frame.positions);
      return;
    }
    this.learning.add(frame);
    this.waiting.push({ cell: { h: frame.cell.h.slice() }, positions: frame.positions.slice() });
    if (this.waiting.length < LEARNING_FRAMES) return;
    this.settled = this.settle();
    this.waiting = [];
  }

  /** Counts and the cutoffs they rest on ([species²] Å), of the frames so far. */
  counts(): { readonly tally: ShellTally; readonly cutoffs: Float64Array } {
    return this.settled ?? this.settle();
  }

  private settle(): { readonly tally: ShellTally; readonly cutoffs: Float64Array } {
    const { system, roles, given } = this;
    const cutoffs = given > 0 ? givenCutoffs(system, roles, given) : this.learnedCutoffs();
    const tally = new ShellTally(system, roles, cutoffs);
    for (const { cell, positions } of this.waiting) tally.add(cell, positions);
    return { tally, cutoffs };
  }

  private learnedCutoffs(): Float64Array {
    const { system, roles, learning } = this;
    const s = system.species.length;
    const out = new Float64Array(s * s);
    const counts = speciesCounts(system);
    const { total, rows } = learning.sums;
    const meanVolume = rows > 0 ? (total[total.length - 2] as number) / rows : volume(system.cell);
    speciesPairs(s).forEach((pair, p) => {
      if (!isBond(roles, pair.a, pair.b) || rows === 0) return;
      const { g } = pairCurves(total, p, pair, counts, learning.grid);
      const perCount = g.map(
        (_, k) =>
          meanVolume /
          (rows *
            (counts[pair.a] as number) *
            (counts[pair.b] as number) *
            (4 / 3) *
            Math.PI *
            LEARNING_BIN ** 3 *
            ((k + 1) ** 3 - k ** 3)),
      );
      const end = firstShell(g, perCount, learning.grid)?.end;
      if (end === undefined) return;
      const cutoff = Number(((end + 1) * LEARNING_BIN).toFixed(6));
      out[pair.a * s + pair.b] = cutoff;
      out[pair.b * s + pair.a] = cutoff;
    });
    return out;
  }
}

function isBond({ cations, anions }: Roles, a: number, b: number): boolean {
  return (cations.includes(a) && anions.includes(b)) || (cations.includes(b) && anions.includes(a));
}

function givenCutoffs(system: System, roles: Roles, cutoff: number): Float64Array {
  const s = system.species.length;
  return Float64Array.from({ length: s * s }, (_, k) =>
    isBond(roles, Math.floor(k / s), k % s) ? cutoff : 0,
  );
}

export const shells = frameAnalysis<ShellAccumulator, typeof OPTIONS>({
  title: 'Anion shells and the network of polyhedra',
  inputs: ['mobile', 'formalCharges'],
  options: OPTIONS,
  resultUnits: {
    'shells.cutoffs.<pair>': 'Å',
    'shells.cations.<species>.coordination': '1',
    'shells.cations.<species>.shells.share': '1',
    'shells.cations.<species>.clustering.<anion>': '1',
    'shells.sharing.<pair>.<corner|edge|face>': '1',
    'shells.network.bridging': '1',
    'shells.network.Q.<species>': '1',
    'shells.network.clusterSize': '1',
    'shells.network.weightMeanClusterSize': '1',
    'shells.network.largestShare': '1',
  },
  cost: 'about 1 µs per bond of cation and anion and 0.3 µs per pair of polyhedra at an anion, at most some 5 ms per frame on average by leaving frames out; the first ten frames are kept until cutoffs are known',
  begin: (context, { cutoff, every }) => new ShellAccumulator(context, cutoff, every),
  report(parts, { system }, { cutoff: asked }) {
    const [first] = parts as readonly [ShellAccumulator];
    const { roles } = first;
    const counted = parts.map((part) => part.counts());
    const pool = poolOf(counted.map(({ tally }) => tally));
    const label = (s: number): string => (system.species[s] as Species).label;
    if (pool.rows === 0 || roles.cations.length === 0 || roles.anions.length === 0) {
      const why = pool.rows === 0 ? 'no frames' : 'no cations or no anions';
      return { results: {}, tables: {}, figures: [], methods: [], notes: [`shells: ${why}`] };
    }
    const cutoffs = bondCutoffs(
      system,
      roles,
      counted.map((one) => one.cutoffs),
    );
    const given = asked > 0 ? 'as asked for' : 'the first minima of g(r) of the first frames';
    const rows = roles.cations.flatMap((cation) => shellRows(system, roles, pool, cation));
    const notes = cutoffs
      .filter(({ value }) => value === 0)
      .map(
        ({ name }) =>
          `${name}: g(r) has no first minimum below ${LEARNING_REACH} Å; the pair counts as not bound`,
      );
    const network = networkOf(system, roles, pool);
    return {
      results: {
        shells: {
          cutoffs: Object.fromEntries(
            cutoffs.map(({ name, value }) => [name, { value: value || null, unit: 'Å' }]),
          ),
          cations: Object.fromEntries(
            roles.cations.map((cation) => [label(cation), cationResult(system, roles, pool, cation, rows)]),
          ),
          sharing: sharingResult(system, pool),
          ...(network && { network }),
        },
      },
      tables: {
        'shells.csv': csv(
          ['cation', 'shell', 'share', 'ci95_low', 'ci95_high', 'random_cell', 'random_bound'],
          rows.map(({ cation, name, share, randomCell, randomBound }) => [
            label(cation),
            name,
            share.value,
            share.ci95?.[0] ?? null,
            share.ci95?.[1] ?? null,
            randomCell,
            randomBound,
          ]),
        ),
      },
      figures: roles.anions.length > 1 ? figuresOf(system, roles, rows, pool.what) : [],
      rows: reportRows(system, roles, pool, network),
      methods: [
        `First shells of cations were counted in ${pool.rows} frames${first.stride > 1 ? ` (every ${first.stride}. frame)` : ''} within ${cutoffs.map(({ name, value }) => `${name} ${value.toFixed(2)} Å`).join(', ')}, ${given}; errors are from ${pool.what}.`,
        `Shares of shells are set against a multinomial distribution with the anions of the whole cell, and with those that the cation binds. Polyhedra share a corner, an edge or a face when they have one, two, or three and more anions in common; Q^n counts anions of a polyhedron that bridge to another one of the network (cations that are not mobile).`,
      ],
      notes,
    };
  },
});

function bondCutoffs(
  system: System,
  { cations, anions }: Roles,
  all: readonly Float64Array[],
): { name: string; value: number }[] {
  const s = system.species.length;
  const label = (k: number): string => (system.species[k] as Species).label;
  return cations.flatMap((c) =>
    anions.map((a) => ({
      name: `${label(c)}-${label(a)}`,
      value: all.reduce((sum, cutoffs) => sum + (cutoffs[c * s + a] as number), 0) / all.length,
    })),
  );
}

/** The commonest shells of each cation against chance. */
function figuresOf(system: System, { cations }: Roles, rows: readonly ShellRow[], what: string): Figure[] {
  const label = (s: number): string => (system.species[s] as Species).label;
  return cations.flatMap((cation): Figure[] => {
    const shown = rows.filter((row) => row.cation === cation).slice(0, SHOWN);
    if (shown.length < 2) return [];
    const x = shown.map((_, i) => i + 1);
    return [
      {
        name: `shells_${label(cation).replace(/[^A-Za-z0-9]/g, '_')}`,
        title: `Anions around ${label(cation)}`,
        xLabel: 'shell, commonest first',
        yLabel: 'share',
        series: [
          {
            label: 'found',
            x,
            y: shown.map(({ share }) => share.value ?? Number.NaN),
            band: {
              low: shown.map(({ share }) => share.ci95?.[0] ?? Number.NaN),
              high: shown.map(({ share }) => share.ci95?.[1] ?? Number.NaN),
            },
            hue: 0,
            points: true,
          },
          { label: 'random', x, y: shown.map(({ randomCell }) => randomCell), hue: 1, dashed: true },
        ],
        note: `${shown.map(({ name }, i) => `${i + 1} ${name}`).join(', ')}; random: anions of the cell mixed, coordination numbers kept; bars: 95 % from ${what}`,
      },
    ];
  });
}

function reportRows(
  system: System,
  { cations }: Roles,
  pool: Pool,
  network: Network | undefined,
): ReportRow[] {
  return [
    ...cations.map((cation) => ({
      label: `Anions around ${(system.species[cation] as Species).label}`,
      value: coordinationOf(pool, cation),
    })),
    ...(network
      ? [
          {
            label: 'Bridging anions of the network',
            value: network.bridging,
            detail: `clusters of ${inWords(network.clusterSize)} cations, ${inWords(network.largestShare)} of them in the largest`,
          },
        ]
      : []),
  ];
}

/** The analysis of sites: where ions rest, how often they leave, and through which windows. */
import { type AnalysisReport, frameAnalysis, type ReportRow } from '../analysis.ts';
import type { Estimate } from '../estimate.ts';
import { SiteAccumulator, type SiteSummary } from './accumulator.ts';
import { agreementOf, type CoordinationResult } from './agreement.ts';
import { byEnvironment, type StayResults, stayResults } from './environments.ts';
import { exchangeRate, kindRates, returnFraction } from './hops.ts';
import { type Occupied, occupancyByKind, siteEnergies, tetrahedralOverOctahedral } from './occupancy.ts';
import { LINDEMANN, type SiteDefinition } from './settings.ts';
import { siteFigures } from './siteFigures.ts';
import { siteTables } from './siteTables.ts';
import type { SiteHistory } from './visits.ts';

/** More ions at no site than this, and the sites are the wrong ones. */
const MOST_UNASSIGNED = 0.05;

export const sites = frameAnalysis({
  title: 'Sites, occupancies, residence times, hops and windows',
  inputs: ['mobile', 'temperature'],
  options: {
    definition: {
      default: 'auto',
      choices: ['auto', 'polyhedra', 'crystallographic', 'density'],
      help: 'what a site is: polyhedra of framework anions (auto, where these vibrate by less than 0.15 of their distance), the mobile ions of the starting structure and a list, or peaks of their density (auto otherwise)',
    },
    sites: {
      default: '',
      help: 'further crystallographic sites: "label x y z; label x y z", fractional coordinates of the cell',
    },
    radius: {
      default: 0,
      unit: 'Å',
      range: [0, 3],
      help: 'radius of crystallographic sites; 0: three amplitudes of vibration; never more than half the distance to the nearest site',
    },
    stay: {
      default: 0,
      unit: 'fs',
      range: [0, 1e6],
      help: 'recrossing filter: how long an ion must stay at a new site before the hop counts; 0: a period of vibration, 100 fs for Li, longer as the root of the mass',
    },
    stayFrames: {
      default: 0,
      range: [0, 1e4],
      help: 'the same in frames; beats "stay"; 1 counts every crossing',
    },
    core: {
      default: 0.5,
      range: [0, 1],
      help: 'a hop counts at once when the ion comes within this fraction of the way from the centre of the new site to its border; 0: never',
    },
    reference: {
      default: 50,
      range: [1, 1e4],
      help: 'frames that the mean places of the framework are taken from',
    },
    spacing: { default: 0.2, unit: 'Å', range: [0.05, 1], help: 'grid of the density' },
    smoothing: {
      default: 0.25,
      unit: 'Å',
      range: [0, 1],
      help: 'standard deviation of the Gaussian that the density is smoothed with',
    },
    leastOccupancy: {
      default: 0.01,
      range: [0, 1],
      help: 'a peak of the density that holds fewer ions than this on average is no site',
    },
    shapeLimit: {
      default: 10,
      range: [0, 100],
      help: 'continuous symmetry measure above which neighbours are neither a tetrahedron nor an octahedron',
    },
  },
  resultUnits: {
    'sites.kinds.<kind>.share': '1',
    'sites.kinds.<kind>.occupancy': 'ions per site',
    'sites.kinds.<kind>.exitRate': '1/ns',
    'sites.kinds.<kind>.residenceTime': 'ps',
    'sites.tetrahedralOverOctahedral': 'eV',
    'sites.exchangeRate': '1/ns',
    'sites.siteEnergySpread': 'eV',
    'sites.sitesWithinKT': '1/nm³',
    'sites.windows[].crossingRadius': 'Å',
  },
  cost:
    'polyhedra: 3 µs an ion a frame, once 1.6 ms an anion; memory 28 bytes a hop, 64 counts a site; ' +
    'density: 12 bytes an ion and frame, thinned beyond 256 MiB; each report goes through all of it, 0.1 µs an ion and frame, ' +
    'and through the grid, 2 s a million voxels',
  begin: (context, options) => new SiteAccumulator(context, options),
  report(parts, context, options): AnalysisReport {
    const summaries = parts.map((part) => part.summary());
    const histories = summaries.map(({ history }) => history);
    const occupied: Occupied[] = summaries.map(({ history, occupancies }) => ({
      sites: history.sites,
      occupancies,
      visits: history.visits.length,
    }));
    const { temperature } = context;
    const byKind = occupancyByKind(occupied);
    const kinds = Object.fromEntries(
      Object.entries(byKind).map(([kind, occupancy]) => [
        kind,
        { ...occupancy, ...stayResults(histories, (history, site) => history.sites.kinds[site] === kind) },
      ]),
    );
    const environments = byEnvironment(summaries);
    const energies = temperature === null ? [] : occupied.map((one) => siteEnergies(one, temperature));
    const coordination = agreementOf(summaries, options.shapeLimit);
    const unassigned = weighted(histories);
    const gap = tetrahedralOverOctahedral(occupied, temperature);
    const polyhedral = summaries.every(({ definition }) => definition === 'polyhedra');
    const results = {
      definition: summaries[0]?.definition ?? null,
      filter: histories[0]?.filter ?? null,
      sites: histories.map((history) => history.sites.kinds.length),
      ions: histories[0]?.ions ?? 0,
      unassigned,
      doubleOccupancy: mean(summaries.map((s) => s.doubleOccupancy)),
      kinds,
      environments,
      ...(polyhedral && {
        tetrahedralOverOctahedral: gap,
        exchangeRate: exchangeRate(histories),
      }),
      returnFraction: returnFraction(histories),
      hops: kindRates(histories),
      ...(energies.length > 0 && {
        siteEnergySpread: { value: mean(energies.map((e) => e.spread)), ci95: null, unit: 'eV' },
        sitesWithinKT: { value: mean(energies.map((e) => e.densityWithinKT)), ci95: null, unit: '1/nm³' },
        sitesVisited: energies.map((e) => e.visited),
      }),
      ...(coordination && { coordination }),
      windows: summaries.flatMap(({ windows }, replica) => windows.map((one) => ({ replica, ...one }))),
    };
    return {
      results: { sites: results },
      tables: siteTables(summaries, temperature, environments),
      figures: siteFigures(summaries, kinds, temperature),
      rows: rowsOf(byKind, kinds, gap, polyhedral),
      methods: methodsOf(summaries, coordination, options),
      notes: notesOf(summaries, unassigned, results.doubleOccupancy),
    };
  },
});

function rowsOf(
  byKind: ReturnType<typeof occupancyByKind>,
  kinds: Readonly<Record<string, StayResults>>,
  gap: Estimate,
  polyhedral: boolean,
): ReportRow[] {
  const rows = Object.entries(byKind)
    .filter(([, { share }]) => share.value !== null)
    .sort(([, a], [, b]) => (b.share.value as number) - (a.share.value as number))
    .slice(0, 6)
    .flatMap(([kind, { share, sites: n }]): ReportRow[] => [
      {
        label: `Ions at ${kind} sites`,
        value: share,
        shown: { factor: 100, unit: '%' },
        detail: `${n} sites`,
      },
      {
        label: `Residence at ${kind} sites`,
        value: (kinds[kind] as StayResults).residenceTime,
        detail: 'one over the exit rate, censored stays counted',
      },
    ]);
  if (polyhedral) {
    rows.push({
      label: 'Free energy, tetrahedral over octahedral',
      value: gap,
      shown: { factor: 1000, unit: 'meV' },
      detail: 'per available site',
    });
  }
  return rows;
}

const DEFINED: Readonly<Record<SiteDefinition, string>> = {
  polyhedra:
    'Sites are the tetrahedra, octahedra and other polyhedra of the framework anions, found by a Delaunay division of the anions’ mean places; an ion is at the site whose polyhedron, with the anions where they are in that frame, contains it.',
  crystallographic:
    'Sites are spheres about the places of the mobile ions in the starting structure and of a given list, in the frame of the framework.',
  density:
    'Sites are the peaks of the density of the mobile ions in the frame of the framework, each with all that steepest ascent leads to it; peaks that a saddle of less than k_BT separates count as one.',
};

function methodsOf(
  summaries: readonly SiteSummary[],
  coordination: CoordinationResult | undefined,
  options: { readonly smoothing: number; readonly leastOccupancy: number; readonly reference: number },
): string[] {
  const first = summaries[0];
  if (!first) return [];
  const said = [DEFINED[first.definition]];
  if (first.definition === 'density' && first.spacing !== undefined) {
    said.push(
      `The density was taken on a grid of ${first.spacing.toFixed(2)} Å and smoothed by a Gaussian of ${options.smoothing} Å; basins with fewer than ${options.leastOccupancy} ions were left out.`,
    );
  }
  if (first.sphereRadius !== undefined) said.push(`Spheres reach up to ${first.sphereRadius.toFixed(2)} Å.`);
  if (first.definition !== 'density') {
    said.push(
      `Mean places are those of the first ${Math.min(options.reference, first.history.frames)} frames.`,
    );
  }
  said.push(
    `Of recrossings: ${first.history.filter}.`,
    'Exit rates are exits over the time that sites were occupied, with Poisson intervals {garwood1936}; survival of stays is by Kaplan and Meier {kaplan1958}.',
  );
  if (coordination) {
    said.push(
      `Coordination was counted within ${coordination.cutoff.toFixed(2)} Å, the first minimum of the pair distribution, and read from the continuous symmetry measure {pinsky1998}, ion included, with the limit ${coordination.shapeLimit}.`,
    );
  }
  if (first.windows.length > 0) {
    said.push('Window radii are circumradii of anion triangles less crystal radii {shannon1976}.');
  }
  return said;
}

function notesOf(summaries: readonly SiteSummary[], unassigned: number, double: number): string[] {
  const notes: string[] = [];
  if (unassigned > MOST_UNASSIGNED) {
    notes.push(
      `${(100 * unassigned).toFixed(1)} % of the ions were at no site: these sites are not the ones where the ions rest`,
    );
  }
  if (double > MOST_UNASSIGNED) {
    notes.push(
      `${(100 * double).toFixed(1)} % of the occupied sites held two ions or more: sites too large or too few`,
    );
  }
  for (const [
    replica,
    { cornerAmplitude, cornerDistance, definition, history, polyhedra, stride },
  ] of summaries.entries()) {
    const where = summaries.length > 1 ? ` (replica ${replica})` : '';
    if (definition === 'polyhedra' && cornerAmplitude > LINDEMANN * cornerDistance) {
      notes.push(
        `the anions move by ${cornerAmplitude.toFixed(2)} Å, ${(cornerAmplitude / cornerDistance).toFixed(2)} of their distance${where}: the framework is not rigid, sites by density suit it better`,
      );
    }
    const odd = history.sites.kinds.filter((kind) => kind === 'irregular').length;
    if (polyhedra && odd > 0) notes.push(`${odd} polyhedra are neither tetrahedra nor octahedra${where}`);
    if (stride > 1) {
      notes.push(
        `for the density every ${stride}th frame was kept${where}: hops faster than that are missed`,
      );
    }
  }
  return notes;
}

function weighted(histories: readonly SiteHistory[]): number {
  const frames = histories.reduce((sum, h) => sum + h.frames * h.ions, 0);
  return histories.reduce((sum, h) => sum + h.unassigned * h.frames * h.ions, 0) / Math.max(1, frames);
}

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}

/**
 * Sites as peaks of the density of the mobile ions, and what drains to each: no crystal is needed. Density on a grid,
 * smoothed; every voxel belongs to the peak that steepest ascent leads to.
 */
import { type Cell, perpendicularWidths, volume } from '../../model/cell.ts';
import { type Basins, basins } from './basins.ts';
import { type Located, type Locator, type Placement, squareLength } from './locator.ts';
import type { SiteSet } from './visits.ts';

/** How a density becomes sites. */
export interface DensityOptions {
  /** Å; widened where the grid would be larger than 2 million voxels (8 MB each for density and peaks). */
  readonly spacing: number;
  /** Å; standard deviation of the Gaussian that the density is smoothed with. */
  readonly smoothing: number;
  /** A basin that holds fewer ions than this on average is no site. */
  readonly leastOccupancy: number;
}

export interface DensitySites {
  readonly sites: SiteSet;
  /** Voxels along each axis. */
  readonly grid: readonly [number, number, number];
  /** [voxels] site, −1: none. */
  readonly siteOf: Int32Array;
  /** [voxels×3] image of the site that a voxel drains to. */
  readonly imageOf: Int8Array;
  /** [voxels] 1 where the density is at least half that of the peak. */
  readonly core: Uint8Array;
  /** [sites] mean number of ions. */
  readonly occupancy: Float64Array;
  /** Å along each axis. */
  readonly spacing: readonly [number, number, number];
}

const MOST_VOXELS = 2 ** 21;
/** Gaussians are cut at this many standard deviations. */
const REACH = 3;

/**
 * Sites from places in the frame of the framework.
 * @param places chunks of [3m] fractional coordinates, unwrapped or not
 * @param frames how many instants the places come from
 */
export function densitySites(
  cell: Cell,
  places: Iterable<ArrayLike<number>>,
  frames: number,
  { spacing, smoothing, leastOccupancy }: DensityOptions,
): DensitySites {
  // Rounded up along each axis: never beyond twice that.
  const step = Math.max(spacing, Math.cbrt(volume(cell) / MOST_VOXELS));
  const edges = [0, 3, 6].map((k) => Math.hypot(...cell.h.subarray(k, k + 3)));
  const grid = edges.map((edge) => Math.max(1, Math.ceil(edge / step - 1e-9))) as [number, number, number];
  const counts = counted(grid, places);
  const density = smoothed(cell, grid, counts, smoothing);
  const found = basins(grid, density);
  return named(cell, grid, edges, counts, density, found, frames, leastOccupancy);
}

function counted(
  [na, nb, nc]: readonly [number, number, number],
  places: Iterable<ArrayLike<number>>,
): Uint32Array {
  const counts = new Uint32Array(na * nb * nc);
  for (const chunk of places) {
    for (let k = 0; k < chunk.length; k += 3) {
      const v = voxelOf(na, nb, nc, chunk[k] as number, chunk[k + 1] as number, chunk[k + 2] as number);
      counts[v] = (counts[v] as number) + 1;
    }
  }
  return counts;
}

function voxelOf(na: number, nb: number, nc: number, x: number, y: number, z: number): number {
  const a = Math.min(na - 1, Math.floor((x - Math.floor(x)) * na));
  const b = Math.min(nb - 1, Math.floor((y - Math.floor(y)) * nb));
  const c = Math.min(nc - 1, Math.floor((z - Math.floor(z)) * nc));
  return (a * nb + b) * nc + c;
}

/** Each count spread over the voxels within three standard deviations, in the metric of the cell. */
function smoothed(
  cell: Cell,
  [na, nb, nc]: readonly [number, number, number],
  counts: Uint32Array,
  sigma: number,
): Float32Array {
  const reach = REACH * sigma;
  const widths = perpendicularWidths(cell);
  // Not so far that a voxel would get the same count twice.
  const spans = [na, nb, nc].map((n, k) =>
    Math.min(Math.floor((n - 1) / 2), Math.ceil((reach * n) / (widths[k] as number))),
  ) as [number, number, number];
  const taps: { a: number; b: number; c: number; weight: number }[] = [];
  let total = 0;
  for (let a = -spans[0]; a <= spans[0]; a++) {
    for (let b = -spans[1]; b <= spans[1]; b++) {
      for (let c = -spans[2]; c <= spans[2]; c++) {
        const square = squareLength(cell.h, a / na, b / nb, c / nc);
        if (square > reach * reach) continue;
        const weight = sigma > 0 ? Math.exp(-square / (2 * sigma * sigma)) : 1;
        taps.push({ a, b, c, weight });
        total += weight;
      }
    }
  }
  const density = new Float32Array(counts.length);
  for (let v = 0; v < counts.length; v++) {
    const count = counts[v] as number;
    if (count === 0) continue;
    const c0 = v % nc;
    const b0 = ((v - c0) / nc) % nb;
    const a0 = ((v - c0) / nc - b0) / nb;
    for (const { a, b, c, weight } of taps) {
      const ia = (a0 + a + na) % na;
      const ib = (b0 + b + nb) % nb;
      const w = (ia * nb + ib) * nc + ((c0 + c + nc) % nc);
      density[w] = (density[w] as number) + (count * weight) / total;
    }
  }
  return density;
}

/** Basins with enough in them become sites; centres are the means of the density above half of the peak's. */
function named(
  cell: Cell,
  grid: readonly [number, number, number],
  edges: readonly number[],
  counts: Uint32Array,
  density: Float32Array,
  { basinOf, imageOf, peaks }: Basins,
  frames: number,
  leastOccupancy: number,
): DensitySites {
  const [na, nb, nc] = grid;
  const held = new Float64Array(peaks.length);
  const weight = new Float64Array(peaks.length);
  const moment = new Float64Array(3 * peaks.length);
  const core = new Uint8Array(density.length);
  for (let v = 0; v < density.length; v++) {
    const basin = basinOf[v] as number;
    if (basin < 0) continue;
    held[basin] = (held[basin] as number) + (counts[v] as number) / frames;
    const rho = density[v] as number;
    if (rho < 0.5 * (density[peaks[basin] as number] as number)) continue;
    core[v] = 1;
    weight[basin] = (weight[basin] as number) + rho;
    const c = v % nc;
    const b = ((v - c) / nc) % nb;
    const a = ((v - c) / nc - b) / nb;
    const s = [(a + 0.5) / na, (b + 0.5) / nb, (c + 0.5) / nc];
    for (let k = 0; k < 3; k++) {
      // The voxel as seen from the peak's own cell.
      const x = (s[k] as number) - (imageOf[3 * v + k] as number);
      moment[3 * basin + k] = (moment[3 * basin + k] as number) + rho * x;
    }
  }
  const siteOfBasin = new Int32Array(peaks.length).fill(-1);
  const centers: number[] = [];
  const homes: number[] = [];
  const occupancy: number[] = [];
  for (let basin = 0; basin < peaks.length; basin++) {
    if ((held[basin] as number) < leastOccupancy || (held[basin] as number) === 0) continue;
    siteOfBasin[basin] = occupancy.length;
    occupancy.push(held[basin] as number);
    for (let k = 0; k < 3; k++) {
      const x = (moment[3 * basin + k] as number) / (weight[basin] as number);
      const home = Math.floor(x + 1e-9);
      homes.push(home);
      centers.push(Math.max(0, x - home));
    }
  }
  const siteOf = basinOf.map((basin) => (basin < 0 ? -1 : (siteOfBasin[basin] as number)));
  for (let v = 0; v < siteOf.length; v++) {
    const site = siteOf[v] as number;
    if (site < 0) continue;
    for (let k = 0; k < 3; k++) {
      imageOf[3 * v + k] = (imageOf[3 * v + k] as number) + (homes[3 * site + k] as number);
    }
  }
  return {
    sites: { cell, fractional: Float64Array.from(centers), kinds: occupancy.map(() => 'peak') },
    grid,
    siteOf,
    imageOf,
    core,
    occupancy: Float64Array.from(occupancy),
    spacing: edges.map((edge, k) => edge / (grid[k] as number)) as [number, number, number],
  };
}

/** Sites by the voxel an ion is in, in the frame of the framework. */
export function densityLocator({ sites, grid, siteOf, imageOf, core }: DensitySites): Locator {
  const [na, nb, nc] = grid;
  const located: Located = { site: -1, x: 0, y: 0, z: 0, isCore: false };
  let now: Placement | undefined;
  return {
    sites,
    located,
    begin(placement) {
      now = placement;
    },
    locate(ion) {
      const { ions, drift } = now as Placement;
      const x = (ions[3 * ion] as number) - (drift[0] as number);
      const y = (ions[3 * ion + 1] as number) - (drift[1] as number);
      const z = (ions[3 * ion + 2] as number) - (drift[2] as number);
      const v = voxelOf(na, nb, nc, x, y, z);
      located.site = siteOf[v] as number;
      located.x = Math.floor(x) + (imageOf[3 * v] as number);
      located.y = Math.floor(y) + (imageOf[3 * v + 1] as number);
      located.z = Math.floor(z) + (imageOf[3 * v + 2] as number);
      located.isCore = core[v] === 1;
    },
  };
}

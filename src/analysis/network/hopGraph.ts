/**
 * The hop graph of a run: sites, the hops seen between them with the periodic image they lead to, and every hop with its time.
 * Replicas that share their sites share the graph; replicas with sites of their own stand beside each other in it, so that
 * every sum over edges divided by ions × time is the mean over replicas, each weighing by its ions × time.
 */
import { InputError } from '../../core/errors.ts';
import { rowTimes, type Vec3 } from '../../core/vec.ts';
import { volume } from '../../model/cell.ts';
import type { SiteHistory, SiteSet, Visit } from '../sites/visits.ts';

/** Undirected edges between the sites of a periodic cell; one edge per pair of sites and image. */
export interface SiteEdges {
  readonly siteCount: number;
  readonly edgeCount: number;
  /** [m] ends; from ≤ to, and for an edge of a site to its own image the first non-zero entry of the image is positive. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** [m×3] image translation: the edge joins `from` in cell 0 to `to` in cell `image`. */
  readonly image: Int32Array;
  /** [m×3] Δx = (x_to + image − x_from)·H, Å */
  readonly displacement: Float64Array;
}

/** The edges along which hops were seen. */
export interface HopGraph extends SiteEdges {
  /** [n] class of each site. */
  readonly kinds: readonly string[];
  /** [n] ion-time spent at each site, fs. */
  readonly occupiedTime: Float64Array;
  /** [n] time the site was watched, fs: an occupancy is occupiedTime/watchedTime. */
  readonly watchedTime: Float64Array;
  /** Sets of sites in the graph: one, or one per replica. Site i of set s is node start_s + i. */
  readonly samples: readonly SampleSites[];
  /** [m] hops from → to, and to → from. */
  readonly forward: Float64Array;
  readonly backward: Float64Array;
  readonly hops: HopTrain;
  /** Ions × time over all replicas, fs: N·T. */
  readonly ionTime: number;
  /** Volume × time over all replicas, Å³ fs. */
  readonly volumeTime: number;
  readonly replicas: readonly GraphReplica[];
}

export interface GraphReplica {
  readonly ions: number;
  readonly frames: number;
  /** fs */
  readonly frameInterval: number;
  /** Index of its sites among `samples`. */
  readonly sample: number;
}

export interface SampleSites {
  readonly sites: SiteSet;
  /** Its first node. */
  readonly start: number;
  /** fs of all replicas with these sites. */
  readonly time: number;
  /** Ions × time, fs. */
  readonly ionTime: number;
}

/** All hops, by replica, ion and time; arrays are [hops]. */
export interface HopTrain {
  readonly count: number;
  readonly edge: Int32Array;
  /** 1 along the edge, 0 against it. */
  readonly forward: Uint8Array;
  /** First frame at the new site. */
  readonly frame: Int32Array;
  readonly replica: Int32Array;
  readonly ion: Int32Array;
}

/** Sites of two replicas are the same when their mean centres lie closer, Å: less than half the closest distance of two sites. */
const SAME_SITE = 0.5;

/** Builds the graph. O(visits). */
export function hopGraph(histories: readonly SiteHistory[]): HopGraph {
  if (histories.length === 0) throw new InputError('network: no history of sites to analyse');
  const { samples, sampleOf, shifts } = gatherSamples(histories);
  const siteCount = samples.reduce((sum, { sites }) => sum + sites.kinds.length, 0);
  const occupiedTime = new Float64Array(siteCount);
  const watchedTime = new Float64Array(siteCount);
  for (const { sites, start, time } of samples) watchedTime.fill(time, start, start + sites.kinds.length);

  const edges = new Map<string, number>();
  const ends: number[] = [];
  const displacement: number[] = [];
  const train = { edge: [], forward: [], frame: [], replica: [], ion: [] } as Record<
    'edge' | 'forward' | 'frame' | 'replica' | 'ion',
    number[]
  >;
  histories.forEach(({ visits, frameInterval }, r) => {
    const sample = samples[sampleOf[r] as number] as SampleSites;
    const shift = shifts[r] as Int32Array;
    const imageOf = ({ site, image }: Visit): Vec3 => [
      image[0] + (shift[3 * site] as number),
      image[1] + (shift[3 * site + 1] as number),
      image[2] + (shift[3 * site + 2] as number),
    ];
    let previous: Visit | undefined;
    for (const visit of visits) {
      const node = sample.start + visit.site;
      occupiedTime[node] = (occupiedTime[node] as number) + (visit.end - visit.begin) * frameInterval;
      if (previous && previous.ion === visit.ion) {
        const [a, b] = [imageOf(previous), imageOf(visit)];
        const image: Vec3 = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
        const { key, along, from, to, m } = canonical(sample.start + previous.site, node, image);
        let edge = edges.get(key);
        if (edge === undefined) {
          edge = edges.size;
          edges.set(key, edge);
          ends.push(from, to, ...m);
          displacement.push(...stepBetween(sample.sites, from - sample.start, to - sample.start, m));
        }
        train.edge.push(edge);
        train.forward.push(along ? 1 : 0);
        train.frame.push(visit.begin);
        train.replica.push(r);
        train.ion.push(visit.ion);
      }
      previous = visit;
    }
  });
  const edgeCount = edges.size;
  const column = (k: number): Int32Array =>
    Int32Array.from({ length: edgeCount }, (_, e) => ends[5 * e + k] as number);
  const hops: HopTrain = {
    count: train.edge.length,
    edge: Int32Array.from(train.edge),
    forward: Uint8Array.from(train.forward),
    frame: Int32Array.from(train.frame),
    replica: Int32Array.from(train.replica),
    ion: Int32Array.from(train.ion),
  };
  const image = new Int32Array(3 * edgeCount);
  for (let e = 0; e < edgeCount; e++) image.set(ends.slice(5 * e + 2, 5 * e + 5), 3 * e);
  const { forward, backward } = countHops(hops, edgeCount, () => true);
  return {
    siteCount,
    kinds: samples.flatMap(({ sites }) => sites.kinds),
    occupiedTime,
    watchedTime,
    samples,
    edgeCount,
    from: column(0),
    to: column(1),
    image,
    displacement: Float64Array.from(displacement),
    forward,
    backward,
    hops,
    ionTime: samples.reduce((sum, s) => sum + s.ionTime, 0),
    volumeTime: samples.reduce((sum, s) => sum + s.time * volume(s.sites.cell), 0),
    replicas: histories.map(({ ions, frames, frameInterval }, r) => ({
      ions,
      frames,
      frameInterval,
      sample: sampleOf[r] as number,
    })),
  };
}

/** Hops per edge and direction among those that `counts` lets through. */
export function countHops(
  hops: HopTrain,
  edgeCount: number,
  counts: (hop: number) => boolean,
): { readonly forward: Float64Array; readonly backward: Float64Array } {
  const forward = new Float64Array(edgeCount);
  const backward = new Float64Array(edgeCount);
  for (let i = 0; i < hops.count; i++) {
    if (!counts(i)) continue;
    const way = hops.forward[i] ? forward : backward;
    const e = hops.edge[i] as number;
    way[e] = (way[e] as number) + 1;
  }
  return { forward, backward };
}

/** [m] hops both ways: what fluxes are made of, w = hops/2T. */
export function hopsPerEdge({ forward, backward }: Pick<HopGraph, 'forward' | 'backward'>): Float64Array {
  return forward.map((n, e) => n + (backward[e] as number));
}

/** Image of edge `e`. */
export function imageOf({ image }: Pick<HopGraph, 'image'>, e: number): Vec3 {
  return [image[3 * e] as number, image[3 * e + 1] as number, image[3 * e + 2] as number];
}

/** Length of edge `e`, Å. */
export function edgeLength({ displacement }: Pick<HopGraph, 'displacement'>, e: number): number {
  return Math.hypot(
    displacement[3 * e] as number,
    displacement[3 * e + 1] as number,
    displacement[3 * e + 2] as number,
  );
}

/** (x_to + image − x_from)·H, Å. */
export function stepBetween({ fractional, cell }: SiteSet, from: number, to: number, image: Vec3): Vec3 {
  const between = (k: 0 | 1 | 2): number =>
    (fractional[3 * to + k] as number) + image[k] - (fractional[3 * from + k] as number);
  return rowTimes([between(0), between(1), between(2)], cell.h);
}

/** One name for an edge seen from either end. */
export function canonical(
  a: number,
  b: number,
  image: Vec3,
): {
  readonly key: string;
  readonly along: boolean;
  readonly from: number;
  readonly to: number;
  readonly m: Vec3;
} {
  const sign = Math.sign(image[0]) || Math.sign(image[1]) || Math.sign(image[2]);
  const along = a < b || (a === b && sign >= 0);
  const m: Vec3 = along ? image : [-image[0] + 0, -image[1] + 0, -image[2] + 0];
  const [from, to] = along ? [a, b] : [b, a];
  return { key: `${from},${to},${m[0]},${m[1]},${m[2]}`, along, from, to, m };
}

/**
 * Replicas whose sites agree in number, kind and place share a sample. A centre at x = 0.001 in one and 0.999 in another is
 * one site whose images are counted from different cells: `shifts` [3 per site] takes that off.
 */
function gatherSamples(histories: readonly SiteHistory[]): {
  readonly samples: readonly SampleSites[];
  readonly sampleOf: readonly number[];
  readonly shifts: readonly Int32Array[];
} {
  const samples: SampleSites[] = [];
  const sampleOf: number[] = [];
  const shifts: Int32Array[] = [];
  for (const { sites, ions, frames, frameInterval } of histories) {
    const time = frames * frameInterval;
    let shift: Int32Array | undefined;
    let s = 0;
    for (; s < samples.length && !shift; s++) shift = sameSites((samples[s] as SampleSites).sites, sites);
    if (shift) {
      const own = samples[s - 1] as SampleSites;
      samples[s - 1] = { ...own, time: own.time + time, ionTime: own.ionTime + ions * time };
    } else {
      const start = samples.reduce((sum, sample) => sum + sample.sites.kinds.length, 0);
      samples.push({ sites, start, time, ionTime: ions * time });
    }
    sampleOf.push(shift ? s - 1 : samples.length - 1);
    shifts.push(shift ?? new Int32Array(3 * sites.kinds.length));
  }
  return { samples, sampleOf, shifts };
}

/** Cells by which images of `other` are ahead of those of `one`; undefined when the sites differ. */
function sameSites(one: SiteSet, other: SiteSet): Int32Array | undefined {
  const n = one.kinds.length;
  if (other.kinds.length !== n || one.kinds.some((kind, i) => kind !== other.kinds[i])) return undefined;
  const shift = new Int32Array(3 * n);
  for (let i = 0; i < n; i++) {
    const between = [0, 1, 2].map((k) => {
      const d = (other.fractional[3 * i + k] as number) - (one.fractional[3 * i + k] as number);
      shift[3 * i + k] = Math.round(d);
      return d - Math.round(d);
    });
    if (Math.hypot(...rowTimes(between, one.cell.h)) > SAME_SITE) return undefined;
  }
  return shift;
}

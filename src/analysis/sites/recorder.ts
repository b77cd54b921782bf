/**
 * From where each ion is, frame by frame, to its visits: the filter that tells a hop from a look across the border, and the
 * counts that occupancies need.
 */
import type { Vec3 } from '../../core/vec.ts';
import type { SiteHistory, SiteSet, Visit } from './visits.ts';

export interface RecrossingFilter {
  /** A new site counts once the ion has been seen there in so many consecutive frames; 1: at once. */
  readonly frames: number;
  /** … or once it has come within this fraction of the way from the centre to the border, 0: never. */
  readonly core: number;
}

/** Gets a hop when it counts. */
export type HopListener = (ion: number, from: number, to: number, frame: number) => void;

/** Blocks of time for the errors of occupancies; when all are full, neighbours are joined. */
export const MOST_BLOCKS = 64;

/** Ions seen at each site (unfiltered), in blocks of equal length. */
export interface OccupancyCounts {
  /** Frames in a block. */
  readonly length: number;
  /** [blocks] of [sites] ion-frames; the last block may be incomplete. */
  readonly blocks: readonly Uint32Array[];
  /** Frames in all. */
  readonly frames: number;
}

/**
 * Visits of one replica's ions, in the order of their ends.
 *
 * The filter: an ion belongs to the site it was last committed to. It is committed to another one, from the first frame of its
 * present stay there, when that stay reaches `frames` or the core of the site. Frames at no site break a stay off and belong
 * to the site that the ion was committed to. Grows by 28 bytes a hop, hence a class.
 */
export class VisitRecorder {
  readonly sites: SiteSet;
  readonly ions: number;
  readonly filter: RecrossingFilter;
  private frame = 0;
  private readonly committed: Int32Array;
  private readonly candidate: Int32Array;
  /** [ions] first frame of the committed stay; of the candidate's; frames of the candidate's. */
  private readonly begin: Int32Array;
  private readonly since: Int32Array;
  private readonly seen: Int32Array;
  /** ion, site, image (3), begin, end of each visit that has ended. */
  private ended = new Int32Array(7 * 1024);
  private count = 0;
  private nowhere = 0;
  /** Frames and sites at which two or more ions were at one site, and sites with any. */
  private shared = 0;
  private taken = 0;
  private readonly last: Int32Array;
  private blockLength = 1;
  private inBlock = 0;
  private blocks: Uint32Array[];
  private readonly listener: HopListener | undefined;

  constructor(sites: SiteSet, ions: number, filter: RecrossingFilter, listener?: HopListener) {
    this.sites = sites;
    this.ions = ions;
    this.filter = filter;
    this.listener = listener;
    // site and image of each ion; site −1 until it has been at one.
    this.committed = new Int32Array(4 * ions).fill(-1);
    this.candidate = new Int32Array(4 * ions).fill(-1);
    this.begin = new Int32Array(ions);
    this.since = new Int32Array(ions);
    this.seen = new Int32Array(ions);
    this.last = new Int32Array(sites.kinds.length).fill(-1);
    this.blocks = [new Uint32Array(sites.kinds.length)];
  }

  /** Frames finished. */
  get frames(): number {
    return this.frame;
  }

  /** Hops so far. */
  get hops(): number {
    return this.count;
  }

  /** The site that an ion is committed to, −1 before the first. */
  siteOf(ion: number): number {
    return this.committed[4 * ion] as number;
  }

  /** Where an ion is in this frame; `site` −1: nowhere. */
  put(ion: number, site: number, x: number, y: number, z: number, isCore: boolean): void {
    if (site < 0) {
      this.nowhere++;
      this.seen[ion] = 0;
      return;
    }
    const block = this.blocks[this.blocks.length - 1] as Uint32Array;
    block[site] = (block[site] as number) + 1;
    // Twice the frame, odd once the site has been counted as shared.
    const mark = 2 * this.frame;
    if (this.last[site] === mark) {
      this.shared++;
      this.last[site] = mark + 1;
    } else if (this.last[site] !== mark + 1) {
      this.taken++;
      this.last[site] = mark;
    }
    const k = 4 * ion;
    const { committed, candidate, seen } = this;
    if ((committed[k] as number) < 0) {
      store(committed, k, site, x, y, z);
      this.begin[ion] = 0;
      return;
    }
    if (same(committed, k, site, x, y, z)) {
      seen[ion] = 0;
      return;
    }
    if ((seen[ion] as number) === 0 || !same(candidate, k, site, x, y, z)) {
      store(candidate, k, site, x, y, z);
      this.since[ion] = this.frame;
      seen[ion] = 0;
    }
    seen[ion] = (seen[ion] as number) + 1;
    if ((seen[ion] as number) >= this.filter.frames || isCore) this.commit(ion);
  }

  /** Ends the frame, after each ion was put once. */
  endFrame(): void {
    this.frame++;
    this.inBlock++;
    if (this.inBlock < this.blockLength) return;
    this.inBlock = 0;
    if (this.blocks.length === MOST_BLOCKS) {
      this.blocks = Array.from({ length: MOST_BLOCKS / 2 }, (_, b) => {
        const [first, second] = [this.blocks[2 * b], this.blocks[2 * b + 1]] as [Uint32Array, Uint32Array];
        for (let s = 0; s < first.length; s++) first[s] = (first[s] as number) + (second[s] as number);
        return first;
      });
      this.blockLength *= 2;
    }
    this.blocks.push(new Uint32Array(this.sites.kinds.length));
  }

  private commit(ion: number): void {
    const { committed, candidate, begin, since } = this;
    const k = 4 * ion;
    if (7 * (this.count + 1) > this.ended.length) {
      const larger = new Int32Array(2 * this.ended.length);
      larger.set(this.ended);
      this.ended = larger;
    }
    const row = 7 * this.count++;
    const { ended } = this;
    ended[row] = ion;
    for (let a = 0; a < 4; a++) ended[row + 1 + a] = committed[k + a] as number;
    ended[row + 5] = begin[ion] as number;
    ended[row + 6] = since[ion] as number;
    this.listener?.(ion, committed[k] as number, candidate[k] as number, since[ion] as number);
    for (let a = 0; a < 4; a++) committed[k + a] = candidate[k + a] as number;
    begin[ion] = since[ion] as number;
    this.seen[ion] = 0;
  }

  occupancies(): OccupancyCounts {
    return { length: this.blockLength, blocks: this.blocks, frames: this.frame };
  }

  /** Of the site-frames with an ion the share that had two or more. */
  get doubleOccupancy(): number {
    return this.taken === 0 ? 0 : this.shared / this.taken;
  }

  /** Everything so far, the visits under way included. @param frameInterval fs */
  history(frameInterval: number): SiteHistory {
    const byIon: Visit[][] = Array.from({ length: this.ions }, () => []);
    for (let row = 0; row < 7 * this.count; row += 7) {
      const [ion, site, x, y, z, begin, end] = this.ended.subarray(row, row + 7) as unknown as SevenNumbers;
      (byIon[ion] as Visit[]).push({ ion, site, image: [x, y, z], begin, end });
    }
    for (let ion = 0; ion < this.ions; ion++) {
      const [site, x, y, z] = this.committed.subarray(4 * ion, 4 * ion + 4) as unknown as SevenNumbers;
      const begin = this.begin[ion] as number;
      if (site < 0 || begin >= this.frame) continue;
      (byIon[ion] as Visit[]).push({ ion, site, image: [x, y, z] as Vec3, begin, end: this.frame });
    }
    return {
      sites: this.sites,
      ions: this.ions,
      frames: this.frame,
      frameInterval,
      visits: byIon.flat(),
      unassigned: this.frame === 0 ? 0 : this.nowhere / (this.frame * this.ions),
      filter: filterInWords(this.filter, frameInterval),
    };
  }
}

/** What counts as a hop, as a sentence. */
export function filterInWords({ frames, core }: RecrossingFilter, frameInterval: number): string {
  if (frames <= 1) return 'an ion has hopped in the first frame that finds it at another site';
  const time = `${frames} consecutive frames (${Number((frames * frameInterval).toPrecision(4))} fs)`;
  const inner =
    core > 0 ? ` or has come within ${core} of the way from the centre to the border of that site` : '';
  return `an ion has hopped once it was found at another site in ${time}${inner}; the hop dates from the first of them`;
}

type SevenNumbers = readonly [number, number, number, number, number, number, number];

function store(into: Int32Array, k: number, site: number, x: number, y: number, z: number): void {
  into[k] = site;
  into[k + 1] = x;
  into[k + 2] = y;
  into[k + 3] = z;
}

function same(of: Int32Array, k: number, site: number, x: number, y: number, z: number): boolean {
  return of[k] === site && of[k + 1] === x && of[k + 2] === y && of[k + 3] === z;
}

/**
 * The windows that ions hop through: triangles of corners shared by two polyhedra. How wide they are when an ion goes through,
 * and at all other times.
 */
import type { FaceCrossing, PolyhedronLocator } from './locator.ts';

/** A triangle at one instant. */
export interface TriangleSize {
  /** Å; of the circle through the corners. */
  readonly radius: number;
  /** Å² */
  readonly area: number;
}

/** What is known of one kind of window. */
export interface WindowKind {
  /** Kinds of the two sites, in alphabetical order, and the corners: `octahedral–tetrahedral` and `Cl2 S1`. */
  readonly between: string;
  readonly corners: string;
  /** Faces that ions went through. */
  readonly faces: number;
  /** Hops through them, both ways. */
  readonly crossings: number;
  /** Means of the circumradius less the mean radius of the corners, Å: at crossings, and over all times of the same faces. */
  readonly crossingRadius: number;
  readonly meanRadius: number;
  /** Standard deviation of the radius in time, Å. */
  readonly spread: number;
  /** Mean of (radius at the crossing − mean of that face)/spread, and its standard error. */
  readonly excess: number;
  readonly excessError: number;
  /** Å² */
  readonly crossingArea: number;
  readonly meanArea: number;
}

/** Faces followed: 4096 of them, 96 bytes each. */
const MOST_FACES = 4096;
/** Faces measured in one frame. */
const PER_FRAME = 64;
/** A face counts once its mean rests on so many instants. */
const FEWEST_SAMPLES = 10;
/** Columns per face: count, Σr, Σr², Σarea at all times; the same at crossings. */
const COLUMNS = 8;

/** Sums of one replica. Faces are those of actual hops, in the order of their first. */
export class WindowCounts {
  private readonly locator: PolyhedronLocator;
  private readonly before: Float64Array;
  private readonly h = new Float64Array(9);
  private hasBefore = false;
  private readonly hBefore = new Float64Array(9);
  private readonly indexOf = new Map<number, number>();
  private readonly slots: number[] = [];
  private readonly sums = new Float64Array(MOST_FACES * COLUMNS);
  private next = 0;
  /** [ions] the face that each went through last, and its size then; from −1: none. */
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly face: Int32Array;
  private readonly size: Float64Array;
  private readonly cornerRadius: (corner: number) => number;

  /** @param cornerRadius Å, by index of the corner */
  constructor(locator: PolyhedronLocator, ions: number, cornerRadius: (corner: number) => number) {
    this.locator = locator;
    this.before = new Float64Array(locator.corners.length);
    this.from = new Int32Array(ions).fill(-1);
    this.to = new Int32Array(ions).fill(-1);
    this.face = new Int32Array(ions);
    this.size = new Float64Array(2 * ions);
    this.cornerRadius = cornerRadius;
  }

  /** After the locator has begun a frame. */
  beginFrame(h: Float64Array): void {
    this.h.set(h);
  }

  /** An ion is on the other side of a face. Its size is the mean of the frames before and after. */
  crossed(ion: number, { slot, from, to }: FaceCrossing): void {
    const own = Math.min(slot, this.reverse(slot));
    let face = this.indexOf.get(own);
    if (face === undefined) {
      if (this.slots.length === MOST_FACES) return;
      face = this.slots.length;
      this.indexOf.set(own, face);
      this.slots.push(own);
    }
    const after = this.measure(own, this.locator.corners, this.h);
    const earlier = this.hasBefore ? this.measure(own, this.before, this.hBefore) : after;
    this.from[ion] = from;
    this.to[ion] = to;
    this.face[ion] = face;
    this.size[2 * ion] = (after.radius + earlier.radius) / 2;
    this.size[2 * ion + 1] = (after.area + earlier.area) / 2;
  }

  /** The hop counts: the crossing that led to it was successful. */
  hopped(ion: number, from: number, to: number): void {
    if (this.from[ion] !== from || this.to[ion] !== to) return;
    this.enter(this.face[ion] as number, 4, this.size[2 * ion] as number, this.size[2 * ion + 1] as number);
    this.from[ion] = -1;
  }

  endFrame(): void {
    const { slots } = this;
    for (let k = 0; k < Math.min(PER_FRAME, slots.length); k++) {
      const face = this.next % slots.length;
      this.next = (face + 1) % slots.length;
      const { radius, area } = this.measure(slots[face] as number, this.locator.corners, this.h);
      this.enter(face, 0, radius, area);
    }
    this.before.set(this.locator.corners);
    this.hBefore.set(this.h);
    this.hasBefore = true;
  }

  private enter(face: number, column: number, radius: number, area: number): void {
    const { sums } = this;
    const k = COLUMNS * face + column;
    sums[k] = (sums[k] as number) + 1;
    sums[k + 1] = (sums[k + 1] as number) + radius;
    sums[k + 2] = (sums[k + 2] as number) + radius * radius;
    sums[k + 3] = (sums[k + 3] as number) + area;
  }

  private reverse(slot: number): number {
    const { neighbors, shifts } = this.locator.polyhedra.tetrahedra;
    const other = neighbors[slot] as number;
    for (let back = 4 * other; back < 4 * other + 4; back++) {
      if (neighbors[back] !== slot >> 2) continue;
      let opposite = true;
      for (let a = 0; a < 3; a++) {
        if ((shifts[3 * back + a] as number) !== -(shifts[3 * slot + a] as number)) opposite = false;
      }
      if (opposite) return back;
    }
    return slot;
  }

  /** Corners of a face, by index among the corners. */
  private cornersOf(slot: number): number[] {
    const { corners } = this.locator.polyhedra.tetrahedra;
    const t = slot >> 2;
    return [0, 1, 2, 3].filter((k) => k !== slot % 4).map((k) => corners[4 * t + k] as number);
  }

  private measure(slot: number, corners: Float64Array, h: Float64Array): TriangleSize {
    const { corners: points, images } = this.locator.polyhedra.tetrahedra;
    const t = slot >> 2;
    const place = [0, 1, 2, 3]
      .filter((k) => k !== slot % 4)
      .map((k) =>
        [0, 1, 2].map(
          (a) =>
            (corners[3 * (points[4 * t + k] as number) + a] as number) +
            (images[12 * t + 3 * k + a] as number),
        ),
      ) as [number[], number[], number[]];
    return triangle(place, h);
  }

  /**
   * Windows by the kinds of their sites and their corners.
   * @param kindOf of a site; @param compositionOf of the corners of a face, by index
   */
  kinds(
    kindOf: (site: number) => string,
    compositionOf: (corners: readonly number[]) => string,
  ): WindowKind[] {
    const { siteOf, tetrahedra } = this.locator.polyhedra;
    const groups = new Map<string, number[]>();
    this.slots.forEach((slot, face) => {
      const sites = [siteOf[slot >> 2] as number, siteOf[tetrahedra.neighbors[slot] as number] as number];
      const between = sites.map(kindOf).sort().join('–');
      const key = `${between}|${compositionOf(this.cornersOf(slot))}`;
      groups.set(key, [...(groups.get(key) ?? []), face]);
    });
    return [...groups]
      .map(([key, faces]) => {
        const [between, corners] = key.split('|') as [string, string];
        return { between, corners, ...this.summed(faces) };
      })
      .filter(({ crossings }) => crossings > 0)
      .sort((a, b) => b.crossings - a.crossings);
  }

  private summed(faces: readonly number[]): Omit<WindowKind, 'between' | 'corners'> {
    const at = (face: number, column: number): number => this.sums[COLUMNS * face + column] as number;
    let times = 0;
    let within = 0;
    let freedom = 0;
    const total = {
      faces: 0,
      crossings: 0,
      crossing: 0,
      mean: 0,
      area: 0,
      meanArea: 0,
      excess: 0,
      squares: 0,
    };
    for (const face of faces) {
      const n = at(face, 0);
      const crossings = at(face, 4);
      if (crossings === 0 || n < FEWEST_SAMPLES) continue;
      const mean = at(face, 1) / n;
      const rim =
        this.cornersOf(this.slots[face] as number).reduce((sum, c) => sum + this.cornerRadius(c), 0) / 3;
      times += n;
      freedom += n - 1;
      within += at(face, 2) - n * mean * mean;
      total.faces++;
      total.crossings += crossings;
      total.crossing += at(face, 5) - crossings * rim;
      total.mean += crossings * (mean - rim);
      total.area += at(face, 7);
      total.meanArea += (crossings * at(face, 3)) / n;
      total.excess += at(face, 5) - crossings * mean;
      total.squares += at(face, 6) - 2 * mean * at(face, 5) + crossings * mean * mean;
    }
    const n = total.crossings;
    const spread = times > 0 && freedom > 0 ? Math.sqrt(within / freedom) : Number.NaN;
    const shift = total.excess / n;
    const deviation =
      n > 1 ? Math.sqrt(Math.max(0, total.squares / n - shift * shift) / (n - 1)) : Number.NaN;
    return {
      faces: total.faces,
      crossings: n,
      crossingRadius: total.crossing / n,
      meanRadius: total.mean / n,
      spread,
      excess: shift / spread,
      excessError: deviation / spread,
      crossingArea: total.area / n,
      meanArea: total.meanArea / n,
    };
  }
}

/** Circumradius abc/4A and area A of a triangle of fractional corners. */
export function triangle(corners: readonly (readonly number[])[], h: Float64Array): TriangleSize {
  const [p, q, r] = corners as [readonly number[], readonly number[], readonly number[]];
  const edge = (a: readonly number[], b: readonly number[]): [number, number, number] => {
    const [u, v, w] = [0, 1, 2].map((k) => (b[k] as number) - (a[k] as number)) as [number, number, number];
    return [0, 1, 2].map(
      (k) => u * (h[k] as number) + v * (h[3 + k] as number) + w * (h[6 + k] as number),
    ) as [number, number, number];
  };
  const [a, b, c] = [edge(p, q), edge(q, r), edge(r, p)];
  const area =
    Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]) / 2;
  return { radius: (Math.hypot(...a) * Math.hypot(...b) * Math.hypot(...c)) / (4 * area), area };
}

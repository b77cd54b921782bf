/**
 * Overlapping spheres in a cubic cell pushed apart: each pair nearer than its least distance d repels as a soft sphere,
 * ½ (1 − r/d)², and all are moved down the gradient (FIRE: Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006),
 * doi:10.1103/PhysRevLett.97.170201) until no pair overlaps.
 */

export interface Spheres {
  /** Å */
  readonly edge: number;
  /** [n×3] Å */
  readonly positions: Float64Array;
  readonly typeOf: Uint16Array;
  /** [s×s] Å: least distances by pair of types. */
  readonly least: readonly (readonly number[])[];
}

export interface Overlap {
  readonly i: number;
  readonly j: number;
  /** Å */
  readonly distance: number;
  readonly least: number;
}

export interface PushedApart {
  /** [n×3] Å, in the cell. */
  readonly positions: Float64Array;
  /** The deepest overlap that is left; absent when there is none. */
  readonly worst?: Overlap;
}

/** Spheres are pushed a little farther than asked for, so that they get there at all. */
const MARGIN = 1.02;
const MOST_STEPS = 3000;
/** Å: largest move of one step. */
const LONGEST_MOVE = 0.2;
/** Time of a step and its bounds, in units in which energy, mass and length are those of the formula. */
const STEP = { first: 0.3, most: 1.5 } as const;

/** Pushes spheres apart; bounded in time. */
export function pushApart(spheres: Spheres): PushedApart {
  const { edge, typeOf } = spheres;
  const x = Float64Array.from(spheres.positions);
  const velocity = new Float64Array(x.length);
  const force = new Float64Array(x.length);
  let step: number = STEP.first;
  let mixing = 0.1;
  let downhill = 0;
  for (let count = 0; ; count++) {
    for (let k = 0; k < x.length; k++) x[k] = (x[k] as number) - edge * Math.floor((x[k] as number) / edge);
    force.fill(0);
    const worst = addForces({ ...spheres, positions: x }, force);
    if (!worst) return { positions: x };
    if (count === MOST_STEPS) return { positions: x, worst };
    let power = 0;
    let [speed, push] = [0, 0];
    for (let k = 0; k < x.length; k++) {
      power += (force[k] as number) * (velocity[k] as number);
      speed += (velocity[k] as number) ** 2;
      push += (force[k] as number) ** 2;
    }
    if (power > 0) {
      const scale = push > 0 ? mixing * Math.sqrt(speed / push) : 0;
      for (let k = 0; k < x.length; k++) {
        velocity[k] = (1 - mixing) * (velocity[k] as number) + scale * (force[k] as number);
      }
      downhill++;
      if (downhill > 5) {
        step = Math.min(step * 1.1, STEP.most);
        mixing *= 0.99;
      }
    } else {
      velocity.fill(0);
      step *= 0.5;
      mixing = 0.1;
      downhill = 0;
    }
    for (let i = 0; i < typeOf.length; i++) {
      let length = 0;
      for (let k = 3 * i; k < 3 * i + 3; k++) {
        velocity[k] = (velocity[k] as number) + step * (force[k] as number);
        length += (step * (velocity[k] as number)) ** 2;
      }
      const limit = Math.min(1, LONGEST_MOVE / Math.sqrt(length || 1));
      for (let k = 3 * i; k < 3 * i + 3; k++)
        x[k] = (x[k] as number) + limit * step * (velocity[k] as number);
    }
  }
}

/** Adds the forces of all overlaps; returns the deepest one of those nearer than asked for. */
function addForces({ edge, positions, typeOf, least }: Spheres, force: Float64Array): Overlap | undefined {
  const longest = MARGIN * Math.max(...least.flat());
  const gap = (i: number, j: number, k: number): number => {
    const d = (positions[3 * i + k] as number) - (positions[3 * j + k] as number);
    return d - edge * Math.round(d / edge);
  };
  const push = (at: number, fx: number, fy: number, fz: number): void => {
    force[at] = (force[at] as number) + fx;
    force[at + 1] = (force[at + 1] as number) + fy;
    force[at + 2] = (force[at + 2] as number) + fz;
  };
  let worst: Overlap | undefined;
  forEachNear(edge, positions, longest, (i, j) => {
    const asked = least[typeOf[i] as number]?.[typeOf[j] as number] as number;
    const d = MARGIN * asked;
    const dx = gap(i, j, 0);
    const dy = gap(i, j, 1);
    const dz = gap(i, j, 2);
    const r = Math.sqrt(dx * dx + dy * dy + dz * dz);
    if (r >= d) return;
    if (r < asked && r / asked < (worst ? worst.distance / worst.least : 1)) {
      worst = { i, j, distance: r, least: asked };
    }
    const scale = (1 - r / d) / (d * Math.max(r, 1e-6));
    push(3 * i, scale * dx, scale * dy, scale * dz);
    push(3 * j, -scale * dx, -scale * dy, -scale * dz);
  });
  return worst;
}

/** Visits pairs i > j that may be within a distance, each once: cells at least so wide, or all pairs of small systems. */
function forEachNear(
  edge: number,
  positions: Float64Array,
  distance: number,
  visit: (i: number, j: number) => void,
): void {
  const n = positions.length / 3;
  const grid = Math.min(Math.floor(edge / Math.max(distance, 0.1)), Math.ceil(Math.cbrt(n)) + 2);
  if (grid < 4) {
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) visit(i, j);
    return;
  }
  const place = (i: number, k: number): number =>
    Math.min(grid - 1, Math.floor(((positions[3 * i + k] as number) / edge) * grid));
  const heads = new Int32Array(grid ** 3).fill(-1);
  const before = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const [a, b, c] = [place(i, 0), place(i, 1), place(i, 2)];
    for (let da = -1; da <= 1; da++) {
      for (let db = -1; db <= 1; db++) {
        for (let dc = -1; dc <= 1; dc++) {
          const cell =
            (((a + da + grid) % grid) * grid + ((b + db + grid) % grid)) * grid + ((c + dc + grid) % grid);
          // Only atoms before this one are in the chains yet.
          for (let j = heads[cell] as number; j >= 0; j = before[j] as number) visit(i, j);
        }
      }
    }
    const own = (a * grid + b) * grid + c;
    before[i] = heads[own] as number;
    heads[own] = i;
  }
}

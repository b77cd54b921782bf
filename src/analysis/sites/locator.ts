/** What finds the site of an ion: the same question to polyhedra, spheres and density basins. */
import type { Polyhedra } from './polyhedra.ts';
import type { SiteSet } from './visits.ts';
import { createWalk } from './walk.ts';

/** One instant in fractional coordinates, all unwrapped. Arrays are reused from frame to frame. */
export interface Placement {
  readonly h: Float64Array;
  /** [ions×3] */
  readonly ions: Float64Array;
  /** [corners×3] */
  readonly corners: Float64Array;
  /** Mean displacement of the framework since the first frame. */
  readonly drift: Float64Array;
}

/** Where the ion asked for last is. */
export interface Located {
  /** −1: nowhere. */
  site: number;
  x: number;
  y: number;
  z: number;
  /** Within the core of the site. */
  isCore: boolean;
}

export interface Locator {
  readonly sites: SiteSet;
  /** Overwritten by each `locate`. */
  readonly located: Located;
  /** Before the ions of a frame. */
  begin(placement: Placement): void;
  locate(ion: number): void;
}

/** The face that an ion went through last, of a locator that knows faces. */
export interface FaceCrossing {
  /** 4·tetrahedron + corner opposite. */
  readonly slot: number;
  readonly from: number;
  readonly to: number;
}

export interface PolyhedronLocator extends Locator {
  readonly polyhedra: Polyhedra;
  /** [corners×3] where the corners are now, as the tetrahedra stand in their list. */
  readonly corners: Float64Array;
  /** Of the last `locate`: the face between two different sites when it went from one straight into the other. */
  crossing(): FaceCrossing | undefined;
}

/**
 * Sites by membership in polyhedra of the corners *where they are in each frame*. Starts from where the ion was before:
 * most ions cost one look, 0.5 µs.
 * @param wrap [corners×3] lattice vectors taken off the unwrapped corners to bring their mean places into [0, 1)
 * @param core fraction of the way from the centre to the nearest face; 0 leaves the core out
 */
export function polyhedronLocator(
  polyhedra: Polyhedra,
  wrap: Int32Array,
  ions: number,
  core: number,
): PolyhedronLocator {
  const { tetrahedra, siteOf, imageOf, sites, start, cornerOf, cornerImage, inner } = polyhedra;
  const corners = new Float64Array(wrap.length);
  const walk = createWalk(tetrahedra, corners, siteOf);
  const state = new Int32Array(4 * ions);
  const known = new Uint8Array(ions);
  const located: Located = { site: -1, x: 0, y: 0, z: 0, isCore: false };
  let placement: Placement | undefined;
  let before = -1;

  const isInCore = (s: number, x: number, y: number, z: number): boolean => {
    const { h } = placement as Placement;
    let u = 0;
    let v = 0;
    let w = 0;
    const first = start[s] as number;
    const end = start[s + 1] as number;
    for (let k = first; k < end; k++) {
      const c = 3 * (cornerOf[k] as number);
      u += (corners[c] as number) + (cornerImage[3 * k] as number);
      v += (corners[c + 1] as number) + (cornerImage[3 * k + 1] as number);
      w += (corners[c + 2] as number) + (cornerImage[3 * k + 2] as number);
    }
    const n = end - first;
    u = u / n + located.x - x;
    v = v / n + located.y - y;
    w = w / n + located.z - z;
    return squareLength(h, u, v, w) < (core * (inner[s] as number)) ** 2;
  };

  return {
    sites,
    polyhedra,
    corners,
    located,
    begin(next) {
      placement = next;
      for (let k = 0; k < wrap.length; k++) {
        corners[k] = (next.corners[k] as number) - (wrap[k] as number);
      }
    },
    locate(ion) {
      const at = (placement as Placement).ions;
      const x = at[3 * ion] as number;
      const y = at[3 * ion + 1] as number;
      const z = at[3 * ion + 2] as number;
      const k = 4 * ion;
      if (known[ion] === 0) {
        known[ion] = 1;
        before = -1;
        // Any tetrahedron of the image of the cell that holds the ion will do to start from.
        state[k + 1] = Math.floor(x);
        state[k + 2] = Math.floor(y);
        state[k + 3] = Math.floor(z);
      } else {
        before = siteOf[state[k] as number] as number;
      }
      walk.tetrahedron = state[k] as number;
      walk.imageX = state[k + 1] as number;
      walk.imageY = state[k + 2] as number;
      walk.imageZ = state[k + 3] as number;
      if (!walk.to(x, y, z)) {
        located.site = -1;
        located.isCore = false;
        return;
      }
      const t = walk.tetrahedron;
      state[k] = t;
      state[k + 1] = walk.imageX;
      state[k + 2] = walk.imageY;
      state[k + 3] = walk.imageZ;
      const site = siteOf[t] as number;
      located.site = site;
      located.x = walk.imageX + (imageOf[3 * t] as number);
      located.y = walk.imageY + (imageOf[3 * t + 1] as number);
      located.z = walk.imageZ + (imageOf[3 * t + 2] as number);
      located.isCore = core > 0 && site >= 0 && isInCore(site, x, y, z);
    },
    crossing() {
      if (before < 0 || located.site < 0) return undefined;
      let found: FaceCrossing | undefined;
      for (let k = 0; k < walk.crossed; k++) {
        const slot = walk.path[k] as number;
        const from = siteOf[slot >> 2] as number;
        const to = siteOf[tetrahedra.neighbors[slot] as number] as number;
        if (from === to) continue;
        if (from !== before || to !== located.site) return undefined;
        found = { slot, from, to };
      }
      return found;
    },
  };
}

/** |s·H|² */
export function squareLength(h: Float64Array, u: number, v: number, w: number): number {
  const x = u * (h[0] as number) + v * (h[3] as number) + w * (h[6] as number);
  const y = u * (h[1] as number) + v * (h[4] as number) + w * (h[7] as number);
  const z = u * (h[2] as number) + v * (h[5] as number) + w * (h[8] as number);
  return x * x + y * y + z * z;
}

/**
 * Li6PS5Cl argyrodite of B. J. Morgan (Chem. Mater. 33, 2004 (2021), doi:10.1021/acs.chemmater.0c03738): the six
 * kinds of tetrahedra of its anions.
 */

/** One place of each kind of tetrahedron, kind 0 (around P) first, in the cube of F-43m. */
const KINDS: readonly (readonly [number, number, number])[] = [
  [0.5, 0.5, 0.5],
  [0.9, 0.9, 0.6],
  [0.77, 0.585, 0.585],
  [0.25, 0.25, 0.25],
  [0.15, 0.15, 0.15],
  [0, 0.183, 0.183],
];

/** All places of each kind in a 2×2×2 cell, fractional: the 24 rotations and reflections of −43m and the face centrings. */
export function tetrahedronPlaces(): { kind: number; at: [number, number, number] }[] {
  const permutations = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  const signs = [
    [1, 1, 1],
    [1, -1, -1],
    [-1, 1, -1],
    [-1, -1, 1],
  ];
  const centrings = [
    [0, 0, 0],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
  ];
  const found = new Map<string, { kind: number; at: [number, number, number] }>();
  KINDS.forEach((place, kind) => {
    for (const p of permutations) {
      for (const s of signs) {
        for (const c of centrings) {
          for (let cell = 0; cell < 8; cell++) {
            const at = [0, 1, 2].map((k) => {
              const x = (s[k] as number) * (place[p[k] as number] as number) + (c[k] as number);
              return (x - Math.floor(x + 1e-9) + ((cell >> k) & 1)) / 2;
            }) as [number, number, number];
            found.set(`${kind} ${at.map((x) => x.toFixed(4)).join(' ')}`, { kind, at });
          }
        }
      }
    }
  });
  return [...found.values()];
}

/**
 * Kind of each site of a 2×2×2 cell: of the place nearest to its centre, once the places are moved onto the phosphorus atoms.
 * @param sites [n×3] and @param phosphorus [m×3] fractional
 */
export function kindsOf(sites: Float64Array, phosphorus: Float64Array): number[] {
  const places = tetrahedronPlaces();
  const off = (a: ArrayLike<number>, i: number, b: readonly number[]): number[] =>
    [0, 1, 2].map((k) => {
      const d = (a[i + k] as number) - (b[k] as number);
      return d - Math.round(d);
    });
  const nearest = (
    a: ArrayLike<number>,
    i: number,
    among: typeof places,
  ): { place: (typeof places)[number]; d: number[] } => {
    let best = { place: among[0] as (typeof places)[number], d: [9, 9, 9] };
    for (const place of among) {
      const d = off(a, i, place.at);
      if (Math.hypot(...d) < Math.hypot(...best.d)) best = { place, d };
    }
    return best;
  };
  const ofP = places.filter(({ kind }) => kind === 0);
  const shift = [0, 0, 0];
  for (let i = 0; i < phosphorus.length; i += 3) {
    nearest(phosphorus, i, ofP).d.forEach((x, k) => {
      shift[k] = (shift[k] as number) + (3 * x) / phosphorus.length;
    });
  }
  const open = places.filter(({ kind }) => kind !== 0);
  const used = new Set<object>();
  const kinds: number[] = [];
  for (let i = 0; i < sites.length; i += 3) {
    const at = [0, 1, 2].map((k) => (sites[i + k] as number) - (shift[k] as number));
    const { place } = nearest(at, 0, open);
    used.add(place);
    kinds.push(place.kind);
  }
  if (used.size !== open.length) throw new Error(`${used.size} of ${open.length} tetrahedra were found`);
  return kinds;
}

/**
 * Elements: standard atomic weights (IUPAC 2021, abridged to five digits; mass number of the longest-lived isotope
 * where there is no standard weight) and ionic radii for drawing (Shannon, Acta Cryst. A32, 751 (1976),
 * doi:10.1107/S0567739476001551, six-fold coordination, usual oxidation state; 1 Å where none is listed).
 */

export interface Element {
  readonly symbol: string;
  readonly number: number;
  /** u */
  readonly mass: number;
  /** Å; for drawing only. */
  readonly ionicRadius: number;
}

// symbol: [mass in u, ionic radius in Å]
const TABLE: Readonly<Record<string, readonly [number, number]>> = {
  H: [1.008, 1],
  He: [4.0026, 1],
  Li: [6.94, 0.76],
  Be: [9.0122, 0.45],
  B: [10.81, 1],
  C: [12.011, 1],
  N: [14.007, 1],
  O: [15.999, 1.4],
  F: [18.998, 1.33],
  Ne: [20.18, 1],
  Na: [22.99, 1.02],
  Mg: [24.305, 0.72],
  Al: [26.982, 0.535],
  Si: [28.085, 0.4],
  P: [30.974, 0.38],
  S: [32.06, 1.84],
  Cl: [35.45, 1.81],
  Ar: [39.95, 1],
  K: [39.098, 1.38],
  Ca: [40.078, 1],
  Sc: [44.956, 0.745],
  Ti: [47.867, 0.605],
  V: [50.942, 0.64],
  Cr: [51.996, 0.615],
  Mn: [54.938, 0.83],
  Fe: [55.845, 0.645],
  Co: [58.933, 1],
  Ni: [58.693, 1],
  Cu: [63.546, 1],
  Zn: [65.38, 0.74],
  Ga: [69.723, 0.62],
  Ge: [72.63, 0.53],
  As: [74.922, 1],
  Se: [78.971, 1],
  Br: [79.904, 1.96],
  Kr: [83.798, 1],
  Rb: [85.468, 1.52],
  Sr: [87.62, 1.18],
  Y: [88.906, 0.9],
  Zr: [91.224, 0.72],
  Nb: [92.906, 0.64],
  Mo: [95.95, 1],
  Tc: [97, 1],
  Ru: [101.07, 1],
  Rh: [102.91, 1],
  Pd: [106.42, 1],
  Ag: [107.87, 1],
  Cd: [112.41, 0.95],
  In: [114.82, 0.8],
  Sn: [118.71, 0.69],
  Sb: [121.76, 1],
  Te: [127.6, 1],
  I: [126.9, 2.2],
  Xe: [131.29, 1],
  Cs: [132.91, 1.67],
  Ba: [137.33, 1.35],
  La: [138.91, 1.032],
  Ce: [140.12, 1.01],
  Pr: [140.91, 1],
  Nd: [144.24, 0.983],
  Pm: [145, 1],
  Sm: [150.36, 0.958],
  Eu: [151.96, 1],
  Gd: [157.25, 0.938],
  Tb: [158.93, 0.923],
  Dy: [162.5, 0.912],
  Ho: [164.93, 0.901],
  Er: [167.26, 0.89],
  Tm: [168.93, 0.88],
  Yb: [173.05, 0.868],
  Lu: [174.97, 0.861],
  Hf: [178.49, 0.71],
  Ta: [180.95, 0.64],
  W: [183.84, 1],
  Re: [186.21, 1],
  Os: [190.23, 1],
  Ir: [192.22, 1],
  Pt: [195.08, 1],
  Au: [196.97, 1],
  Hg: [200.59, 1],
  Tl: [204.38, 1],
  Pb: [207.2, 1],
  Bi: [208.98, 1],
  Po: [209, 1],
  At: [210, 1],
  Rn: [222, 1],
  Fr: [223, 1],
  Ra: [226, 1],
  Ac: [227, 1],
  Th: [232.04, 1],
  Pa: [231.04, 1],
  U: [238.03, 1],
  Np: [237, 1],
  Pu: [244, 1],
  Am: [243, 1],
  Cm: [247, 1],
  Bk: [247, 1],
  Cf: [251, 1],
  Es: [252, 1],
  Fm: [257, 1],
  Md: [258, 1],
  No: [259, 1],
  Lr: [262, 1],
};

/** All elements by symbol, in order of atomic number. */
export const ELEMENTS: ReadonlyMap<string, Element> = new Map(
  Object.entries(TABLE).map(([symbol, [mass, ionicRadius]], i) => [
    symbol,
    { symbol, number: i + 1, mass, ionicRadius },
  ]),
);

/**
 * The element whose standard weight lies within 0.1 u of a mass, if exactly one does: how a LAMMPS data file without
 * comments names its types.
 */
export function elementOfMass(mass: number): Element | undefined {
  const near = [...ELEMENTS.values()].filter((element) => Math.abs(element.mass - mass) < 0.1);
  return near.length === 1 ? near[0] : undefined;
}

/** The element a label starts with: `Li1`, `Cl1-` and `Y3+` give Li, Cl and Y; undefined when none fits. */
export function elementOfLabel(label: string): Element | undefined {
  const letters = /^[A-Za-z]{1,2}/.exec(label)?.[0] ?? '';
  for (const length of [2, 1]) {
    const candidate = letters.slice(0, length);
    if (candidate.length !== length) continue;
    const symbol = candidate.charAt(0).toUpperCase() + candidate.slice(1).toLowerCase();
    const element = ELEMENTS.get(symbol);
    if (element) return element;
  }
  return undefined;
}

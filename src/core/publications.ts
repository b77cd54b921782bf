/** The literature that methods rest on, named by first author and year: engine and report cite from this one list. */

export interface Publication {
  readonly authors: readonly string[];
  readonly title: string;
  readonly journal: string;
  readonly volume: string;
  readonly pages: string;
  readonly year: number;
  readonly doi: string;
}

export const PUBLICATIONS = {
  swope1982: {
    authors: ['W. C. Swope', 'H. C. Andersen', 'P. H. Berens', 'K. R. Wilson'],
    title:
      'A computer simulation method for the calculation of equilibrium constants for the formation of physical clusters of molecules: Application to small water clusters',
    journal: 'J. Chem. Phys.',
    volume: '76',
    pages: '637–649',
    year: 1982,
    doi: '10.1063/1.442716',
  },
  bussi2007: {
    authors: ['G. Bussi', 'D. Donadio', 'M. Parrinello'],
    title: 'Canonical sampling through velocity rescaling',
    journal: 'J. Chem. Phys.',
    volume: '126',
    pages: '014101',
    year: 2007,
    doi: '10.1063/1.2408420',
  },
  leimkuhler2013: {
    authors: ['B. Leimkuhler', 'C. Matthews'],
    title: 'Rational construction of stochastic numerical methods for molecular sampling',
    journal: 'Appl. Math. Res. Express',
    volume: '2013',
    pages: '34–56',
    year: 2013,
    doi: '10.1093/amrx/abs010',
  },
  martyna1992: {
    authors: ['G. J. Martyna', 'M. L. Klein', 'M. Tuckerman'],
    title: 'Nosé–Hoover chains: The canonical ensemble via continuous dynamics',
    journal: 'J. Chem. Phys.',
    volume: '97',
    pages: '2635–2643',
    year: 1992,
    doi: '10.1063/1.463940',
  },
  martyna1994: {
    authors: ['G. J. Martyna', 'D. J. Tobias', 'M. L. Klein'],
    title: 'Constant pressure molecular dynamics algorithms',
    journal: 'J. Chem. Phys.',
    volume: '101',
    pages: '4177–4189',
    year: 1994,
    doi: '10.1063/1.467468',
  },
  martyna1996: {
    authors: ['G. J. Martyna', 'M. E. Tuckerman', 'D. J. Tobias', 'M. L. Klein'],
    title: 'Explicit reversible integrators for extended systems dynamics',
    journal: 'Mol. Phys.',
    volume: '87',
    pages: '1117–1157',
    year: 1996,
    doi: '10.1080/00268979600100761',
  },
  bernetti2020: {
    authors: ['M. Bernetti', 'G. Bussi'],
    title: 'Pressure control using stochastic cell rescaling',
    journal: 'J. Chem. Phys.',
    volume: '153',
    pages: '114107',
    year: 2020,
    doi: '10.1063/5.0020514',
  },
  delTatto2022: {
    authors: ['V. Del Tatto', 'P. Raiteri', 'M. Bernetti', 'G. Bussi'],
    title:
      'Molecular dynamics of solids at constant pressure and stress using anisotropic stochastic cell rescaling',
    journal: 'Appl. Sci.',
    volume: '12',
    pages: '1139',
    year: 2022,
    doi: '10.3390/app12031139',
  },
  bitzek2006: {
    authors: ['E. Bitzek', 'P. Koskinen', 'F. Gähler', 'M. Moseler', 'P. Gumbsch'],
    title: 'Structural relaxation made simple',
    journal: 'Phys. Rev. Lett.',
    volume: '97',
    pages: '170201',
    year: 2006,
    doi: '10.1103/PhysRevLett.97.170201',
  },
  ewald1921: {
    authors: ['P. P. Ewald'],
    title: 'Die Berechnung optischer und elektrostatischer Gitterpotentiale',
    journal: 'Ann. Phys.',
    volume: '369',
    pages: '253–287',
    year: 1921,
    doi: '10.1002/andp.19213690304',
  },
  fennell2006: {
    authors: ['C. J. Fennell', 'J. D. Gezelter'],
    title:
      'Is the Ewald summation still necessary? Pairwise alternatives to the accepted standard for long-range electrostatics',
    journal: 'J. Chem. Phys.',
    volume: '124',
    pages: '234104',
    year: 2006,
    doi: '10.1063/1.2206581',
  },
  deserno1998: {
    authors: ['M. Deserno', 'C. Holm'],
    title:
      'How to mesh up Ewald sums. I. A theoretical and numerical comparison of various particle mesh routines',
    journal: 'J. Chem. Phys.',
    volume: '109',
    pages: '7678–7693',
    year: 1998,
    doi: '10.1063/1.477414',
  },
  ballenegger2012: {
    authors: ['V. Ballenegger', 'J. J. Cerdà', 'C. Holm'],
    title: 'How to convert SPME to P3M: Influence functions and error estimates',
    journal: 'J. Chem. Theory Comput.',
    volume: '8',
    pages: '936–947',
    year: 2012,
    doi: '10.1021/ct2001792',
  },
  kolafa1992: {
    authors: ['J. Kolafa', 'J. W. Perram'],
    title: 'Cutoff errors in the Ewald summation formulae for point charge systems',
    journal: 'Mol. Simul.',
    volume: '9',
    pages: '351–368',
    year: 1992,
    doi: '10.1080/08927029208049126',
  },
  calandrini2011: {
    authors: ['V. Calandrini', 'E. Pellegrini', 'P. Calligari', 'K. Hinsen', 'G. R. Kneller'],
    title:
      'nMoldyn – Interfacing spectroscopic experiments, molecular dynamics simulations and models for time correlation functions',
    journal: 'Collection SFN',
    volume: '12',
    pages: '201–232',
    year: 2011,
    doi: '10.1051/sfn/201112010',
  },
  mccluskey2025: {
    authors: ['A. R. McCluskey', 'S. W. Coles', 'B. J. Morgan'],
    title: 'Accurate estimation of diffusion coefficients and their uncertainties from computer simulation',
    journal: 'J. Chem. Theory Comput.',
    volume: '21',
    pages: '79–87',
    year: 2025,
    doi: '10.1021/acs.jctc.4c01249',
  },
  flyvbjerg1989: {
    authors: ['H. Flyvbjerg', 'H. G. Petersen'],
    title: 'Error estimates on averages of correlated data',
    journal: 'J. Chem. Phys.',
    volume: '91',
    pages: '461–466',
    year: 1989,
    doi: '10.1063/1.457480',
  },
  hausman1978: {
    authors: ['J. A. Hausman'],
    title: 'Specification tests in econometrics',
    journal: 'Econometrica',
    volume: '46',
    pages: '1251–1271',
    year: 1978,
    doi: '10.2307/1913827',
  },
  he2018: {
    authors: ['X. He', 'Y. Zhu', 'A. Epstein', 'Y. Mo'],
    title: 'Statistical variances of diffusional properties from ab initio molecular dynamics simulations',
    journal: 'npj Comput. Mater.',
    volume: '4',
    pages: '18',
    year: 2018,
    doi: '10.1038/s41524-018-0074-y',
  },
  marcolongo2017: {
    authors: ['A. Marcolongo', 'N. Marzari'],
    title: 'Ionic correlations and failure of Nernst–Einstein relation in solid-state electrolytes',
    journal: 'Phys. Rev. Mater.',
    volume: '1',
    pages: '025402',
    year: 2017,
    doi: '10.1103/PhysRevMaterials.1.025402',
  },
} as const satisfies Readonly<Record<string, Publication>>;

export type PublicationKey = keyof typeof PUBLICATIONS;

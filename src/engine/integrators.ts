/**
 * Integrators are sentences over letters, one file each in shaders/integrate:
 *   B  half kick    A  drift    F  forces    O  Ornstein–Uhlenbeck    V  velocity rescaling    C  centre of mass
 *   M  minimiser's move
 * The substep of B, A and O is the timestep over the number of times the letter stands in the sentence. V and C act
 * every so many steps. Every entry names the quantity it conserves.
 */

export interface IntegratorDefinition {
  readonly sentence: string;
  readonly conserved: string;
  readonly reference: string;
  readonly ensemble: 'nve' | 'nvt';
  /** Steps between two C: the rounding of forces moves the centre of mass slowly, noise moves it at once. */
  readonly centerEvery: number;
}

export const INTEGRATORS = {
  nve: {
    sentence: 'B A F B C',
    conserved: 'kinetic + potential energy',
    reference: 'W. C. Swope et al., J. Chem. Phys. 76, 637 (1982), doi:10.1063/1.442716 (velocity Verlet)',
    ensemble: 'nve',
    centerEvery: 1000,
  },
  csvr: {
    sentence: 'B A F B V C',
    conserved: 'kinetic + potential energy − heat from the bath',
    reference:
      'G. Bussi, D. Donadio & M. Parrinello, J. Chem. Phys. 126, 014101 (2007), doi:10.1063/1.2408420',
    ensemble: 'nvt',
    centerEvery: 1000,
  },
  langevin: {
    sentence: 'B A O A F B C',
    conserved: 'kinetic + potential energy − heat from the bath',
    reference:
      'B. Leimkuhler & C. Matthews, Appl. Math. Res. Express 2013, 34 (2013), doi:10.1093/amrx/abs010 (BAOAB)',
    ensemble: 'nvt',
    centerEvery: 5,
  },
} as const satisfies Readonly<Record<string, IntegratorDefinition>>;

/** Relaxation of the atoms at fixed cell: M, a FIRE move with its decisions, then forces. It conserves nothing. */
export const MINIMIZER = {
  sentence: 'M F',
  reference: 'E. Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006), doi:10.1103/PhysRevLett.97.170201 (FIRE)',
} as const;

export type IntegratorName = keyof typeof INTEGRATORS;

/** What a dynamic stage asks of its integrator. */
export interface IntegratorSettings {
  readonly integrator: IntegratorName;
  /** fs */
  readonly timestep: number;
  /** Relaxation time of the thermostat in fs: τ of V, 1/γ of O. Without a thermostat: none. */
  readonly tau?: number;
}

/** Steps between two V: fine enough that the bath acts smoothly, at most a twentieth of τ. */
export function thermostatEvery({ tau = Number.POSITIVE_INFINITY, timestep }: IntegratorSettings): number {
  if (!Number.isFinite(tau)) return 1;
  return Math.max(1, Math.floor(tau / (20 * timestep)));
}

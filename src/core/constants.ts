/**
 * Physical constants in the project's units (Å, fs, eV, e, K, GPa, u). CODATA 2022 where measured
 * (https://physics.nist.gov/constants); values that follow from the exact SI constants are marked exact.
 * Nothing else in the project types a physical constant.
 */

/** Elementary charge in coulomb: exact (SI 2019). Also the joules of one electronvolt. */
export const ELEMENTARY_CHARGE_C = 1.602176634e-19;

/** Boltzmann constant in eV/K: exact (1.380649e-23 J/K over the elementary charge). */
export const BOLTZMANN_EV_PER_K = 1.380649e-23 / ELEMENTARY_CHARGE_C;

/** Atomic mass constant in kg, CODATA 2022. */
export const ATOMIC_MASS_KG = 1.66053906892e-27;

/**
 * Coulomb constant e²/4πε₀ in eV·Å. CODATA 2022 gives 14.3996454785; the contract fixes the value that
 * LAMMPS `units metal` uses, 3e-8 below it, so that energies can be compared to the last digit.
 */
export const COULOMB_EV_ANGSTROM = 14.399645;

/** One atomic mass unit in eV·fs²/Å², the project's derived mass unit: 103.6427. */
export const MASS_EV_FS2_PER_ANGSTROM2 = (ATOMIC_MASS_KG * 1e10) / ELEMENTARY_CHARGE_C;

/** 1 eV/Å³ in GPa: exact. */
export const GPA_PER_EV_ANGSTROM3 = ELEMENTARY_CHARGE_C * 1e21;

/** 1 e²/(eV·Å·fs) in S/cm: exact. Conductivities leave the analysis in S/cm. */
export const S_PER_CM = ELEMENTARY_CHARGE_C * 1e23;

/** 1 Å²/fs in cm²/s: exact. */
export const CM2_PER_S = 0.1;

/** Avogadro constant in 1/mol: exact. */
export const AVOGADRO = 6.02214076e23;

/** Reduced Planck constant in eV·fs: exact (6.62607015e-34 J·s over 2π and the elementary charge). */
export const HBAR_EV_FS = (6.62607015e-34 / (2 * Math.PI) / ELEMENTARY_CHARGE_C) * 1e15;

/**
 * Tolerances by name, each with what was measured beside it. A tolerance is a claim about f32 kernels on any adapter;
 * measured on SwiftShader unless said otherwise.
 */

/** Pair forms, energy and force against f64, relative to the largest value of the range's neighborhood: see the test. */
export const PAIR_FORM_RELATIVE = 4e-6;

/** rms force error over rms force, real space + Ewald at accuracy 1e-7: measured 2e-6 (f32 positions and sums). */
export const FORCE_RELATIVE = 1e-5;

/**
 * Energy over the sum of the magnitudes of its parts: measured 9e-8 (triclinic NaCl, accuracy 1e-7) to 5.4e-7
 * (Lennard-Jones, where the rounding of the cell to f32 counts twelvefold).
 */
export const ENERGY_RELATIVE = 1e-6;

/** Virial components over the same sum: measured 1e-6 (triclinic NaCl) to 3.3e-6 (Lennard-Jones, virial 12 times the energy). */
export const VIRIAL_RELATIVE = 1e-5;

/** Letters N, E and X in f64: Nosé–Hoover chains, and the extended system of Martyna, Tobias and Klein. */
import { BOLTZMANN_EV_PER_K, GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { multiply } from '../core/vec.ts';
import { volume } from '../model/cell.ts';
import { generalized, kineticTensor, rowStrain, transform } from './cellShape.ts';
import {
  add,
  contraction,
  exponential,
  IDENTITY,
  type Matrix,
  scaled,
  tensor,
  trace,
  transposed,
} from './matrix.ts';
import type { ReferenceBarostat, ReferenceSettings, ReferenceState } from './referenceState.ts';

/** Letter N, for a system whose atoms all move. */
export function noseHoover(state: ReferenceState, { temperature, tau, timestep }: ReferenceSettings): void {
  const kinetic = trace(kineticTensor(state));
  const bath = { degrees: state.velocities.length - 3, kT: BOLTZMANN_EV_PER_K * temperature, tau };
  const scale = advanceChain(state.chain, 2 * kinetic, bath, timestep);
  transform(state.velocities, scaled(IDENTITY, scale));
  state.heat += (scale * scale - 1) * kinetic;
}

/** Letter E. */
export function kickCell(
  state: ReferenceState,
  settings: ReferenceSettings,
  barostat: ReferenceBarostat,
): void {
  const { cell } = state;
  const [h, kT] = [settings.timestep, BOLTZMANN_EV_PER_K * settings.temperature];
  const degrees = state.velocities.length - 3;
  const mass = ((degrees + 3) * kT * barostat.tau ** 2) / 3;
  const virial = tensor(settings.forces(state.positions, cell).virial);
  const pressure = (barostat.pressure / GPA_PER_EV_ANGSTROM3) * volume(cell);
  const push = (): Matrix => {
    const kinetic = kineticTensor(state);
    const share = (2 * trace(kinetic)) / degrees - pressure;
    const internal = generalized(barostat.cell, add(virial, scaled(kinetic, 2)), cell);
    return scaled(add(internal, scaled(IDENTITY, share)), (0.5 * h) / mass);
  };
  const bath = { degrees: { iso: 1, aniso: 3, full: 6 }[barostat.cell], kT, tau: barostat.tau };
  const squares = mass * contraction(state.strainRate, state.strainRate);
  const before = scaled(state.strainRate, advanceChain(state.cellChain, squares, bath, h));
  const middle = add(before, push());
  const rest = state.velocities.slice();
  const scale = (time: number, velocities: Float64Array): void => {
    const bare = transposed(exponential(scaled(rowStrain(barostat.cell, middle, cell), -time)));
    transform(velocities, scaled(bare, Math.exp((-time * trace(middle)) / degrees)));
  };
  scale(h, state.velocities);
  scale(h / 2, rest);
  state.strainRate = add(middle, push());
  const kineticBehind = trace(kineticTensor(state)) - trace(kineticTensor({ ...state, velocities: rest }));
  const extended = kineticBehind - 0.5 * mass * contraction(middle, middle);
  const fromChain = 0.5 * (mass * contraction(before, before) - squares);
  state.heat += fromChain + extended - state.extended;
  state.extended = extended;
}

/** Letter X. */
export function moveCell(
  state: ReferenceState,
  settings: ReferenceSettings,
  barostat: ReferenceBarostat,
): void {
  const { cell } = state;
  const deformation = exponential(
    rowStrain(barostat.cell, scaled(state.strainRate, settings.timestep), cell),
  );
  state.cell = { h: multiply(cell.h, deformation) };
  transform(state.positions, deformation);
  state.heat -= (barostat.pressure / GPA_PER_EV_ANGSTROM3) * (volume(state.cell) - volume(cell));
}

interface ChainBath {
  readonly degrees: number;
  /** eV */
  readonly kT: number;
  /** fs */
  readonly tau: number;
}

/** A chain of three links over a time h (fs); the factor of the velocities. */
function advanceChain(
  v: [number, number, number],
  twiceKinetic: number,
  { degrees, kT, tau }: ChainBath,
  h: number,
): number {
  const mass = kT * tau * tau;
  const masses = [degrees * mass, mass, mass] as const;
  const force = (link: 0 | 1 | 2, twice: number): number =>
    link === 0
      ? (twice - degrees * kT) / masses[0]
      : (masses[link - 1] as number) * (v[link - 1] as number) ** 2 * (1 / masses[link]) - kT / masses[link];
  const kick = (link: 0 | 1 | 2, twice: number): void => {
    const drag = link === 2 ? 1 : Math.exp(-(h / 4) * (v[link + 1] as number));
    v[link] = (v[link] * drag + (h / 2) * force(link, twice)) * drag;
  };
  for (const link of [2, 1, 0] as const) kick(link, twiceKinetic);
  const scale = Math.exp(-h * v[0]);
  for (const link of [0, 1, 2] as const) kick(link, scale * scale * twiceKinetic);
  return scale;
}

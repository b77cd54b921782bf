/**
 * The letters of the integrators in f64 (see src/engine/integrators.ts), with the same random numbers as the shaders,
 * so that a GPU trajectory can be followed step by step.
 */
import { BOLTZMANN_EV_PER_K } from '../core/constants.ts';
import { normals, philox, RANDOM_STREAMS, uniformOpen } from '../core/rng.ts';
import type { Species, System } from '../model/system.ts';
import { rescaleCell } from './barostat.ts';
import { kickCell, moveCell, noseHoover } from './extended.ts';
import { massOf, type ReferenceSettings, type ReferenceState } from './referenceState.ts';

/** Takes `steps` timesteps. */
export function integrate(state: ReferenceState, settings: ReferenceSettings, steps: number): void {
  const letters = settings.sentence.split(' ');
  const share = (letter: string): number =>
    settings.timestep / letters.filter((other) => other === letter).length;
  for (let step = 0; step < steps; step++) {
    for (const letter of letters) {
      if (letter === 'B') kick(state, share('B'), settings);
      else if (letter === 'A') drift(state, share('A'), settings);
      else if (letter === 'F') state.forces = settings.forces(state.positions, state.cell).forces;
      else if (letter === 'O') ornsteinUhlenbeck(state, share('O'), settings);
      else if (letter === 'V' && (step + 1) % settings.thermostatEvery === 0) csvr(state, settings);
      else if (letter === 'N') noseHoover(state, settings);
      else if (letter === 'E' && settings.barostat) kickCell(state, settings, settings.barostat);
      else if (letter === 'X' && settings.barostat) moveCell(state, settings, settings.barostat);
      else if (letter === 'P' && settings.barostat && (step + 1) % settings.barostat.every === 0)
        rescaleCell(state, settings, settings.barostat);
      else if (letter === 'C' && !settings.frozen?.length && (step + 1) % settings.centerEvery === 0)
        center(state);
    }
  }
}

function kick(
  { system, velocities, forces }: ReferenceState,
  h: number,
  { field, frozen = [] }: ReferenceSettings,
): void {
  for (let i = 0; i < velocities.length; i++) {
    const { charge = 0, label } = speciesOf(system, Math.floor(i / 3));
    if (frozen.includes(label)) continue;
    const force = (forces[i] as number) + charge * (field?.[i % 3] ?? 0);
    velocities[i] = (velocities[i] as number) + (h * force) / massOf(system, Math.floor(i / 3));
  }
}

function speciesOf({ species, typeOf }: System, atom: number): Species {
  return species[typeOf[atom] as number] as Species;
}

function drift(state: ReferenceState, h: number, { field }: ReferenceSettings): void {
  const { system, positions, velocities } = state;
  for (let i = 0; i < positions.length; i++) {
    const step = h * (velocities[i] as number);
    positions[i] = (positions[i] as number) + step;
    state.heat += (speciesOf(system, Math.floor(i / 3)).charge ?? 0) * (field?.[i % 3] ?? 0) * step;
  }
}

function ornsteinUhlenbeck(
  state: ReferenceState,
  h: number,
  { tau, temperature, frozen = [] }: ReferenceSettings,
): void {
  const { system, velocities } = state;
  const kept = Math.exp(-h / tau);
  const kT = BOLTZMANN_EV_PER_K * temperature;
  for (let i = 0; i < velocities.length / 3; i++) {
    if (frozen.includes(speciesOf(system, i).label)) continue;
    const mass = massOf(system, i);
    const width = Math.sqrt(((1 - kept * kept) * kT) / mass);
    const noise = normals(state.seed, 'langevin', i, state.noiseDraws);
    for (let k = 0; k < 3; k++) {
      const before = velocities[3 * i + k] as number;
      const after = kept * before + width * (noise[k] as number);
      state.heat += 0.5 * mass * (after * after - before * before);
      velocities[3 * i + k] = after;
    }
  }
  state.noiseDraws++;
}

function csvr(state: ReferenceState, settings: ReferenceSettings): void {
  const { system, velocities } = state;
  let kinetic = 0;
  for (let i = 0; i < velocities.length; i++) {
    kinetic += 0.5 * massOf(system, Math.floor(i / 3)) * (velocities[i] as number) ** 2;
  }
  const { frozen = [] } = settings;
  const moving = [...system.typeOf.keys()].filter((i) => !frozen.includes(speciesOf(system, i).label)).length;
  const degrees = 3 * moving < velocities.length ? 3 * moving : velocities.length - 3;
  const c = Math.exp((-settings.thermostatEvery * settings.timestep) / settings.tau);
  const share = 0.5 * BOLTZMANN_EV_PER_K * settings.temperature * (1 - c);
  const first = normals(state.seed, 'csvr', 0xffffffff, state.csvrDraws++)[0];
  const squares = first * first + 2 * gammaDeviate(state, (degrees - 1) / 2);
  const after = c * kinetic + share * squares + 2 * first * Math.sqrt(c * kinetic * share);
  const scale = Math.sqrt(after / kinetic);
  for (let i = 0; i < velocities.length; i++) velocities[i] = (velocities[i] as number) * scale;
  state.heat += after - kinetic;
}

/** Takes the velocity of the centre of mass from every atom. */
function center(state: ReferenceState): void {
  const { system, velocities } = state;
  let total = 0;
  const momentum = [0, 0, 0];
  for (let i = 0; i < velocities.length; i++) {
    const mass = massOf(system, Math.floor(i / 3));
    total += mass / 3;
    momentum[i % 3] = (momentum[i % 3] as number) + mass * (velocities[i] as number);
  }
  for (let i = 0; i < velocities.length; i++) {
    velocities[i] = (velocities[i] as number) - (momentum[i % 3] as number) / total;
  }
  state.heat -= (0.5 / total) * momentum.reduce((sum, p) => sum + p * p, 0);
}

/** Marsaglia & Tsang 2000, with the draws of shaders/integrate/csvr.wgsl. */
function gammaDeviate(state: ReferenceState, shape: number): number {
  const d = shape - 1 / 3;
  const scale = 1 / Math.sqrt(9 * d);
  for (;;) {
    const z = normals(state.seed, 'csvr', 0xfffffffe, state.csvrDraws)[0];
    const word = philox([state.csvrDraws, 0xfffffffd, 0, 0], [state.seed, RANDOM_STREAMS.csvr])[0];
    state.csvrDraws++;
    const v = (1 + scale * z) ** 3;
    if (v > 0 && Math.log(uniformOpen(word)) < 0.5 * z * z + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Letter P in f64: stochastic cell rescaling as shaders/integrate/cellRescaling.wgsl does it, with the same random numbers. */
import { BOLTZMANN_EV_PER_K, GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { normals } from '../core/rng.ts';
import { multiply } from '../core/vec.ts';
import { volume } from '../model/cell.ts';
import { generalized, kineticTensor, rowStrain, transform, turnBack } from './cellShape.ts';
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

/** Moves the cell, the positions with it, and the velocities against it; forces are new afterwards. */
export function rescaleCell(
  state: ReferenceState,
  settings: ReferenceSettings,
  barostat: ReferenceBarostat,
): void {
  const { cell } = state;
  const v = volume(cell);
  const before = tensor(settings.forces(state.positions, cell).virial);
  const kinetic = kineticTensor(state);
  const interval = barostat.every * settings.timestep;
  const gain = (barostat.compressibility * GPA_PER_EV_ANGSTROM3 * interval) / (3 * barostat.tau);
  const width = Math.sqrt((2 * BOLTZMANN_EV_PER_K * settings.temperature * gain) / v);
  const pressure = barostat.pressure / GPA_PER_EV_ANGSTROM3;
  const internal = add(before, scaled(kinetic, 2));
  const noise = noiseOf(barostat.cell, state.seed, state.barostatDraws++);
  const driving = add(scaled(generalized(barostat.cell, internal, cell), 1 / v), scaled(IDENTITY, -pressure));
  const strain = rowStrain(barostat.cell, add(scaled(driving, gain), scaled(noise, width)), cell);
  const bare = exponential(strain);
  const turn = turnBack(barostat.cell, bare, cell, state.plannedCell);
  const deformation = multiply(bare, turn);
  const momenta = multiply(transposed(exponential(scaled(strain, -1))), turn);
  const kineticBefore = trace(kinetic);
  transform(state.positions, deformation);
  transform(state.velocities, momenta);
  state.cell = { h: multiply(cell.h, deformation) };
  const after = settings.forces(state.positions, state.cell);
  state.forces = after.forces;
  const symmetric = scaled(add(strain, transposed(strain)), 0.5);
  const work = -0.5 * (contraction(before, symmetric) + contraction(tensor(after.virial), symmetric));
  state.heat += work + trace(kineticTensor(state)) - kineticBefore;
}

function noiseOf(cell: ReferenceBarostat['cell'], seed: number, draws: number): Matrix {
  const [x, y, z] = normals(seed, 'barostat', 0xffffffff, draws);
  if (cell === 'iso') return scaled(IDENTITY, x / Math.sqrt(3));
  if (cell === 'aniso') return Float64Array.of(x, 0, 0, 0, y, 0, 0, 0, z);
  const [yz, xz, xy] = normals(seed, 'barostat', 0xfffffffe, draws).map((r) => r * Math.SQRT1_2) as number[];
  return tensor([x, y, z, yz as number, xz as number, xy as number]);
}

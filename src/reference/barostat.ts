/** Letter P in f64: stochastic cell rescaling as shaders/integrate/cellRescaling.wgsl does it, with the same random numbers. */
import { BOLTZMANN_EV_PER_K, GPA_PER_EV_ANGSTROM3 } from '../core/constants.ts';
import { normals } from '../core/rng.ts';
import { inverse, multiply } from '../core/vec.ts';
import { volume } from '../model/cell.ts';
import {
  massOf,
  type ReferenceBarostat,
  type ReferenceSettings,
  type ReferenceState,
} from './referenceState.ts';

type Matrix = Float64Array;

const IDENTITY = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

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
  // Lattice vectors are rows here: r' = r·D, so D is the transpose of the deformation F.
  let strain: Matrix;
  if (barostat.cell === 'aniso') {
    const reciprocal = inverse(cell.h);
    strain = new Float64Array(9);
    for (let a = 0; a < 3; a++) {
      const h = cell.h.subarray(3 * a, 3 * a + 3);
      const frame = outer(
        [0, 1, 2].map((k) => reciprocal[3 * k + a] as number),
        h,
      );
      const x = gain * (contraction(frame, internal) / v - pressure) + width * (noise[4 * a] as number);
      strain = add(strain, scaled(frame, x));
    }
  } else {
    const driving = barostat.cell === 'iso' ? scaled(IDENTITY, trace(internal) / 3) : internal;
    strain = add(
      scaled(add(scaled(driving, 1 / v), scaled(IDENTITY, -pressure)), gain),
      scaled(noise, width),
    );
  }
  let deformation = exponential(strain);
  let momenta = transposed(exponential(scaled(strain, -1)));
  if (barostat.cell === 'full') {
    const total = multiply(inverse(state.plannedCell.h), multiply(cell.h, deformation));
    const back = scaled(add(transposed(total), scaled(total, -1)), 0.5);
    const turn = add(IDENTITY, add(back, scaled(multiply(back, back), 0.5)));
    deformation = multiply(deformation, turn);
    momenta = multiply(momenta, turn);
  }
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

/** ½ Σ m v⊗v, eV */
function kineticTensor({ system, velocities }: ReferenceState): Matrix {
  let out: Matrix = new Float64Array(9);
  for (let n = 0; n < velocities.length; n += 3) {
    const v = velocities.subarray(n, n + 3);
    out = add(out, scaled(outer(v, v), 0.5 * massOf(system, n / 3)));
  }
  return out;
}

function outer(a: ArrayLike<number>, b: ArrayLike<number>): Matrix {
  return Float64Array.from({ length: 9 }, (_, i) => (a[Math.floor(i / 3)] as number) * (b[i % 3] as number));
}

/** Nine numbers of xx yy zz yz xz xy. */
function tensor(t: ArrayLike<number>): Matrix {
  return Float64Array.from([0, 5, 4, 5, 1, 3, 4, 3, 2], (i) => t[i] as number);
}

function exponential(m: Matrix): Matrix {
  let [sum, term] = [Float64Array.from(IDENTITY), Float64Array.from(IDENTITY)];
  for (let n = 1; n < 12; n++) {
    term = Float64Array.from(scaled(multiply(term, m), 1 / n));
    sum = Float64Array.from(add(sum, term));
  }
  return sum;
}

function transform(rows: Float64Array, m: Matrix): void {
  for (let n = 0; n < rows.length; n += 3)
    rows.set(multiply([...rows.subarray(n, n + 3), 0, 0, 0, 0, 0, 0], m).subarray(0, 3), n);
}

function add(a: Matrix, b: Matrix): Matrix {
  return a.map((x, i) => x + (b[i] as number));
}

function scaled(a: Matrix, factor: number): Matrix {
  return a.map((x) => x * factor);
}

function transposed(a: Matrix): Matrix {
  return Float64Array.from([0, 3, 6, 1, 4, 7, 2, 5, 8], (i) => a[i] as number);
}

function trace(a: Matrix): number {
  return (a[0] as number) + (a[4] as number) + (a[8] as number);
}

function contraction(a: Matrix, b: Matrix): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}

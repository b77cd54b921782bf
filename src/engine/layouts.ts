/** Every struct that host and shaders share; each field is declared here and nowhere else. */
import { struct } from '../gpu/struct.ts';

/** One replica of the batch: its cell, its share of every buffer, its temperature and seed. */
export const Replica = struct('Replica', {
  /** Lattice vectors (columns in WGSL) × 2⁻³², Å per fixed-point unit. */
  cell: 'mat3x3f',
  /** Inverse: m·r takes Å to fixed-point units. */
  unitsPerAngstrom: 'mat3x3f',
  /** How far the candidates of the neighbor list reach, over the perpendicular widths. */
  reach: 'vec3f',
  /** kT in eV; what the thermostats aim at. */
  kT: 'f32',
  /** Cells of the neighbor grid along a, b, c. */
  grid: 'vec3u',
  /** Key of every random draw of this replica. */
  seed: 'u32',
  firstAtom: 'u32',
  nAtoms: 'u32',
  /** First block of 64 atoms in block sums. */
  firstBlock: 'u32',
  firstCell: 'u32',
  /** Ewald splitting parameter, 1/Å. */
  alpha: 'f32',
  /** What is left at the cutoff of real-space Coulomb between unit charges, 1/Å: erfc(αr_c)/r_c, or 0 when shifted. */
  coulombAtCutoff: 'f32',
  firstWave: 'u32',
  nWaves: 'u32',
  firstLine: 'u32',
  nLines: 'u32',
  firstWaveBlock: 'u32',
  /** Degrees of freedom of the kinetic energy. */
  degrees: 'f32',
});

/** The cell of a replica as the dynamics move it: part of the state (src/engine/lattices.ts). */
export const Lattice = struct('Lattice', {
  /** Lattice vectors in whole units. */
  a: 'vec3i',
  /** Å, a power of two. */
  unit: 'f32',
  b: 'vec3i',
  /** Random draws taken by the barostat. */
  draws: 'u32',
  c: 'vec3i',
  /** Steps of the ramps of temperature and pressure that are done. */
  rampSteps: 'u32',
  /** Rate of the generalized strain (cellShape.wgsl), 1/fs. */
  strainRate: 'mat3x3f',
  /** Generalized strain of the last move of the cell. */
  strain: 'mat3x3f',
  /** Velocities of the links of the Nosé–Hoover chain of the strain rate, 1/fs. */
  strainChain: 'vec3f',
  /** What of the extended system's energy is booked as heat, eV (barostatKick.wgsl). */
  extended: 'f32',
  /** Of the last move: v ← v + velocityStrain·v. */
  velocityStrain: 'mat3x3f',
});

/** What a barostat or a minimiser of cells needs of a replica, beside its row in the replica table. */
export const CellSums = struct('CellSums', {
  /** Lattice vectors that meshes and waves were planned for, Å. */
  planned: 'mat3x3f',
  /** Partial sums of the long-range virial. */
  firstWaveBlock: 'u32',
  nWaveBlocks: 'u32',
  /** Virial of the neutralising background times the volume, on the diagonal, eV·Å³. */
  backgroundVirial: 'f32',
  /** How far the candidates of the neighbor list reach, Å. */
  listCutoff: 'f32',
});

export const Barostat = struct('Barostat', {
  /** fs between two moves of the cell */
  interval: 'f32',
  /** Relaxation time, fs */
  tau: 'f32',
  /** Isothermal compressibility, Å³/eV */
  compressibility: 'f32',
  /** eV/Å³, at the beginning of the stage and its change per step. */
  pressure: 'f32',
  pressureRate: 'f32',
});

/** The atoms whose lists stand in one buffer: whole replicas, or a part of one. */
const segmentFields = {
  /** First of them, and their number: stride of the list. */
  firstAtom: 'u32',
  nAtoms: 'u32',
  firstReplica: 'u32',
  /** Of each replica: first atom within it, and how many at most. */
  firstOfReplica: 'u32',
  perReplica: 'u32',
} as const;

export const PairLoop = struct('PairLoop', {
  ...segmentFields,
  /** Å */
  cutoff: 'f32',
  nSpecies: 'u32',
});

export const NeighborLoop = struct('NeighborLoop', {
  ...segmentFields,
  nSpecies: 'u32',
  /** Entries that a list can hold. */
  capacity: 'u32',
  /** (cutoff + margin)², Å² */
  candidateCutoff2: 'f32',
  /** (cutoff + skin)², Å² */
  listCutoff2: 'f32',
  /** Squared displacements below this are not worth an atomic, Å². */
  reportedMove2: 'f32',
});

export const EwaldLoop = struct('EwaldLoop', {
  /** Largest Miller index along each axis. */
  orders: 'vec3u',
  nAtoms: 'u32',
  nWaves: 'u32',
  nChunks: 'u32',
  /** Atoms summed by one invocation of the structure-factor kernel. */
  chunk: 'u32',
});

export const Integration = struct('Integration', {
  /** fs */
  timestep: 'f32',
  /** Langevin friction, 1/fs */
  friction: 'f32',
  /** Relaxation time of velocity rescaling, fs */
  tau: 'f32',
  /** fs between two rescalings */
  thermostatInterval: 'f32',
  /** Squared displacements below this are not worth an atomic, Å². */
  reportedDisplacement2: 'f32',
});

export const Minimization = struct('Minimization', {
  /** Convergence: largest force, eV/Å */
  fmax: 'f32',
  /** First timestep, fs */
  timestep: 'f32',
  /** Common mass of all atoms, eV·fs²/Å² */
  mass: 'f32',
  /** Å */
  longestStep: 'f32',
  /** Convergence of a cell that is not fixed: largest deviation of the stress from the pressure, and the pressure, eV/Å³. */
  smax: 'f32',
  pressure: 'f32',
});

/** Atoms, or waves, of one partial sum; the shaders' BLOCK. */
export const BLOCK = 64;
/** Invocations of a workgroup in every per-atom kernel. */
export const WORKGROUP = 64;
/** Words per replica of the status buffer, and what they mean (shaders/lib/status.wgsl). */
export const STATUS = {
  words: 8,
  displacement: 0,
  buildDisplacement: 1,
  candidates: 2,
  force: 3,
  stretch: 4,
  buildStretch: 5,
  cellChange: 6,
  stress: 7,
} as const;

/** The mesh of one replica; all meshes of a group have the same grid. */
export const Mesh = struct('Mesh', {
  /** Its index in the replica table. */
  replica: 'u32',
  /** First block of its energy sums. */
  firstBlock: 'u32',
  /** Fixed-point units per e on the mesh. */
  chargeScale: 'f32',
  /**
   * What the shaders know already: grid, order of the spline, numbers per point that are transformed back (3 or 1). Their loops end at these numbers,
   * for a driver that knows how long a loop is unrolls it: 125 turns of a stencil, nine butterflies times three stages
   * times four transforms (lavapipe took two minutes to compile the kernels of one mesh, now 6 s).
   */
  order: 'u32',
  grid: 'vec3u',
  components: 'u32',
  /** Of analytic differentiation, along a, b, c: see meshSelfForce.ts. */
  selfForce1: 'vec3f',
  selfForce2: 'vec3f',
});

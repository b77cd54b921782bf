/** Letters → kernels. Neighbouring per-atom letters of a sentence become one fused kernel. */

import { BOLTZMANN_EV_PER_K } from '../core/constants.ts';
import { RANDOM_STREAMS } from '../core/rng.ts';
import { type BoundKernel, Kernel } from '../gpu/kernel.ts';
import type { ShaderParts } from '../gpu/shaders.ts';
import { packStructs } from '../gpu/struct.ts';
import { barostatEvery, compileBarostat } from './barostat.ts';
import type { CellFollower } from './cellFollower.ts';
import type { Forces } from './forces.ts';
import { INTEGRATORS, type IntegratorSettings, lettersOf, thermostatEvery } from './integrators.ts';
import { BLOCK, Integration, Lattice, Replica, WORKGROUP } from './layouts.ts';
import type { Passenger } from './longRange.ts';
import type { StateBuffers } from './stateBuffers.ts';

/** Letters that act on one atom at a time: the file and function of each. */
const ATOM_LETTERS: Readonly<Record<string, string>> = {
  A: 'drift',
  B: 'kick',
  O: 'ornsteinUhlenbeck',
};

/** Letters that need a sum over the system first: the kernel that decides on scale and shift. */
const GLOBAL_LETTERS: Readonly<Record<string, string>> = { V: 'csvr', N: 'noseHoover', C: 'center' };

/** The generated constants that shaders/lib/random.wgsl asks for. */
export function randomStreamConstants(): string {
  return Object.entries(RANDOM_STREAMS)
    .map(([name, number]) => `const STREAM_${name.toUpperCase()}: u32 = ${number}u;`)
    .join('\n');
}

/** One timestep, ready to be encoded any number of times. */
export interface EncodedStep {
  /** Encodes the step that takes the system from `step` to `step + 1`; `beforeForces` runs just before letter F. */
  encode(pass: () => GPUComputePassEncoder, step: number, beforeForces: () => void): void;
  destroy(): void;
}

/** What one letter encodes, `beforeForces` before every force evaluation in it. */
export type GlobalAction = (pass: () => GPUComputePassEncoder, beforeForces: () => void) => void;

/** The kernel of the kinetic sums, and its partial sums. */
export interface KineticSums {
  readonly kernel: BoundKernel;
  readonly blocks: GPUBuffer;
}

/** The kinetic sums as a kernel: letters V, P and C and every observation use it. */
export async function createKinetic(state: StateBuffers): Promise<KineticSums> {
  const kernel = await Kernel.create(state.gpu, 'observables/kinetic.wgsl', { structs: [Replica] });
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
  const blocks = state.gpu.createBuffer('kinetic blocks', 48 * state.nBlocks, usage);
  const bound = kernel.bind({
    replicas: state.replicaTable,
    velocities: state.buffer('velocities'),
    kineticBlocks: blocks,
  });
  return { kernel: bound, blocks };
}

/**
 * Compiles the sentence of an integrator.
 * @param skin Å; displacements beyond half of it make a neighbor list invalid
 */
export async function compileSentence(
  state: StateBuffers,
  forces: Pick<Forces, 'encode' | 'encodeEnergies' | 'pair' | 'longRange'>,
  kinetic: KineticSums,
  settings: IntegratorSettings,
  skin: number,
  follower?: CellFollower,
): Promise<EncodedStep> {
  const { gpu } = state;
  const definition = INTEGRATORS[settings.integrator];
  // Where atoms stand still the momentum of the others is not conserved, and not taken away.
  const letters = lettersOf(settings).filter((letter) => letter !== 'C' || state.frozen.length === 0);
  const field = fieldOf(state, settings.field);
  const every = thermostatEvery(settings);
  const uniform = gpu.createBuffer(
    'integration',
    Integration.stride,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  gpu.write(
    uniform,
    packStructs(Integration, [
      {
        timestep: settings.timestep,
        friction: settings.tau === undefined ? 0 : 1 / settings.tau,
        tau: settings.tau ?? 0,
        thermostatInterval: every * settings.timestep,
        reportedDisplacement2: (0.25 * skin) ** 2,
      },
    ]),
  );
  const atoms = Math.ceil(state.largest / WORKGROUP);
  const blocks = Math.ceil(state.largest / BLOCK / WORKGROUP);
  const nReplicas = state.replicas.length;
  const parts = {
    structs: [Replica, Integration, Lattice],
    slots: { randomStreams: randomStreamConstants(), field: field.text },
  };
  const rescale = (await Kernel.create(gpu, 'integrate/rescaleVelocity.wgsl', parts)).bind({
    replicas: state.replicaTable,
    motions: state.buffer('motions'),
    velocities: state.buffer('velocities'),
  });
  const global = async (letter: string): Promise<(pass: GPUComputePassEncoder) => void> => {
    const name = GLOBAL_LETTERS[letter] as string;
    const decide = (await Kernel.create(gpu, `integrate/${name}.wgsl`, parts)).bind({
      replicas: state.replicaTable,
      kineticBlocks: kinetic.blocks,
      motions: state.buffer('motions'),
      ...(letter !== 'C' && { integration: uniform }),
    });
    return (pass) => {
      kinetic.kernel.dispatch(pass, blocks, nReplicas);
      decide.dispatch(pass, nReplicas);
      rescale.dispatch(pass, atoms, nReplicas);
    };
  };
  const { barostat } = settings;
  const ramp = settings.ramp && (await compileRamp(state, settings.ramp, parts));
  const compiled =
    barostat &&
    (await compileBarostat(state, forces, follower as CellFollower, kinetic, barostat, {
      timestep: settings.timestep,
      steps: settings.ramp?.steps ?? 1,
      slots: parts.slots,
    }));
  const actions: ((pass: () => GPUComputePassEncoder, step: number, beforeForces: () => void) => void)[] = [];
  const spoken = phrases(letters);
  const lastMove = spoken.slice(0, spoken.indexOf('F')).findLastIndex((phrase) => phrase.includes('A'));
  for (const [index, phrase] of spoken.entries()) {
    if (phrase === 'F') {
      actions.push((pass, _step, beforeForces) => {
        beforeForces();
        forces.encode(pass(), true);
      });
    } else if (phrase === 'R' && ramp) {
      actions.push((pass) => ramp.kernel.dispatch(pass(), nReplicas));
    } else if (barostat && compiled && phrase in compiled.actions) {
      const period = barostatEvery(barostat, settings.timestep);
      const act = compiled.actions[phrase] as GlobalAction;
      actions.push((pass, step, beforeForces) => {
        if ((step + 1) % period === 0) act(pass, beforeForces);
      });
    } else if (phrase in GLOBAL_LETTERS) {
      const period = { V: every, N: 1 }[phrase] ?? definition.centerEvery;
      const act = await global(phrase);
      actions.push((pass, step) => {
        if ((step + 1) % period === 0) act(pass());
      });
    } else {
      const inStep = index === lastMove ? forces.longRange?.inStep : undefined;
      const buffers = { integration: uniform, ...field.buffers };
      const bound = await fuse(state, phrase, letters, buffers, parts, inStep);
      actions.push((pass) => bound.dispatch(pass(), atoms, nReplicas));
    }
  }
  return {
    encode(pass, step, beforeForces) {
      for (const action of actions) action(pass, step, beforeForces);
    },
    destroy() {
      gpu.destroyBuffer(uniform);
      if (ramp) gpu.destroyBuffer(ramp.ramps);
      for (const buffer of Object.values(field.buffers)) gpu.destroyBuffer(buffer);
      compiled?.destroy();
    },
  };
}

/** What integrate/step.wgsl is told of a uniform field: the force on an ion of each species. */
function fieldOf(
  { gpu, replicas }: StateBuffers,
  field: IntegratorSettings['field'],
): { readonly text: string; readonly buffers: Readonly<Record<string, GPUBuffer>> } {
  if (!field) {
    const none = 'fn fieldForce(species: i32) -> vec3f { return vec3f(0.0); }';
    return { text: `const HAS_FIELD = false;\n${none}`, buffers: {} };
  }
  const species = replicas[0]?.system.species ?? [];
  const fieldForces = gpu.createBuffer(
    'field forces',
    16 * species.length,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  const rows = species.flatMap(({ charge = 0 }) => [...field.map((volts) => charge * volts), 0]);
  gpu.write(fieldForces, Float32Array.from(rows));
  const text = [
    'const HAS_FIELD = true;',
    `@group(1) @binding(0) var<uniform> fieldForces: array<vec4f, ${species.length}>;`,
    'fn fieldForce(species: i32) -> vec3f { return fieldForces[species].xyz; }',
  ].join('\n');
  return { text, buffers: { fieldForces } };
}

async function compileRamp(
  state: StateBuffers,
  { steps, temperature }: NonNullable<IntegratorSettings['ramp']>,
  parts: ShaderParts,
): Promise<{ readonly kernel: BoundKernel; readonly ramps: GPUBuffer }> {
  const { gpu, temperatures } = state;
  const { STORAGE, COPY_DST } = GPUBufferUsage;
  const ramps = gpu.createBuffer('ramps', 8 * temperatures.length, STORAGE | COPY_DST);
  const rows = temperatures.flatMap((first) => [first, ((temperature ?? first) - first) / steps]);
  gpu.write(
    ramps,
    Float32Array.from(rows, (kelvin) => BOLTZMANN_EV_PER_K * kelvin),
  );
  const kernel = (await Kernel.create(gpu, 'integrate/ramp.wgsl', parts)).bind({
    ...{ replicas: state.replicaTable, lattices: state.buffer('lattices'), ramps },
  });
  return { kernel, ramps };
}

/** Runs of per-atom letters, and the others by themselves, in order: "B A F B C" → "BA", "F", "B", "C". */
export function phrases(letters: readonly string[]): string[] {
  const out: string[] = [];
  let run = '';
  for (const letter of letters) {
    if (letter in ATOM_LETTERS) {
      run += letter;
      continue;
    }
    if (run) out.push(run);
    run = '';
    out.push(letter);
  }
  if (run) out.push(run);
  return out;
}

async function fuse(
  state: StateBuffers,
  phrase: string,
  letters: readonly string[],
  uniforms: Readonly<Record<string, GPUBuffer>>,
  parts: ShaderParts,
  inStep: Passenger | undefined,
): Promise<BoundKernel> {
  const used = [...new Set(phrase)].map((letter) => ATOM_LETTERS[letter] as string);
  const sentence = [...phrase].map((letter) => {
    const share = letters.filter((other) => other === letter).length;
    return `${ATOM_LETTERS[letter]}(&atom, replica, integration.timestep * ${(1 / share).toFixed(9)});`;
  });
  const kernel = await Kernel.create(state.gpu, 'integrate/step.wgsl', {
    ...parts,
    structs: [...(parts.structs ?? []), ...(inStep?.structs ?? [])],
    slots: {
      ...parts.slots,
      moved: inStep?.text ?? 'fn moved(atom: u32, position: vec3<i32>) {}',
      letters: used.map((name) => `#include "integrate/${name}.wgsl"`).join('\n'),
      sentence: sentence.join('\n'),
    },
  });
  return kernel.bind({
    replicas: state.replicaTable,
    ...uniforms,
    positions: state.buffer('positions'),
    images: state.buffer('images'),
    velocities: state.buffer('velocities'),
    forces: state.buffer('forces'),
    anchors: state.anchors,
    heats: state.buffer('heats'),
    status: state.status,
    ...inStep?.buffers,
  });
}

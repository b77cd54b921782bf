/** Checkpoints for the fuzzer: a small whole one, and forged ones whose hash fits. */
import { createHash } from 'node:crypto';
import type { StateWords } from '../../src/engine/stateBuffers.ts';
import { type Checkpoint, encodeCheckpoint } from '../../src/run/checkpoint.ts';
import type { ByteMutator } from './byteMutators.ts';
import { Broken } from './invariants.ts';
import { treeToJson } from './treeMutators.ts';

export async function seedCheckpoint(): Promise<Uint8Array> {
  const words = (n: number): Uint32Array<ArrayBuffer> => Uint32Array.from({ length: n }, (_, i) => i * 7919);
  return encodeCheckpoint({
    identity: { specSha256: 'a'.repeat(64), potentialSha256: 'b'.repeat(64), systemSha256: 'c'.repeat(64) },
    adapter: { kind: 'gpu', name: 'adapter', vendor: 'vendor', architecture: '', driver: 'driver' },
    tuning: { coulomb: 'pppm', pair: { lanes: 4, workgroup: 64 } },
    point: {
      stage: 1,
      velocitiesReady: true,
      warnings: ['a warning'],
      wallVisits: [{ replica: 0, labels: ['Li', 'Cl'], radius: 1.1, visits: 3, firstSteps: [0, 100] }],
      plannedCells: [[20, 0, 0, 1, 20, 0, 0, 2, 20]],
      bath: { stage: 1, temperature: 600, step: 4000 },
      fileBytes: { 'thermo.csv': 120, 'trajectory.extxyz': 4000 },
    },
    state: {
      step: 5000,
      origin: { step: 0, time: 0, timestep: 1 },
      words: {
        positions: words(24),
        images: words(24),
        velocities: words(24),
        heats: words(2),
        motions: words(12),
        lattices: words(64),
      } as StateWords,
    },
  });
}

/** Changes the header and makes the hash fit: what no accident does, but a person can. */
export const forged: ByteMutator = (bytes, draw) => {
  const body = Buffer.from(bytes).subarray(bytes.indexOf(10) + 1);
  const end = body.indexOf(10);
  const header = treeToJson(body.subarray(0, end).toString('utf8'), draw).replaceAll('\n', ' ');
  const payload = body.subarray(end + 1, draw.chance(0.8) ? undefined : draw.below(body.length));
  const changed = Buffer.concat([Buffer.from(`${header}\n`), payload]);
  const hash = createHash('sha256').update(changed).digest('hex');
  return Uint8Array.from(Buffer.concat([Buffer.from(`halide-md checkpoint ${hash}\n`), changed]));
};

export function checkCheckpoint({ identity, tuning, point, state }: Checkpoint): void {
  const demand = (holds: boolean, what: string): void => {
    if (!holds) throw new Broken(`the checkpoint's ${what}`);
  };
  const isCount = (x: unknown): boolean => Number.isSafeInteger(x) && (x as number) >= 0;
  demand(typeof identity?.specSha256 === 'string', 'identity');
  demand(typeof tuning === 'object' && tuning !== null, 'tuning');
  demand(isCount(point?.stage) && typeof point.velocitiesReady === 'boolean', 'point');
  demand(Array.isArray(point.warnings) && point.warnings.every((one) => typeof one === 'string'), 'warnings');
  demand(Array.isArray(point.wallVisits), 'visits of walls');
  for (const [name, bytes] of Object.entries(point.fileBytes)) {
    demand(isCount(bytes) && !/[\\/\p{Cc}]/u.test(name) && name !== '..' && name !== '', `file ${name}`);
  }
  demand(isCount(state.step) && isCount(state.origin?.step), 'step');
  demand(Number.isFinite(state.origin.time) && Number.isFinite(state.origin.timestep), 'time');
  demand(
    Object.values(state.words).every((words) => words instanceof Uint32Array),
    'words',
  );
}

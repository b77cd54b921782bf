/**
 * A run that is killed (SIGKILL, at random moments) again and again, and resumed each time, ends with the files of one that was
 * left alone. Five minutes without a GPU.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RandomSequence } from '../../src/core/rng.ts';

const KILLS = Number(process.env['HALIDE_KILLS'] ?? 50);
/** A process lives at most so much longer than it needs to take up the run, ms. */
const LONGEST_LIFE = 3000;

const root = join(import.meta.dirname, '..', '..');
const program = join(root, 'dist/cli/halide-md.js');
const work = mkdtempSync(join(tmpdir(), 'halide-kills-'));
const random = new RandomSequence(Number(process.env['HALIDE_SEED'] ?? 1));

beforeAll(() => {
  writeFileSync(
    join(work, 'spec.json'),
    JSON.stringify({
      title: 'killed',
      structure: join(root, 'tests/golden/lammps/03_nacl_rattled_216/system.data'),
      potential: 'nacl-fumi-tosi-1964',
      cutoff: 8,
      method: 'pppm',
      stages: [
        { name: 'warm', do: 'nvt', thermostat: 'langevin', temperature: 600, duration: 400, timestep: 1.7 },
        {
          name: 'press',
          do: 'npt',
          cell: 'full',
          temperature: 600,
          duration: 1000,
          timestep: 1.7,
          tauP: 300,
        },
        { name: 'produce', do: 'nvt', temperature: 600, duration: 5000, timestep: 1.7, production: true },
      ],
      record: { trajectory: { every: 7 }, series: { every: 5 }, checkpoint: { every: 30 } },
    }),
  );
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Calls the program and kills it, with whatever it has started, after so many ms. */
function call(
  args: readonly string[],
  life = Number.POSITIVE_INFINITY,
): Promise<{ status: number | null; stderr: string }> {
  return new Promise((resolve) => {
    // A group of its own: the program may do its work in a child.
    const child = spawn(process.execPath, [program, ...args], {
      cwd: work,
      env: { ...process.env, INIT_CWD: work },
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (text) => {
      stderr += text;
    });
    const timer =
      life < Number.POSITIVE_INFINITY
        ? setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), life)
        : undefined;
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, stderr });
    });
  });
}

/** What a process says of itself, of its clock, or of what it alone has seen. */
const own = /^(log\.txt|provenance\.json|precision\.json|report\.html|checkpoint\..*|plots|inputs)$/;
const files = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(join(work, folder))
      .filter((name) => !own.test(name))
      .sort()
      .map((name) => [name, readFileSync(join(work, folder, name), 'utf8')]),
  );

it(`survives ${KILLS} kills`, async () => {
  const began = performance.now();
  const { status, stderr } = await call(['run', 'spec.json', '--out', 'whole']);
  expect(status, stderr).toBe(0);
  // Until the first step, about: the life of a process is drawn beyond it.
  const start = Math.min(4000, 0.25 * (performance.now() - began));
  const whole = files('whole');

  let [kills, resumed, runs] = [0, 0, 0];
  while (kills < KILLS) {
    const folder = `killed-${runs++}`;
    for (;;) {
      const begun =
        existsSync(join(work, folder, 'checkpoint.bin')) ||
        existsSync(join(work, folder, 'checkpoint.previous.bin'));
      // Killed before its first checkpoint a run has to begin again.
      if (!begun) rmSync(join(work, folder), { recursive: true, force: true });
      const args = begun ? ['run', '--resume', folder] : ['run', 'spec.json', '--out', folder];
      const life = kills < KILLS ? start + LONGEST_LIFE * random.uniform() : Number.POSITIVE_INFINITY;
      const end = await call(args, life);
      if (begun) resumed++;
      // Or killed when all was written.
      if (end.status === 0 || /this run is complete/.test(end.stderr)) break;
      expect(end.status, end.stderr).toBe(null);
      kills++;
    }
    const found = files(folder);
    expect(Object.keys(found)).toEqual(Object.keys(whole));
    for (const name of Object.keys(whole)) expect(found[name] === whole[name], name).toBe(true);
    const frames = found['trajectory.extxyz']?.match(/step=\d+/g) ?? [];
    expect(new Set(frames).size).toBe(frames.length);
    console.log(
      `${kills} kills, ${resumed} resumptions, ${runs} run(s) complete: the files of the run left alone`,
    );
  }
});

// Makes the equilibrated frame that the quickstart starts from: `npm run examples` (about five minutes on two cores).
// Lithium disorders only after several picoseconds, so the frame ships with the example; this is where it comes from.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const structures = join('public', 'examples', 'structures');
const work = mkdtempSync(join(tmpdir(), 'halide-examples-'));

/** Mean cell of an NPT run of this potential at 600 K (LAMMPS, 480 ions, 8 ps, all six components free): Å, degrees. */
const cell = {
  length_a: 11.48655,
  length_b: 11.43644,
  length_c: 6.188037,
  angle_alpha: 90.07495,
  angle_beta: 89.78428,
  angle_gamma: 120.2011,
};

let cif = readFileSync(join(structures, 'Li3YCl6_ordered_DFT.cif'), 'utf8');
for (const [name, value] of Object.entries(cell)) {
  cif = cif.replace(new RegExp(`_cell_${name} .*`), `_cell_${name} ${value}`);
}
writeFileSync(join(work, 'li3ycl6.cif'), cif);
writeFileSync(
  join(work, 'spec.json'),
  JSON.stringify({
    title: 'Li3YCl6, 480 ions, equilibrated at 600 K',
    structure: 'li3ycl6.cif',
    supercell: [2, 2, 4],
    potential: 'chlorides-rigid-ion-2026',
    cutoff: 9.5,
    seed: 20261122,
    stages: [
      { name: 'relax', do: 'minimize', fmax: 0.05 },
      // Above the ordering transition lithium forgets where it sat; then down to the temperature of the example.
      { name: 'disorder', do: 'nvt', temperature: 800, duration: 6000, timestep: 2 },
      { name: 'equilibrate', do: 'nvt', temperature: 600, duration: 14000, timestep: 2 },
    ],
    record: { trajectory: { every: 50 } },
  }),
);
try {
  const out = join(work, 'run');
  execFileSync(
    process.execPath,
    ['dist/cli/halide-md.js', 'run', join(work, 'spec.json'), '--tune', 'off', '--out', out],
    {
      stdio: ['ignore', 2, 2],
    },
  );
  const frame = readFileSync(join(out, 'final.extxyz'), 'utf8')
    // Five decimals of an ångström and eight of a velocity are far below thermal motion.
    .replace(/title="[^"]*"/, 'title="Li3YCl6, 480 ions, equilibrated at 600 K"')
    .split('\n')
    .map((line, i) => (i < 2 ? line : shortened(line)))
    .join('\n');
  writeFileSync(join(work, 'frame.extxyz'), frame);
  cpSync(join(work, 'frame.extxyz'), join(structures, 'li3ycl6-600K.extxyz'));
} finally {
  rmSync(work, { recursive: true, force: true });
}

function shortened(line) {
  const [label, ...numbers] = line.trim().split(/\s+/);
  if (numbers.length !== 6) return line;
  return [label, ...numbers.map((x, k) => Number(x).toFixed(k < 3 ? 5 : 8))].join(' ');
}

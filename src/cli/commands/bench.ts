/** `bench`: steps per second over sizes, methods and replicas, beside another engine where that is wanted. */
import { InputError } from '../../core/errors.ts';
import { ACCURACY, CUTOFF, cellsOf, methodOf, POTENTIAL, TIMESTEP } from '../bench/crystal.ts';
import { type BenchRow, measureRow, REPEATS } from '../bench/measure.ts';
import { RIVALS, type RivalName } from '../bench/rival.ts';
import { benchPlot, HEADER, linesOf } from '../bench/show.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { parseOptions } from '../options.ts';
import { userPath } from '../paths.ts';
import { adapterChoice, withGpu } from '../respawn.ts';

export const bench: Command = {
  help: `halide-md bench [options]
  --sizes 512,4096,13824   ions: 8 n³, rounded to the nearest cube of rock salt cells; 256k and 1M are understood
  --methods ewald,pppm     long-range electrostatics, also pppm:7 or pppm:5:ad (order, differentiation); none: no charges
  --replicas 1,64          copies of each cell in one batch; default 1
  --seconds 3              of each of ${REPEATS} measurements
  --phases                 time of each part of a step by itself
  --against lammps         native LAMMPS beside it, by turns, with PPPM at the same accuracy and cutoff, one rank per core
  --against lammps.js      the same with LAMMPS as WebAssembly, where that npm package is installed
  --json FILE|-            the figures as JSON
  --plot FILE.svg          cost against size`,
  async run(args) {
    const options = parseOptions('bench', args, {
      sizes: { type: 'string' },
      methods: { type: 'string' },
      replicas: { type: 'string' },
      seconds: { type: 'string' },
      phases: { type: 'boolean' },
      against: { type: 'string' },
      json: { type: 'string' },
      plot: { type: 'string' },
    });
    const sizes = (options.text('sizes') ?? '512,4096,13824').split(',').map((text) => cellsOf(text));
    const methods = (options.text('methods') ?? 'ewald,pppm').split(',').map(methodOf);
    const replicaCounts = (options.text('replicas') ?? '1').split(',').map(countOf);
    const against = rivalNamed(options.text('against'));
    const [json, plot] = [options.text('json'), options.text('plot')];
    const seconds = options.number('seconds') ?? 3;
    return withGpu(adapterChoice(options.text('adapter')), async (gpu) => {
      const rows: BenchRow[] = [];
      const say = (text: string): void => {
        (json === '-' ? process.stderr : process.stdout).write(`${text}\n`);
      };
      say(
        `LiCl, ${POTENTIAL}, cutoff ${CUTOFF} Å, accuracy ${ACCURACY}, nve ${TIMESTEP} fs, ${gpu.adapter.name}`,
      );
      say(HEADER);
      // Single cells first: many replicas are held against them.
      for (const replicas of replicaCounts.toSorted((a, b) => a - b)) {
        for (const n of sizes) {
          for (const method of methods) {
            const withPhases = options.flag('phases');
            const row = await measureRow(gpu, {
              ...{ n, method, replicas, seconds, withPhases },
              // The other engine runs one cell at a time.
              against: replicas === 1 ? against : undefined,
            });
            rows.push(row);
            for (const line of linesOf(row, rows)) say(line);
          }
        }
      }
      const figures = { adapter: gpu.adapter, cutoff: CUTOFF, accuracy: ACCURACY, rows };
      const text = `${JSON.stringify(figures, null, 2)}\n`;
      if (json === '-') process.stdout.write(text);
      else if (json !== undefined) await writeWhole(userPath(json), text);
      if (plot !== undefined) await writeWhole(userPath(plot), benchPlot(rows, gpu.adapter.name));
      return 0;
    });
  },
};

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) {
    throw new InputError(`--replicas ${text}: expected whole numbers from 1 up, such as 1,64`);
  }
  return count;
}

function rivalNamed(name: string | undefined): RivalName | undefined {
  if (name === undefined) return undefined;
  const known = RIVALS.find((one) => one === name);
  if (!known) throw new InputError(`--against ${name}: expected ${RIVALS.join(' or ')}`);
  return known;
}

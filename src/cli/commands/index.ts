/** The verbs of the command line, in the order of the help. */
import type { Command } from '../command.ts';
import { analyze } from './analyze.ts';
import { bench } from './bench.ts';
import { build } from './build.ts';
import { bvse } from './bvse.ts';
import { check } from './check.ts';
import { convert } from './convert.ts';
import { energy } from './energy.ts';
import { info } from './info.ts';
import { inspect } from './inspect.ts';
import { list } from './list.ts';
import { run } from './run.ts';

export const VERBS: Readonly<Record<string, Command>> = {
  run,
  energy,
  analyze,
  build,
  check,
  convert,
  inspect,
  bvse,
  bench,
  list,
  info,
};

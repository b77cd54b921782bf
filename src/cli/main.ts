#!/usr/bin/env node
/** The command line: finds the verb, prints what went wrong in one sentence, sets the exit code. */
import { exitCodeOf, InputError, suggestion } from '../core/errors.ts';
import { VERBS } from './commands/index.ts';
import { USAGE } from './usage.ts';

async function main(args: readonly string[]): Promise<number> {
  const [verb, ...rest] = args;
  if (verb === undefined || verb === '--help' || verb === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return verb === undefined ? 2 : 0;
  }
  const command = VERBS[verb];
  if (!command) throw new InputError(`there is no verb "${verb}"${suggestion(verb, Object.keys(VERBS))}`);
  if (rest.includes('--help')) {
    process.stdout.write(`${command.help}\n`);
    return 0;
  }
  return command.run(rest);
}

main(process.argv.slice(2)).then(
  // Dawn keeps the process alive as long as its instance lives, which is for ever: hence the explicit end.
  (code) => end(code),
  (error: unknown) => {
    const debug = process.argv.includes('--debug') || exitCodeOf(error) === 1;
    const text = debug && error instanceof Error ? (error.stack ?? error.message) : (error as Error).message;
    process.stderr.write(`halide-md: ${text}\n`);
    end(exitCodeOf(error));
  },
);

/** Exits once what was written has left: pipes on some systems are written asynchronously. */
function end(code: number): void {
  process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
}

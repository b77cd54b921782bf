/** Keeps a child process that reads, starts another when it dies, and says what it died of. */
import { type ChildProcess, fork } from 'node:child_process';
import { type Answer, HEAP_MIB, LIMITS, type Request } from './child.ts';

export class ReadingProcess {
  private readonly program: string;
  private child: ChildProcess | undefined;
  private words = '';

  /** @param program the script that serves as a child when it is called with "child" */
  constructor(program: string) {
    this.program = program;
  }

  ask(request: Request): Promise<Answer> {
    this.child ??= this.start();
    const { child } = this;
    return new Promise((resolve) => {
      const done = (answer: Answer): void => {
        child.removeAllListeners('message').removeAllListeners('close');
        resolve(answer);
      };
      child.once('message', (answer: Answer) => done(answer));
      child.once('close', (code, signal) => {
        this.child = undefined;
        done(deathOf(this.words, code, signal));
      });
      child.send(request);
    });
  }

  stop(): void {
    this.child?.removeAllListeners('close').kill();
    this.child = undefined;
  }

  private start(): ChildProcess {
    this.words = '';
    const child = fork(this.program, ['child'], {
      execArgv: [`--max-old-space-size=${HEAP_MIB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (text: Buffer) => {
      this.words = (this.words + text.toString()).slice(-4000);
    });
    return child;
  }
}

function deathOf(words: string, code: number | null, signal: string | null): Answer {
  const last = /watchdog: .*/.exec(words)?.[0] ?? /FATAL ERROR.*|\w*Error: .*/.exec(words)?.[0];
  const message = `the process died (${signal ?? code}): ${last ?? words.slice(-200)}`;
  const isSlow = last?.includes('longer than') === true;
  return {
    verdict: { outcome: 'failed', message },
    milliseconds: isSlow ? LIMITS.milliseconds : 0,
    peak: isSlow ? 0 : LIMITS.bytes,
    before: 0,
  };
}

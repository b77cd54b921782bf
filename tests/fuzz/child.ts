/** The process that reads: one request, one answer. It may hang or die; its parent knows what it was asked. */
import { inputOf, judge, type Verdict } from './judge.ts';
import type { ReaderName } from './readers.ts';
import { watchdog } from './watchdog.ts';

/** Stated limits: time of one input, and resident memory with a bare process of a tenth of it. */
export const LIMITS = { milliseconds: 10_000, bytes: 1.5 * 2 ** 30 } as const;
/** What V8 may have of it. */
export const HEAP_MIB = 1024;

/** An input by its index, or as it is (base64). */
export type Request = { readonly reader: ReaderName } & (
  | { readonly seed: number; readonly index: number }
  | { readonly input: string }
);

export interface Answer {
  readonly verdict: Verdict;
  readonly milliseconds: number;
  /** Largest resident size while it was read, and the size before, bytes. */
  readonly peak: number;
  readonly before: number;
}

export function serve(): void {
  const watch = watchdog(LIMITS);
  process.on('message', async (request: Request) => {
    const { reader } = request;
    const bytes =
      'input' in request
        ? Uint8Array.from(Buffer.from(request.input, 'base64'))
        : await inputOf(reader, request.seed, request.index);
    const before = process.memoryUsage.rss();
    watch.begin(reader);
    const verdict = await judge(reader, bytes);
    process.send?.({ verdict, before, ...watch.end() } satisfies Answer);
  });
}

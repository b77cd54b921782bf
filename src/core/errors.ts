/**
 * The three ways a run can fail, each with the exit code that scripts rely on. A message is one clear sentence:
 * what was wrong, where, and what was expected. Anything else that is thrown is a bug (exit code 1).
 */
import { printable } from './printable.ts';

/** Where in a file a mistake stands. Lines count from 1. */
export interface SourceLocation {
  readonly file: string;
  readonly line?: number;
}

/** The user's input is wrong: a file, a field, an option. Exit code 2. Names out of files are made fit for a terminal. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly exitCode = 2;
  readonly location: SourceLocation | undefined;
  constructor(message: string, location?: SourceLocation) {
    super(printable(location ? `${formatLocation(location)}: ${message}` : message));
    this.location = location;
  }
}

/** The adapter, a shader or the device failed. Exit code 3. */
export class GpuError extends Error {
  override readonly name = 'GpuError';
  readonly exitCode = 3;
}

/** The numbers left physics: NaN, overlap, runaway temperature. Exit code 4. */
export class PhysicsError extends Error {
  override readonly name = 'PhysicsError';
  readonly exitCode = 4;
}

/** `file:line`, the form editors understand. */
export function formatLocation({ file, line }: SourceLocation): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** Exit code of anything thrown: 1 for what the project did not foresee. */
export function exitCodeOf(error: unknown): number {
  return error instanceof InputError || error instanceof GpuError || error instanceof PhysicsError
    ? error.exitCode
    : 1;
}

/** The known name closest to a misspelt one (edit distance at most a third of its length), if any. */
export function nearestName(found: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(found.length / 3)) + 1;
  for (const name of known) {
    // At least so many edits, without going through what may be a megabyte.
    if (Math.abs(name.length - found.length) >= bestDistance) continue;
    const distance = editDistance(found.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?` or, when nothing is near, the list of what is known. */
export function suggestion(found: string, known: Iterable<string>): string {
  const names = [...known];
  const near = nearestName(found, names);
  return near ? `; did you mean "${near}"?` : `; known: ${names.join(', ')}`;
}

/** Levenshtein distance with transposed neighbours counted as one edit (Damerau), O(n·m). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [i];
    for (let j = 1; j <= b.length; j++) {
      if (i === 0) {
        row.push(j);
        continue;
      }
      const above = rows[i - 1] as number[];
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let distance = Math.min(
        (above[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (above[j - 1] as number) + cost,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, ((rows[i - 2] as number[])[j - 2] as number) + 1);
      }
      row.push(distance);
    }
    rows.push(row);
  }
  return (rows[a.length] as number[])[b.length] as number;
}

/** Delta debugging: the smallest input, by lines and then by characters, that still fails in the same way. */

/** Trials in all: an input that hangs costs ten seconds each time. */
const MOST_TRIALS = { quick: 1500, slow: 8 } as const;
/** Longer ones are kept as lines. */
const BY_CHARACTERS = 20_000;

/** @param fails true when the shorter input fails as the first one did */
export async function minimise(
  bytes: Uint8Array,
  isSlow: boolean,
  fails: (bytes: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let trials: number = MOST_TRIALS[isSlow ? 'slow' : 'quick'];
  const attempt = async (candidate: Uint8Array): Promise<boolean> => trials-- > 0 && fails(candidate);
  const text = new TextDecoder().decode(bytes);
  const isText = Buffer.compare(Buffer.from(text), Buffer.from(bytes)) === 0;
  if (!isText) return bytes;
  const encode = (parts: readonly string[]): Uint8Array => new TextEncoder().encode(parts.join(''));
  const lines = await fewest(text.split(/(?<=\n)/), (parts) => attempt(encode(parts)));
  const left = lines.join('');
  if (left.length > BY_CHARACTERS) return encode(lines);
  return encode(await fewest([...left], (parts) => attempt(encode(parts))));
}

/** Removes runs of parts, of half the length down to one, as long as the rest still fails. */
async function fewest(
  parts: readonly string[],
  fails: (parts: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let kept = parts;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length; ) {
      const rest = [...kept.slice(0, at), ...kept.slice(at + size)];
      if (rest.length < kept.length && (await fails(rest))) kept = rest;
      else at += size;
    }
  }
  return kept;
}

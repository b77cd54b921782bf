/** Damage to bytes, plain and compressed. */
import { gzipSync } from 'node:zlib';
import type { Draw } from './draw.ts';

export type ByteMutator = (bytes: Uint8Array, draw: Draw) => Uint8Array;

/** A bomb inflates to at most this: beyond the 16 MiB of a line, below what makes ten thousand inputs slow. */
const BOMB_BYTES = 2 ** 25;

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

export const BYTE_MUTATORS = {
  flipBit: (bytes, draw) => {
    const out = bytes.slice();
    const i = draw.below(out.length);
    if (out.length > 0) out[i] = (out[i] as number) ^ (1 << draw.below(8));
    return out;
  },
  setByte: (bytes, draw) => {
    const out = bytes.slice();
    if (out.length > 0) out[draw.below(out.length)] = draw.below(256);
    return out;
  },
  cut: (bytes, draw) => bytes.slice(0, draw.below(bytes.length + 1)),
  cutInside: (bytes, draw) => {
    const from = draw.below(bytes.length + 1);
    return joined(bytes.subarray(0, from), bytes.subarray(from + draw.below(64)));
  },
  zeros: (bytes, draw) => joined(bytes.subarray(0, draw.below(bytes.length + 1)), new Uint8Array(4096)),
  noise: (bytes, draw) =>
    joined(
      bytes,
      Uint8Array.from({ length: draw.below(2000) }, () => draw.below(256)),
    ),
  utf16: (bytes) => Uint8Array.from(Buffer.from(new TextDecoder().decode(bytes), 'utf16le')),
  latin1: (bytes) => joined(bytes, Uint8Array.of(0xe9, 0xff, 0xfe, 0x80)),
} satisfies Record<string, ByteMutator>;

/** Damage to gzip: what is inside may be whole. */
export const GZIP_MUTATORS = {
  whole: (bytes) => gzipped(bytes),
  truncated: (bytes, draw) => {
    const out = gzipped(bytes);
    return out.slice(0, draw.below(out.length));
  },
  flipped: (bytes, draw) => BYTE_MUTATORS.flipBit(gzipped(bytes), draw),
  twice: (bytes) => gzipped(gzipped(bytes)),
  members: (bytes, draw) => {
    const half = draw.below(bytes.length + 1);
    return joined(gzipped(bytes.subarray(0, half)), gzipped(bytes.subarray(half)));
  },
  trailing: (bytes, draw) => joined(gzipped(bytes), bytes.subarray(0, draw.below(100))),
  magicOnly: (bytes, draw) => joined(Uint8Array.of(0x1f, 0x8b), bytes.subarray(0, draw.below(200))),
  noisyHeader: (bytes, draw) => {
    const out = gzipped(bytes);
    for (let i = 2; i < 10; i++) out[i] = draw.below(256);
    return out;
  },
  wrongLength: (bytes, draw) => {
    const out = gzipped(bytes);
    out[out.length - 1 - draw.below(8)] = draw.below(256);
    return out;
  },
  bomb: (bytes, draw) => {
    // One in twenty: inflating takes time.
    if (!draw.chance(0.05)) return gzipped(bytes);
    const unit = new TextEncoder().encode(
      draw.pick(['\0', '\n', 'x', ' ', '0 ', '1\n', '0 0 0\n', '_a\n', '" ']),
    );
    const size = unit.length * Math.floor((BOMB_BYTES * draw.pick([0.1, 0.4, 1])) / unit.length);
    return gzipped(joined(draw.chance(0.7) ? bytes : new Uint8Array(0), Buffer.alloc(size, unit)));
  },
} satisfies Record<string, ByteMutator>;

function gzipped(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(gzipSync(bytes, { level: 1 }));
}

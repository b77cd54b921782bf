import { createReadStream } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openTrajectory, readStructure } from '../../../src/io/index.ts';
import { LineStream } from '../../../src/io/lineStream.ts';
import { type ByteSource, readHead, readText } from '../../../src/io/source.ts';
import { bytesOf, goldenBytes, inputError } from './fixtures.ts';

const TEXT = 'first\r\nsecond ü €\n\nlast without end';
const LINES = ['first', 'second ü €', '', 'last without end'];

/** A source that hands out its bytes in pieces of the given size. */
function inPieces(bytes: Uint8Array, size: number): ByteSource {
  return async function* () {
    for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
  };
}

async function linesOf(source: ByteSource): Promise<string[]> {
  const stream = new LineStream(source, 'a.txt');
  const lines: string[] = [];
  for (let line = await stream.next(); line !== undefined; line = await stream.next()) lines.push(line);
  expect(stream.lineNumber).toBe(lines.length);
  return lines;
}

describe('sources', () => {
  it.each([1, 2, 3, 7, 1000])(
    'lines and characters survive pieces of %i bytes, plain and gzip',
    async (size) => {
      const plain = bytesOf(`\uFEFF${TEXT}`);
      expect(await linesOf(inPieces(plain, size))).toEqual(LINES);
      expect(await linesOf(inPieces(gzipSync(plain), size))).toEqual(LINES);
      expect(await readText(inPieces(gzipSync(plain), size), 'a.txt')).toBe(TEXT);
    },
  );

  it('bytes, Blob, web stream, Node stream', async () => {
    const bytes = bytesOf(TEXT);
    const path = new URL('../../golden/io/lammps/naclTriclinic.data', import.meta.url);
    expect(await linesOf(bytes)).toEqual(LINES);
    expect(await linesOf(new Blob([Uint8Array.from(gzipSync(bytes))]))).toEqual(LINES);
    expect(await linesOf(() => new Blob([Uint8Array.from(bytes)]).stream())).toEqual(LINES);
    expect((await linesOf(() => createReadStream(path)))[2]).toBe('216 atoms');
    const { format } = await readStructure(() => createReadStream(path), 'system.data');
    expect(format).toBe('lammpsData');
  });

  it('a known number of lines at once, and what is missing', async () => {
    const stream = new LineStream(bytesOf('1\n2\n3\n4'), 'a.txt');
    const rows: [number, string][] = [];
    const keep = (count: number) => (bytes: Uint8Array, from: number, row: number) => {
      let at = from;
      for (let i = row; i < count && at < bytes.length; i++) {
        const end = bytes.indexOf(10, at);
        rows.push([i, new TextDecoder().decode(bytes.subarray(at, end))]);
        at = end + 1;
      }
      return at;
    };
    await stream.eachBlock(2, 'numbers', keep(2));
    expect(rows).toEqual([
      [0, '1'],
      [1, '2'],
    ]);
    expect(await stream.next()).toBe('3');
    stream.back();
    expect(await stream.next()).toBe('3');
    expect(stream.lineNumber).toBe(3);
    const error = await inputError(() => stream.eachBlock(5, 'numbers', keep(5)));
    expect(error.message).toBe('a.txt:4: the file ends after 1 of 5 lines with numbers');
  });

  it('the head is read without the rest', async () => {
    let pieces = 0;
    const endless = async function* () {
      for (;;) {
        pieces++;
        yield bytesOf('x'.repeat(1000));
      }
    };
    expect(await readHead(endless, 'a.txt', 2500)).toHaveLength(2500);
    expect(pieces).toBeLessThan(6);
  });

  it('a trajectory is opened without being read, and closed where the reader stops', async () => {
    const bytes = gunzipSync(goldenBytes('lammps/li3ocl3frames.lammpstrj.gz'));
    let open = 0;
    let handedOut = 0;
    const source = async function* () {
      open++;
      try {
        for (;;) {
          for (let i = 0; i < bytes.length; i += 10_000) {
            handedOut++;
            yield bytes.subarray(i, i + 10_000);
          }
        }
      } finally {
        open--;
      }
    };
    const trajectory = await openTrajectory(source, 'a.lammpstrj', { types: ['Li', 'O', 'Cl'] });
    expect(open).toBe(0);
    expect(handedOut).toBeLessThan((3 * bytes.length) / 10_000);
    let count = 0;
    for await (const frame of trajectory.frames()) {
      expect(frame.positions).toHaveLength(3 * 617);
      if (++count === 10) break;
    }
    expect(open).toBe(0);
  });

  it('damaged and cut gzip', async () => {
    const good = gzipSync(bytesOf('5 0 0\n'.repeat(10_000)));
    const cut = good.subarray(0, good.length - 20);
    const damaged = good.slice();
    damaged[40] = (damaged[40] as number) ^ 0xff;
    for (const bytes of [cut, damaged, Uint8Array.of(0x1f, 0x8b), Uint8Array.of(0x1f, 0x8b, 8, 0, 1)]) {
      const error = await inputError(() => readText(bytes, 'a.gz'));
      expect(error.message).toBe('a.gz: the gzip data is damaged or cut short');
    }
  });

  it('a source that fails keeps its own error', async () => {
    const failing = (bytes: Uint8Array) =>
      async function* () {
        yield bytes;
        throw new Error('disk on fire');
      };
    await expect(readText(failing(bytesOf('abc')), 'a')).rejects.toThrow('disk on fire');
    await expect(readText(failing(gzipSync(bytesOf('abc')).subarray(0, 12)), 'a')).rejects.toThrow(
      'disk on fire',
    );
  });

  it('what inflates beyond the limit is refused before it is whole', async () => {
    // 64 MiB of zeros in 64 kB.
    const bomb = gzipSync(new Uint8Array(2 ** 26));
    const error = await inputError(() => readText(bomb, 'bomb.cif.gz', 2 ** 20));
    expect(error.message).toBe(
      'bomb.cif.gz: the file holds more than 1 MiB of text; this format is read as a whole',
    );
    const line = await inputError(() => openTrajectory(bomb, 'bomb.xyz.gz'));
    expect(line.message).toBe('bomb.xyz.gz:1: a line of more than 16 MiB: this is not a text file');
  });
});

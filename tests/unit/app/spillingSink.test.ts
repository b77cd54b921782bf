import { expect, it } from 'vitest';
import { type BlobSink, OverlaySink, SpillingSink } from '../../../src/app/engine/spillingSink.ts';

/** A disk with so many bytes, which takes a text whole or not at all. */
class SmallDisk extends OverlaySink implements BlobSink {
  room: number;

  constructor(room: number) {
    super();
    this.room = room;
  }

  override async append(name: string, text: string): Promise<void> {
    if (text.length > this.room) throw new DOMException('no room', 'QuotaExceededError');
    this.room -= text.length;
    await super.append(name, text);
  }

  override async write(name: string, data: string | Uint8Array<ArrayBuffer>): Promise<void> {
    if (data.length > this.room) throw new DOMException('no room', 'QuotaExceededError');
    await super.write(name, data);
  }
}

const textOf = async (sink: BlobSink, name: string): Promise<string | undefined> =>
  (await sink.source(name))?.text();

it('goes on in memory when the disk is full, and leaves the disk as it is', async () => {
  const disk = new SmallDisk(12);
  const told: unknown[] = [];
  const sink = new SpillingSink(disk, (error) => told.push(error));
  await sink.append('a.csv', '12345\n');
  await sink.write('c.bin', 'old');
  await sink.append('a.csv', '67890\n');
  expect(told).toEqual([]);

  await sink.append('a.csv', 'more');
  await sink.append('b.txt', 'new');
  expect(told).toHaveLength(1);
  expect(await textOf(sink, 'a.csv')).toBe('12345\n67890\nmore');
  expect(await sink.size('a.csv')).toBe(16);
  expect(await textOf(sink, 'b.txt')).toBe('new');
  // A checkpoint, after the disk was full: the one there stays.
  await sink.rename('c.bin', 'previous.bin');
  await sink.write('c.bin', 'new');
  expect([await textOf(sink, 'previous.bin'), await textOf(sink, 'c.bin')]).toEqual(['old', 'new']);
  // Back to a checkpoint from before.
  await sink.truncate('a.csv', 6);
  await sink.append('a.csv', 'again\n');
  expect(await textOf(sink, 'a.csv')).toBe('12345\nagain\n');
  expect(await sink.size('none')).toBeUndefined();
  await sink.rename('none', 'other');
  expect(await sink.source('other')).toBeUndefined();

  expect(await textOf(disk, 'a.csv')).toBe('12345\n67890\n');
  expect(await textOf(disk, 'c.bin')).toBe('old');
  expect(await disk.source('b.txt')).toBeUndefined();
});

/**
 * A run's files in the browser's private file system. Files that are appended to stay open: what was written there is kept when
 * the tab dies, and adding to a long one costs no copy of it. Whole ones are swapped in once they are complete. Only in a worker.
 */
import { type ByteSource, piecesOf } from '../../io/index.ts';
import type { RunSink } from '../../run/sink.ts';

/** What createSyncAccessHandle gives; TypeScript has it for workers only, and this project is checked as a page. */
interface OpenFile {
  write(data: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number;
  getSize(): number;
  truncate(bytes: number): void;
  flush(): void;
  close(): void;
}

type AppendableHandle = FileSystemFileHandle & { createSyncAccessHandle(): Promise<OpenFile> };

/** The worker of a page that was just left may hold its files a moment longer, ms. */
const RELEASED_AFTER = 3000;
const TRY_AGAIN_AFTER = 100;

/** False in browsers that lack a part of the interface, and on pages. */
export function hasPrivateFiles(): boolean {
  const handle = (globalThis as { readonly FileSystemFileHandle?: { readonly prototype: object } })
    .FileSystemFileHandle?.prototype;
  return !!handle && 'createSyncAccessHandle' in handle && 'createWritable' in handle;
}

/** Owns the files that it has open, hence a class. */
export class OpfsSink implements RunSink {
  private readonly folder: FileSystemDirectoryHandle;
  private readonly open = new Map<string, OpenFile>();

  constructor(folder: FileSystemDirectoryHandle) {
    this.folder = folder;
  }

  async write(name: string, data: string | Uint8Array<ArrayBuffer>): Promise<void> {
    this.release(name);
    const handle = await this.folder.getFileHandle(nameOf(name), { create: true });
    const whole = await handle.createWritable();
    try {
      await whole.write(data);
      await whole.close();
    } catch (error) {
      await whole.abort().catch(() => undefined);
      throw error;
    }
  }

  async append(name: string, text: string): Promise<void> {
    const file = await this.opened(name);
    const at = file.getSize();
    const bytes = new TextEncoder().encode(text);
    try {
      const written = file.write(bytes, { at });
      if (written < bytes.length) throw new Error(`${written} of ${bytes.length} bytes were written`);
      file.flush();
    } catch (error) {
      // Half a frame would make the file unreadable.
      file.truncate(at);
      throw error;
    }
  }

  async size(name: string): Promise<number | undefined> {
    return this.open.get(name)?.getSize() ?? (await this.file(name))?.size;
  }

  async truncate(name: string, bytes: number): Promise<void> {
    const file = await this.opened(name);
    file.truncate(bytes);
    file.flush();
  }

  /** A copy: not every browser can rename, and what is renamed is a checkpoint, which is small. */
  async rename(from: string, to: string): Promise<void> {
    this.release(from);
    const file = await this.file(from);
    if (!file) return;
    await this.write(to, new Uint8Array(await file.arrayBuffer()));
    await this.folder.removeEntry(nameOf(from));
  }

  async remove(name: string): Promise<void> {
    this.release(name);
    await this.folder.removeEntry(nameOf(name)).catch((error: unknown) => {
      if (!isNamed(error, 'NotFoundError')) throw error;
    });
  }

  async source(name: string): Promise<Blob | undefined> {
    this.release(name);
    return this.file(name);
  }

  /** Closes every file. */
  close(): void {
    for (const name of [...this.open.keys()]) this.release(name);
  }

  private release(name: string): void {
    this.open.get(name)?.close();
    this.open.delete(name);
  }

  private async file(name: string): Promise<File | undefined> {
    try {
      return await (await this.folder.getFileHandle(nameOf(name))).getFile();
    } catch (error) {
      if (isNamed(error, 'NotFoundError')) return undefined;
      throw error;
    }
  }

  private async opened(name: string): Promise<OpenFile> {
    const known = this.open.get(name);
    if (known) return known;
    const handle = (await this.folder.getFileHandle(nameOf(name), { create: true })) as AppendableHandle;
    for (let waited = 0; ; waited += TRY_AGAIN_AFTER) {
      try {
        const file = await handle.createSyncAccessHandle();
        this.open.set(name, file);
        return file;
      } catch (error) {
        if (!isNamed(error, 'NoModificationAllowedError') || waited >= RELEASED_AFTER) throw error;
        await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_AFTER));
      }
    }
  }
}

/** The bytes of a source as they are now, in memory: a file that is written to afterwards can no longer be read. */
export async function copyOf(source: ByteSource): Promise<Blob> {
  const parts: BlobPart[] = [];
  for await (const part of piecesOf(source)) parts.push(new Uint8Array(part));
  return new Blob(parts);
}

/** A name that is one name: those of a run may have slashes. */
function nameOf(name: string): string {
  return encodeURIComponent(name);
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

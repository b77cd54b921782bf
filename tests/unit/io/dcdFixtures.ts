/** DCD files of all kinds, put together here byte by byte. */

export interface DcdKind {
  readonly isLittle?: boolean;
  readonly markBytes?: 4 | 8;
  readonly version?: number;
  readonly unitCells?: readonly (readonly number[])[];
  readonly announced?: number;
  readonly width?: 4 | 8;
  /** Numbers, from 1, of the atoms that move. */
  readonly free?: readonly number[];
  readonly hasFourth?: boolean;
  readonly title?: string;
  readonly kind?: string;
  readonly steps?: readonly [first: number, every: number];
  readonly timeStep?: number;
}

/** A file of frames, each [n×3]; with `free`, later frames hold those atoms only. */
export function dcdBytes(frames: readonly (readonly number[])[], options: DcdKind = {}): Uint8Array {
  const { isLittle = true, markBytes = 4, version = 24, width = 4, free } = options;
  const [firstStep, every] = options.steps ?? [0, 1];
  const n = frames[0]!.length / 3;
  const parts: Uint8Array[] = [];
  const record = (size: number, fill: (view: DataView) => void): void => {
    const bytes = new Uint8Array(size + 2 * markBytes);
    const view = new DataView(bytes.buffer);
    for (const at of [0, markBytes + size]) {
      if (markBytes === 4) view.setInt32(at, size, isLittle);
      else view.setBigInt64(at, BigInt(size), isLittle);
    }
    fill(new DataView(bytes.buffer, markBytes, size));
    parts.push(bytes);
  };
  const text = (view: DataView, at: number, value: string): void =>
    [...value].forEach((c, i) => {
      view.setUint8(at + i, c.charCodeAt(0));
    });
  record(84, (view) => {
    text(view, 0, options.kind ?? 'CORD');
    const integer = (k: number, value: number): void => view.setInt32(4 + 4 * k, value, isLittle);
    integer(0, options.announced ?? frames.length);
    integer(1, firstStep);
    integer(2, every);
    integer(8, free ? n - free.length : 0);
    if (version === 0) view.setFloat64(40, options.timeStep ?? 1, isLittle);
    else {
      view.setFloat32(40, options.timeStep ?? 1, isLittle);
      integer(10, options.unitCells ? 1 : 0);
      integer(11, options.hasFourth ? 1 : 0);
    }
    integer(19, version);
  });
  record(84, (view) => {
    view.setInt32(0, 1, isLittle);
    text(view, 4, (options.title ?? 'REMARKS a test').padEnd(80));
  });
  record(4, (view) => view.setInt32(0, n, isLittle));
  if (free) {
    record(4 * free.length, (view) => {
      for (const [k, i] of free.entries()) view.setInt32(4 * k, i, isLittle);
    });
  }
  frames.forEach((frame, t) => {
    const cell = options.unitCells?.[t % options.unitCells.length];
    if (cell) {
      record(48, (view) => {
        for (const [k, x] of cell.entries()) view.setFloat64(8 * k, x, isLittle);
      });
    }
    const atoms = t > 0 && free ? free.map((i) => i - 1) : Array.from({ length: n }, (_, i) => i);
    for (let k = 0; k < (options.hasFourth ? 4 : 3); k++) {
      record(width * atoms.length, (view) =>
        atoms.forEach((i, j) => {
          const x = k < 3 ? frame[3 * i + k]! : 0;
          if (width === 4) view.setFloat32(4 * j, x, isLittle);
          else view.setFloat64(8 * j, x, isLittle);
        }),
      );
    }
  });
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

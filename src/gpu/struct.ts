/**
 * Struct tables: one table in TypeScript gives the WGSL text, the byte offsets and the TypeScript value type, so host
 * and shader cannot disagree. Layout rules: WGSL §14.4.4 (alignment and size), storage and uniform address spaces
 * alike (array strides are rounded up to 16 bytes, which every uniform layout accepts).
 */

const KINDS = {
  f32: { wgsl: 'f32', align: 4, size: 4, lanes: 1, number: 'Float32' },
  u32: { wgsl: 'u32', align: 4, size: 4, lanes: 1, number: 'Uint32' },
  i32: { wgsl: 'i32', align: 4, size: 4, lanes: 1, number: 'Int32' },
  vec2f: { wgsl: 'vec2f', align: 8, size: 8, lanes: 2, number: 'Float32' },
  vec3f: { wgsl: 'vec3f', align: 16, size: 12, lanes: 3, number: 'Float32' },
  vec3u: { wgsl: 'vec3u', align: 16, size: 12, lanes: 3, number: 'Uint32' },
  vec3i: { wgsl: 'vec3i', align: 16, size: 12, lanes: 3, number: 'Int32' },
  vec4f: { wgsl: 'vec4f', align: 16, size: 16, lanes: 4, number: 'Float32' },
  vec4u: { wgsl: 'vec4u', align: 16, size: 16, lanes: 4, number: 'Uint32' },
  /** Written from nine row-major numbers: rows in TypeScript are the columns in WGSL, so m·v = Σ v_i row_i. */
  mat3x3f: { wgsl: 'mat3x3f', align: 16, size: 48, lanes: 9, number: 'Float32' },
} as const;

export type FieldKind = keyof typeof KINDS;
type Fields = Readonly<Record<string, FieldKind>>;
type ValueOf<K extends FieldKind> = K extends 'f32' | 'u32' | 'i32' ? number : ArrayLike<number>;

/** The value that goes into a struct: one number or one array per field. */
export type StructValue<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

export interface StructType<F extends Fields = Fields> {
  readonly name: string;
  readonly fields: F;
  /** Byte offset of each field. */
  readonly offsets: Readonly<Record<keyof F, number>>;
  /** Bytes from one array element to the next. */
  readonly stride: number;
  /** The WGSL declaration. */
  readonly wgsl: string;
}

/**
 * Declares a struct. Field order is kept; the struct is aligned to 16 bytes.
 * @example const Replica = struct('Replica', { cell: 'mat3x3f', nAtoms: 'u32' });
 */
export function struct<const F extends Fields>(name: string, fields: F): StructType<F> {
  const offsets: Record<string, number> = {};
  let end = 0;
  let alignedFirst = '';
  const lines: string[] = [];
  for (const [field, kind] of Object.entries(fields)) {
    const { align, size, wgsl } = KINDS[kind];
    end = roundUp(end, align);
    offsets[field] = end;
    end += size;
    alignedFirst = lines.length === 0 ? '@align(16) ' : '';
    lines.push(`  ${alignedFirst}${field}: ${wgsl},`);
  }
  return {
    name,
    fields,
    offsets: offsets as Record<keyof F, number>,
    stride: roundUp(end, 16),
    wgsl: `struct ${name} {\n${lines.join('\n')}\n}`,
  };
}

/** Packs values into an array buffer ready for upload, `stride` bytes apart. */
export function packStructs<F extends Fields>(
  type: StructType<F>,
  values: readonly StructValue<F>[],
): ArrayBuffer {
  const bytes = new ArrayBuffer(Math.max(1, values.length) * type.stride);
  const view = new DataView(bytes);
  values.forEach((value, i) => {
    writeStruct(type, view, i * type.stride, value);
  });
  return bytes;
}

function writeStruct<F extends Fields>(
  type: StructType<F>,
  view: DataView,
  base: number,
  value: StructValue<F>,
): void {
  for (const [field, kind] of Object.entries(type.fields)) {
    const { lanes, number } = KINDS[kind];
    const given = value[field] as number | ArrayLike<number>;
    const offset = base + (type.offsets[field] as number);
    for (let k = 0; k < lanes; k++) {
      const lane = typeof given === 'number' ? given : (given[k] as number);
      view[`set${number}`](offset + laneOffset(kind, k), lane, true);
    }
  }
}

/** One field of element `i` of an array of structs, lane by lane. */
export function readField<F extends Fields>(
  type: StructType<F>,
  { buffer, byteOffset, byteLength }: ArrayBufferView,
  i: number,
  field: keyof F & string,
): number[] {
  const view = new DataView(buffer, byteOffset, byteLength);
  const kind = type.fields[field] as FieldKind;
  const offset = i * type.stride + type.offsets[field];
  const { lanes, number } = KINDS[kind];
  return Array.from({ length: lanes }, (_, k) => view[`get${number}`](offset + laneOffset(kind, k), true));
}

/** Columns of a WGSL matrix are padded to four floats. */
function laneOffset(kind: FieldKind, k: number): number {
  return 4 * (kind === 'mat3x3f' ? k + Math.floor(k / 3) : k);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/**
 * A Fourier transform of one length as WGSL: Stockham's self-sorting algorithm in mixed radix, stage by stage between two
 * arrays of workgroup memory, several lines side by side. Stages follow from the length; nothing is tuned.
 */
import { InputError } from '../core/errors.ts';

/** Butterflies of shaders/lib/complex.wgsl, largest first: fewer stages, fewer passes through memory. */
const RADICES = [8, 5, 4, 3, 2] as const;

/** Workgroup memory that every WebGPU device has, bytes. */
const WORKGROUP_MEMORY = 16384;
/** Bytes per point of a line: two arrays of vec2f. */
const POINT_BYTES = 16;
const MOST_LANES = 64;
const MOST_INVOCATIONS = 256;

/** How a workgroup shares lines among its invocations. */
export interface LineShape {
  /** Lines of a workgroup. */
  readonly lanes: number;
  /** Invocations per line. */
  readonly threads: number;
}

/**
 * On a processor one invocation per line: barriers cost software adapters more than the transform itself (64³ points:
 * 27 ms with, 13 ms without in lavapipe, 452 and 51 ms in SwiftShader). On a GPU as many as there are butterflies.
 */
export function lineShape(length: number, onProcessor: boolean): LineShape {
  const most = Math.floor(WORKGROUP_MEMORY / (POINT_BYTES * length));
  if (most < 1) throw new InputError(`Fourier transform of ${length} points: at most 1024 fit`);
  const lanes = Math.min(MOST_LANES, 2 ** Math.floor(Math.log2(most)));
  if (onProcessor) return { lanes, threads: 1 };
  const butterflies = length / Math.max(...radicesOf(length));
  const few = Math.min(lanes, 8);
  return { lanes: few, threads: Math.max(1, Math.min(butterflies, Math.floor(MOST_INVOCATIONS / few))) };
}

/** Factors of a length out of 2, 3, 4, 5 and 8. Other primes are refused. */
export function radicesOf(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  while (rest > 1) {
    // 16 = 4·4 is two stages of one kind, 8·2 two of different cost.
    const radix = rest === 16 ? 4 : RADICES.find((one) => rest % one === 0);
    if (radix === undefined) {
      throw new InputError(`Fourier transform of ${length} points: only factors 2, 3 and 5 are possible`);
    }
    factors.push(radix);
    rest /= radix;
  }
  return factors;
}

/**
 * Text of the slot `transform`: LANES, THREADS, `put(lane, i, x)`, `transform(lane, thread, length)`: X_j = Σ_k x_k
 * exp(−2πi jk/length), and `take(lane, i)`; `synchronize()` stands between what different threads of a line do. The length
 * is given again at run time so that loops have an end no compiler knows (see Mesh in layouts.ts).
 * @param stride distance in `twiddles` of the powers of exp(−2πi/length)
 */
export function transformText(length: number, { lanes, threads }: LineShape, stride = 1): string {
  let [source, target] = ['lineA', 'lineB'];
  const first = source;
  const body: string[] = [];
  // What is done so far: sub-transforms of this many points.
  let done = 1;
  for (const radix of radicesOf(length)) {
    const last = length === done * radix;
    body.push(
      '  synchronize();',
      `  for (var i = thread; i < points / ${radix}u; i += THREADS) {`,
      `    let p = i / ${done}u;`,
      `    let at = i + p * ${done * (radix - 1)}u;`,
      '    var x: array<vec2f, 8>;',
      ...Array.from(
        { length: radix },
        (_, k) => `    x[${k}] = ${source}[(i + ${(k * length) / radix}u) * LANES + lane];`,
      ),
      `    butterfly${radix}(&x);`,
      ...Array.from({ length: radix }, (_, j) => {
        const factor = last || j === 0 ? `x[${j}]` : `multiply(x[${j}], twiddles[p * ${j * done * stride}u])`;
        return `    ${target}[(at + ${j * done}u) * LANES + lane] = ${factor};`;
      }),
      '  }',
    );
    done *= radix;
    [source, target] = [target, source];
  }
  return [
    `const LANES: u32 = ${lanes}u;`,
    `const THREADS: u32 = ${threads}u;`,
    `var<workgroup> lineA: array<vec2f, ${length * lanes}>;`,
    `var<workgroup> lineB: array<vec2f, ${length * lanes}>;`,
    `fn put(lane: u32, i: u32, x: vec2f) { ${first}[i * LANES + lane] = x; }`,
    `fn take(lane: u32, i: u32) -> vec2f { return ${source}[i * LANES + lane]; }`,
    `fn synchronize() {${threads > 1 ? ' workgroupBarrier(); ' : ''}}`,
    'fn transform(lane: u32, thread: u32, points: u32) {',
    ...body,
    '  synchronize();',
    '}',
  ].join('\n');
}

/** exp(−2πi j/n), j = 0 … n − 1: in f64, for WGSL's own sine is good to 2⁻¹¹ only. */
export function twiddles(n: number): Float32Array<ArrayBuffer> {
  const table = new Float32Array(2 * n);
  for (let j = 0; j < n; j++) {
    table[2 * j] = Math.cos((2 * Math.PI * j) / n);
    table[2 * j + 1] = -Math.sin((2 * Math.PI * j) / n);
  }
  return table;
}

/** Bond-valence site energies on the GPU: lists of ions per block of points, made in f64, and one kernel (maps/bvse.wgsl). */
import { norm } from '../core/vec.ts';
import { BVSE_NEAREST, type BvseModel } from '../forcefield/bvse.ts';
import type { Gpu } from '../gpu/device.ts';
import { Kernel } from '../gpu/kernel.ts';
import { packStructs, struct } from '../gpu/struct.ts';
import { surroundings } from '../model/around.ts';
import { toCartesian } from '../model/cell.ts';
import { type GridField, type GridSize, gridPoints } from '../model/grid.ts';
import type { System } from '../model/system.ts';

const BvseGrid = struct('BvseGrid', {
  stepA: 'vec3f',
  stepB: 'vec3f',
  stepC: 'vec3f',
  size: 'vec3u',
  reachSquared: 'f32',
  nearest: 'f32',
});

/** Points of a block along each edge; the kernel counts on it. */
const EDGE = 8;
/** Ions that the lists of one dispatch may hold: 2 MiB, and short enough for a browser that ends long dispatches. */
const MOST_IONS = 2 ** 17;

/**
 * Energy of the mobile ion at every point of a grid, eV, in single precision: of a few eV right to 1e-5 eV, of the thousands
 * next to an ion to 1e-5 of them (tests/kernel/bvse.test.ts).
 */
export async function bvseMap(
  gpu: Gpu,
  system: System,
  model: BvseModel,
  size: GridSize,
): Promise<GridField> {
  const { cell } = system;
  const points = gridPoints({ size });
  const steps = cell.h.map((x, i) => x / (size[Math.floor(i / 3) as 0 | 1 | 2] as number));
  const step = (i: number): Float64Array => steps.subarray(3 * i, 3 * i + 3);
  const kernel = await Kernel.create(gpu, 'maps/bvse.wgsl', { structs: [BvseGrid] });
  const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
  const uniform = packStructs(BvseGrid, [
    {
      stepA: step(0),
      stepB: step(1),
      stepC: step(2),
      size,
      reachSquared: model.cutoff * model.cutoff,
      nearest: BVSE_NEAREST,
    },
  ]);
  const kinds = Float32Array.from(
    model.kinds.flatMap((term) =>
      term.kind === 'morse' ? [term.depth, term.alpha, term.Rmin, 0] : [term.strength, 1 / term.range, 0, 0],
    ),
  );
  const grid = gpu.createBuffer(
    'bvse grid',
    uniform.byteLength,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  const kindTable = gpu.createBuffer('bvse kinds', kinds.byteLength, storage);
  const energies = gpu.createBuffer('bvse energies', 4 * points, storage | GPUBufferUsage.COPY_SRC);
  gpu.write(grid, uniform);
  gpu.write(kindTable, kinds);
  const perBatch: GPUBuffer[] = [];
  try {
    for (const { blocks, ions } of batchesOf(system, model, size, steps)) {
      const blockTable = gpu.createBuffer('bvse blocks', blocks.byteLength, storage);
      const ionTable = gpu.createBuffer('bvse ions', ions.byteLength, storage);
      perBatch.push(blockTable, ionTable);
      gpu.write(blockTable, blocks);
      gpu.write(ionTable, ions);
      const bound = kernel.bind({ grid, kinds: kindTable, blocks: blockTable, ions: ionTable, energies });
      gpu.submit('bvse', (encoder) => {
        const pass = encoder.beginComputePass();
        bound.dispatch(pass, blocks.length / 4);
        pass.end();
      });
    }
    const values = new Float32Array(await gpu.read(energies, 4 * points));
    return { cell, size, values };
  } finally {
    for (const buffer of [grid, kindTable, energies, ...perBatch]) gpu.destroyBuffer(buffer);
  }
}

/** Blocks of one dispatch and the ions in reach of each. */
interface Batch {
  /** [n×4] number of the block, first ion, first that repels, behind the last. */
  readonly blocks: Uint32Array<ArrayBuffer>;
  /** [m×4] vector from the middle of the block (Å), kind. */
  readonly ions: Float32Array<ArrayBuffer>;
}

function* batchesOf(system: System, model: BvseModel, size: GridSize, steps: Float64Array): Generator<Batch> {
  const { cell, positions } = system;
  const places = Float64Array.from(
    model.sources.flatMap(({ atom }) => [...positions.subarray(3 * atom, 3 * atom + 3)]),
  );
  const { around } = surroundings(cell, places);
  const across = size.map((n) => Math.ceil(n / EDGE)) as unknown as GridSize;
  // The corners of a block are its farthest points; 1e-4 Å for single precision at the rim.
  const half = (EDGE - 1) / 2;
  const reach = model.cutoff + half * longestDiagonal(steps) + 1e-4;
  let blocks: number[] = [];
  let ions: number[] = [];
  for (let block = 0; block < gridPoints({ size: across }); block++) {
    const c = block % across[2];
    const b = ((block - c) / across[2]) % across[1];
    const a = (block - c - b * across[2]) / (across[1] * across[2]);
    const middle = [a, b, c].map((n, axis) => (EDGE * n + half) / (size[axis as 0 | 1 | 2] as number));
    const [x, y, z] = toCartesian(cell, middle) as unknown as [number, number, number];
    const repelling: number[] = [];
    const first = ions.length / 4;
    around(x, y, z, reach, (n, dx, dy, dz) => {
      const { kind } = model.sources[n] as (typeof model.sources)[number];
      (model.kinds[kind]?.kind === 'coulomb' ? repelling : ions).push(dx, dy, dz, kind);
    });
    const firstRepelling = ions.length / 4;
    for (const value of repelling) ions.push(value);
    blocks.push(block, first, firstRepelling, ions.length / 4);
    if (ions.length > 4 * MOST_IONS) {
      yield { blocks: Uint32Array.from(blocks), ions: Float32Array.from(ions) };
      blocks = [];
      ions = [];
    }
  }
  if (blocks.length > 0) yield { blocks: Uint32Array.from(blocks), ions: Float32Array.from(ions) };
}

/** Length of the longest diagonal of the cell of one step, Å. */
function longestDiagonal(steps: Float64Array): number {
  const corners = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ] as const;
  return Math.max(
    ...corners.map(([b, c]) =>
      norm(
        [0, 1, 2].map(
          (k) => (steps[k] as number) + b * (steps[3 + k] as number) + c * (steps[6 + k] as number),
        ),
      ),
    ),
  );
}

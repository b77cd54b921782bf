/**
 * The Verlet list: built on the GPU from a cell grid, every `interval` steps. The interval follows the measured
 * displacements: all kernels report how far atoms have moved since the build, the host reads the largest move with the
 * results of a batch; a move beyond half the skin means that the batch is rolled back and repeated with a shorter interval.
 * Since a list never changes the force sums (order by tag, exact zero beyond the cutoff), neither does the interval.
 */
import { InputError } from '../core/errors.ts';
import { type BoundKernel, Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import { type Cell, perpendicularWidths, volume } from '../model/cell.ts';
import { repeatsForWidth } from '../model/supercell.ts';
import { BLOCK, NeighborLoop, Replica, WORKGROUP } from './layouts.ts';
import type { StateBuffers } from './stateBuffers.ts';

interface Grid {
  readonly grid: [number, number, number];
  readonly firstCell: number;
}

export class NeighborList {
  /** Å */
  readonly cutoff: number;
  readonly skin: number;
  readonly grids: readonly Grid[];
  /** Steps between two builds. */
  interval = 10;
  neighbors!: GPUBuffer;
  counts!: GPUBuffer;
  private readonly state: StateBuffers;
  private capacity: number;
  private readonly nCells: number;
  private scratch!: GPUBuffer;
  private loop!: GPUBuffer;
  private readonly cells: Readonly<
    Record<'counts' | 'starts' | 'blockStarts' | 'atoms' | 'places', GPUBuffer>
  >;
  private readonly kernels: Readonly<Record<string, Kernel>>;
  private bound: readonly { kernel: BoundKernel; x: number; y: number }[] = [];

  private constructor(
    state: StateBuffers,
    cutoff: number,
    skin: number,
    kernels: Readonly<Record<string, Kernel>>,
  ) {
    this.state = state;
    this.cutoff = cutoff;
    this.skin = skin;
    this.kernels = kernels;
    let firstCell = 0;
    this.grids = state.replicas.map(({ system }) => {
      const grid = gridOf(system.cell, cutoff + skin);
      const here = { grid, firstCell };
      firstCell += grid[0] * grid[1] * grid[2];
      return here;
    });
    this.nCells = firstCell;
    const { gpu } = state;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.cells = {
      counts: gpu.createBuffer('cell counts', 4 * this.nCells, usage),
      starts: gpu.createBuffer('cell starts', 4 * (this.nCells + 1), usage),
      blockStarts: gpu.createBuffer('cell block starts', 4 * Math.ceil(this.nCells / BLOCK), usage),
      atoms: gpu.createBuffer('atoms by cell', 4 * state.nAtoms, usage),
      places: gpu.createBuffer('places in cells', 8 * state.nAtoms, usage),
    };
    const densest = Math.max(
      ...state.replicas.map(({ system }) => system.typeOf.length / volume(system.cell)),
    );
    const expected = (4 / 3) * Math.PI * (cutoff + skin) ** 3 * densest;
    this.capacity = Math.min(state.largest, Math.ceil(1.25 * expected) + 24);
    this.allocate();
  }

  /** @param cutoff Å @param skin Å by which the list reaches beyond it */
  static async create(state: StateBuffers, cutoff: number, skin: number): Promise<NeighborList> {
    const structs = [Replica, NeighborLoop];
    const names = ['clear', 'bin', 'scanBlocks', 'scanTop', 'scanCells', 'scatter', 'sortCells', 'build'];
    const kernels: Record<string, Kernel> = {};
    for (const name of names) {
      kernels[name] = await Kernel.create(state.gpu, `neighbors/${name}.wgsl`, { structs });
    }
    return new NeighborList(state, cutoff, skin, kernels);
  }

  /** Makes room for lists of at least `needed` entries. The next build must follow before forces are computed. */
  grow(needed: number): void {
    const { gpu, largest } = this.state;
    for (const buffer of [this.neighbors, this.scratch, this.counts, this.loop]) gpu.destroyBuffer(buffer);
    this.capacity = Math.min(largest, Math.ceil(1.1 * needed) + 8);
    this.allocate();
  }

  /** Encodes a build; the caller copies positions to the anchors in the same place. */
  encode(pass: GPUComputePassEncoder): void {
    for (const { kernel, x, y } of this.bound) kernel.dispatch(pass, x, y);
  }

  /** The next interval after a batch without violation, from the largest displacement seen (Å). */
  adapt(displacement: number): void {
    const half = this.skin / 2;
    if (displacement < 0.7 * half)
      this.interval = Math.min(200, this.interval + Math.max(1, this.interval >> 3));
    else if (displacement > 0.9 * half) this.interval = Math.max(1, Math.floor(0.9 * this.interval));
  }

  private allocate(): void {
    const { state } = this;
    const { gpu } = state;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const bytes = 4 * state.nAtoms * this.capacity;
    this.neighbors = gpu.createBuffer('neighbors', bytes, usage);
    // One cell for everything: the atoms already stand in tag order and nothing is merged.
    this.scratch = gpu.createBuffer('neighbor scratch', this.single ? 16 : bytes, usage);
    this.counts = gpu.createBuffer('neighbor counts', 4 * state.nAtoms, usage);
    this.loop = gpu.createBuffer(
      'neighbor loop',
      NeighborLoop.stride,
      GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    );
    gpu.write(
      this.loop,
      packStructs(NeighborLoop, [
        { nAtoms: state.nAtoms, capacity: this.capacity, listCutoff2: (this.cutoff + this.skin) ** 2 },
      ]),
    );
    this.bindKernels();
  }

  /** True when every replica has a grid of one cell. */
  private get single(): boolean {
    return this.nCells === this.state.replicas.length;
  }

  private bindKernels(): void {
    const { state, cells, kernels } = this;
    const perAtom = Math.ceil(state.largest / WORKGROUP);
    const perCell = Math.ceil(this.nCells / WORKGROUP);
    const perBlock = Math.ceil(this.nCells / BLOCK / WORKGROUP);
    const nReplicas = state.replicas.length;
    const replicas = state.replicaTable;
    const positions = state.buffer('positions');
    const starts = this.exact(cells.starts, 4 * (this.nCells + 1));
    const counts = this.exact(cells.counts, 4 * this.nCells);
    const bind = (name: string, buffers: Parameters<Kernel['bind']>[0], x: number, y = 1) => ({
      kernel: (kernels[name] as Kernel).bind(buffers),
      x,
      y,
    });
    const build = bind(
      'build',
      {
        replicas,
        neighborLoop: this.loop,
        positions,
        cellStarts: starts,
        cellAtoms: cells.atoms,
        neighbors: this.neighbors,
        scratch: this.scratch,
        neighborCounts: this.counts,
        status: state.status,
      },
      perAtom,
      nReplicas,
    );
    if (this.single) {
      const { gpu } = state;
      gpu.write(
        cells.atoms,
        Uint32Array.from({ length: state.nAtoms }, (_, i) => i),
      );
      gpu.write(cells.starts, Uint32Array.of(...state.slices.map((s) => s.firstAtom), state.nAtoms));
      this.bound = [build];
      return;
    }
    this.bound = [
      bind('clear', { cellCounts: counts }, perCell),
      bind('bin', { replicas, positions, cellCounts: counts, places: cells.places }, perAtom, nReplicas),
      bind('scanBlocks', { cellCounts: counts, blockStarts: cells.blockStarts }, perBlock),
      bind('scanTop', { cellCounts: counts, blockStarts: cells.blockStarts }, 1),
      bind('scanCells', { cellCounts: counts, blockStarts: cells.blockStarts, cellStarts: starts }, perBlock),
      bind(
        'scatter',
        { replicas, places: cells.places, cellStarts: starts, cellAtoms: cells.atoms },
        perAtom,
        nReplicas,
      ),
      bind('sortCells', { cellStarts: starts, cellAtoms: cells.atoms }, perCell),
      build,
    ];
  }

  /** Binds exactly so many bytes, so that arrayLength in the shader is the number of entries. */
  private exact(buffer: GPUBuffer, size: number): { buffer: GPUBuffer; offset: number; size: number } {
    return { buffer, offset: 0, size };
  }

  destroy(): void {
    const { gpu } = this.state;
    for (const buffer of [
      ...Object.values(this.cells),
      this.neighbors,
      this.scratch,
      this.counts,
      this.loop,
    ]) {
      gpu.destroyBuffer(buffer);
    }
  }
}

/** Cells at least `width` (Å) wide along each axis; at most 1024 of them, far beyond any memory. */
function gridOf(cell: Cell, width: number): [number, number, number] {
  return perpendicularWidths(cell).map((w) => Math.min(1024, Math.max(1, Math.floor(w / width)))) as [
    number,
    number,
    number,
  ];
}

/** Throws when a cell is thinner than twice the cutoff, naming the supercell that would do. */
export function checkCutoff(cell: Cell, cutoff: number, title: string): void {
  const repeats = repeatsForWidth(cell, 2 * cutoff);
  if (repeats.every((n) => n === 1)) return;
  const widths = perpendicularWidths(cell).map((w) => w.toFixed(2));
  throw new InputError(
    `${title}: the cell is ${widths.join(' × ')} Å wide between opposite faces, less than twice the cutoff of ${cutoff} Å; ` +
      `a supercell of ${repeats.join(' × ')} would do, or a cutoff of at most ${maximumCutoff(cell)} Å`,
  );
}

function maximumCutoff(cell: Cell): string {
  return (Math.floor((Math.min(...perpendicularWidths(cell)) / 2) * 100) / 100).toFixed(2);
}

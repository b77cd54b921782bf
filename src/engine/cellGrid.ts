/**
 * The cell grid of a neighbor search: atoms sorted by cell, and for every cell the atoms around it in the order of their
 * keys. Cells are half as wide as the search reaches; the five around one along c are merged to a strip, strips along b to a
 * slab, once for all atoms of the cell, so that every atom has five slabs left to read, as one (shaders/neighbors/build.wgsl).
 */
import { InputError } from '../core/errors.ts';
import type { BoundBuffer, Dispatch, Kernel } from '../gpu/kernel.ts';
import { type Cell, perpendicularWidths } from '../model/cell.ts';
import { BLOCK, WORKGROUP } from './layouts.ts';
import type { ReplicaSlice, StateBuffers } from './stateBuffers.ts';

/** Atoms that one key (shaders/neighbors/key.wgsl) can name, and species. */
const MOST_ATOMS = 2 ** 24;
const MOST_SPECIES = 2 ** 8;

/** As many cells along an axis hold all that an atom can meet. */
const CELLS_AROUND = 5;
/** Far beyond any memory. */
const MOST_CELLS = 1024;

/** Cells of one replica along a, b, c, and the first of them. */
export interface ReplicaGrid {
  readonly grid: readonly [number, number, number];
  readonly firstCell: number;
}

/** Keys in order, for every cell where they begin. */
export interface KeyRuns {
  readonly starts: GPUBuffer;
  readonly keys: GPUBuffer;
}

const KERNELS = ['clear', 'bin', 'scanBlocks', 'scanTop', 'scanCells', 'scatter', 'sortCells'] as const;
const MERGED_AXES = { AlongC: 2, AlongB: 1 } as const;

export type CompileNeighborKernel = (
  name: string,
  slots?: Readonly<Record<string, string>>,
) => Promise<Kernel>;

export class CellGrid {
  readonly grids: readonly ReplicaGrid[];
  /** What every atom reads: the slabs about it. */
  readonly runs: KeyRuns;
  /** From positions to `runs`; nothing where every replica is one cell, which never changes. */
  readonly dispatches: readonly Dispatch[];
  private readonly state: StateBuffers;
  private readonly buffers: GPUBuffer[] = [];

  private constructor(
    state: StateBuffers,
    grids: readonly ReplicaGrid[],
    kernels: ReadonlyMap<string, Kernel>,
  ) {
    this.state = state;
    this.grids = grids;
    const nCells = grids.reduce((sum, grid) => sum + cellCount(grid), 0);
    const sorted = this.keyRuns('cells', nCells, state.nAtoms);
    if (nCells === grids.length) {
      state.gpu.write(sorted.keys, keysInOrder(state));
      state.gpu.write(sorted.starts, Uint32Array.of(...state.slices.map((s) => s.firstAtom), state.nAtoms));
      this.runs = sorted;
      this.dispatches = [];
      return;
    }
    const [stripLength, slabLength] = mergedLengths(state, grids);
    const strips = this.keyRuns('strips', nCells, stripLength);
    const slabs = this.keyRuns('slabs', nCells, slabLength);
    const blockStarts = this.words('cell block starts', Math.ceil(nCells / BLOCK));
    const places = this.words('places in cells', 2 * state.nAtoms);
    // Exactly so many bytes, so that arrayLength in the shader is the number of cells.
    const cellCounts = { buffer: this.words('cell counts', nCells), offset: 0, size: 4 * nCells };
    const replicas = state.replicaTable;
    const positions = state.buffer('positions');
    const bind = (
      name: string,
      buffers: Readonly<Record<string, BoundBuffer>>,
      x: number,
      y = 1,
    ): Dispatch => ({
      kernel: (kernels.get(name) as Kernel).bind(buffers),
      size: [x, y, 1],
    });
    const perAtom = Math.ceil(state.largest / WORKGROUP);
    const perCell = Math.ceil(nCells / WORKGROUP);
    const perOwnCell = Math.ceil(Math.max(...grids.map(cellCount)) / WORKGROUP);
    const perBlock = Math.ceil(nCells / BLOCK / WORKGROUP);
    const nReplicas = grids.length;
    const scan = (cellStarts: GPUBuffer): Dispatch[] => [
      bind('scanBlocks', { cellCounts, blockStarts }, perBlock),
      bind('scanTop', { cellCounts, blockStarts }, 1),
      bind('scanCells', { cellCounts, blockStarts, cellStarts }, perBlock),
    ];
    const merge = (axis: keyof typeof MERGED_AXES, from: KeyRuns, to: KeyRuns): Dispatch[] => [
      bind(
        `countMerged${axis}`,
        { replicas, starts: from.starts, mergedCounts: cellCounts },
        perOwnCell,
        nReplicas,
      ),
      ...scan(to.starts),
      bind(
        `mergeCells${axis}`,
        { replicas, ...from, mergedStarts: to.starts, merged: to.keys },
        perOwnCell,
        nReplicas,
      ),
    ];
    const cells = { cellStarts: sorted.starts, cellAtoms: sorted.keys };
    this.runs = slabs;
    this.dispatches = [
      bind('clear', { cellCounts }, perCell),
      bind('bin', { replicas, positions, cellCounts, places }, perAtom, nReplicas),
      ...scan(sorted.starts),
      bind('scatter', { replicas, positions, places, ...cells }, perAtom, nReplicas),
      bind('sortCells', cells, perCell),
      ...merge('AlongC', sorted, strips),
      ...merge('AlongB', strips, slabs),
    ];
  }

  /** @param reach Å */
  static async create(state: StateBuffers, reach: number, compile: CompileNeighborKernel): Promise<CellGrid> {
    checkKeys(state);
    let firstCell = 0;
    const grids = state.replicas.map(({ system }) => {
      const here = { grid: gridOf(system.cell, reach / 2), firstCell };
      firstCell += cellCount(here);
      return here;
    });
    const kernels = new Map<string, Kernel>();
    if (firstCell > grids.length) {
      for (const name of KERNELS) kernels.set(name, await compile(name));
      for (const [variant, axis] of Object.entries(MERGED_AXES)) {
        const slots = { axis: `const AXIS: u32 = ${axis}u;` };
        for (const name of ['countMerged', 'mergeCells']) {
          kernels.set(name + variant, await compile(name, slots));
        }
      }
    }
    return new CellGrid(state, grids, kernels);
  }

  destroy(): void {
    for (const buffer of this.buffers) this.state.gpu.destroyBuffer(buffer);
  }

  private words(label: string, count: number): GPUBuffer {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const buffer = this.state.gpu.createBuffer(label, 4 * count, usage);
    this.buffers.push(buffer);
    return buffer;
  }

  private keyRuns(name: string, nCells: number, nKeys: number): KeyRuns {
    return {
      starts: this.words(`starts of ${name}`, nCells + 1),
      keys: this.words(`keys of ${name}`, nKeys),
    };
  }
}

function checkKeys({ nAtoms, replicas }: StateBuffers): void {
  const nSpecies = replicas[0]?.system.species.length ?? 0;
  if (nAtoms > MOST_ATOMS || nSpecies > MOST_SPECIES) {
    throw new InputError(
      `a batch of ${nAtoms} ions of ${nSpecies} species: at most ${MOST_ATOMS} ions of ${MOST_SPECIES} species fit`,
    );
  }
}

function cellCount({ grid: [n1, n2, n3] }: ReplicaGrid): number {
  return n1 * n2 * n3;
}

/** Cells at least `width` (Å) wide; a single one along an axis whose cells would all be visited anyway. */
function gridOf(cell: Cell, width: number): [number, number, number] {
  return perpendicularWidths(cell).map((w) => {
    const n = Math.min(MOST_CELLS, Math.floor(w / width));
    return n > CELLS_AROUND ? n : 1;
  }) as [number, number, number];
}

/** Keys in all strips and in all slabs: every atom stands in the strips of the cells around it, and so on. */
function mergedLengths({ slices }: StateBuffers, grids: readonly ReplicaGrid[]): [number, number] {
  let [strips, slabs] = [0, 0];
  slices.forEach(({ nAtoms }, r) => {
    const [, n2, n3] = (grids[r] as ReplicaGrid).grid;
    const along = nAtoms * Math.min(n3, CELLS_AROUND);
    strips += along;
    slabs += along * Math.min(n2, CELLS_AROUND);
  });
  return [strips, slabs];
}

/** The keys of all atoms, sorted replica by replica. */
function keysInOrder({ replicas, slices, nAtoms }: StateBuffers): Uint32Array<ArrayBuffer> {
  const keys = new Uint32Array(nAtoms);
  replicas.forEach(({ system }, r) => {
    const { firstAtom } = slices[r] as ReplicaSlice;
    const here = keys.subarray(firstAtom, firstAtom + system.typeOf.length);
    system.typeOf.forEach((species, i) => {
      here[i] = species * MOST_ATOMS + firstAtom + i;
    });
    here.sort();
  });
  return keys;
}

/**
 * The Verlet list, in two stages: candidates within cutoff + margin are found on a cell grid now and then, and pruned to the
 * list within cutoff + skin every few steps, which costs a tenth of it; so the skin that the pair loop pays for in every
 * step can be thin (two lists: Páll & Hess, Comput. Phys. Commun. 184, 2641 (2013), doi:10.1016/j.cpc.2013.06.003). Both
 * intervals follow the measured displacements: kernels report how far atoms have moved, the host reads the largest move with
 * the results of a batch; a move too far means that the batch is rolled back and repeated with a shorter interval. Since a
 * list never changes the force sums (order by species and tag, exact zero beyond the cutoff), neither do the intervals.
 */
import { InputError } from '../core/errors.ts';
import { type Dispatch, dispatchAll, Kernel } from '../gpu/kernel.ts';
import { packStructs } from '../gpu/struct.ts';
import { type Cell, perpendicularWidths, volume } from '../model/cell.ts';
import { repeatsForWidth } from '../model/supercell.ts';
import { BLOCK, NeighborLoop, Replica, WORKGROUP } from './layouts.ts';
import { ListInterval } from './listInterval.ts';
import { type ListSegment, listSegments } from './listSegments.ts';
import type { Phase } from './phases.ts';
import type { ReplicaSlice, StateBuffers } from './stateBuffers.ts';

/** Atoms that one key (shaders/neighbors/key.wgsl) can name, and species. */
const MOST_ATOMS = 2 ** 24;
const MOST_SPECIES = 2 ** 8;

/** A segment and its buffers: list and candidates, and for each species where its entries end. */
export interface BoundSegment extends ListSegment {
  readonly candidates: GPUBuffer;
  readonly candidateEnds: GPUBuffer;
  readonly neighbors: GPUBuffer;
  readonly ends: GPUBuffer;
  readonly loop: GPUBuffer;
}

/** Å by which candidates reach beyond the list: an ion that stays on its site moves less than half of it. */
const EXTRA_MARGIN = 1.6;
/**
 * Replicas so small are searched as one cell: what stands in order already need not be merged (Li3YCl6, 480 ions at 600 K and
 * 2 fs, on SwiftShader: 121 steps/s, and 78 with a grid).
 */
const FEW_ATOMS = 600;
const ONE_CELL = [1, 1, 1] as const;

interface Grid {
  readonly grid: readonly [number, number, number];
  readonly firstCell: number;
}

export class NeighborList {
  /** Å */
  readonly cutoff: number;
  /** Å by which the list reaches beyond the cutoff. */
  readonly skin: number;
  /** Å by which its candidates do. */
  readonly margin: number;
  readonly grids: readonly Grid[];
  readonly pruning: ListInterval;
  readonly building: ListInterval;
  /** The lists, in as many buffers as the adapter's limits ask for. */
  segments!: readonly BoundSegment[];
  private readonly state: StateBuffers;
  private readonly mostBytes: number;
  private capacity: number;
  private readonly nCells: number;
  private readonly cells: Readonly<
    Record<'counts' | 'starts' | 'blockStarts' | 'atoms' | 'places', GPUBuffer>
  >;
  private readonly kernels: Readonly<Record<string, Kernel>>;
  private readonly nSpecies: number;
  /** Positions when the candidates were found. */
  private readonly buildAnchors: GPUBuffer;
  private build: readonly Dispatch[] = [];
  private prune: readonly Dispatch[] = [];

  private constructor(
    state: StateBuffers,
    cutoff: number,
    skin: number,
    mostBytes: number,
    kernels: Readonly<Record<string, Kernel>>,
  ) {
    this.state = state;
    this.cutoff = cutoff;
    this.skin = skin;
    this.margin = skin + EXTRA_MARGIN;
    this.pruning = new ListInterval(4, skin / 2);
    this.building = new ListInterval(20, EXTRA_MARGIN / 2);
    this.mostBytes = mostBytes;
    this.kernels = kernels;
    this.nSpecies = speciesCount(state);
    let firstCell = 0;
    this.grids = state.replicas.map(({ system }) => {
      const small = system.typeOf.length <= FEW_ATOMS;
      const grid = small ? ONE_CELL : gridOf(system.cell, (cutoff + this.margin) / 2);
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
    this.buildAnchors = gpu.createBuffer('build anchors', 16 * state.nAtoms, usage);
    const densest = Math.max(
      ...state.replicas.map(({ system }) => system.typeOf.length / volume(system.cell)),
    );
    const expected = (4 / 3) * Math.PI * (cutoff + this.margin) ** 3 * densest;
    this.capacity = Math.min(state.largest, Math.ceil(1.25 * expected) + 24);
    this.allocate();
  }

  /**
   * @param cutoff Å
   * @param skin Å by which the list reaches beyond it
   * @param mostBytes of one buffer; the adapter's limit when left out
   */
  static async create(
    state: StateBuffers,
    cutoff: number,
    skin: number,
    mostBytes = state.gpu.mostBytes,
  ): Promise<NeighborList> {
    const structs = [Replica, NeighborLoop];
    const names = [
      'clear',
      'bin',
      'scanBlocks',
      'scanTop',
      'scanCells',
      'scatter',
      'sortCells',
      'build',
      'prune',
    ];
    const kernels: Record<string, Kernel> = {};
    for (const name of names) {
      kernels[name] = await Kernel.create(state.gpu, `neighbors/${name}.wgsl`, { structs });
    }
    return new NeighborList(state, cutoff, skin, mostBytes, kernels);
  }

  /** Makes room for lists of at least `needed` entries. The next build must follow before forces are computed. */
  grow(needed: number): void {
    const { gpu, largest } = this.state;
    for (const buffer of this.listBuffers()) gpu.destroyBuffer(buffer);
    this.capacity = Math.min(largest, Math.ceil(1.1 * needed) + 8);
    this.allocate();
  }

  /** Encodes a build and the pruning that must follow it. */
  encodeBuild(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass({ label: 'neighbor list' });
    dispatchAll(pass, this.build);
    pass.end();
    const positions = this.state.buffer('positions');
    encoder.copyBufferToBuffer(positions, 0, this.buildAnchors, 0, positions.size);
    this.encodePruning(encoder);
  }

  /** Encodes a pruning; displacements count from here. */
  encodePruning(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass({ label: 'pruning' });
    dispatchAll(pass, this.prune);
    pass.end();
    const positions = this.state.buffer('positions');
    encoder.copyBufferToBuffer(positions, 0, this.state.anchors, 0, positions.size);
  }

  /** Building and pruning as parts of a step. */
  phases(): readonly Phase[] {
    const part = (name: Phase['name'], { steps }: ListInterval, dispatches: readonly Dispatch[]): Phase => ({
      name,
      perStep: 1 / steps,
      encode: (pass) => dispatchAll(pass, dispatches),
    });
    return [part('neighbor list', this.building, this.build), part('pruning', this.pruning, this.prune)];
  }

  private allocate(): void {
    const { state, nSpecies, capacity } = this;
    const { gpu } = state;
    const most = Math.floor(this.mostBytes / (4 * capacity));
    const { STORAGE, COPY_SRC, UNIFORM, COPY_DST } = GPUBufferUsage;
    this.segments = listSegments(state.slices, Math.max(1, most)).map((segment) => {
      const loop = gpu.createBuffer('neighbor loop', NeighborLoop.stride, UNIFORM | COPY_DST);
      const values = {
        candidateCutoff2: (this.cutoff + this.margin) ** 2,
        listCutoff2: (this.cutoff + this.skin) ** 2,
        reportedMove2: (this.building.allowed / 2) ** 2,
      };
      gpu.write(loop, packStructs(NeighborLoop, [{ ...segment, nSpecies, capacity, ...values }]));
      const listBytes = 4 * segment.nAtoms * capacity;
      const endBytes = 4 * segment.nAtoms * nSpecies;
      return {
        ...segment,
        candidates: gpu.createBuffer('candidates', listBytes, STORAGE | COPY_SRC),
        candidateEnds: gpu.createBuffer('candidate ends', endBytes, STORAGE | COPY_SRC),
        neighbors: gpu.createBuffer('neighbors', listBytes, STORAGE | COPY_SRC),
        ends: gpu.createBuffer('neighbor ends', endBytes, STORAGE | COPY_SRC),
        loop,
      };
    });
    this.bindKernels();
  }

  private listBuffers(): GPUBuffer[] {
    return this.segments.flatMap(({ candidates, candidateEnds, neighbors, ends, loop }) => [
      ...[candidates, candidateEnds, neighbors, ends, loop],
    ]);
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
    const bind = (name: string, buffers: Parameters<Kernel['bind']>[0], x: number, y = 1): Dispatch => ({
      kernel: (kernels[name] as Kernel).bind(buffers),
      size: [x, y, 1],
    });
    const { buildAnchors } = this;
    const { status } = state;
    const perSegment = (name: string, buffers: (segment: BoundSegment) => Parameters<Kernel['bind']>[0]) =>
      this.segments.map((segment) => {
        const { candidates, candidateEnds, neighbors, loop: neighborLoop, perReplica } = segment;
        const common = { replicas, positions, neighborLoop, candidates, candidateEnds, neighbors, status };
        const x = Math.ceil(perReplica / WORKGROUP);
        return bind(name, { ...common, ...buffers(segment) }, x, segment.nReplicas);
      });
    this.prune = perSegment('prune', ({ ends }) => ({ buildAnchors, neighborEnds: ends }));
    const builds = perSegment('build', () => ({ cellStarts: starts, cellAtoms: cells.atoms }));
    if (this.single) {
      const { gpu } = state;
      gpu.write(cells.atoms, keysInOrder(state));
      gpu.write(cells.starts, Uint32Array.of(...state.slices.map((s) => s.firstAtom), state.nAtoms));
      this.build = builds;
      return;
    }
    this.build = [
      bind('clear', { cellCounts: counts }, perCell),
      bind('bin', { replicas, positions, cellCounts: counts, places: cells.places }, perAtom, nReplicas),
      bind('scanBlocks', { cellCounts: counts, blockStarts: cells.blockStarts }, perBlock),
      bind('scanTop', { cellCounts: counts, blockStarts: cells.blockStarts }, 1),
      bind('scanCells', { cellCounts: counts, blockStarts: cells.blockStarts, cellStarts: starts }, perBlock),
      bind(
        'scatter',
        { replicas, positions, places: cells.places, cellStarts: starts, cellAtoms: cells.atoms },
        perAtom,
        nReplicas,
      ),
      bind('sortCells', { cellStarts: starts, cellAtoms: cells.atoms }, perCell),
      ...builds,
    ];
  }

  /** Binds exactly so many bytes, so that arrayLength in the shader is the number of entries. */
  private exact(buffer: GPUBuffer, size: number): { buffer: GPUBuffer; offset: number; size: number } {
    return { buffer, offset: 0, size };
  }

  destroy(): void {
    const { gpu } = this.state;
    for (const buffer of [...Object.values(this.cells), this.buildAnchors, ...this.listBuffers()])
      gpu.destroyBuffer(buffer);
  }
}

/** Checks that keys can name all atoms and species. */
function speciesCount({ nAtoms, replicas }: StateBuffers): number {
  const nSpecies = replicas[0]?.system.species.length ?? 0;
  if (nAtoms > MOST_ATOMS || nSpecies > MOST_SPECIES) {
    throw new InputError(
      `a batch of ${nAtoms} ions of ${nSpecies} species: at most ${MOST_ATOMS} ions of ${MOST_SPECIES} species fit`,
    );
  }
  return nSpecies;
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

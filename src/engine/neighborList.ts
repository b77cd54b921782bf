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
import { CellGrid, type CompileNeighborKernel } from './cellGrid.ts';
import { NeighborLoop, Replica, WORKGROUP } from './layouts.ts';
import { ListInterval } from './listInterval.ts';
import { type ListSegment, listSegments } from './listSegments.ts';
import type { Phase } from './phases.ts';
import type { StateBuffers } from './stateBuffers.ts';

/** A segment and its buffers: list and candidates, and for each species where its entries end. */
export interface BoundSegment extends ListSegment {
  readonly candidates: GPUBuffer;
  readonly candidateEnds: GPUBuffer;
  readonly neighbors: GPUBuffer;
  readonly ends: GPUBuffer;
  readonly loop: GPUBuffer;
}

/**
 * Å by which candidates reach beyond the list. An ion that stays on its site moves less than half of it: LiCl at 300 K is
 * searched every 60 steps, with 1.6 Å every 40.
 */
const EXTRA_MARGIN = 2.2;

export class NeighborList {
  /** Å */
  readonly cutoff: number;
  /** Å by which the list reaches beyond the cutoff. */
  readonly skin: number;
  /** Å by which its candidates do. */
  readonly margin: number;
  readonly cells: CellGrid;
  readonly pruning: ListInterval;
  readonly building: ListInterval;
  /** The lists, in as many buffers as the adapter's limits ask for. */
  segments!: readonly BoundSegment[];
  private readonly state: StateBuffers;
  private readonly mostBytes: number;
  private capacity: number;
  private readonly kernels: Readonly<Record<'build' | 'prune', Kernel>>;
  private readonly nSpecies: number;
  /** Positions when the candidates were found. */
  private readonly buildAnchors: GPUBuffer;
  readonly buildLattices: GPUBuffer;
  private build: readonly Dispatch[] = [];
  private prune: readonly Dispatch[] = [];

  private constructor(
    state: StateBuffers,
    cutoff: number,
    skin: number,
    mostBytes: number,
    cells: CellGrid,
    kernels: Readonly<Record<'build' | 'prune', Kernel>>,
  ) {
    this.state = state;
    this.cutoff = cutoff;
    this.skin = skin;
    this.cells = cells;
    this.margin = skin + EXTRA_MARGIN;
    this.pruning = new ListInterval(4, skin / 2);
    this.building = new ListInterval(20, EXTRA_MARGIN / 2);
    this.mostBytes = mostBytes;
    this.kernels = kernels;
    this.nSpecies = state.replicas[0]?.system.species.length ?? 0;
    const { gpu } = state;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.buildAnchors = gpu.createBuffer('build anchors', 16 * state.nAtoms, usage);
    this.buildLattices = gpu.createBuffer('build lattices', state.buffer('lattices').size, usage);
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
   * @param slack part of its edges that a cell may shrink to before cells of the grid are too thin
   */
  static async create(
    state: StateBuffers,
    cutoff: number,
    skin: number,
    mostBytes = state.gpu.mostBytes,
    slack = 1,
  ): Promise<NeighborList> {
    const compile: CompileNeighborKernel = (name, slots = {}) =>
      Kernel.create(state.gpu, `neighbors/${name}.wgsl`, { structs: [Replica, NeighborLoop], slots });
    const cells = await CellGrid.create(state, (cutoff + skin + EXTRA_MARGIN) / slack, compile);
    const kernels = { build: await compile('build'), prune: await compile('prune') };
    return new NeighborList(state, cutoff, skin, mostBytes, cells, kernels);
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
    const lattices = this.state.buffer('lattices');
    encoder.copyBufferToBuffer(lattices, 0, this.buildLattices, 0, lattices.size);
    this.encodePruning(encoder);
  }

  /** Encodes a pruning; displacements count from here. */
  encodePruning(encoder: GPUCommandEncoder): void {
    const pass = encoder.beginComputePass({ label: 'pruning' });
    dispatchAll(pass, this.prune);
    pass.end();
    const positions = this.state.buffer('positions');
    encoder.copyBufferToBuffer(positions, 0, this.state.anchors, 0, positions.size);
    const lattices = this.state.buffer('lattices');
    encoder.copyBufferToBuffer(lattices, 0, this.state.anchorLattices, 0, lattices.size);
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

  private bindKernels(): void {
    const { state, cells, kernels, buildAnchors } = this;
    const { replicaTable: replicas, status } = state;
    const positions = state.buffer('positions');
    const perSegment = (
      name: 'build' | 'prune',
      buffers: (segment: BoundSegment) => Readonly<Record<string, GPUBuffer>>,
    ): Dispatch[] =>
      this.segments.map((segment) => {
        const { candidates, candidateEnds, loop: neighborLoop, perReplica, nReplicas } = segment;
        const common = { replicas, positions, neighborLoop, candidates, candidateEnds, status };
        return {
          kernel: kernels[name].bind({ ...common, ...buffers(segment) }),
          size: [Math.ceil(perReplica / WORKGROUP), nReplicas, 1],
        };
      });
    this.build = [...cells.dispatches, ...perSegment('build', () => ({ ...cells.runs }))];
    this.prune = perSegment('prune', ({ neighbors, ends }) => ({
      ...{ buildAnchors, neighbors, neighborEnds: ends },
    }));
  }

  destroy(): void {
    const { gpu } = this.state;
    this.cells.destroy();
    const own = [this.buildAnchors, this.buildLattices];
    for (const buffer of [...own, ...this.listBuffers()]) gpu.destroyBuffer(buffer);
  }
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

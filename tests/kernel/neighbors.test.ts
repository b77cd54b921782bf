import { describe, expect, it } from 'vitest';
import { STATUS } from '../../src/engine/layouts.ts';
import { NeighborList } from '../../src/engine/neighborList.ts';
import { StateBuffers } from '../../src/engine/stateBuffers.ts';
import type { System } from '../../src/model/system.ts';
import { neighborLists } from '../../src/reference/neighbors.ts';
import { testGpu } from '../support/gpu.ts';
import { naclForceField, rattled, rockSalt, strained } from '../support/systems.ts';

const crystal = (repeats: [number, number, number], seed = 1): System =>
  rattled(rockSalt(naclForceField, 5.64, repeats), 0.3, seed);

async function build(systems: readonly System[], cutoff: number, skin: number, mostBytes?: number) {
  const gpu = await testGpu();
  const state = new StateBuffers(
    gpu,
    systems.map((system) => ({ system, seed: 1, temperature: 300 })),
  );
  const list = await NeighborList.create(state, cutoff, skin, mostBytes);
  state.writeReplicas(
    systems.map(() => 300),
    list.cells.grids,
    cutoff,
    list.cutoff + list.margin,
    [],
  );
  const run = async () => {
    gpu.submit('build', (encoder) => {
      encoder.clearBuffer(state.status);
      list.encodeBuild(encoder);
    });
    const status = new Uint32Array(await gpu.read(state.status));
    const read = async (entriesOf: 'candidates' | 'neighbors', endsOf: 'candidateEnds' | 'ends') => {
      const lists = systems.map((system): number[][][] => Array.from(system.typeOf, () => []));
      for (const segment of list.segments) {
        const ends = new Uint32Array(await gpu.read(segment[endsOf]));
        const entries = new Uint32Array(await gpu.read(segment[entriesOf]));
        systems.forEach((system, r) => {
          const { firstAtom, nAtoms } = state.slice(r);
          for (let i = 0; i < nAtoms; i++) {
            const slot = firstAtom + i - segment.firstAtom;
            if (slot < 0 || slot >= segment.nAtoms) continue;
            let k = 0;
            lists[r]![i] = system.species.map((_, species) => {
              const section: number[] = [];
              for (; k < ends[species * segment.nAtoms + slot]!; k++) {
                section.push(entries[k * segment.nAtoms + slot]! - firstAtom);
              }
              return section;
            });
          }
        });
      }
      return lists;
    };
    const candidates = await read('candidates', 'candidateEnds');
    const lists = await read('neighbors', 'ends');
    return { candidates, lists, needed: status[STATUS.candidates]! };
  };
  const destroy = () => {
    list.destroy();
    state.destroy();
  };
  return { state, list, run, destroy };
}

/** Brute force, the neighbors of each species by themselves. */
function expectedLists(system: System, listCutoff: number): number[][][] {
  return neighborLists(system, listCutoff).map((neighbors) =>
    system.species.map((_, species) => neighbors.filter((other) => system.typeOf[other] === species)),
  );
}

describe('neighbor list', () => {
  it.each<[string, System[], string[], number, number]>([
    ['one cell', [crystal([2, 2, 2])], ['1 1 1'], 4.5, 0.5],
    ['list cutoff beyond half the width', [crystal([2, 2, 2])], ['1 1 1'], 5.6, 2],
    ['a grid along one axis', [crystal([2, 6, 2])], ['1 8 1'], 5, 1],
    ['a grid along two axes', [crystal([5, 2, 5])], ['8 1 8'], 4, 0.7],
    ['many cells', [crystal([5, 4, 6])], ['8 6 9'], 4, 0.7],
    [
      'triclinic, many cells',
      [strained(crystal([5, 5, 5]), [0, 0, 0, 0.35, 0, 0, -0.2, 0.3, 0])],
      ['7 7 8'],
      4,
      0.6,
    ],
    [
      'triclinic, list cutoff beyond half the width',
      [strained(crystal([2, 2, 2]), [0, 0, 0, 0.5, 0, 0, -0.3, 0.4, 0])],
      ['1 1 1'],
      4.6,
      2,
    ],
    [
      'replicas of different sizes and grids, some with a single cell',
      [crystal([2, 2, 2]), crystal([5, 5, 4], 2), crystal([4, 2, 6], 3), crystal([3, 3, 3], 4)],
      ['1 1 1', '8 8 6', '6 1 9', '1 1 1'],
      4,
      0.6,
    ],
    ['replicas of one cell each', [crystal([2, 2, 2]), crystal([4, 3, 3], 2)], ['1 1 1', '1 1 1'], 5, 0.6],
  ])(
    '%s: equals brute force with images, by species in the order of the tags',
    async (_name, systems, grids, cutoff, skin) => {
      const { list, run, destroy } = await build(systems, cutoff, skin);
      const { candidates, lists, needed } = await run();
      destroy();
      expect(needed).toBe(0);
      expect(list.cells.grids.map(({ grid }) => grid.join(' '))).toEqual(grids);
      systems.forEach((system, r) => {
        expect(candidates[r]).toEqual(expectedLists(system, cutoff + list.margin));
        expect(lists[r]).toEqual(expectedLists(system, cutoff + skin));
      });
    },
  );

  it('stands in several buffers where one would be too large, to the same lists', async () => {
    const systems = [crystal([2, 2, 2]), crystal([2, 3, 2], 2), crystal([5, 4, 6], 3)];
    const { list, run, destroy } = await build(systems, 4, 0.7, 100_000);
    const { lists } = await run();
    destroy();
    // The small cells share one, the large one is cut in pieces.
    const [small, ...pieces] = list.segments.map(({ firstReplica, nReplicas }) => [firstReplica, nReplicas]);
    expect(small).toEqual([0, 2]);
    expect(pieces.length).toBeGreaterThan(1);
    for (const piece of pieces) expect(piece).toEqual([2, 1]);
    systems.forEach((system, r) => {
      expect(lists[r]).toEqual(expectedLists(system, 4.7));
    });
  });

  it('reports the length a list needs when it does not fit, and fits after growing', async () => {
    // Half of a large box is empty: the mean density the capacity is guessed from is half the local one.
    const dense = crystal([4, 4, 4]);
    const system = { ...dense, cell: { h: dense.cell.h.map((x, i) => (i < 3 ? 2.5 * x : x)) } };
    const { list, run, destroy } = await build([system], 8, 1);
    const first = await run();
    const expected = neighborLists(system, 8 + list.margin);
    expect(first.needed).toBe(Math.max(...expected.map((one) => one.length)));
    list.grow(first.needed);
    const second = await run();
    destroy();
    expect(second.needed).toBe(0);
    expect(second.candidates[0]).toEqual(expectedLists(system, 8 + list.margin));
    expect(second.lists[0]).toEqual(expectedLists(system, 9));
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { closestPair } from '../../../src/model/distances.ts';
import { formula } from '../../../src/model/system.ts';
import { parseRunSpec } from '../../../src/run/parseSpec.ts';
import { prepareRun } from '../../../src/run/prepare.ts';
import { naclForceField, rattled, rockSalt, strained } from '../../support/systems.ts';

const structures = join(import.meta.dirname, '..', '..', '..', 'public', 'examples', 'structures');
const stages = [{ do: 'nvt', temperature: 600, duration: 10 }];
const lyc = readFileSync(join(structures, 'Li3YCl6_ordered_DFT.cif'), 'utf8');

function prepare(structure: string, change: object = {}, file = 'a.cif') {
  const base = {
    structure: file,
    potential: 'chlorides-rigid-ion-2026',
    supercell: [2, 2, 4],
    cutoff: 9,
    stages,
  };
  const spec = parseRunSpec(JSON.stringify({ ...base, ...change }), 'spec.json');
  return prepareRun(spec, {
    bytes: async () => new TextEncoder().encode(structure),
    text: async () => JSON.stringify({ species: {}, pairs: [] }),
  });
}

describe('preparing a run', () => {
  it('Li3YCl6: supercell, charges, mobile species, formal charges', async () => {
    const { system, mobile, warnings } = await prepare(lyc);
    expect(system.typeOf.length).toBe(480);
    expect(mobile).toEqual(['Li']);
    expect(system.species).toEqual([
      { label: 'Li', element: 'Li', mass: 6.94, charge: 0.7, formalCharge: 1 },
      { label: 'Y', element: 'Y', mass: 88.906, charge: 2.1, formalCharge: 3 },
      { label: 'Cl', element: 'Cl', mass: 35.453, charge: -0.7, formalCharge: -1 },
    ]);
    expect(warnings).toEqual([]);
  });

  it('changes the composition of the supercell before species are assigned', async () => {
    const { system, built, warnings } = await prepare(lyc, {
      build: { substitute: ['Y=Zr:0.25'], vacancies: [{ remove: 'LiCl', count: 2 }] },
    });
    expect(formula(system)).toBe('Li130 Y36 Zr12 Cl286');
    expect(warnings).toEqual([]);
    expect(built).toEqual([
      'Y → Zr: 12 of 48 (0.25); a share of 0.25 was asked for',
      'Li removed for the balance of charge: 12 of 144 (0.0833)',
      'LiCl removed: 2 of 132 (0.0152)',
    ]);
    await expect(prepare(lyc, { build: { vacancies: ['Li:2'] } })).rejects.toThrow(/would carry −2 e/);
  });

  it('makes a potential for the structure as it has become', async () => {
    const { system, forceField } = await prepare(lyc, {
      ...{ potential: 'softbv', cutoff: 9 },
      build: { substitute: ['Y=Zr:0.25', 'Cl=Br:0.5'] },
    });
    expect(formula(system)).toBe('Li132 Y36 Zr12 Cl144 Br144');
    expect(forceField.pairs.map(({ between }) => between.join('–'))).toEqual(
      expect.arrayContaining(['Cl–Zr', 'Zr–Br', 'Li–Br']),
    );
  });

  it('warns outside the temperatures a potential is valid for', async () => {
    const { warnings } = await prepare(lyc, { stages: [{ do: 'nvt', temperature: 900, duration: 10 }] });
    expect(warnings.join()).toMatch(/900 K is outside 300–700 K/);
  });

  it('warns of a net charge, naming it', async () => {
    const { warnings } = await prepare(lyc.replace(/^Cl18 .*\n/m, ''));
    expect(warnings.join()).toMatch(/the cell carries \+11\.200 e .*background of −11\.200 e/);
  });

  it('orders partly occupied sites when asked to, and says so', async () => {
    const disordered = lyc.replace(/^(Li[1-9] .*)1\.00000/gm, '$10.90000').replace(/^Cl18 .*\n/m, '');
    const run = (seed: number) =>
      prepare(disordered, { build: { order: 'random' }, supercell: [2, 2, 4], seed });
    const { system, ordering, built } = await run(3);
    expect(ordering).toMatchObject({ order: 'random', method: 'random', charges: { Li: 1, Y: 3, Cl: -1 } });
    // 16 cells of 17 chloride and 3 yttrium ions take 8 lithium ions each where 8.1 are asked for.
    expect(ordering).toMatchObject({ asked: 'Li129.6 Y48 Cl272', reached: 'Li128 Y48 Cl272' });
    expect(system.typeOf.length).toBe(448);
    expect(system.occupancies).toBeUndefined();
    expect(built.join()).toMatch(/ask for Li129\.6 Y48 Cl272, reached Li128 Y48 Cl272/);
    expect((await run(3)).system.positions).toEqual(system.positions);
    expect((await run(4)).system.positions).not.toEqual(system.positions);
    const apart = prepare(disordered, {
      ...{ build: { order: 'random', exclude: { 'Li-Li': 6 } }, supercell: [2, 2, 4] },
    });
    await expect(apart).rejects.toThrow(/apart|crowded|closer|no room/);
    // Lithium on two sites, 0.83 and 0.67 of them: kept by site, or in sum only.
    const erbium = readFileSync(
      join(import.meta.dirname, '../../../public/examples/structures/Li3ErCl6_P-3m1.cif'),
      'utf8',
    );
    const [kept, free] = await Promise.all(
      ['refined', 'free'].map((sites) =>
        prepare(erbium, { build: { order: 'ewald', sites }, supercell: [2, 2, 4] }),
      ),
    );
    expect(free!.ordering?.reached).toBe('Li144 Er48 Cl288');
    expect(kept!.ordering?.reached).toBe('Li144 Er48 Cl288');
    expect(free!.system.positions).not.toEqual(kept!.system.positions);
    const full = await prepare(lyc, { build: { order: 'ewald' } });
    expect(full.ordering).toBeUndefined();
    expect(full.system.typeOf.length).toBe(480);
  });

  it.each<[string, string, object, RegExp]>([
    [
      'a cell thinner than twice the cutoff',
      lyc,
      { supercell: [1, 1, 1] },
      /supercell of 2 × 2 × 4 would do|supercell of 2 × 2 × 3|less than twice the cutoff of 9 Å/,
    ],
    [
      'an unknown potential',
      lyc,
      { potential: 'chlorides-rigid-ion-2025' },
      /no potential "chlorides-rigid-ion-2025" in the library; did you mean/,
    ],
    ['a species the potential does not know', lyc.replaceAll(' Y ', ' Gd '), {}, /has no species for Gd/],
    [
      'a net charge under dsf',
      lyc.replace(/^Cl18 .*\n/m, ''),
      { method: 'dsf' },
      /the cell carries \+11\.200 e .*dsf needs a neutral one/,
    ],
    [
      'overlapping atoms',
      lyc.replace('Li2    Li  0.994235 0.338333 0.993805', 'Li2    Li  0.331882 0.999828 0.510261'),
      {},
      /Li \(atom \d+\) and Li \(atom \d+\) overlap: 0\.060 Å apart/,
    ],
    [
      'partial occupancies',
      lyc.replace(/(Li4 .*)1\.00000/, '$10.50000'),
      {},
      /partly occupied sites: Li4 \(0\.5\).*halide-md build/,
    ],
    [
      'velocities a file does not have',
      lyc,
      { velocities: 'file' },
      /"velocities": "file" was asked for, but the structure has none/,
    ],
    ['a mobile species that is not there', lyc, { mobile: 'Na' }, /mobile: no species is called "Na"/],
  ])('refuses %s', async (_what, structure, change, message) => {
    await expect(prepare(structure, change)).rejects.toThrow(message);
  });
});

describe('closestPair', () => {
  it('finds the nearest pair through the faces of a sheared cell', () => {
    const system = strained(
      rattled(rockSalt(naclForceField, 5.64, [2, 2, 2]), 0.3, 4),
      [0, 0, 0, 0.4, 0, 0, -0.3, 0.3, 0],
    );
    const n = system.typeOf.length;
    const { h } = system.cell;
    let best = { distance: 9, i: 0, j: 0 };
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < n; j++) {
        for (const [a, b, c] of [-2, -1, 0, 1, 2].flatMap((x) =>
          [-2, -1, 0, 1, 2].flatMap((y) => [-2, -1, 0, 1, 2].map((z) => [x, y, z])),
        )) {
          const d = [0, 1, 2].map(
            (k) =>
              system.positions[3 * i + k]! -
              system.positions[3 * j + k]! +
              a! * h[k]! +
              b! * h[3 + k]! +
              c! * h[6 + k]!,
          );
          const distance = Math.hypot(...d);
          if (distance < best.distance) best = { distance, i, j };
        }
      }
    }
    const found = closestPair(system, 2.5);
    expect(found).toMatchObject({ i: best.i, j: best.j });
    expect(found!.distance).toBeCloseTo(best.distance, 10);
    expect(closestPair(system, best.distance - 1e-6)).toBeUndefined();
  });
});

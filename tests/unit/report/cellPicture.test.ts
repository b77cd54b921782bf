import { describe, expect, it } from 'vitest';
import { cellFromParameters } from '../../../src/model/cell.ts';
import { supercell } from '../../../src/model/supercell.ts';
import { cellPicture } from '../../../src/report/cellPicture.ts';
import { polyhedra } from '../../../src/report/polyhedra.ts';
import { crystal } from '../../support/sampleRun.ts';
import { rattled } from '../../support/systems.ts';
import { problemsOf, textsOf } from './wellFormed.ts';

const MOBILE = { mobile: ['Li'] };
const spheres = (svg: string): number => svg.match(/<use /g)?.length ?? 0;

describe('cellPicture', () => {
  const system = crystal();
  const svg = cellPicture(system, MOBILE);

  it('is well-formed, with a text alternative, axes, legend and scale bar', () => {
    expect(problemsOf(svg)).toEqual([]);
    expect(svg).toContain(
      'role="img" aria-label="LiYCl₄, 48 atoms in the periodic cell, seen nearly along b. 8 Li⁺ (mobile), 8 Y³⁺, 32 Cl⁻.',
    );
    expect(textsOf(svg)).toEqual(['a', 'b', 'c', '5 Å', 'Li⁺ 8', 'Y³⁺ 8', 'Cl⁻ 32']);
  });

  it('draws what every reference defines, inside the picture', () => {
    const ids = new Set([...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, id] of svg.matchAll(/(?:href="#|url\(#)([^")]+)/g)) expect(ids.has(id!), id).toBe(true);
    for (const [, x, y] of svg.matchAll(/<use href="[^"]+" x="([^"]+)" y="([^"]+)"/g)) {
      expect(+x!).toBeGreaterThan(0);
      expect(+x!).toBeLessThan(560);
      expect(+y!).toBeGreaterThan(0);
      expect(+y!).toBeLessThan(430);
    }
  });

  it('draws twelve edges', () => {
    const edges = [...svg.matchAll(/stroke-opacity="0\.[79]" d="((?:M[\d. -]+L[\d. -]+)+)"/g)].map(
      ([, d]) => d!.split('M').length - 1,
    );
    expect(edges.sort((a, b) => a - b)).toEqual([3, 9]);
  });

  it('completes the octahedra with anions beyond the faces', () => {
    const hulls = polyhedra(
      system,
      system.positions,
      [1],
      [2, 3, 4, 5].concat([...Array(48).keys()].filter((i) => i > 5 && system.typeOf[i] === 2)),
    );
    expect(hulls).toHaveLength(1);
    expect(hulls[0]!.vertices).toHaveLength(6);
    expect(hulls[0]!.faces).toHaveLength(8);
    // Two paths a metal, and more spheres than atoms.
    expect(svg.match(/fill-opacity="0\.(24|1)"/g)).toHaveLength(16);
    const without = cellPicture(system, { ...MOBILE, polyhedra: false });
    expect(spheres(without)).toBeLessThanOrEqual(48);
    expect(spheres(svg)).toBeGreaterThan(spheres(without));
  });

  it('stays small for thousands of atoms and leaves out what is hidden', () => {
    const large = rattled(supercell(system, [4, 4, 5]), 0.2);
    expect(large.typeOf).toHaveLength(3840);
    const picture = cellPicture(large, MOBILE);
    expect(picture.length).toBeLessThan(300_000);
    expect(spheres(picture)).toBeLessThan(3840);
    expect(spheres(picture)).toBeGreaterThan(500);
    const tiny = cellPicture(rattled(supercell(system, [6, 6, 6]), 0.2), { ...MOBILE, maxSpheres: 400 });
    expect(spheres(tiny)).toBeLessThanOrEqual(400);
    expect(textsOf(tiny).join()).toMatch(/one in \d+ of the visible atoms is drawn/);
  });

  it('takes any cell, broken positions and hostile names', () => {
    const triclinic = cellFromParameters({ a: 9, b: 11, c: 13, alpha: 75, beta: 100, gamma: 115 });
    expect(problemsOf(cellPicture({ ...system, cell: triclinic }, MOBILE))).toEqual([]);
    const broken = { ...system, positions: system.positions.map((x, i) => (i < 9 ? Number.NaN : x)) };
    expect(problemsOf(cellPicture(broken, MOBILE))).toEqual([]);
    const evil = '"><script>alert(1)</script>';
    const species = system.species.map((one) => ({ ...one, label: evil, element: evil }));
    const hostile = cellPicture({ ...system, title: evil, species }, MOBILE);
    expect(hostile).not.toContain('<script');
    expect(problemsOf(hostile)).toEqual([]);
  });

  it('is the same text every time', () => {
    expect(cellPicture(system, MOBILE)).toBe(svg);
  });
});

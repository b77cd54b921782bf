/** Disordered crystals as their refinements have them: cells, sites and occupancies, in the smallest CIF that holds them. */
import { readStructure } from '../../../src/io/index.ts';
import type { System } from '../../../src/model/system.ts';

interface Crystal {
  readonly title: string;
  readonly cell: readonly [number, number, number, number, number, number];
  readonly group: string;
  /** Label, x, y, z, occupancy; the element is the label's. */
  readonly sites: readonly (readonly [string, number, number, number, number])[];
}

const third = 0.333333;

export const CRYSTALS = {
  /** Inverse spinel; Lutz et al., single crystal: Fd-3m, a = 10.401 Å, u = 0.25699 (ICSD 74957). */
  Li2MgCl4: {
    title: 'Li2MgCl4',
    cell: [10.401, 10.401, 10.401, 90, 90, 90],
    group: 'F d -3 m :2',
    sites: [
      ['Li1', 0.125, 0.125, 0.125, 1],
      ['Li2', 0.5, 0.5, 0.5, 0.5],
      ['Mg1', 0.5, 0.5, 0.5, 0.5],
      ['Cl1', 0.25699, 0.25699, 0.25699, 1],
    ],
  },
  /** As refined, not neutral: Zhou et al., Energy Environ. Sci. 13, 2056 (2020). */
  Li2Sc0667Cl4: {
    title: 'Li2Sc2/3Cl4',
    cell: [10.4037, 10.4037, 10.4037, 90, 90, 90],
    group: 'F d -3 m :2',
    sites: [
      ['Li1', 0.125, 0.125, 0.125, 0.141],
      ['Li2', 0, 0, 0, 0.218],
      ['Li3', 0.125, 0.125, 0.886, 0.0282],
      ['Li4', 0.5, 0.5, 0.5, 0.689],
      ['Sc1', 0.5, 0.5, 0.5, 0.311],
      ['Cl1', 0.25435, 0.25435, 0.25435, 1],
    ],
  },
  /** Asano et al., Adv. Mater. 30, 1803075 (2018), doi:10.1002/adma.201803075; yttrium on M1 and M2. */
  Li3YCl6: {
    title: 'Li3YCl6',
    cell: [11.2217, 11.2217, 6.05517, 90, 90, 120],
    group: 'P -3 m 1',
    sites: [
      ['Li1', 0.326, 0, 0, 0.826],
      ['Li2', 0.332, 0, 0.5, 0.674],
      ['Y1', 0, 0, 0, 1],
      ['Y2', third, 0.666667, 0.5, 1],
      ['Cl1', 0.1133, -0.1133, 0.7827, 1],
      ['Cl2', 0.2136, -0.2136, 0.2561, 1],
      ['Cl3', 0.4367, -0.4367, 0.7461, 1],
    ],
  },
  /** Split lithium sites 0.42 and 1.36 Å apart: doi:10.1021/acs.chemmater.8b00266. */
  Li10GeP2S12: {
    title: 'Li10GeP2S12',
    cell: [8.71121, 8.71121, 12.6078, 90, 90, 90],
    group: 'P 42/n m c :1',
    sites: [
      ['Li1', 0, 0, 0.251, 0.68],
      ['Li2', 0.237, 0.252, 0.8031, 0.5],
      ['Li3', 0, 0.476, 0.555, 0.54],
      ['Li4', 0.246, 0.246, 0.5, 0.62],
      ['Ge1', 0, 0.5, 0.3079, 0.5],
      ['P1', 0, 0.5, 0.3079, 0.5],
      ['P2', 0, 0, 0, 1],
      ['S1', 0, 0.187, 0.0908, 1],
      ['S2', 0, 0.2943, 0.4032, 1],
      ['S3', 0, 0.304, 0.7062, 1],
    ],
  },
} satisfies Record<string, Crystal>;

/** The text of a CIF. */
export function cifOf({ title, cell, group, sites }: Crystal): string {
  const names = ['length_a', 'length_b', 'length_c', 'angle_alpha', 'angle_beta', 'angle_gamma'];
  return [
    'data_test',
    `_chemical_name_common '${title}'`,
    ...names.map((name, i) => `_cell_${name} ${cell[i]}`),
    `_space_group_name_H-M_alt '${group}'`,
    'loop_',
    ...['label', 'fract_x', 'fract_y', 'fract_z', 'occupancy'].map((name) => `_atom_site_${name}`),
    ...sites.map((site) => site.join(' ')),
    '',
  ].join('\n');
}

export async function crystal(
  name: keyof typeof CRYSTALS,
  change: (text: string) => string = (text) => text,
): Promise<System> {
  const text = change(cifOf(CRYSTALS[name]));
  return (await readStructure(new TextEncoder().encode(text), `${name}.cif`)).system;
}

/** The report on a structure as text for a terminal. */
import type { Inspection } from '../build/inspect.ts';
import { occupantText, type Site } from '../build/sites.ts';
import { signed } from '../model/oxidation.ts';
import type { Species, System } from '../model/system.ts';

/** Rows of one table that are shown; JSON has all of them. */
const MOST_ROWS = 40;

/** Sections with a table each. */
export function inspectionText(system: System, report: Inspection): string {
  const sections = [
    summary(report),
    symmetryText(report),
    distancesText(report),
    valencesText(system, report),
    polyhedraText(report),
    voidsText(system, report),
    report.warnings.length > 0
      ? ['warnings', ...report.warnings.map((warning) => `  - ${warning}`)]
      : ['no warnings'],
  ];
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

function summary({ title, atoms, composition, cell, density, charge }: Inspection): string[] {
  const { formula, units } = composition;
  const { a, b, c, alpha, beta, gamma } = cell;
  const species = charge.species.map(({ label, charge: q, source }) => {
    return `${label} ${signed(q)}${source === 'file' ? '' : ` (${source})`}`;
  });
  return [
    title,
    ...table([
      [
        'composition',
        `${formula}, ${units} formula ${units === 1 ? 'unit' : 'units'}, ${atoms} atom positions`,
      ],
      [
        'cell',
        `${[a, b, c].map((x) => x.toFixed(4)).join(' ')} Å  ${[alpha, beta, gamma].map(angle).join(' ')}°`,
      ],
      ['volume', `${cell.volume.toFixed(3)} Å³, ${cell.volumePerAtom.toFixed(2)} Å³ per atom`],
      ['density', `${density.toFixed(4)} g/cm³`],
      ['net charge', `${signed(Number(charge.net.toFixed(4)))} e with ${species.join(', ')}`],
      [
        'widths',
        `${cell.widths.map((x) => x.toFixed(2)).join(' ')} Å; 16 Å wide: ${cell.supercell.join(' × ')}`,
      ],
    ]),
  ];
}

function symmetryText({ symmetry }: Inspection): string[] {
  if (typeof symmetry === 'string') return ['symmetry', `  ${symmetry}`];
  const { number, symbol, pearson, tolerance, orbits, conventional, primitiveCells } = symmetry;
  const { a, b, c, alpha, beta, gamma, matrix, ratio } = conventional;
  const rows = orbits
    .slice(0, MOST_ROWS)
    .map((orbit) => [
      orbit.label ?? '',
      orbit.occupants,
      `${orbit.multiplicity}${orbit.wyckoff}`,
      orbit.siteSymmetry,
      `${orbit.sites.length}`,
      orbit.example.map((x) => x.toFixed(4)).join(' '),
    ]);
  return [
    `symmetry within ${tolerance} Å: ${symbol} (${number}), ${pearson}; the cell holds ${Number(primitiveCells.toFixed(3))} primitive`,
    `  conventional ${[a, b, c].map((x) => x.toFixed(4)).join(' ')} Å ${[alpha, beta, gamma].map(angle).join(' ')}°, ${ratio} of the given volume`,
    `  its vectors in terms of the given: ${['a', 'b', 'c'].map((name, i) => `${name} = [${matrix.slice(3 * i, 3 * i + 3).join(' ')}]`).join('  ')}`,
    ...table([['site', 'holds', 'Wyckoff', 'symmetry', 'in cell', 'first at'], ...rows]),
    ...more(orbits.length),
  ];
}

function distancesText({ distances }: Inspection): string[] {
  return [
    'shortest distances (up to 8 Å)',
    ...table(distances.map(({ between, distance }) => [between.join('–'), `${distance.toFixed(4)} Å`])),
  ];
}

function valencesText({ species }: System, { bondValences, symmetry, sites }: Inspection): string[] {
  const { sums, instability, missing } = bondValences;
  const firstOf =
    typeof symmetry === 'string'
      ? sites.map((_, i) => i)
      : symmetry.orbits.map(({ sites: own }) => own[0] as number);
  const shown = new Set(firstOf);
  const all = sums.filter(({ site, sum }) => shown.has(site) && sum !== undefined);
  const rows = all
    .slice(0, MOST_ROWS)
    .map(({ site, species: i, sum = 0, expected }) => [
      `${site + 1}`,
      (species[i] as Species).label,
      sum.toFixed(3),
      signed(expected),
    ]);
  const index = instability === undefined ? '' : `, global instability index ${instability.toFixed(3)} v.u.`;
  return [
    `bond-valence sums of the first site of each orbit${index}`,
    ...(missing.length > 0 ? [`  no parameters for ${missing.join(', ')}`] : []),
    ...(rows.length > 0 ? table([['site', 'ion', 'sum', 'charge'], ...rows]) : []),
    ...more(all.length),
  ];
}

function polyhedraText({ census, sharing }: Inspection): string[] {
  const rows = census.map(({ species, shape, count, meanLength, distortion }) => [
    species,
    shape,
    `${Number(count.toFixed(3))}`,
    `${meanLength.toFixed(3)} Å`,
    `${(100 * distortion).toFixed(1)} %`,
  ]);
  const { corner, edge, face } = sharing;
  return [
    'cations by their anions (shells end at the widest gap in distances over sums of radii)',
    ...table([['ion', 'in', 'per cell', 'mean length', 'distortion'], ...rows]),
    `  polyhedra of cations of charge 2 and more share ${corner} corners, ${edge} edges, ${face} faces per cell`,
  ];
}

function voidsText(system: System, { voids, sites }: Inspection): string[] {
  if (typeof voids === 'string') return ['voids', `  ${voids}`];
  const kinds = new Map<string, { count: number; radius: number }>();
  for (const { kind, radius, holds } of voids) {
    const inside = holds.map(({ site }) => occupantText(sites[site] as Site, system.species)).join(', ');
    const key = `${kind}\t${inside || 'empty'}`;
    const known = kinds.get(key) ?? { count: 0, radius: 0 };
    kinds.set(key, { count: known.count + 1, radius: known.radius + radius });
  }
  const rows = [...kinds]
    .sort(([, a], [, b]) => b.count - a.count)
    .map(([key, { count, radius }]) => [...key.split('\t'), `${count}`, `${(radius / count).toFixed(3)} Å`]);
  return [
    'voids between anions',
    ...table([['kind', 'holds', 'per cell', 'mean radius'], ...rows.slice(0, MOST_ROWS)]),
    ...more(rows.length),
  ];
}

function more(count: number): string[] {
  return count > MOST_ROWS ? [`  … ${count - MOST_ROWS} more; --json has all`] : [];
}

/** Columns as wide as their longest entry. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, k) => Math.max(...rows.map((row) => (row[k] ?? '').length)));
  return rows.map((row) => `  ${row.map((text, k) => text.padEnd(widths[k] ?? 0)).join('  ')}`.trimEnd());
}

function angle(degrees: number): string {
  return `${Number(degrees.toFixed(3))}`;
}

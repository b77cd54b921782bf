/** `inspect STRUCTURE`: symmetry, distances, charges, bond valences, polyhedra, voids and doubts of a structure. */
import { inspect as inspectSystem } from '../../build/inspect.ts';
import { readStructure } from '../../io/index.ts';
import type { Command } from '../command.ts';
import { inspectionText } from '../inspectionText.ts';
import { parseList, parseOptions } from '../options.ts';
import { userBytes, userPath } from '../paths.ts';

export const inspect: Command = {
  help: `halide-md inspect STRUCTURE [--tolerance 0.01] [--types Li,O,Cl] [--json]
  What a structure is, and what is odd about it. Lengths in Å, charges in e, density in g/cm³, bond valences in v.u.
  --tolerance 0.01   largest distance between a site and its image under a symmetry operation, Å
  --types Li,O,Cl    names of numbered atom types
  --json             one object:
    title, atoms, composition { formula, units, amounts: { element: atoms of the cell } },
    cell { a, b, c, alpha, beta, gamma, volume, volumePerAtom, widths: [3], supercell: [3] (16 Å wide) }, density,
    charge { net, species: [{ label, charge, source: "file" | "usual" | "balanced" }] },
    sites: [{ atoms: [index from 0], occupants: [{ species: index, occupancy }], position: [x, y, z], occupancy }],
    symmetry: a sentence, or { number, symbol, hall, pearson, tolerance, primitiveCells,
      orbits: [{ occupants, label, wyckoff, multiplicity, siteSymmetry, sites: [index], example: fractional }],
      conventional { a … gamma, volume, matrix: 9 numbers (rows: its vectors in terms of the given ones), ratio } },
    distances: [{ between: [label, label], distance, sites: [index, index] }] (shortest per pair, up to 8 Å),
    bondValences { sums: [{ site, species, sum, expected }], instability, missing: [pair] },
    polyhedra: [{ site, shape, corners: [{ site, vector, distance }], meanLength, distortion, angleVariance }],
    census: [{ species, shape, count, meanLength, distortion }], sharing { corner, edge, face },
    voids: a sentence, or [{ kind, center: fractional, radius, anions: [site], holds: [{ site, distance }] }],
    warnings: [sentence]
  Shells of anions end at the widest gap in distances over sums of ionic radii. Sites count from 0 in JSON, from 1 in text.`,
  async run(args) {
    const options = parseOptions(
      'inspect',
      args,
      { tolerance: { type: 'string' }, types: { type: 'string' }, json: { type: 'boolean' } },
      ['STRUCTURE'],
    );
    const path = options.positionals[0] as string;
    const types = parseList(options.text('types'));
    const tolerance = options.number('tolerance');
    const { system, warnings } = await readStructure(
      await userBytes(userPath(path)),
      path,
      types ? { types } : {},
    );
    const found = await inspectSystem(system, tolerance === undefined ? {} : { tolerance });
    const report = { ...found, warnings: [...warnings, ...found.warnings] };
    const text = options.flag('json') ? JSON.stringify(report) : inspectionText(system, report);
    process.stdout.write(`${text}\n`);
    return 0;
  },
};

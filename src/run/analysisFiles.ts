/** Files of analyses of frames: tables, and fields as `.cube` and CHGCAR. */
import type { NamedGrid } from '../analysis/analysis.ts';
import type { Tables } from '../analysis/csv.ts';
import { type AnalysisReports, reportFiles } from '../analysis/frameSet.ts';
import { writeChgcar } from '../io/chgcar.ts';
import { writeCube } from '../io/cube.ts';

/** File name → text. CHGCAR files keep their name in front, by which programs know them. */
export function analysisFiles(reports: AnalysisReports): Tables {
  const grids = Object.values(reports).flatMap((report) => report?.grids ?? []);
  return Object.assign({}, reportFiles(reports), ...grids.map(gridFiles));
}

function gridFiles({ name, title, unit, field, system }: NamedGrid): Tables {
  const grid = { shape: field.size, values: field.values, title, unit };
  return { [`${name}.cube`]: writeCube(system, grid), [`CHGCAR_${name}`]: writeChgcar(system, grid) };
}

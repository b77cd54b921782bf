/** The files that a run read, kept in its folder: its spec.json runs again, and the run goes on, wherever the folder is. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isPotentialPath, type PreparedRun } from '../run/prepare.ts';
import { fileError } from './paths.ts';

const FOLDER = 'inputs';

/**
 * Copies structure, potential and tables into the run folder, and names the copies in the spec; a potential that was made
 * for the structure is written there. A potential whose tables stand elsewhere than below it stays where it is, and so does
 * one of whose files another has the name.
 * @param from folder that the paths of the spec start from
 */
export async function keepInputs(
  prepared: PreparedRun,
  from: string,
  runFolder: string,
): Promise<PreparedRun> {
  const { spec, potential } = prepared;
  const keep = async (path: string, name = basename(path)): Promise<string> => {
    const [source, target] = [resolve(from, path), join(runFolder, FOLDER, name)];
    try {
      await mkdir(dirname(target), { recursive: true });
      await copyFile(source, target);
    } catch (error) {
      throw fileError(target, error);
    }
    return `${FOLDER}/${name}`;
  };
  const structure = await keep(spec.structure);
  if (potential.isMade) {
    const name = `${spec.potential.replace(/[^A-Za-z0-9.+=,-]+/g, '-').slice(0, 100)}.json`;
    const target = join(runFolder, FOLDER, name);
    try {
      await writeFile(target, potential.text);
    } catch (error) {
      throw fileError(target, error);
    }
    return { ...prepared, spec: { ...spec, structure, potential: `${FOLDER}/${name}` } };
  }
  if (!isPotentialPath(spec.potential)) return { ...prepared, spec: { ...spec, structure } };
  const tables = [...potential.tables.keys()];
  const names = [basename(spec.structure), basename(spec.potential), ...tables];
  const isTwice = new Set(names).size < names.length;
  if (isTwice || tables.some((table) => /^([\\/]|[A-Za-z]:)|\.\./.test(table))) {
    return { ...prepared, spec: { ...spec, structure, potential: resolve(from, spec.potential) } };
  }
  const below = dirname(spec.potential);
  for (const table of tables) await keep(join(below, table), table);
  return { ...prepared, spec: { ...spec, structure, potential: await keep(spec.potential) } };
}

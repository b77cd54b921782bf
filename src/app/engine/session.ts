/** A source in the worker: read, shown, prepared. What can be shown is shown even when it cannot be run. */
import { InputError } from '../../core/errors.ts';
import { type ReadStructure, readStructure } from '../../io/index.ts';
import { checkOrdered, type PreparedRun, prepareRun, type RunFiles } from '../../run/prepare.ts';
import { parseRunSpec, type RunSpec } from '../../run/spec.ts';
import type { FromWorker, OpenedRun, Source } from '../protocol.ts';
import { withBath } from './bath.ts';
import { summary } from './describe.ts';
import { coveringPotentials, noPotential, specForFile } from './fileRun.ts';
import { sceneOf } from './scene.ts';

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;

/** A source that can be run. */
export interface Session {
  readonly id: number;
  /** As the source has it, before the slider. */
  readonly spec: RunSpec;
  readonly files: RunFiles;
  readonly prepared: PreparedRun;
  readonly choices: OpenedRun['choices'];
}

/** Reads and prepares a source; shows what can be shown even when it cannot be run. */
export async function openSource(id: number, source: Source, kelvin: number, post: Post): Promise<Session> {
  if (source.kind === 'example') {
    const spec = parseRunSpec(source.text, `examples/${source.name}.json`);
    const files = filesFrom(source.base);
    const prepared = await prepareRun(spec, files);
    postScene(id, prepared, post);
    return { id, spec, files, prepared, choices: [summary(prepared.potential.forceField)] };
  }
  const { file } = source;
  const read = await readStructure(file, file.name);
  const scene = sceneOf(read.system, likelyMobile(read));
  post({ is: 'scene', id, scene });
  checkOrdered(read.system);
  const covering = coveringPotentials(read.system);
  const chosen = covering.find(({ name }) => name === source.potential) ?? covering[0];
  if (!chosen) throw noPotential(read.system, file.name);
  const spec = specForFile(read.system, file.name, chosen, kelvin);
  const files: RunFiles = { bytes: async () => file, text: () => file.text() };
  const prepared = await prepareRun(spec, files);
  postScene(id, prepared, post);
  return { id, spec, files, prepared, choices: covering.map(summary) };
}

/** The session at a bath temperature. */
export async function prepareAt({ spec, files, prepared }: Session, kelvin: number): Promise<PreparedRun> {
  const changed = withBath(spec, kelvin);
  return changed === spec ? prepared : prepareRun(changed, files);
}

function postScene(id: number, { system, mobile }: PreparedRun, post: Post): void {
  post({ is: 'scene', id, scene: sceneOf(system, mobile) });
}

/** Singly charged cations; without charges the alkali metals: only for the colours of what cannot be run. */
function likelyMobile({ system }: ReadStructure): string[] {
  return system.species
    .filter(({ formalCharge, element }) =>
      formalCharge === undefined ? ['Li', 'Na', 'K', 'Ag'].includes(element) : formalCharge === 1,
    )
    .map(({ label }) => label);
}

/** Files that stand beside an example on the server. */
function filesFrom(base: string): RunFiles {
  const load = async (path: string): Promise<Response> => {
    const url = new URL(path, base);
    const missing = (reason: string): InputError => new InputError(`${path}: ${reason}`);
    let response: Response;
    try {
      response = await fetch(url);
    } catch {
      throw missing('the server could not be reached');
    }
    // A server of single-page apps answers with the page instead of "not found".
    const isPage = response.headers.get('content-type')?.startsWith('text/html');
    if (!response.ok || isPage) throw missing('the server has no such file');
    return response;
  };
  return {
    bytes: async (path) => (await load(path)).blob(),
    text: async (path) => (await load(path)).text(),
  };
}

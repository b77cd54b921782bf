/** A source in the worker: read, shown, prepared. What can be shown is shown even when it cannot be run. */
import { InputError } from '../../core/errors.ts';
import { type ReadStructure, readStructure } from '../../io/index.ts';
import { parseRunSpec } from '../../run/parseSpec.ts';
import { checkOrdered, type PreparedRun, prepareRun } from '../../run/prepare.ts';
import type { RunSpec } from '../../run/spec.ts';
import type { FromWorker, OpenedRun, RunOrigin, Source } from '../protocol.ts';
import { withBath } from './bath.ts';
import { summary } from './describe.ts';
import { coveringPotentials, noPotential, specForFile } from './fileRun.ts';
import { Inputs } from './inputs.ts';
import { sceneOf } from './scene.ts';
import type { TakenRun } from './storedRuns.ts';

export type Post = (message: FromWorker, transfer?: Transferable[]) => void;

/** A source that can be run. */
export interface Session {
  readonly id: number;
  /** As the source has it, before the slider. */
  readonly spec: RunSpec;
  readonly files: Inputs;
  readonly origin: RunOrigin;
  readonly prepared: PreparedRun;
  readonly choices: OpenedRun['choices'];
}

/** Reads and prepares a source; shows what can be shown even when it cannot be run. */
export async function openSource(
  id: number,
  source: Exclude<Source, { kind: 'stored' }>,
  kelvin: number,
  post: Post,
): Promise<Session> {
  if (source.kind === 'example') {
    const spec = parseRunSpec(source.text, `examples/${source.name}.json`);
    const origin = { kind: 'example', name: source.name } as const;
    return openPrepared(id, spec, new Inputs((path) => load(path, source.base)), origin, post);
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
  const files = new Inputs(async () => file);
  const opened = await openPrepared(id, spec, files, { kind: 'file', name: file.name }, post);
  return { ...opened, choices: covering.map(summary) };
}

/** A run that was not finished, with the files that it began with. */
export async function openStored(
  id: number,
  { spec, inputs, about }: TakenRun,
  post: Post,
): Promise<Session> {
  const files = new Inputs(async (path) => {
    throw new InputError(`${path}: this file was not kept with the run`);
  }, inputs);
  return openPrepared(id, parseRunSpec(spec, 'spec.json'), files, about.origin, post);
}

async function openPrepared(
  id: number,
  spec: RunSpec,
  files: Inputs,
  origin: RunOrigin,
  post: Post,
): Promise<Session> {
  const prepared = await prepareRun(spec, files);
  postScene(id, prepared, post);
  return { id, spec, files, origin, prepared, choices: [summary(prepared.potential.forceField)] };
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

/** A file that stands beside an example on the server. */
async function load(path: string, base: string): Promise<Blob> {
  const missing = (reason: string): InputError => new InputError(`${path}: ${reason}`);
  let response: Response;
  try {
    response = await fetch(new URL(path, base));
  } catch {
    throw missing('the server could not be reached');
  }
  // A server of single-page apps answers with the page instead of "not found".
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || isPage) throw missing('the server has no such file');
  return response.blob();
}

import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { FORMATS, openTrajectory, readStructure, trajectoryWriter, writeStructure } from '../../io/index.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { parseList, parseOptions } from '../options.ts';
import { fileError, refuseExisting, userBytes, userPath } from '../paths.ts';

export const convert: Command = {
  help: `halide-md convert IN OUT [--types Li,O,Cl] [--frame-interval fs] [--force]
  The format of OUT goes by its name. A trajectory stays one where the format of OUT can hold it; else its last frame is
  written. --force replaces an existing OUT.`,
  async run(args) {
    const options = parseOptions(
      'convert',
      args,
      { types: { type: 'string' }, 'frame-interval': { type: 'string' }, force: { type: 'boolean' } },
      ['IN', 'OUT'],
    );
    const [from, to] = options.positionals.map(userPath) as [string, string];
    refuseExisting(to, options.flag('force'));
    const types = parseList(options.text('types'));
    const source = await userBytes(from);
    const { format, system } = await readStructure(source, from, types ? { types } : {});
    if ('openTrajectory' in FORMATS[format] && holdsTrajectory(to)) {
      const interval = options.number('frame-interval');
      const trajectory = await openTrajectory(source, from, {
        ...(types && { types }),
        ...(interval !== undefined && { frameInterval: interval }),
      });
      await convertFrames(trajectory, to);
    } else await writeWhole(to, writeStructure(system, to));
    return 0;
  },
};

function holdsTrajectory(path: string): boolean {
  const name = path.toLowerCase();
  return Object.values(FORMATS).some(
    (format) => 'trajectoryWriter' in format && format.extensions.some((e: string) => name.endsWith(`.${e}`)),
  );
}

async function convertFrames(
  trajectory: Awaited<ReturnType<typeof openTrajectory>>,
  to: string,
): Promise<void> {
  const writer = trajectoryWriter(trajectory.system, to, { unwrapped: trajectory.unwrapped });
  const temporary = `${to}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, '');
    for await (const frame of trajectory.frames()) await appendFile(temporary, writer.frame(frame));
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw (error as NodeJS.ErrnoException).code ? fileError(to, error) : error;
  }
}

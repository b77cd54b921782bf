import { open, rename, rm } from 'node:fs/promises';
import {
  binaryTrajectoryWriter,
  FORMATS,
  openTrajectory,
  readStructure,
  trajectoryWriter,
  writeStructure,
} from '../../io/index.ts';
import type { Command } from '../command.ts';
import { writeWhole } from '../folderSink.ts';
import { parseList, parseOptions } from '../options.ts';
import { fileError, readTopology, refuseExisting, userBytes, userPath } from '../paths.ts';

export const convert: Command = {
  help: `halide-md convert IN OUT [--types Li,O,Cl] [--topology FILE] [--frame-interval fs] [--force]
  The format of OUT goes by its name. A trajectory stays one where the format of OUT can hold it; else its last frame is
  written. A DCD needs a topology that names its atoms. --force replaces an existing OUT.`,
  async run(args) {
    const options = parseOptions(
      'convert',
      args,
      {
        types: { type: 'string' },
        topology: { type: 'string' },
        'frame-interval': { type: 'string' },
        force: { type: 'boolean' },
      },
      ['IN', 'OUT'],
    );
    const [from, to] = options.positionals.map(userPath) as [string, string];
    refuseExisting(to, options.flag('force'));
    const types = parseList(options.text('types'));
    const source = await userBytes(from);
    const topology = await readTopology(options.text('topology'), types);
    const named = { ...(types && { types }), ...(topology && { topology }) };
    const { format, system } = await readStructure(source, from, named);
    if ('openTrajectory' in FORMATS[format] && holdsTrajectory(to)) {
      const interval = options.number('frame-interval');
      const trajectory = await openTrajectory(source, from, {
        ...named,
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
    (format) =>
      ('trajectoryWriter' in format || 'binaryTrajectoryWriter' in format) &&
      format.extensions.some((e: string) => name.endsWith(`.${e}`)),
  );
}

async function convertFrames(
  trajectory: Awaited<ReturnType<typeof openTrajectory>>,
  to: string,
): Promise<void> {
  const options = { unwrapped: trajectory.unwrapped };
  const binary = binaryTrajectoryWriter(trajectory.system, to, options);
  const writer = binary ?? trajectoryWriter(trajectory.system, to, options);
  const temporary = `${to}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      if (binary) await file.writeFile(binary.head());
      for await (const frame of trajectory.frames()) await file.writeFile(writer.frame(frame));
      if (binary) await file.write(binary.head(), 0, null, 0);
    } finally {
      await file.close();
    }
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw (error as NodeJS.ErrnoException).code ? fileError(to, error) : error;
  }
}

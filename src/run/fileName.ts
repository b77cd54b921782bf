/** Names that a spec gives to files of its run folder. */
import { FORMATS } from '../io/index.ts';

/** Endings of the trajectories that are written. */
const TRAJECTORY_ENDINGS: readonly string[] = Object.values(FORMATS).flatMap((format) =>
  'trajectoryWriter' in format ? format.extensions : [],
);

/** Why a trajectory cannot have this name in a run folder: it becomes a path, perhaps on another system. */
export function fileNameProblem(file: string): string | undefined {
  if (/[\\/]/.test(file)) return 'expected a file name without a folder';
  const ending = file.split('.').at(-1) ?? '';
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_ +.-]*\.\w+$/u.test(file) || !TRAJECTORY_ENDINGS.includes(ending)) {
    return `expected a name such as trajectory.extxyz, of letters, digits and one of the endings ${TRAJECTORY_ENDINGS.join(', ')}`;
  }
  return /^(checkpoint|final)\./.test(file)
    ? `${file} is a name that the run gives to a file of its own`
    : undefined;
}

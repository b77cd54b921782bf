import { InputError } from '../core/errors.ts';

/** The file ends where it should go on: in a trajectory that is being written, or whose writer was killed. */
export class CutShort extends InputError {}

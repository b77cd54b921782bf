/**
 * Wrapped coordinates to continuous ones, frame to frame, in a fixed or a changing cell. Not the analysis of motion:
 * displacements.ts turns continuous positions into displacements free of the cell's own breathing.
 */
import { InputError } from '../../core/errors.ts';
import { inverse, rowsTimes as transform } from '../../core/vec.ts';
import { type Cell, perpendicularWidths } from '../../model/cell.ts';
import { atomName, type System } from '../../model/system.ts';
import type { Frame, Trajectory } from '../../model/trajectory.ts';

/**
 * Largest step between frames as a fraction of the cell's smallest perpendicular width. Beyond one half the nearest
 * image is the wrong one and nothing in the result shows it; 0.4 leaves room to notice.
 */
export const LARGEST_STEP = 0.4;

/**
 * A function that takes the frames of one trajectory in order and returns them continuous.
 *
 * With s = r·H⁻¹: s(t) = s(t−1) + Δs − round(Δs), r(t) = s(t)·H(t). Images are chosen in fractional coordinates, so a
 * changing cell never makes a spurious jump; the toroidal scheme (von Bülow, Bullerjahn & Hummer, J. Chem. Phys. 153,
 * 021101 (2020), doi:10.1063/5.0008316) is needed only when Cartesian differences of such positions are taken, and
 * displacements.ts does not take them.
 *
 * *Valid for* steps below 0.4 of the smallest perpendicular width; a larger one is refused with atom and frame.
 */
export function createUnwrapper(system: System): (frame: Frame) => Frame {
  const n = system.typeOf.length;
  let previous: Float64Array | undefined;
  let index = -1;
  return (frame) => {
    index++;
    checkAtomCount(frame, n, index);
    const toFractional = inverse(frame.cell.h);
    const fractional = new Float64Array(3 * n);
    transform(frame.positions, toFractional, fractional);
    if (previous === undefined) {
      previous = fractional;
      return frame;
    }
    const h = frame.cell.h;
    const limit = LARGEST_STEP * Math.min(...perpendicularWidths(frame.cell));
    for (let i = 0; i < n; i++) {
      let dx = 0;
      let dy = 0;
      let dz = 0;
      for (let k = 0; k < 3; k++) {
        const before = previous[3 * i + k] as number;
        const difference = (fractional[3 * i + k] as number) - before;
        const step = difference - Math.round(difference);
        fractional[3 * i + k] = before + step;
        dx += step * (h[3 * k] as number);
        dy += step * (h[3 * k + 1] as number);
        dz += step * (h[3 * k + 2] as number);
      }
      const length = Math.hypot(dx, dy, dz);
      // Written so that NaN is refused as well.
      if (!(length <= limit)) throw stepError(system, i, index, length, frame.cell);
    }
    previous = fractional;
    const positions = new Float64Array(3 * n);
    transform(fractional, h, positions);
    return { ...frame, positions };
  };
}

/** A trajectory whose frames are wrapped, read as one whose frames are continuous. */
export function unwrapTrajectory(trajectory: Trajectory): Trajectory {
  return {
    ...trajectory,
    async *frames() {
      const unwrap = createUnwrapper(trajectory.system);
      for await (const frame of trajectory.frames()) yield unwrap(frame);
    },
  };
}

/** Throws unless a frame has the system's number of atoms. Frames count from 1, as atoms do. */
export function checkAtomCount(frame: Frame, n: number, index: number): void {
  if (frame.positions.length !== 3 * n) {
    throw new InputError(
      `frame ${index + 1} (step ${frame.step}): expected ${n} atoms, found ${frame.positions.length / 3}`,
    );
  }
}

function stepError(system: System, atom: number, index: number, length: number, cell: Cell): InputError {
  const width = Math.min(...perpendicularWidths(cell));
  return new InputError(
    `${atomName(system, atom)} moves ${length.toFixed(2)} Å between frames ${index} and ${index + 1}, ` +
      `more than ${LARGEST_STEP} of the cell's smallest width (${width.toFixed(2)} Å): its periodic image cannot be told; ` +
      'record frames more often, use a larger supercell, or give unwrapped coordinates',
  );
}

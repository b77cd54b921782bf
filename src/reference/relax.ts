/**
 * FIRE in f64 (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006), doi:10.1103/PhysRevLett.97.170201; semi-implicit form and
 * half a step back by Guénolé et al., Comput. Mater. Sci. 175, 109584 (2020), doi:10.1016/j.commatsci.2020.109584), step by
 * step as the shaders take them.
 */
export interface RelaxSettings {
  /** eV·fs²/Å², of every atom */
  readonly mass: number;
  /** fs */
  readonly timestep: number;
  /** Å */
  readonly longestStep: number;
}

const MIXING = 0.25;

/**
 * Moves [n×3] positions (Å) in place, from rest.
 * @returns how often a step ran uphill and was taken back by half
 */
export function relax(
  positions: Float64Array,
  forcesAt: (positions: Float64Array) => Float64Array,
  { mass, timestep, longestStep }: RelaxSettings,
  steps: number,
): number {
  const velocities = new Float64Array(positions.length);
  let [h, mixing, downhill, turns] = [timestep, MIXING, 0, 0];
  for (let step = 0; step < steps; step++) {
    const forces = forcesAt(positions);
    const dot = (a: Float64Array, b: Float64Array): number =>
      a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
    const power = dot(forces, velocities);
    let back = 0;
    if (power > 0) {
      downhill++;
      if (downhill > 20) {
        h = Math.min(1.1 * h, 10 * timestep);
        mixing *= 0.99;
      }
    } else if (step > 0) {
      h = Math.max(0.5 * h, 0.02 * timestep);
      [mixing, downhill, back] = [MIXING, 0, 1];
      turns++;
    }
    const keep = power > 0 ? 1 - mixing : 0;
    const gain = power > 0 ? mixing * Math.sqrt(dot(velocities, velocities) / dot(forces, forces)) : 0;
    for (let i = 0; i < positions.length; i += 3) {
      const moves = [0, 1, 2].map((c) => {
        const before = velocities[i + c] as number;
        velocities[i + c] = keep * before + (gain + h / mass) * (forces[i + c] as number);
        return h * (velocities[i + c] as number) - back * h * before;
      });
      const scale = Math.min(1, longestStep / Math.hypot(...moves));
      moves.forEach((move, c) => {
        positions[i + c] = (positions[i + c] as number) + scale * move;
      });
    }
  }
  return turns;
}

/** Places of the ions in time, for sites that only the whole run shows. */
import type { Placement } from './locator.ts';

/** Bytes; 500 ions have 45 000 frames in it. When full every second frame is dropped. */
const MOST_BYTES = 256 * 2 ** 20;
const FEWEST_FRAMES = 64;

/** Fractional places in the frame of the framework, f32, 12 bytes an ion and frame. Grows, and halves itself, hence a class. */
export class PlaceStore {
  /** [frames kept] of [ions×3]. */
  places: Float32Array[] = [];
  /** Every how many frames one is kept. */
  stride = 1;
  private received = 0;
  private readonly most: number;

  constructor(ions: number, mostBytes = MOST_BYTES) {
    this.most = Math.max(FEWEST_FRAMES, Math.floor(mostBytes / (12 * ions)));
  }

  add({ ions, drift }: Placement): void {
    if (this.received++ % this.stride !== 0) return;
    const places = new Float32Array(ions.length);
    for (let k = 0; k < places.length; k++) places[k] = (ions[k] as number) - (drift[k % 3] as number);
    this.places.push(places);
    if (this.places.length <= this.most) return;
    this.places = this.places.filter((_, t) => t % 2 === 0);
    this.stride *= 2;
  }
}

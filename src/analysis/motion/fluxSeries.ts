/** A flux as it grows: three components per frame in bounded memory. */

/** When full, neighbours are averaged and the interval doubles: S(0) stays as it is. 24 MB. */
const MOST_SAMPLES = 2 ** 20;

/** Owns the growing store, hence a class. */
export class FluxSeries {
  private readonly limit: number;
  private values: [Float64Array, Float64Array, Float64Array];
  private length = 0;
  /** Frames averaged into a sample. */
  stride = 1;
  private gathered = 0;
  private readonly sums = [0, 0, 0];

  constructor(limit: number = MOST_SAMPLES) {
    this.limit = limit;
    this.values = [0, 1, 2].map(() => new Float64Array(Math.min(limit, 1024))) as typeof this.values;
  }

  add(x: number, y: number, z: number): void {
    this.sums[0] = (this.sums[0] as number) + x;
    this.sums[1] = (this.sums[1] as number) + y;
    this.sums[2] = (this.sums[2] as number) + z;
    this.gathered++;
    if (this.gathered < this.stride) return;
    if (this.length === this.values[0].length) this.makeRoom();
    this.values.forEach((component, k) => {
      component[this.length] = (this.sums[k] as number) / this.stride;
      this.sums[k] = 0;
    });
    this.length++;
    this.gathered = 0;
    if (this.length === this.limit) this.halve();
  }

  /** x, y and z, [samples] each. */
  components(): Float64Array[] {
    return this.values.map((component) => component.slice(0, this.length));
  }

  private makeRoom(): void {
    const room = Math.min(this.limit, 2 * this.length);
    this.values = this.values.map((component) => {
      const wider = new Float64Array(room);
      wider.set(component);
      return wider;
    }) as typeof this.values;
  }

  private halve(): void {
    this.length = Math.floor(this.length / 2);
    for (const component of this.values) {
      for (let t = 0; t < this.length; t++) {
        component[t] = ((component[2 * t] as number) + (component[2 * t + 1] as number)) / 2;
      }
    }
    this.stride *= 2;
  }
}

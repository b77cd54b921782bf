/** Bonds between cations and anions of one frame, reused from frame to frame. */

/** Bonds of a frame, in order of their anions. */
export class Bonds {
  private count = 0;
  private cations = new Int32Array(256);
  private anions = new Int32Array(256);
  private vectors = new Float64Array(3 * 256);
  private order = new Int32Array(256);
  private starts = new Int32Array(0);

  clear(): void {
    this.count = 0;
  }

  add(cation: number, anion: number, dx: number, dy: number, dz: number): void {
    if (this.count === this.cations.length) this.grow();
    const k = this.count++;
    this.cations[k] = cation;
    this.anions[k] = anion;
    this.vectors[3 * k] = dx;
    this.vectors[3 * k + 1] = dy;
    this.vectors[3 * k + 2] = dz;
  }

  sortByAnion(atoms: number): void {
    if (this.starts.length !== atoms + 2) this.starts = new Int32Array(atoms + 2);
    const starts = this.starts.fill(0);
    for (let k = 0; k < this.count; k++) {
      const after = (this.anions[k] as number) + 2;
      starts[after] = (starts[after] as number) + 1;
    }
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] as number) + (starts[i - 1] as number);
    for (let k = 0; k < this.count; k++) {
      const next = (this.anions[k] as number) + 1;
      this.order[starts[next] as number] = k;
      starts[next] = (starts[next] as number) + 1;
    }
  }

  /** Place of the first bond of an anion. */
  begin(anion: number): number {
    return this.starts[anion] as number;
  }

  /** The bond at a place. */
  at(place: number): number {
    return this.order[place] as number;
  }

  cation(bond: number): number {
    return this.cations[bond] as number;
  }

  /** Component of the vector from cation to anion, Å. */
  vector(bond: number, axis: number): number {
    return this.vectors[3 * bond + axis] as number;
  }

  private grow(): void {
    const longer = <T extends Int32Array | Float64Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const length = 2 * this.cations.length;
    this.cations = longer(this.cations, new Int32Array(length));
    this.anions = longer(this.anions, new Int32Array(length));
    this.vectors = longer(this.vectors, new Float64Array(3 * length));
    this.order = longer(this.order, new Int32Array(length));
  }
}

/** The camera: flat perspective, orbit, zoom and pan by pointer, touch and keys, and a distance at which the whole cell fits. */
import { PerspectiveCamera, Vector3 } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { Lattice } from './lattice.ts';

/** Flat enough for a crystal. */
const OPENING = 24;
/** Where one looks from at first, degrees: c upwards, a little from above and from the side. */
const AZIMUTHS = Array.from({ length: 36 }, (_, i) => (i % 2 ? -1 : 1) * (6 + i));
const ELEVATION = 13;
/** How much of b is seen sideways: enough for a third face of the cell, whatever the angle between a and b. */
const SIDEWAYS_B = 0.4;
/** Å of room around the cell's corners for spheres, and pixels for what floats over the picture. */
const ROOM = 1.2;
const KEY_STEP = (6 * Math.PI) / 180;
const KEY_ZOOM = 1.1;

export type NamedView = 'start' | 'a' | 'b' | 'c';

export class CameraRig {
  readonly camera = new PerspectiveCamera(OPENING, 1, 1, 1000);
  readonly controls: OrbitControls;
  private corners: Vector3[] = [];
  private beyond: Vector3[] = [];
  private axes: Record<'a' | 'b' | 'c', Vector3> | undefined;
  /** True once someone turned it: then it stays where it was put. */
  private touched = false;

  constructor(element: HTMLElement, calm: boolean) {
    this.controls = new OrbitControls(this.camera, element);
    this.controls.enableDamping = !calm;
    this.controls.dampingFactor = 0.12;
    this.controls.zoomToCursor = true;
    this.controls.addEventListener('start', () => {
      this.touched = true;
    });
  }

  /** Takes a new cell into view. @param ghosts [m×3] Å, images beyond its faces that shall be seen whole */
  frame(lattice: Lattice, ghosts: Float32Array): void {
    const { stand } = lattice;
    this.corners = lattice.corners.map((corner) => new Vector3(...corner).applyMatrix4(stand));
    this.beyond = Array.from({ length: ghosts.length / 3 }, (_, i) =>
      new Vector3().fromArray(ghosts, 3 * i).applyMatrix4(stand),
    );
    const axis = (k: number): Vector3 =>
      new Vector3(...lattice.h.subarray(3 * k, 3 * k + 3)).transformDirection(stand);
    this.axes = { a: axis(0), b: axis(1), c: axis(2) };
    this.look('start');
  }

  look(view: NamedView): void {
    const [azimuth, elevation] = [this.azimuth(), (ELEVATION * Math.PI) / 180];
    const from = new Vector3(
      Math.sin(azimuth) * Math.cos(elevation),
      Math.sin(elevation),
      Math.cos(azimuth) * Math.cos(elevation),
    );
    if (view !== 'start' && this.axes) from.copy(this.axes[view]);
    // Straight from above an orbiting camera has no right and left.
    if (Math.abs(from.y) > 0.9995) from.set(0, 1, 0.004);
    this.controls.target.set(0, 0, 0);
    this.camera.position.copy(from.normalize());
    this.touched = false;
    this.fit();
  }

  /** The viewport has another shape. */
  resize(aspect: number): void {
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
    if (!this.touched) this.fit();
  }

  /** Turns by one key press; false for keys that mean nothing here. */
  key(name: string): boolean {
    const { camera, controls } = this;
    const offset = camera.position.clone().sub(controls.target);
    const turns: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-KEY_STEP, 0],
      ArrowRight: [KEY_STEP, 0],
      ArrowUp: [0, -KEY_STEP],
      ArrowDown: [0, KEY_STEP],
    };
    const turn = turns[name];
    if (turn) {
      const radius = offset.length();
      const theta = Math.atan2(offset.x, offset.z) + turn[0];
      const phi = Math.max(0.02, Math.min(Math.PI - 0.02, Math.acos(offset.y / radius) + turn[1]));
      offset.setFromSphericalCoords(radius, phi, theta);
    } else if (name === '+' || name === '=') offset.divideScalar(KEY_ZOOM);
    else if (name === '-') offset.multiplyScalar(KEY_ZOOM);
    else return false;
    this.touched = true;
    camera.position.copy(controls.target).add(offset);
    controls.update();
    return true;
  }

  /** Nearest and farthest depth of the cell now, Å. */
  get depths(): readonly [number, number] {
    this.camera.updateMatrixWorld();
    const depths = this.corners.map(
      (corner) => -corner.clone().applyMatrix4(this.camera.matrixWorldInverse).z,
    );
    return [Math.min(...depths), Math.max(...depths)];
  }

  /** The direction of a lattice vector on the screen: to the right, upwards, towards the eye. */
  onScreen(name: 'a' | 'b' | 'c'): Vector3 | undefined {
    return this.axes?.[name].clone().transformDirection(this.camera.matrixWorldInverse);
  }

  /** The azimuth, radians, that shows a nearly at full length and the part of b that SIDEWAYS_B wants. */
  private azimuth(): number {
    const { b } = this.axes ?? { b: new Vector3(0, 0, -1) };
    const penalty = (degrees: number): number => {
      const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
      const sideways = Math.abs(b.x * cosine - b.z * sine);
      return Math.abs(sideways - SIDEWAYS_B) + Math.abs(degrees) / 100;
    };
    const best = AZIMUTHS.reduce((least, degrees) => (penalty(degrees) < penalty(least) ? degrees : least));
    return (best * Math.PI) / 180;
  }

  private fit(): void {
    const { camera, controls } = this;
    const direction = camera.position.clone().sub(controls.target).normalize();
    camera.position.copy(direction);
    camera.lookAt(0, 0, 0);
    camera.updateMatrixWorld();
    const vertical = Math.tan((OPENING * Math.PI) / 360);
    const horizontal = vertical * camera.aspect;
    const distance = [...this.corners, ...this.beyond].reduce((most, corner) => {
      const p = corner.clone().applyMatrix4(camera.matrixWorldInverse);
      const needed = Math.max((Math.abs(p.x) + ROOM) / horizontal, (Math.abs(p.y) + ROOM) / vertical);
      // z is measured from one Å in front of the target.
      return Math.max(most, p.z + 1 + needed);
    }, 10);
    camera.position.copy(direction.multiplyScalar(distance));
    const reach = Math.max(10, ...this.corners.map((corner) => corner.length()));
    camera.near = Math.max(0.5, distance / 200);
    camera.far = distance * 4 + 4 * reach;
    controls.minDistance = 4;
    controls.maxDistance = distance * 3;
    camera.updateProjectionMatrix();
    controls.update();
  }
}

/**
 * Where the mobile ions came from: a ring of recent positions, drawn as ribbons that fade with age. A piece of trail ends at
 * the ion inside the cell and starts where the ion came from, so that no line runs across the cell when an ion leaves it.
 * Only ions that went somewhere have one: vibration is no path.
 */
import {
  BufferAttribute,
  DataTexture,
  DynamicDrawUsage,
  FloatType,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  type IUniform,
  Mesh,
  RedFormat,
  ShaderMaterial,
  Vector2,
} from 'three';
import type { Scene } from '../protocol.ts';
import type { Lattice } from './lattice.ts';
import { FOG, rgb, type SharedUniforms } from './shading.ts';

/** Samples of a trail, fewer when there are very many ions. */
const SAMPLES = 80;
const MOST_PIECES = 60_000;
/** fs between samples at least, and how much of a new position a sample takes over: vibration is smoothed away. */
const SAMPLE_EVERY = 40;
const SMOOTHING = 0.22;
/** A net displacement within the trail at which it appears, and is fully there, Å. */
const APPEARS = 1.2;
const FULL = 2.2;
/** Pixels. */
const WIDTH = 3.4;

const VERTEX = /* glsl */ `
in vec3 start;
in vec3 end;
in float ion;
in float slot;
in float tone;
uniform sampler2D moved;
uniform float head, samples;
uniform vec2 viewport;
uniform float width;
uniform vec3 colors[2];
out vec4 color;
out float depth;
void main() {
  float age = mod(head - slot + samples, samples) / samples;
  float net = texelFetch(moved, ivec2(int(ion), 0), 0).r;
  float shown = (1.0 - age * age) * smoothstep(${APPEARS.toFixed(2)}, ${FULL.toFixed(2)}, net);
  color = vec4(tone < 0.5 ? colors[0] : colors[1], 0.92 * shown);
  vec4 a = modelViewMatrix * vec4(start, 1.0);
  vec4 b = modelViewMatrix * vec4(end, 1.0);
  depth = -b.z;
  vec4 p = projectionMatrix * a;
  vec4 q = projectionMatrix * b;
  vec2 along = (q.xy / q.w - p.xy / p.w) * viewport;
  float extent = length(along);
  vec2 across = extent > 1e-4 ? vec2(-along.y, along.x) / extent : vec2(0.0);
  vec2 on = extent > 1e-4 ? along / extent : vec2(0.0);
  vec4 here = position.x < 0.5 ? p : q;
  float reach = 0.5 * width * (1.0 - 0.6 * age);
  // Half a width further at both ends closes the bends.
  vec2 offset = across * position.y + on * (position.x < 0.5 ? -0.5 : 0.5);
  here.xy += offset * reach * 2.0 / viewport * here.w;
  gl_Position = shown > 0.004 && slot >= 0.0 ? here : vec4(2.0, 2.0, 2.0, 1.0);
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
in vec4 color;
in float depth;
out vec4 fragment;
${FOG}
void main() {
  fragment = vec4(faded(color.rgb, depth), color.a);
}`;

export class TrailLayer {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  readonly viewport: IUniform<Vector2> = { value: new Vector2(1, 1) };
  readonly width: IUniform<number> = { value: WIDTH };
  private readonly lattice: Lattice;
  private readonly ions: readonly number[];
  private readonly samples: number;
  private readonly starts: InstancedBufferAttribute;
  private readonly ends: InstancedBufferAttribute;
  private readonly slots: InstancedBufferAttribute;
  private readonly moved: DataTexture;
  private readonly head: IUniform<number> = { value: 0 };
  /** Displacement of each ion at each sample since the first, Å. */
  private readonly path: Float32Array;
  /** Last wrapped position seen, sum of steps since the start, and that sum smoothed. */
  private readonly last: Float32Array;
  private readonly walked: Float32Array;
  private readonly smooth: Float32Array;
  private taken = 0;
  private times: number[] = [];
  /** All of the attributes has to go to the GPU, not only the last slot. */
  private stale = true;
  private lastTime = Number.NEGATIVE_INFINITY;

  constructor(scene: Scene, lattice: Lattice, shared: SharedUniforms) {
    this.lattice = lattice;
    const mobile = scene.species.flatMap(({ role }, s) => (role === 'mobile' ? [s] : []));
    const ions: number[] = [];
    scene.typeOf.forEach((type, i) => {
      if (mobile.includes(type)) ions.push(i);
    });
    this.ions = ions.slice(0, MOST_PIECES / 8);
    const n = this.ions.length;
    this.samples = Math.max(8, Math.min(SAMPLES, Math.floor(MOST_PIECES / Math.max(1, n))));
    const pieces = n * this.samples;
    this.path = new Float32Array(3 * pieces);
    this.last = new Float32Array(3 * n);
    this.walked = new Float32Array(3 * n);
    this.smooth = new Float32Array(3 * n);
    const attribute = (size: number): InstancedBufferAttribute =>
      new InstancedBufferAttribute(new Float32Array(size * pieces), size).setUsage(DynamicDrawUsage);
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute(
      'position',
      new BufferAttribute(Float32Array.of(0, -1, 0, 1, -1, 0, 1, 1, 0, 0, 1, 0), 3),
    );
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    this.starts = attribute(3);
    this.ends = attribute(3);
    this.slots = attribute(1);
    (this.slots.array as Float32Array).fill(-1);
    const [ion, tone] = [attribute(1), attribute(1)];
    for (let p = 0; p < pieces; p++) {
      (ion.array as Float32Array)[p] = p % n;
      (tone.array as Float32Array)[p] = Math.max(
        0,
        mobile.indexOf(scene.typeOf[this.ions[p % n] as number] as number),
      );
    }
    for (const [name, values] of Object.entries({
      start: this.starts,
      end: this.ends,
      slot: this.slots,
      ion,
      tone,
    })) {
      geometry.setAttribute(name, values);
    }
    geometry.instanceCount = pieces;
    this.moved = new DataTexture(new Float32Array(Math.max(1, n)), Math.max(1, n), 1, RedFormat, FloatType);
    const colors = [0, 1].map((k) => rgb(scene.species[mobile[k] ?? mobile[0] ?? 0]?.fill ?? '#F0592A'));
    this.mesh = new Mesh(
      geometry,
      new ShaderMaterial({
        glslVersion: GLSL3,
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        uniforms: {
          ...shared,
          moved: { value: this.moved },
          head: this.head,
          samples: { value: this.samples },
          viewport: this.viewport,
          width: this.width,
          colors: { value: colors },
        },
        transparent: true,
        depthWrite: false,
      }),
    );
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = 1;
    this.mesh.onAfterRender = () => {
      this.stale = false;
    };
  }

  /** fs that a full trail covers at the pace of the last samples; undefined before there are two. */
  get span(): number | undefined {
    return this.times.length > 1 ? (this.times.at(-1) as number) - (this.times[0] as number) : undefined;
  }

  /** Forgets everything: a new run, or the start again. */
  clear(): void {
    this.taken = 0;
    this.times = [];
    this.lastTime = Number.NEGATIVE_INFINITY;
    (this.slots.array as Float32Array).fill(-1);
    this.stale = true;
    for (const attribute of [this.starts, this.ends, this.slots]) {
      attribute.clearUpdateRanges();
      attribute.needsUpdate = true;
    }
    (this.moved.image.data as Float32Array).fill(0);
    this.moved.needsUpdate = true;
  }

  /** @param time fs @param positions [n×3] Å, inside the cell */
  push(time: number, positions: Float32Array): void {
    if (time < this.lastTime) this.clear();
    if (time - this.lastTime < SAMPLE_EVERY) return;
    const isFirst = this.taken === 0;
    this.lastTime = time;
    this.times.push(time);
    if (this.times.length > this.samples) this.times.shift();
    const slot = this.taken % this.samples;
    const n = this.ions.length;
    const step = new Float32Array(3);
    const net = this.moved.image.data as Float32Array;
    const oldest = this.taken < this.samples ? 0 : (slot + 1) % this.samples;
    this.ions.forEach((atom, k) => {
      if (isFirst) step.fill(0);
      else this.lattice.nearest(this.last, k, positions, atom, step);
      let distance2 = 0;
      for (let c = 0; c < 3; c++) {
        const i = 3 * k + c;
        const at = positions[3 * atom + c] as number;
        this.last[i] = at;
        this.walked[i] = isFirst ? 0 : (this.walked[i] as number) + (step[c] as number);
        const before = isFirst ? 0 : (this.smooth[i] as number);
        const now = before + SMOOTHING * ((this.walked[i] as number) - before);
        this.smooth[i] = now;
        // The piece ends as far from the ion as smoothing lags behind it.
        const end = at + now - (this.walked[i] as number);
        const p = 3 * (slot * n + k) + c;
        (this.ends.array as Float32Array)[p] = end;
        (this.starts.array as Float32Array)[p] = end + before - now;
        this.path[p] = now;
        distance2 += (now - (this.path[3 * (oldest * n + k) + c] as number)) ** 2;
      }
      net[k] = Math.sqrt(distance2);
      (this.slots.array as Float32Array)[slot * n + k] = isFirst ? -1 : slot;
    });
    for (const attribute of [this.starts, this.ends, this.slots]) {
      if (!this.stale) attribute.addUpdateRange(slot * n * attribute.itemSize, n * attribute.itemSize);
      attribute.needsUpdate = true;
    }
    this.moved.needsUpdate = true;
    this.head.value = slot;
    this.taken++;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
    this.moved.dispose();
  }
}

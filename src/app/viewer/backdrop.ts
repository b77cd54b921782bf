/** The page behind the crystal: a gradient from the middle outwards, drawn first, and the cell's edges. */
import {
  BufferAttribute,
  BufferGeometry,
  GLSL3,
  LineSegments,
  Mesh,
  PlaneGeometry,
  ShaderMaterial,
  Vector3,
} from 'three';
import type { Lattice } from './lattice.ts';
import { FOG, type SharedUniforms } from './shading.ts';

export class Backdrop {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;
  private readonly colors = { middle: { value: new Vector3() }, edge: { value: new Vector3() } };

  constructor() {
    this.mesh = new Mesh(
      new PlaneGeometry(2, 2),
      new ShaderMaterial({
        glslVersion: GLSL3,
        vertexShader: /* glsl */ `
out vec2 at;
void main() { at = position.xy; gl_Position = vec4(position.xy, 1.0, 1.0); }`,
        fragmentShader: /* glsl */ `
precision highp float;
in vec2 at;
uniform vec3 middle, edge;
out vec4 fragment;
void main() { fragment = vec4(mix(middle, edge, smoothstep(0.0, 1.25, length(at - vec2(0.0, 0.24)))), 1.0); }`,
        uniforms: this.colors,
        depthTest: false,
        depthWrite: false,
      }),
    );
    this.mesh.frustumCulled = false;
    this.mesh.renderOrder = -1;
  }

  setColors(middle: Vector3, edge: Vector3): void {
    this.colors.middle.value = middle;
    this.colors.edge.value = edge;
  }
}

/** Twelve lines. */
export class CellLayer {
  readonly lines: LineSegments<BufferGeometry, ShaderMaterial>;
  private readonly color = { value: new Vector3() };

  constructor(lattice: Lattice, shared: SharedUniforms) {
    const { corners } = lattice;
    const points: number[] = [];
    for (let i = 0; i < 8; i++) {
      for (const bit of [1, 2, 4]) {
        if (!(i & bit))
          points.push(...(corners[i] as Iterable<number>), ...(corners[i | bit] as Iterable<number>));
      }
    }
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(Float32Array.from(points), 3));
    this.lines = new LineSegments(
      geometry,
      new ShaderMaterial({
        glslVersion: GLSL3,
        vertexShader: /* glsl */ `
out float depth;
void main() { vec4 view = modelViewMatrix * vec4(position, 1.0); depth = -view.z; gl_Position = projectionMatrix * view; }`,
        fragmentShader: /* glsl */ `
precision highp float;
in float depth;
uniform vec3 color;
out vec4 fragment;
${FOG}
void main() { fragment = vec4(faded(color, depth), 1.0); }`,
        uniforms: { ...shared, color: this.color },
      }),
    );
    this.lines.frustumCulled = false;
  }

  setColor(color: Vector3): void {
    this.color.value = color;
  }

  dispose(): void {
    this.lines.geometry.dispose();
    this.lines.material.dispose();
  }
}

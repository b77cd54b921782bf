/**
 * Coordination polyhedra of the metals: which anions belong to which metal is taken from the structure, where they are from
 * every frame. Anions beyond the cell's faces that complete a polyhedron are given out as ghosts.
 */
import {
  BufferAttribute,
  BufferGeometry,
  DoubleSide,
  DynamicDrawUsage,
  GLSL3,
  Group,
  LineSegments,
  Mesh,
  ShaderMaterial,
} from 'three';
import type { Scene } from '../protocol.ts';
import type { Lattice } from './lattice.ts';
import { FOG, rgb, type SharedUniforms } from './shading.ts';

const VERTEX = /* glsl */ `
in vec3 tint;
out vec3 color;
out float depth;
void main() {
  color = tint;
  vec4 view = modelViewMatrix * vec4(position, 1.0);
  depth = -view.z;
  gl_Position = projectionMatrix * view;
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
in vec3 color;
in float depth;
uniform float front, back;
out vec4 fragment;
${FOG}
void main() {
  fragment = vec4(faded(color, depth), gl_FrontFacing ? front : back);
}`;

export interface Ghosts {
  readonly positions: Float32Array;
  readonly species: Float32Array;
  count: number;
}

export class HullLayer {
  readonly group = new Group();
  readonly ghosts: Ghosts;
  private readonly lattice: Lattice;
  private readonly typeOf: Uint16Array;
  private readonly hulls: Scene['hulls'];
  private readonly faces: BufferGeometry;
  private readonly lines: BufferGeometry;
  private readonly materials: readonly ShaderMaterial[];

  constructor({ hulls, species, typeOf }: Scene, lattice: Lattice, shared: SharedUniforms) {
    this.lattice = lattice;
    this.typeOf = typeOf;
    this.hulls = hulls;
    const corners = (hulls.triangles.length / 4) * 3;
    this.ghosts = { positions: new Float32Array(3 * corners), species: new Float32Array(corners), count: 0 };
    const fills = species.map(({ fill }) => rgb(fill));
    const tints = (atoms: Uint32Array, per: number): Float32Array => {
      const out: number[] = [];
      for (let at = 0; at < atoms.length; at += per) {
        const tint = fills[typeOf[atoms[at] as number] as number]?.toArray() ?? [0, 0, 0];
        for (let k = 1; k < per; k++) out.push(...tint);
      }
      return Float32Array.from(out);
    };
    const geometry = (atoms: Uint32Array, per: number): BufferGeometry => {
      const vertices = (atoms.length / per) * (per - 1);
      const out = new BufferGeometry();
      out.setAttribute(
        'position',
        new BufferAttribute(new Float32Array(3 * vertices), 3).setUsage(DynamicDrawUsage),
      );
      out.setAttribute('tint', new BufferAttribute(tints(atoms, per), 3));
      return out;
    };
    this.faces = geometry(hulls.triangles, 4);
    this.lines = geometry(hulls.edges, 3);
    const material = (front: number, back: number): ShaderMaterial =>
      new ShaderMaterial({
        glslVersion: GLSL3,
        vertexShader: VERTEX,
        fragmentShader: FRAGMENT,
        uniforms: { ...shared, front: { value: front }, back: { value: back } },
        side: DoubleSide,
        transparent: true,
        depthWrite: false,
      });
    this.materials = [material(0.17, 0.08), material(0.42, 0.42)];
    const mesh = new Mesh(this.faces, this.materials[0]);
    const outline = new LineSegments(this.lines, this.materials[1]);
    for (const one of [mesh, outline]) {
      one.frustumCulled = false;
      one.renderOrder = 2;
    }
    this.group.add(mesh, outline);
  }

  update(positions: Float32Array): void {
    this.place(this.faces, this.hulls.triangles, 4, positions);
    this.place(this.lines, this.hulls.edges, 3, positions);
    this.findGhosts(positions);
  }

  dispose(): void {
    this.faces.dispose();
    this.lines.dispose();
    for (const material of this.materials) material.dispose();
  }

  /** Corners next to their metal, whatever face of the cell lies between. */
  private place(geometry: BufferGeometry, atoms: Uint32Array, per: number, positions: Float32Array): void {
    const attribute = geometry.getAttribute('position') as BufferAttribute;
    const out = attribute.array as Float32Array;
    const d = new Float32Array(3);
    let to = 0;
    for (let at = 0; at < atoms.length; at += per) {
      const metal = atoms[at] as number;
      for (let k = 1; k < per; k++) {
        this.lattice.nearest(positions, metal, positions, atoms[at + k] as number, d);
        for (let c = 0; c < 3; c++) out[to++] = (positions[3 * metal + c] as number) + (d[c] as number);
      }
    }
    attribute.needsUpdate = true;
  }

  private findGhosts(positions: Float32Array): void {
    const { triangles } = this.hulls;
    const seen = new Set<number>();
    const d = new Float32Array(3);
    let count = 0;
    for (let at = 0; at < triangles.length; at += 4) {
      const metal = triangles[at] as number;
      for (let k = 1; k < 4; k++) {
        const anion = triangles[at + k] as number;
        const shift = this.lattice.nearest(positions, metal, positions, anion, d);
        const key = anion * 256 + shift + 128;
        if (shift === 0 || seen.has(key)) continue;
        seen.add(key);
        for (let c = 0; c < 3; c++) {
          this.ghosts.positions[3 * count + c] = (positions[3 * metal + c] as number) + (d[c] as number);
        }
        this.ghosts.species[count++] = this.typeOf[anion] as number;
      }
    }
    this.ghosts.count = count;
  }
}

/**
 * Atoms as impostors: one quad per atom, the sphere found by the ray in the fragment shader with its true depth, soft light
 * and a thin dark rim. A thousand atoms are one draw call of two thousand triangles.
 */
import {
  BufferAttribute,
  CustomBlending,
  DynamicDrawUsage,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  type IUniform,
  Mesh,
  OneFactor,
  ShaderMaterial,
  ZeroFactor,
} from 'three';
import type { Scene } from '../protocol.ts';
import { FOG, rgb, type SharedUniforms } from './shading.ts';

const VERTEX = /* glsl */ `
in vec3 center;
in float species;
uniform vec4 looks[MOST_SPECIES];
uniform float ionic;
uniform float ions[MOST_SPECIES];
out vec3 sphere;
out vec3 point;
out vec3 color;
out float radius;
void main() {
  vec4 look = looks[int(species)];
  color = look.rgb;
  radius = mix(look.a, ions[int(species)], ionic);
  sphere = (modelViewMatrix * vec4(center, 1.0)).xyz;
  float d2 = dot(sphere, sphere);
  vec3 axis = sphere * inversesqrt(d2);
  vec3 right = normalize(cross(axis, vec3(0.0, 1.0, 0.0)));
  vec3 up = cross(right, axis);
  // The outline of a sphere in perspective is wider than the sphere; 4 % more for the smooth edge.
  float reach = 1.04 * radius * sqrt(d2 / max(d2 - radius * radius, 1e-3));
  point = sphere + reach * (position.x * right + position.y * up);
  gl_Position = projectionMatrix * vec4(point, 1.0);
}`;

const FRAGMENT = /* glsl */ `
precision highp float;
in vec3 sphere;
in vec3 point;
in vec3 color;
in float radius;
uniform mat4 projectionMatrix;
uniform float rim;
out vec4 fragment;
${FOG}
void main() {
  vec3 ray = normalize(point);
  float along = dot(ray, sphere);
  float off = sqrt(max(0.0, dot(sphere, sphere) - along * along));
  float coverage = clamp((radius - off) / max(fwidth(off), 1e-5) + 0.5, 0.0, 1.0);
  if (coverage <= LEAST) discard;
  vec3 hit = ray * (along - sqrt(max(0.0, radius * radius - off * off)));
  vec3 normal = (hit - sphere) / radius;
  float facing = max(0.0, -dot(normal, ray));
  // A large soft light from above left, the page as the rest of the sky.
  float light = 0.5 + 0.5 * dot(normal, normalize(vec3(-0.45, 0.65, 0.62)));
  vec3 shaded = color * mix(0.52, 1.1, light * light * (3.0 - 2.0 * light));
  shaded += 0.2 * pow(max(0.0, dot(normal, normalize(vec3(-0.32, 0.5, 0.8)))), 24.0);
  shaded *= 1.0 - rim * pow(1.0 - facing, 3.0);
  vec4 clip = projectionMatrix * vec4(hit, 1.0);
  gl_FragDepth = 0.5 * clip.z / clip.w + 0.5;
  fragment = vec4(faded(shaded, -hit.z), coverage);
}`;

const MOST_SPECIES = 32;

export class AtomLayer {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>;
  private readonly centers: InstancedBufferAttribute;
  private readonly speciesOf: InstancedBufferAttribute;
  private readonly nAtoms: number;
  private readonly ionic: IUniform<number> = { value: 0 };

  /** @param ghosts room for so many images beside the atoms themselves */
  constructor({ species, typeOf }: Scene, ghosts: number, shared: SharedUniforms, smooth: boolean) {
    this.nAtoms = typeOf.length;
    const capacity = this.nAtoms + ghosts;
    const geometry = new InstancedBufferGeometry();
    geometry.setAttribute(
      'position',
      new BufferAttribute(Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0), 3),
    );
    geometry.setIndex([0, 1, 2, 0, 2, 3]);
    this.centers = new InstancedBufferAttribute(new Float32Array(3 * capacity), 3).setUsage(DynamicDrawUsage);
    this.speciesOf = new InstancedBufferAttribute(new Float32Array(capacity), 1).setUsage(DynamicDrawUsage);
    (this.speciesOf.array as Float32Array).set(typeOf);
    geometry.setAttribute('center', this.centers);
    geometry.setAttribute('species', this.speciesOf);
    geometry.instanceCount = this.nAtoms;
    const looks = new Float32Array(4 * MOST_SPECIES);
    const ions = new Float32Array(MOST_SPECIES);
    species.slice(0, MOST_SPECIES).forEach(({ fill, radius, ionicRadius }, s) => {
      looks.set([...rgb(fill).toArray(), radius], 4 * s);
      ions[s] = ionicRadius;
    });
    const material = new ShaderMaterial({
      glslVersion: GLSL3,
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      // Without several samples per pixel the edge is where half of it is covered.
      defines: { MOST_SPECIES, LEAST: smooth ? '0.0' : '0.5' },
      uniforms: { ...shared, looks: { value: looks }, ions: { value: ions }, ionic: this.ionic },
      alphaToCoverage: smooth,
      // Coverage chooses samples; the picture itself stays opaque.
      blending: CustomBlending,
      blendSrc: OneFactor,
      blendDst: ZeroFactor,
      blendSrcAlpha: ZeroFactor,
      blendDstAlpha: OneFactor,
    });
    this.mesh = new Mesh(geometry, material);
    this.mesh.frustumCulled = false;
  }

  set ionicRadii(on: boolean) {
    this.ionic.value = Number(on);
  }

  /** @param ghosts [m×3] images, with their species */
  update(
    positions: Float32Array,
    ghosts: { positions: Float32Array; species: Float32Array; count: number },
  ): void {
    const centers = this.centers.array as Float32Array;
    centers.set(positions);
    centers.set(ghosts.positions.subarray(0, 3 * ghosts.count), 3 * this.nAtoms);
    (this.speciesOf.array as Float32Array).set(ghosts.species.subarray(0, ghosts.count), this.nAtoms);
    this.centers.needsUpdate = true;
    this.speciesOf.needsUpdate = true;
    this.mesh.geometry.instanceCount = this.nAtoms + ghosts.count;
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

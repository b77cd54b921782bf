/** Uniforms and GLSL that all layers share: depth fades into the page, colours are sRGB throughout. */
import { Color, type IUniform, SRGBColorSpace, Vector3 } from 'three';

export interface SharedUniforms {
  /** Colour that far things fade into. */
  readonly fogColor: IUniform<Vector3>;
  /** View depth, Å, where fading begins and where it is strongest. */
  readonly fogNear: IUniform<number>;
  readonly fogFar: IUniform<number>;
  /** Strength of the dark rim of spheres. */
  readonly rim: IUniform<number>;
}

export function createSharedUniforms(): SharedUniforms {
  return {
    fogColor: { value: new Vector3(1, 1, 1) },
    fogNear: { value: 0 },
    fogFar: { value: 1 },
    rim: { value: 0.5 },
  };
}

export const FOG = /* glsl */ `
uniform vec3 fogColor;
uniform float fogNear, fogFar;
/** Far things fade, but never wholly. */
vec3 faded(vec3 color, float depth) {
  return mix(color, fogColor, 0.62 * smoothstep(fogNear, fogFar, depth));
}`;

/** `#RRGGBB`, or a custom property's value, as three numbers from 0 to 1. */
export function rgb(color: string): Vector3 {
  const { r, g, b } = new Color().setStyle(color, SRGBColorSpace).convertLinearToSRGB();
  return new Vector3(r, g, b);
}

/**
 * Weights of cardinal B-splines as WGSL without a loop: whatever stands in an array under an index that is not a constant, a
 * software adapter reads lane by lane (gathering forces from a mesh, order 7, 13 824 ions on llvmpipe: 0.50 µs per ion, and
 * 0.92 with loops).
 */
import type { SplineOrder } from './influence.ts';

/**
 * Text of the slot `spline`: `fn splineWeights(fraction: f32)`, the values M(fraction + P − 1 − k), k = 0 … P − 1, of order P
 * by the recursion over the order (Essmann et al., J. Chem. Phys. 103, 8577 (1995), doi:10.1063/1.470117), and
 * `fn splineSlopes(fraction: f32)`, their derivatives: M′(x) is M(x) − M(x − 1) of order P − 1.
 */
export function splineText(order: SplineOrder): string {
  const differences = Array.from({ length: order }, (_, k) => {
    const [left, right] = [k > 0 ? `lower[${k - 1}]` : '', k < order - 1 ? ` - lower[${k}]` : ''];
    return left + right;
  });
  return [
    weights('splineWeights', order),
    weights('lowerWeights', order - 1),
    `fn splineSlopes(fraction: f32) -> array<f32, ${order}> {`,
    '  let lower = lowerWeights(fraction);',
    `  return array<f32, ${order}>(${differences.join(', ')});`,
    '}',
  ].join('\n');
}

function weights(name: string, highest: number): string {
  const lines = [
    `fn ${name}(fraction: f32) -> array<f32, ${highest}> {`,
    `  var w: array<f32, ${highest}>;`,
    '  w[0] = 1.0 - fraction;',
    '  w[1] = fraction;',
  ];
  for (let order = 3; order <= highest; order++) {
    const scale = `${1 / (order - 1)}`;
    lines.push(`  w[${order - 1}] = ${scale} * fraction * w[${order - 2}];`);
    for (let k = order - 2; k > 0; k--) {
      const [rising, falling] = [`(fraction + ${order - 1 - k}.0)`, `(${k + 1}.0 - fraction)`];
      lines.push(`  w[${k}] = ${scale} * (${rising} * w[${k - 1}] + ${falling} * w[${k}]);`);
    }
    lines.push(`  w[0] = ${scale} * (1.0 - fraction) * w[0];`);
  }
  return [...lines, '  return w;', '}'].join('\n');
}

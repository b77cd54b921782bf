// FIRE's move: v ← keep·v + gain·F + h F/m with one common mass, x ← x + h v, at most `longestStep` per atom.
#include "lib/cell.wgsl"
#include "lib/status.wgsl"
#include "minimize/relaxation.wgsl"
#struct Replica
#struct Minimization

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> minimization: Minimization;
@group(0) @binding(2) var<storage, read> relaxations: array<Relaxation>;
@group(0) @binding(3) var<storage, read_write> positions: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read_write> images: array<vec4<i32>>;
@group(0) @binding(5) var<storage, read_write> velocities: array<vec4f>;
@group(0) @binding(6) var<storage, read> forces: array<vec4f>;
@group(0) @binding(7) var<storage, read> anchors: array<vec4<i32>>;
@group(0) @binding(8) var<storage, read_write> status: array<atomic<u32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let index = replicas[id.y].firstAtom + id.x;
  let state = relaxations[id.y];
  let before = velocities[index];
  let force = select(vec3f(0.0), forces[index].xyz, before.w > 0.0);
  let velocity = state.keep * before.xyz + (state.gain + state.timestep / minimization.mass) * force;
  let wanted = state.timestep * velocity - state.back * state.timestep * before.xyz;
  let bounded = wanted * min(1.0, minimization.longestStep / max(length(wanted), 1e-30));
  let step = vec3<i32>(round(replicas[id.y].unitsPerAngstrom * bounded));
  let position = positions[index];
  let crossed = carry(position.xyz, step);
  let after = position.xyz + step;
  positions[index] = vec4<i32>(after, position.w);
  images[index] += vec4<i32>(crossed, 0);
  velocities[index] = vec4f(velocity, before.w);
  let moved = separation(replicas[id.y].cell, after, anchors[index].xyz);
  atomicMax(&status[STATUS_WORDS * id.y + STATUS_DISPLACEMENT], bitcast<u32>(dot(moved, moved)));
}

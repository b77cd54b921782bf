// Letter R: the temperature that thermostats aim at moves on, a line over the steps of a stage. One invocation per replica.
#struct Replica
#struct Lattice

@group(0) @binding(0) var<storage, read_write> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read_write> lattices: array<Lattice>;
// kT at the first step and its change per step, eV.
@group(0) @binding(2) var<storage, read> ramps: array<vec2f>;

@compute @workgroup_size(1)
fn main(@builtin(workgroup_id) id: vec3u) {
  let ramp = ramps[id.x];
  lattices[id.x].rampSteps++;
  replicas[id.x].kT = ramp.x + ramp.y * f32(lattices[id.x].rampSteps);
}

// Letter P: v ← v + velocityStrain·v, the momenta's part of a move of the cell.
#struct Replica
#struct Lattice

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> lattices: array<Lattice>;
@group(0) @binding(2) var<storage, read_write> velocities: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let atom = replicas[id.y].firstAtom + id.x;
  let velocity = velocities[atom];
  velocities[atom] = vec4f(velocity.xyz + lattices[id.y].velocityStrain * velocity.xyz, velocity.w);
}

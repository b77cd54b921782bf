// Mesh forces less their mean, added to the forces of the pair loop: without the mean, ions of analytic differentiation would
// push themselves along together.
#struct Replica
#struct Mesh

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<storage, read> meshes: array<Mesh>;
@group(0) @binding(2) var<storage, read> meshForces: array<vec4f>;
@group(0) @binding(3) var<storage, read> meanForces: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> forces: array<vec4f>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let replica = meshes[id.y].replica;
  if (id.x >= replicas[replica].nAtoms) {
    return;
  }
  let atom = replicas[replica].firstAtom + id.x;
  forces[atom] += meshForces[atom] - meanForces[replica];
}

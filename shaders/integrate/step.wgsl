// One run of per-atom letters of an integrator, fused into one kernel: the host fills the slots with the letters'
// functions and with the sentence, e.g. "kick(&atom, …); drift(&atom, …);". Also measures how far each atom has moved
// since the neighbor list was built.
#include "lib/cell.wgsl"
#include "lib/status.wgsl"
#include "lib/random.wgsl"
#struct Replica
#struct Integration

struct Atom {
  tag: u32,
  position: vec4<i32>,
  image: vec4<i32>,
  // Å/fs; w = inverse mass, Å²/(eV·fs²)
  velocity: vec4f,
  // eV/Å
  force: vec3f,
  // Heat taken from the bath and work of the field during this kernel, eV.
  heat: f32,
}

@group(0) @binding(0) var<storage, read> replicas: array<Replica>;
@group(0) @binding(1) var<uniform> integration: Integration;
@group(0) @binding(2) var<storage, read_write> positions: array<vec4<i32>>;
@group(0) @binding(3) var<storage, read_write> images: array<vec4<i32>>;
@group(0) @binding(4) var<storage, read_write> velocities: array<vec4f>;
@group(0) @binding(5) var<storage, read> forces: array<vec4f>;
@group(0) @binding(6) var<storage, read> anchors: array<vec4<i32>>;
// Heat taken up so far, in units of 2⁻²² eV.
@group(0) @binding(7) var<storage, read_write> heats: array<i32>;
@group(0) @binding(8) var<storage, read_write> status: array<atomic<u32>>;

// HAS_FIELD and fn fieldForce(species: i32) -> vec3f, the force of a uniform electric field, eV/Å.
#slot field
#slot letters
// fn moved(atom: u32, position: vec3<i32>): what is to be known of the new position, if anything.
#slot moved

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.x >= replicas[id.y].nAtoms) {
    return;
  }
  let index = replicas[id.y].firstAtom + id.x;
  let replica = id.y;
  var atom = Atom(id.x, positions[index], images[index], velocities[index], forces[index].xyz + fieldForce(positions[index].w), 0.0);
  #slot sentence
  positions[index] = atom.position;
  moved(index, atom.position.xyz);
  images[index] = atom.image;
  velocities[index] = atom.velocity;
  if (atom.heat != 0.0) {
    heats[index] += i32(round(atom.heat * 4194304.0));
  }
  let shift = separation(replicas[replica].cell, atom.position.xyz, anchors[index].xyz);
  let shift2 = dot(shift, shift);
  if (shift2 > integration.reportedDisplacement2) {
    atomicMax(&status[STATUS_WORDS * replica + STATUS_DISPLACEMENT], bitcast<u32>(shift2));
  }
}

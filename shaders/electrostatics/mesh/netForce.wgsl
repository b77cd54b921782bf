// Mesh forces are added up in fixed point, 2²⁰ units per eV/Å: integers, so that their order does not matter.
const NET_FORCE_SCALE: f32 = 1048576.0;

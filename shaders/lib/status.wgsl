// What a batch of steps reports per replica: words of the status buffer, cleared after each read-back.
const STATUS_WORDS: u32 = 8u;
// Largest squared displacement since the neighbor list was pruned, Å², as the bits of a non-negative f32 (ordered like u32).
const STATUS_DISPLACEMENT: u32 = 0u;
// The same since its candidates were found, as the last pruning saw it.
const STATUS_BUILD_DISPLACEMENT: u32 = 1u;
// Longest list of candidates that did not fit; zero when all did.
const STATUS_CANDIDATES: u32 = 2u;
// Largest squared force, (eV/Å)², as the bits of an f32; written by the minimiser.
const STATUS_FORCE: u32 = 3u;
// Largest change of shape of the cell since the list was pruned, and since its candidates were found: ‖h h₀⁻¹ − 1‖, f32.
const STATUS_STRETCH: u32 = 4u;
const STATUS_BUILD_STRETCH: u32 = 5u;
// The same since meshes and waves were planned.
const STATUS_CELL_CHANGE: u32 = 6u;
// Largest deviation of the stress from the pressure asked for, eV/Å³, as the bits of an f32; written by the minimiser.
const STATUS_STRESS: u32 = 7u;

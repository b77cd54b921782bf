// What a batch of steps reports per replica: words of the status buffer, cleared after each read-back.
const STATUS_WORDS: u32 = 4u;
// Largest squared displacement since the list was built, Å², as the bits of a non-negative f32 (ordered like u32).
const STATUS_DISPLACEMENT: u32 = 0u;
// Longest neighbor list that did not fit; zero when all did.
const STATUS_NEIGHBORS: u32 = 1u;
// Largest squared force, (eV/Å)², as the bits of an f32; written by the minimiser.
const STATUS_FORCE: u32 = 2u;

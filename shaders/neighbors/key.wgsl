// What lists are sorted by: species first, tags within a species, in one word.
const TAG_BITS = 24u;

fn neighborKey(species: u32, atom: u32) -> u32 {
  return (species << TAG_BITS) | atom;
}

fn keySpecies(key: u32) -> u32 {
  return key >> TAG_BITS;
}

fn keyAtom(key: u32) -> u32 {
  return key & ((1u << TAG_BITS) - 1u);
}

// Up to five sorted runs of the buffer `keys`, read as one in order. The kernel declares `keys`.
const NO_KEY: u32 = 0xffffffffu;

// Of each run the key in front, the place behind it, and where the run ends. Vectors, not an array: a driver keeps them in
// registers.
struct Merge {
  front: vec4u,
  place: vec4u,
  end: vec4u,
  fifthFront: u32,
  fifthPlace: u32,
  fifthEnd: u32,
}

fn emptyMerge() -> Merge {
  return Merge(vec4u(NO_KEY), vec4u(0u), vec4u(0u), NO_KEY, 0u, 0u);
}

fn keyBefore(place: u32, end: u32) -> u32 {
  if (place >= end) {
    return NO_KEY;
  }
  return keys[place];
}

// The run `begin` … `end` as number `run`, 0 to 4.
fn addRun(merge: ptr<function, Merge>, run: u32, begin: u32, end: u32) {
  let front = keyBefore(begin, end);
  let chosen = vec4u(run) == vec4u(0u, 1u, 2u, 3u);
  (*merge).front = select((*merge).front, vec4u(front), chosen);
  (*merge).place = select((*merge).place, vec4u(begin + 1u), chosen);
  (*merge).end = select((*merge).end, vec4u(end), chosen);
  if (run == 4u) {
    (*merge).fifthFront = front;
    (*merge).fifthPlace = begin + 1u;
    (*merge).fifthEnd = end;
  }
}

// The smallest key that is left, taken out. To be called as often as there are keys: they differ, so one run holds it.
fn takeKey(merge: ptr<function, Merge>) -> u32 {
  let front = (*merge).front;
  let key = min(min(min(front.x, front.y), min(front.z, front.w)), (*merge).fifthFront);
  let chosen = front == vec4u(key);
  let fifth = (*merge).fifthFront == key;
  let places = select(vec4u(0u), (*merge).place, chosen);
  let ends = select(vec4u(0u), (*merge).end, chosen);
  let place = places.x | places.y | places.z | places.w | select(0u, (*merge).fifthPlace, fifth);
  let end = ends.x | ends.y | ends.z | ends.w | select(0u, (*merge).fifthEnd, fifth);
  let next = keyBefore(place, end);
  (*merge).front = select(front, vec4u(next), chosen);
  (*merge).place = select((*merge).place, vec4u(place + 1u), chosen);
  (*merge).fifthFront = select((*merge).fifthFront, next, fifth);
  (*merge).fifthPlace = select((*merge).fifthPlace, place + 1u, fifth);
  return key;
}

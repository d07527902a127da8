/** Chance that repeats itself: the same made-up year every time (mulberry32). Each file has its own, so that one changes without the others. */
export function chanceFrom(seed: number) {
  let state = seed

  function random(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  function pick<T>(from: readonly T[]): T {
    const picked = from[Math.floor(random() * from.length)]
    if (picked === undefined) throw new Error('There is nothing to pick from')
    return picked
  }

  return { random, pick, chance: (share: number) => random() < share }
}

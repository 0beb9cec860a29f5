/** Numbers from 0 up to 1, the same for the same seed: what a test did once it can do again. */
export type Random = () => number

/** A linear congruential generator with its low bits left out; good enough to choose what a disk loses. */
export function seededRandom(seed: number): Random {
  let state = BigInt(seed) + 1n
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
    return Number(state >> 11n) / 2 ** 53
  }
}

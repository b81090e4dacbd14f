import type { Random } from './random.ts'

/** One to a hundred wounds: flipped bits, overwritten, cut out, repeated or inserted stretches. */
export function damage(bytes: Uint8Array, random: Random): Uint8Array {
  let result = Uint8Array.from(bytes)
  const wounds = 1 + random.below(random.pick([1, 10, 100]))
  for (let i = 0; i < wounds && result.length > 0; i++) {
    const at = random.below(result.length)
    const length = random.below(random.pick([2, 64, 4000]))
    const before = result.subarray(0, at)
    const stretch = result.slice(at, at + length)
    switch (random.below(5)) {
      case 0:
        result[at] = (result[at] ?? 0) ^ (1 << random.below(8))
        break
      case 1:
        for (let j = at; j < Math.min(result.length, at + length); j++)
          result[j] = random.below(256)
        break
      case 2:
        result = join(before, result.subarray(at + length))
        break
      case 3:
        result = join(before, stretch, result.subarray(at))
        break
      default:
        result = join(
          before,
          Uint8Array.from({ length: length % 300 }, () => random.below(256)),
          result.subarray(at),
        )
    }
  }
  return result
}

/** The same bytes in pieces of any size. */
export function chunks(bytes: Uint8Array, random: Random): Uint8Array[] {
  const parts: Uint8Array[] = []
  const longest = random.pick([7, 188, 1000, 65_536])
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(longest)
    parts.push(bytes.subarray(at, at + length))
    at += length
  }
  return parts
}

function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    result.set(part, at)
    at += part.length
  }
  return result
}

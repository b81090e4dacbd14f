/**
 * Captions as a live news channel sends them, made from a seed: rows of upper-case roll-up text of some
 * 30 letters, and the RCWT that carries them: two letters a picture, 25 pictures a second, each with the
 * CEA-608 pair and one CEA-708 triplet beside it.
 */

const words =
  `the of and to in that is was for it on with as at by from are this be have or had not but what all were
  when we there can an your which their said if do will each about how up out them then she many some so these
  would other into has more her two like him see time could no make than first been its who now people my made
  over did down only way find use may water long little very after called just where most know government state
  president city police officials weather tonight morning report news america house white senate court school
  percent million dollars storm highway county family health hospital company market workers election campaign`
    .toUpperCase()
    .split(/\s+/)

/** A small generator (mulberry32): the same numbers for the same seed, everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The row that a channel finishes in a second. */
export function captionRow(channel: number, second: number): string {
  const random = randomOf(channel * 1_000_003 + second)
  let row = ''
  for (;;) {
    // Squared: some words are said far more often than others.
    const common = words[Math.floor(random() ** 2 * words.length)] ?? ''
    const word = random() < 0.2 ? rareWord(random) : common
    if (row.length + word.length + 1 > 32) return row
    row = row === '' ? word : `${row} ${word}`
  }
}

/** A name that nobody has heard before: what keeps text from being squeezed to nothing. */
function rareWord(random: () => number): string {
  const length = 4 + Math.floor(random() * 6)
  return Array.from({ length }, () => 'ETAOINSHRDLUCMWFGYPBVK'.charAt(random() ** 1.5 * 22)).join(
    '',
  )
}

const picturesPerSecond = 25

export function binSecond(channel: number, second: number): Buffer {
  // A row takes two seconds; each has its half of the letters.
  const row = captionRow(channel, second - (second % 2)).padEnd(32, ' ')
  const half = second % 2 === 0 ? row.slice(0, 16) : row.slice(16)
  const bytes = Buffer.alloc(picturesPerSecond * 16)
  const random = randomOf(channel * 7_000_003 + second)
  for (let picture = 0; picture < picturesPerSecond; picture++) {
    const at = picture * 16
    const jitterMs = picture % 3 === 0 ? 1 : 0
    bytes.writeBigInt64LE(BigInt(second * 1000 + picture * 40 + jitterMs), at)
    bytes.writeUInt16LE(2, at + 8)
    const pair = picture * 2
    const text = pair < half.length ? half.slice(pair, pair + 2) : ''
    const [first, next] = text === '' ? [0x94, 0x2d] : [parity(text, 0), parity(text, 1)]
    bytes.set([0xfc, first, next], at + 10)
    // The same letters again as CEA-708: a packet's start, then its bytes.
    const service =
      picture % 5 === 0 ? [0xff, (second % 4) << 6, 0x22] : [0xfe, first & 0x7f, next & 0x7f]
    if (random() < 0.2) service[2] = Math.floor(random() * 256)
    bytes.set(service, at + 13)
  }
  return bytes
}

/** A letter with the odd parity bit of CEA-608. */
function parity(text: string, index: number): number {
  const code = text.charCodeAt(index) & 0x7f
  let ones = 0
  for (let bit = 0; bit < 7; bit++) ones += (code >> bit) & 1
  return ones % 2 === 0 ? code | 0x80 : code
}

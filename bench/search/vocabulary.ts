/**
 * Words as they are spoken: 100,000 forms whose frequencies follow Zipf and Mandelbrot, the most frequent
 * ones English, the others made of syllables; and phrases that recur. All from seeds, the same everywhere.
 */

const forms = 100_000
const phraseCount = 20_000
/** With these, the first word is a twenty-fifth of all that is said, as in speech. */
const exponent = 1.1
const offset = 2.7

const head =
  `the to and of a that in i it you is we for this on have they be with are was so as but at what do not he
  there our about all if one can people from will know right just going or out now like here up think get your
  how who when because would very time where more said has were an good see want say my his us them then been
  way well back want by had than some into come really their she look could day over new first last her two
  state president year news today morning week back country house police city water night home school million`
    .split(/\s+/)
    .filter((word, at, all) => all.indexOf(word) === at)

const onsets = 'b c d f g h l m n p r s t v w br ch cl cr dr fl gr pl pr sh sl st th tr'.split(' ')
const vowels = 'a e i o u ai ea ee io ou'.split(' ')
const codas = ['', '', '', '', 'n', 'r', 's', 't', 'l', 'm', 'd', 'ck', 'nd', 'rs', 'st', 'ng']

export type Random = () => number

/** A small generator (mulberry32): the same numbers for the same seed, everywhere. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export class Vocabulary {
  /** The most frequent first. */
  readonly words: readonly string[]
  /** The most frequent first. */
  readonly phrases: readonly string[]
  readonly #word = new Lottery(zipf(forms))
  readonly #phrase = new Lottery(zipf(phraseCount))

  constructor() {
    const random = randomOf(7)
    const words = new Set(head)
    while (words.size < forms) words.add(madeUp(random))
    this.words = [...words]
    const seed = randomOf(11)
    this.phrases = Array.from({ length: phraseCount }, () =>
      Array.from({ length: 2 + Math.floor(seed() * 3) }, () => this.word(seed)).join(' '),
    )
  }

  word(random: Random): string {
    return this.words[this.#word.draw(random)] ?? ''
  }

  phrase(random: Random): string {
    return this.phrases[this.#phrase.draw(random)] ?? ''
  }

  /** One that hardly anyone has said before. */
  name(random: Random): string {
    return madeUp(randomOf(Math.floor(random() * 5_000_000))) + 'o'
  }
}

function madeUp(random: Random): string {
  const syllables = 2 + Math.floor(random() * 2.4)
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? ''
  return Array.from({ length: syllables }, () => pick(onsets) + pick(vowels) + pick(codas)).join('')
}

function zipf(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, rank) => (rank + 1 + offset) ** -exponent)
}

/** Draws a place as often as its weight says, in constant time (Vose's alias method). */
class Lottery {
  readonly #share: Float64Array
  readonly #other: Int32Array

  constructor(weights: Float64Array) {
    const { length } = weights
    const total = weights.reduce((sum, one) => sum + one, 0)
    const share = weights.map((one) => (one * length) / total)
    this.#other = new Int32Array(length)
    const small: number[] = []
    const large: number[] = []
    share.forEach((one, at) => (one < 1 ? small : large).push(at))
    for (;;) {
      const less = small.pop()
      const more = large.pop()
      if (less === undefined || more === undefined) {
        for (const rest of [less, more, ...small, ...large]) if (rest !== undefined) share[rest] = 1
        break
      }
      this.#other[less] = more
      const left = (share[more] ?? 0) - (1 - (share[less] ?? 0))
      share[more] = left
      if (left < 1) small.push(more)
      else large.push(more)
    }
    this.#share = share
  }

  draw(random: Random): number {
    const at = random() * this.#share.length
    const place = Math.floor(at)
    return at - place < (this.#share[place] ?? 1) ? place : (this.#other[place] ?? 0)
  }
}

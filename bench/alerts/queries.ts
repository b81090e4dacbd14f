import { randomOf, type Vocabulary } from '../search/vocabulary.ts'

/** From these the words of standing queries are drawn, each as likely as any other. */
const commonest = 5000

/**
 * Standing queries as people have them, of the 5,000 commonest words: half phrases, of which every other one is said
 * again and again; 30 % several words; 10 % beginnings of words; 10 % with something taken away or filtered.
 */
export function standingQueries(vocabulary: Vocabulary, count: number): string[] {
  const random = randomOf(2024)
  const common = new Set(vocabulary.words.slice(0, commonest))
  const phrases = vocabulary.phrases.filter((phrase) =>
    phrase.split(' ').every((word) => common.has(word)),
  )
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const word = (): string => vocabulary.words[Math.floor(random() * commonest)] ?? ''
  const beginning = (): string => {
    for (;;) {
      const one = word()
      if (one.length >= 4) return `${one.slice(0, 4)}*`
    }
  }
  return Array.from({ length: count }, (_, n) => {
    switch (n % 10) {
      case 0:
      case 1:
      case 2:
        return `"${word()} ${word()}"`
      case 3:
      case 4:
        return `"${pick(phrases)}"`
      case 5:
      case 6:
        return `${word()} ${word()}`
      case 7:
        return `${word()} ${word()} ${word()}`
      case 8:
        return `${word()} ${beginning()}`
      default:
        return n % 20 === 9
          ? `${word()} ${word()} -${word()}`
          : `${word()} ${word()} channel:speech-${n % 200} hour:6-22`
    }
  })
}

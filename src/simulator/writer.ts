import type { Random } from './random.ts'
import type { Style } from './performer.ts'

/** Writes scripts (script.ts) of any length: a town's television that never ends, another for every seed. */
export interface WriterOptions {
  readonly minutes: number
  /** Taken in turn, some minutes each. One that rolls may move its rows and change its height. */
  readonly styles: readonly Style[]
  readonly service?: 'CC1' | 'CC2' | 'CC3' | 'CC4'
}

const wordsPerMinute = 170
/** A programme of one style. */
const sentencesPerPart = 40
const longestScreenRow = 28

const people = 'THE MAYOR,A FERRYMAN,OUR REPORTER,THE HARBOUR MASTER,MRS. OKAFOR,TWO NURSES'
  .concat(',THE COUNCIL,A BAKER,THE LIGHTHOUSE KEEPER,DR. LINDQVIST,EVERYBODY,NOBODY')
  .split(',')
const doings = 'OPENED,PAINTED,COUNTED,FORGOT,MEASURED,PRAISED,SOLD,FOUND,MENDED,REMEMBERED'.split(
  ',',
)
const things = 'THE OLD BRIDGE,41 LANTERNS,A BLUE DOOR,THE NIGHT FERRY,TEN MILES OF ROPE'
  .concat(',THE SCHOOL ROOF,A $3 UMBRELLA,TWO ÉCLAIRS,HALF OF THE PEACHES,THE TIDE TABLES')
  .split(',')
const times = 'TODAY,LAST NIGHT,AT NOON,BEFORE DAWN,IN 1987,AGAIN,FOR THE FIRST TIME,TWICE'.split(
  ',',
)
const asides = ['NO.', 'YES.', 'OK.', 'WHY?', '(APPLAUSE)', 'THAT IS ALL.', '♪ ♪', "IT'S TRUE."]

export function writeScript(random: Random, options: WriterOptions): string {
  const { minutes, styles, service = 'CC1' } = options
  const lines: string[] = []
  let words = 0
  for (let part = 0; words < minutes * wordsPerMinute; part++) {
    const style = styles[part % styles.length] ?? 'roll-up'
    const depth = 2 + random.below(3)
    if (part === 0) lines.push(`@service ${service} ${style} ${depth} ${wordsPerMinute}`)
    else lines.push('@clear', `@style ${style} ${depth}`, '@pause 1500')
    const rolls = style === 'roll-up' || style === 'direct'
    for (let i = 0; i < sentencesPerPart; i++) {
      if (rolls && random.next() < 0.04)
        lines.push('@clear', `@row ${random.pick([15, 15, 3])}`, '@pause 1500')
      if (random.next() < 0.1) lines.push(`@pause ${500 + random.below(4000)}`)
      const sentence = random.next() < 0.15 ? random.pick(asides) : writeSentence(random)
      words += sentence.split(' ').length
      if (style === 'direct') lines.push(`>> ${sentence.split(' ').map(mistake).join(' ')}`)
      else if (style === 'roll-up') lines.push(random.next() < 0.5 ? `>> ${sentence}` : sentence)
      else lines.push(...rowsOf(sentence, random.next() < 0.2), '')
    }
  }
  return lines.join('\n')

  function mistake(word: string): string {
    const isPlain = /^[A-Z]{4,9}$/.test(word)
    if (!isPlain || random.next() > 0.08) return word
    const at = 1 + random.below(word.length - 2)
    return `${word.slice(0, at)}{${word.slice(at + 1)}>${word.slice(at)}}`
  }
}

function writeSentence(random: Random): string {
  const parts = [random.pick(people), random.pick(doings), random.pick(things), random.pick(times)]
  return `${parts.join(' ')}${random.pick(['.', '.', ', AND SO IT WENT.', '!', '?'])}`
}

function rowsOf(sentence: string, isItalic: boolean): string[] {
  const rows: string[] = []
  let row = ''
  for (const word of sentence.split(' ')) {
    if (row.length + word.length + 1 > longestScreenRow) {
      rows.push(row)
      row = ''
    }
    row = row === '' ? word : `${row} ${word}`
  }
  return [...rows, row].map((text) => (isItalic ? `_${text}_` : text))
}

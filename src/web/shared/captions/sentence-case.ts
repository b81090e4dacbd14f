/**
 * Captions in capitals, written as one writes. What capitals alone could tell is lost: names become words, but for
 * abbreviations with full stops, those without a vowel, and what follows a title.
 */

/** The language decides what a capital becomes (`I` in Turkish), and what keeps one. */
export interface CaseOptions {
  /** BCP 47. */
  readonly language: string | null
  /** What was said before ended a sentence, or nothing was. */
  readonly isBeginning: boolean
}

const lowerCase = /\p{Ll}/u
const capitals = /\p{Lu}/u
const word = /\p{L}[\p{L}\p{M}\p{N}'’]*/gu
const dotted = /(?:\p{Lu}\.){2,}/gu
/** Ends a sentence, whatever closes behind it. */
const sentenceEnd = /(?:[.?!…。？！]|>>+|[♪:]\s*)["”»'’)\]\s]*$/u
const titles = 'MR|MRS|MS|DR|ST|SR|SRA|PROF|GEN|SEN|REP|GOV|LT|COL|SGT'
const isTitle = new RegExp(`^(?:${titles})$`)
const title = new RegExp(`(?:^|[^\\p{L}])(?:${titles})\\.?\\s+$`, 'iu')
/** Its full stop ends no sentence. */
const abbreviation = new RegExp(
  `(?:^|[^\\p{L}])(?:${titles}|VS|(?:\\p{Lu}\\.)+\\p{Lu})\\.\\s*$`,
  'iu',
)
const vowel = /[AEIOUYÀ-ÖØ-Ý]/u
/** Written with capitals, in English: what Latin letters without a vowel are otherwise no word. */
const longestInitials = 5
const notInitials = new Set([
  'MR',
  'MRS',
  'MS',
  'DR',
  'ST',
  'SR',
  'LT',
  'VS',
  'HM',
  'HMM',
  'MM',
  'MMM',
  'SH',
  'SHH',
  'PST',
  'PSST',
  'TH',
  'ND',
  'RD',
])
const english = new Set(
  (
    'I I’M I’LL I’VE I’D MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY JANUARY FEBRUARY ' +
    'APRIL JUNE JULY AUGUST SEPTEMBER OCTOBER NOVEMBER DECEMBER AMERICA AMERICAN ENGLISH SPANISH FRENCH GERMAN'
  ).split(' '),
)

/** Text that has small letters already is left as it is. */
export function sentenceCase(text: string, { language, isBeginning }: CaseOptions): string {
  if (lowerCase.test(text) || !capitals.test(text)) return text
  const locale = language ?? undefined
  const isEnglish = language === null || /^en\b/i.test(language)
  const kept = [...text.matchAll(dotted)].map(({ index, 0: found }) => [
    index,
    index + found.length,
  ])
  return text.replace(word, (found, index: number) => {
    if (kept.some(([from = 0, to = 0]) => index >= from && index < to)) return found
    const before = text.slice(0, index)
    const plain = found.replaceAll("'", '’')
    if (isInitials(plain)) return found
    const small = lower(found, locale)
    const begins =
      (/^[\s\p{P}\p{S}]*$/u.test(before)
        ? isBeginning || before.includes('>>')
        : endsSentence(before)) ||
      title.test(before) ||
      (isTitle.test(plain) && (text[index + found.length] === '.' || plain.length === 2)) ||
      (isEnglish && english.has(plain))
    return begins ? capitalised(small, locale) : small
  })
}

/** Whether a sentence is over where this text ends. */
export function endsSentence(text: string): boolean {
  return sentenceEnd.test(text) && !abbreviation.test(text)
}

function isInitials(text: string): boolean {
  return (
    text.length > 1 &&
    text.length <= longestInitials &&
    /^[A-Z]+$/.test(text) &&
    !vowel.test(text) &&
    !notInitials.has(text)
  )
}

function lower(text: string, locale: string | undefined): string {
  try {
    return text.toLocaleLowerCase(locale)
  } catch {
    // A tag that this browser does not take for one.
    return text.toLowerCase()
  }
}

function capitalised(text: string, locale: string | undefined): string {
  const [first = ''] = text
  let capital: string
  try {
    capital = first.toLocaleUpperCase(locale)
  } catch {
    capital = first.toUpperCase()
  }
  return capital + text.slice(first.length)
}

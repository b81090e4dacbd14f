import { en } from './en.ts'
import { es } from './es.ts'
import type { Words } from './words.ts'

/** The words of a language; English where there are none. */
export function wordsOf(language: string | null): Words {
  return language !== null && /^es\b/i.test(language) ? es : en
}

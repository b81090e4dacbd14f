import type { Reply } from '../link.ts'

/** What a script of the log answers: a word, and what belongs to it. */
export interface Answer {
  readonly word: string
  readonly rest: readonly (string | null)[]
}

/** Our own scripts answer texts and nulls: anything else means that something else answers there, and throws. */
export function answerOf(reply: Reply): Answer {
  if (!Array.isArray(reply)) throw new TypeError('Redis answered a script of ours with no list')
  const [word, ...rest] = reply.map((value) => {
    if (value === null || typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
    throw new TypeError('Redis answered a script of ours with a list in a list')
  })
  if (word === null || word === undefined) throw new TypeError('Redis answered without a word')
  return { word, rest }
}

export function textAt(rest: Answer['rest'], at: number): string {
  const value = rest[at]
  if (value === null || value === undefined) throw new TypeError(`Redis answered nothing at ${at}`)
  return value
}

export function numberAt(rest: Answer['rest'], at: number): number {
  const value = Number(textAt(rest, at))
  if (!Number.isSafeInteger(value)) throw new TypeError(`Redis answered no number at ${at}`)
  return value
}

import type { Cue } from '../../../protocol/api.ts'
import { keyOf } from '../../data/channel-feed.ts'

/** What is read out at once: whole sentences, where the text has any. */
export interface Sentence {
  readonly key: string
  readonly language: string | null
  readonly text: string
}

/** Text without a full stop is said after this many words at the latest. */
const mostWords = 40
const end = /[.?!…。？！][”"'’)\]]*\s*$/

/**
 * Joins the rows of one track to sentences. A row that ends none waits for those after it; a change of
 * speaker ends one, and a pop-on screen is said as it stands.
 */
export function sentencesOf(cues: readonly Cue[]): readonly Sentence[] {
  const sentences: Sentence[] = []
  let open: Cue[] = []
  const close = (): void => {
    const [first] = open
    if (first === undefined) return
    sentences.push({ key: keyOf(first), language: first.language, text: textOf(open) })
    open = []
  }
  for (const cue of cues) {
    if (cue.text.startsWith('>>') || cue.run !== open[0]?.run) close()
    open.push(cue)
    const text = textOf(open)
    if (cue.mode !== 'roll-up' || end.test(text) || text.split(' ').length >= mostWords) close()
  }
  return sentences
}

/** `>>` is for the eye. */
function textOf(cues: readonly Cue[]): string {
  return cues
    .map(({ text }) => text.replaceAll(/>>+/g, ' '))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

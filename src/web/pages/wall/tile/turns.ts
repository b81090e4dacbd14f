import type { Cue } from '../../../../protocol/api.ts'
import { keyOf } from '../../../data/channel-feed.ts'
import { flowOf } from '../../../shared/captions/flow.ts'

/** What stands in a tile as one block. */
export interface Turn {
  readonly key: string
  readonly flow: ReturnType<typeof flowOf>
  readonly language: string | null
  readonly text: string
}

/** A block grows no longer than this, and ends sooner with a sentence: each letter lays out the block it is in. */
const longestTurn = 360
const longTurn = 160
const sentenceEnd = /[.?!…。？！]["”’)]*$/

/** Lines that flow into each other are one block, so that a letter in the last lays out no other. */
export function turnsOf(cues: readonly Cue[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const cue of cues) {
    const { language, mode, text } = cue
    const flow = flowOf(mode, text)
    const before = turns.at(-1)
    const goesOn = flow === 'flows' && before !== undefined && before.flow !== 'screen'
    if (goesOn && !isFull(before.text, text))
      turns[turns.length - 1] = { ...before, text: `${before.text} ${text}` }
    else turns.push({ key: keyOf(cue), flow, language, text })
  }
  return turns
}

function isFull(before: string, more: string): boolean {
  if (before.length + more.length > longestTurn) return true
  return before.length > longTurn && sentenceEnd.test(before)
}

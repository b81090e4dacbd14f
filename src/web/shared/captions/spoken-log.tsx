import { useState, type ReactNode } from 'react'
import type { Cue } from '../../../protocol/api.ts'
import { sentencesOf } from './sentences.ts'

/** Sentences that stay to be read again. */
const keptSentences = 5

/**
 * For those who asked to have a channel read out: whole sentences of one track, politely, from now on.
 * Lines of the archive that are loaded meanwhile never enter it.
 */
export function SpokenLog(props: {
  readonly cues: readonly Cue[]
  /** What is read, where there could be several. */
  readonly label?: string
}): ReactNode {
  const { cues, label } = props
  const [since] = useState(() => cues.at(-1)?.start ?? '')
  const spoken = sentencesOf(cues.filter(({ start }) => start > since)).slice(-keptSentences)
  return (
    <div role="log" aria-live="polite" aria-label={label} className="quiet">
      {spoken.map(({ key, language, text }) => (
        <p key={key} lang={language ?? undefined}>
          {text}
        </p>
      ))}
    </div>
  )
}

import { useState, type ReactNode } from 'react'
import type { Cue } from '../../protocol/api.ts'
import { sentencesOf } from './sentences.ts'

/** Sentences that stay to be read again. */
const keptSentences = 5

/**
 * For those who asked to have a channel read out: whole sentences of one track, politely, from now on.
 * Lines of the archive that are loaded meanwhile never enter it.
 */
export function SpokenLog({ cues }: { readonly cues: readonly Cue[] }): ReactNode {
  const [since] = useState(() => cues.at(-1)?.start ?? '')
  const spoken = sentencesOf(cues.filter(({ start }) => start > since)).slice(-keptSentences)
  return (
    <div role="log" aria-live="polite" className="quiet">
      {spoken.map(({ key, language, text }) => (
        <p key={key} lang={language ?? undefined}>
          {text}
        </p>
      ))}
    </div>
  )
}

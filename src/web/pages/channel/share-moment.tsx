import { useId, useRef, useState, type ReactNode } from 'react'
import type { Airing, Channel, Cue } from '../../../protocol/api.ts'
import { useDay } from '../../data/day.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useChannelMessages } from '../../messages/channel/use-channel-messages.ts'
import { dayOf, spanOfDay } from '../../shared/time/days.ts'
import { OptionSelect } from '../../shared/option-select.tsx'
import { ShareButton } from '../../shared/share-button.tsx'
import { formatClock, formatDay, nameOfZone } from '../../shared/time/times.ts'
import { programmeAt } from './day/programmes.ts'
import { citationOf, citationStyles, type CitationStyle } from './quotation.ts'

/** The moment that was read when this was opened: its link, and the words with their source. */
export default function ShareMoment(props: {
  readonly channel: Channel
  /** At least one. */
  readonly cues: readonly Cue[]
  readonly zone: string
  /** The track chosen, as it stands in the address; null = the usual one. */
  readonly track: string | null
}): ReactNode {
  const { channel, cues, zone, track } = props
  const { locale } = useCatalogue()
  const t = useChannelMessages().share
  const at = cues[0]?.start ?? ''
  const { airings = [] } = useDay(channel.id, spanOfDay(dayOf(at, zone), zone))
  const when = `${formatDay(at, zone, locale)}, ${formatClock(at, zone, locale)} ${nameOfZone(zone, locale, at)}`
  const query = track === null ? '' : `?${new URLSearchParams({ track }).toString()}`
  const url = new URL(`/c/${channel.id}/${at}${query}`, location.href).href
  return (
    <>
      <p>{t.moment(when)}</p>
      <ShareButton url={url} title={t.title(channel.name, when)} />
      <Quotation
        {...{ channel, cues, when, url }}
        day={dayOf(at, zone)}
        airing={programmeAt(airings, at)}
      />
    </>
  )
}

function Quotation(props: {
  readonly channel: Channel
  readonly cues: readonly Cue[]
  readonly airing: Airing | null
  readonly when: string
  readonly day: string
  readonly url: string
}): ReactNode {
  const t = useChannelMessages().share
  const id = useId()
  const field = useRef<HTMLTextAreaElement>(null)
  const [style, setStyle] = useState<CitationStyle>('plain')
  const [outcome, setOutcome] = useState<'copied' | 'byHand' | null>(null)
  const accessed = new Date().toISOString().slice(0, 10)
  const copy = async (): Promise<void> => {
    field.current?.select()
    try {
      // Without TLS there is no clipboard at all, whatever the types say.
      await navigator.clipboard.writeText(field.current?.value ?? '')
      setOutcome('copied')
    } catch {
      setOutcome('byHand')
    }
  }
  return (
    <>
      <div className="field">
        <label htmlFor={`${id}-style`}>{t.cite}</label>
        <OptionSelect
          id={`${id}-style`}
          value={style}
          options={citationStyles.map((one) => [one, t.styles[one]])}
          onChoose={(chosen) => {
            setStyle(chosen)
            setOutcome(null)
          }}
        />
      </div>
      <textarea
        ref={field}
        aria-label={t.text}
        className="quotation"
        readOnly
        rows={5}
        value={citationOf({ ...props, accessed }, style)}
      />
      <div className="quotation-foot">
        <button type="button" onClick={() => void copy()}>
          {t.copy}
        </button>
        <span role="status" className="muted">
          {outcome !== null && t[outcome]}
        </span>
      </div>
      <p className="muted">{t.selection}</p>
    </>
  )
}

import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { ChannelTrack } from '../../../protocol/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useEmbedMessages } from '../../messages/embed/use-embed-messages.ts'
import { Disclosure } from '../../shared/disclosure.tsx'
import type { CaptionStyle } from '../../shared/caption-style/style.ts'
import { nameOfTrack } from '../../shared/channels/names.ts'
import { OptionSelect } from '../../shared/option-select.tsx'
import { readerSettings, type ReaderSettings } from './parameters.ts'

const StyleDialog = lazy(() => import('../../shared/caption-style/style-dialog.tsx'))

/** How much larger or smaller a press makes the text. */
const sizeStep = 10

export interface ReaderBarProps {
  readonly channel: string
  readonly tracks: readonly ChannelTrack[]
  /** Tracks that are shown, by name. */
  readonly shown: readonly string[]
  readonly values: ReaderSettings
  readonly onChange: (part: Partial<ReaderSettings>) => void
  /** As captions are shown. */
  readonly style: CaptionStyle
  readonly onStyle: (part: Partial<CaptionStyle>) => void
  /** Whether that is the reader's own; null = they have none. */
  readonly isOwn: boolean | null
  readonly isPaused: boolean
  readonly onPause: (isPaused: boolean) => void
  readonly isAnnounced: boolean
  readonly onAnnounce: (isAnnounced: boolean) => void
}

/** The controls that the address asks for. What they change is in the address at once. */
export function ReaderBar(props: ReaderBarProps): ReactNode {
  const { values, onChange, style, onStyle, isOwn, isPaused, isAnnounced } = props
  const t = useEmbedMessages()
  const has = new Set(values.controls)
  const { least, most } = readerSettings.size
  const [isStyling, setStyling] = useState(false)
  return (
    <div className="reader-bar" role="group" aria-label={t.controls}>
      {has.has('size') && (
        <span className="reader-size">
          <button
            type="button"
            aria-label={t.smaller}
            aria-disabled={style.size <= least}
            onClick={() => onStyle({ size: Math.max(least, style.size - sizeStep) })}
          >
            <SizeGlyph path="M11 8h6" />
          </button>
          <button
            type="button"
            aria-label={t.larger}
            aria-disabled={style.size >= most}
            onClick={() => onStyle({ size: Math.min(most, style.size + sizeStep) })}
          >
            <SizeGlyph path="M11 8h6M14 5v6" />
          </button>
        </span>
      )}
      {has.has('style') && (
        <button type="button" aria-haspopup="dialog" onClick={() => setStyling(true)}>
          {t.style}
        </button>
      )}
      {has.has('style') && isOwn !== null && (
        <button
          type="button"
          aria-pressed={isOwn}
          title={t.ownStyleWhat}
          onClick={() => onChange({ ownStyle: !isOwn })}
        >
          {t.ownStyle}
        </button>
      )}
      {has.has('theme') && (
        <label>
          <span className="quiet">{t.settings.theme}</span>
          <OptionSelect
            value={values.theme}
            options={readerSettings.theme.values.map((value) => [value, t.themes[value]])}
            onChoose={(theme) => onChange({ theme })}
          />
        </label>
      )}
      {has.has('tracks') && props.tracks.length > 1 && <Tracks {...props} />}
      {has.has('newest') && (
        <button
          type="button"
          onClick={() => onChange({ newest: values.newest === 'top' ? 'bottom' : 'top' })}
        >
          {values.newest === 'top' ? t.newestToBottom : t.newestToTop}
        </button>
      )}
      {has.has('pause') && (
        <button type="button" onClick={() => props.onPause(!isPaused)} aria-pressed={isPaused}>
          {isPaused ? t.resume : t.pause}
        </button>
      )}
      {has.has('announce') && (
        <button
          type="button"
          aria-pressed={isAnnounced}
          title={t.announceWhat}
          onClick={() => props.onAnnounce(!isAnnounced)}
        >
          {t.announce}
        </button>
      )}
      {has.has('transcript') && (
        <a href={`/c/${encodeURIComponent(props.channel)}`} target="_blank" rel="noopener">
          {t.transcript}
        </a>
      )}
      {isStyling && (
        <Suspense>
          <StyleDialog
            style={style}
            lead={t.styleLead}
            onChange={onStyle}
            onClose={() => setStyling(false)}
          />
        </Suspense>
      )}
    </div>
  )
}

/** The letter A, and a sign after it. */
function SizeGlyph({ path }: { readonly path: string }): ReactNode {
  return (
    <svg viewBox="0 0 18 16" width="22" height="20" aria-hidden="true" className="glyph">
      <path d={`M1 13L5 3l4 10M2.4 9.5h5.2${path}`} />
    </svg>
  )
}

/** Which tracks stand side by side; one always does. */
function Tracks({ tracks, shown, onChange }: ReaderBarProps): ReactNode {
  const t = useEmbedMessages()
  const { locale } = useCatalogue()
  const isFull = shown.length >= readerSettings.track.most
  return (
    <Disclosure label={t.tracks} className="upwards">
      <fieldset className="reader-tracks">
        <legend className="quiet">{t.tracks}</legend>
        {tracks.map((one) => {
          const isShown = shown.includes(one.track)
          return (
            <label key={one.track}>
              <input
                type="checkbox"
                checked={isShown}
                disabled={isShown ? shown.length === 1 : isFull}
                onChange={() =>
                  onChange({
                    track: isShown
                      ? shown.filter((track) => track !== one.track)
                      : [...shown, one.track],
                  })
                }
              />
              {nameOfTrack(one, locale)}
            </label>
          )
        })}
      </fieldset>
    </Disclosure>
  )
}

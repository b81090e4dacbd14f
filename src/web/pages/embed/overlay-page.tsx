import { useLayoutEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react'
import { useEmbedMessages } from '../../messages/embed/use-embed-messages.ts'
import { Styled } from '../../shared/caption-style/styled.tsx'
import { CaptionText } from '../../shared/captions/caption-text.tsx'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/embed.css'
import { screenOf } from './lines.ts'
import { overlaySettings, styleOf, usualOverlay, type OverlaySettings } from './parameters.ts'
import { useEmbedded, useTrack, type Followed } from './use-embedded.ts'
import { useParameters } from './use-parameters.ts'

/**
 * Captions over a picture, for the browser source of a program that mixes pictures: rows and nothing else. When the server is
 * away, what was said last stays, and what is said then comes.
 */
export default function OverlayPage({ id }: { readonly id: string }): ReactNode {
  const t = useEmbedMessages()
  const [values] = useParameters(overlaySettings, usualOverlay)
  const style = useMemo(() => styleOf(values), [values])
  const embedded = useEmbedded(id)
  const followed = useTrack(embedded, values.track[0])
  const { cues, draft, track } = followed
  const name = embedded.channel?.name ?? id
  const place = useRef<HTMLDivElement>(null)
  useTitle(name)
  usePlace(place, values)
  useSilence(place, followed, values.hide)
  return (
    <Styled style={style} className="overlay">
      <h1 className="quiet">{t.captionsOf(name)}</h1>
      <div ref={place} className={`overlay-place at-${values.position} to-${values.align}`}>
        <ol className="caption-window">
          {screenOf(cues, draft, values.lines).map(({ key, text, language }) => (
            <li
              key={key}
              className="caption-lines"
              lang={language ?? track.language ?? undefined}
              dir="auto"
            >
              <CaptionText text={text} />
            </li>
          ))}
        </ol>
      </div>
    </Styled>
  )
}

/** Numbers of the address reach the style sheet as properties: markup may hold no style. */
function usePlace(place: RefObject<HTMLElement | null>, values: OverlaySettings): void {
  const { safe, width, lines } = values
  useLayoutEffect(() => {
    const css = place.current?.style
    css?.setProperty('--safe', String(safe / 100))
    css?.setProperty('--width', String(width / 100))
    css?.setProperty('--lines', String(lines))
  }, [place, safe, width, lines])
}

/** Hides what was said last when nothing more is said for so many seconds; 0 = never. */
function useSilence(
  place: RefObject<HTMLElement | null>,
  { cues, draft }: Followed,
  seconds: number,
): void {
  const last = cues.at(-1)
  const hasWords = last !== undefined || draft !== undefined
  const endMs = draft !== undefined || last === undefined ? null : Date.parse(last.end)
  // Letters that come are words too, though they end nothing.
  const said = `${last?.run ?? ''} ${last?.id ?? ''} ${draft?.text ?? ''}`
  // What was there when the page was opened is as old as it says; what comes later comes now, however long it was held back.
  const hasBegun = useRef(false)
  useLayoutEffect(() => {
    const isOld = !hasBegun.current && endMs !== null
    if (hasWords) hasBegun.current = true
    const leftMs = seconds * 1000 - (isOld ? Math.max(0, Date.now() - endMs) : 0)
    const hide = (isHidden: boolean): void => {
      place.current?.toggleAttribute('hidden', isHidden)
    }
    hide(seconds > 0 && leftMs <= 0)
    if (seconds === 0 || leftMs <= 0) return undefined
    const timer = setTimeout(() => hide(true), leftMs)
    return () => clearTimeout(timer)
  }, [place, said, seconds, endMs, hasWords])
}

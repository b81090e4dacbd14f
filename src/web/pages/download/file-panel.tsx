import type { ReactNode } from 'react'
import type { Channel, ChannelTrack } from '../../../protocol/api.ts'
import { useDownloadMessages } from '../../messages/download.ts'
import { Commands } from './commands.tsx'
import type { Span } from '../../shared/time/days.ts'
import { FileLink } from './file-link.tsx'
import { FileOptions } from './file-options.tsx'
import { obstacleOf, settled, type Format, type Take, type Wish } from './take.ts'
import type { Checked } from './use-checked.ts'

/** What will be in the file, as what, how large it is, and the link. */
export function FilePanel(props: {
  readonly channel: Channel
  readonly zone: string
  readonly tracks: readonly ChannelTrack[]
  readonly track: string | null
  readonly take: Take
  readonly checked: Checked
  readonly span: Span | null
  readonly format: Format
  readonly onTrack: (track: string | null) => void
  readonly onFormat: (format: Format) => void
}): ReactNode {
  const { channel, zone, tracks, track, take, checked, format } = props
  const t = useDownloadMessages()
  const wished: Wish = { channel: channel.id, take, format, track }
  const wish = settled(wished)
  const obstacle = obstacleOf(wish, tracks.length)
  const { kind, count } = checked
  return (
    <section className="file" aria-label={t.file}>
      <h2>{t.file}</h2>
      <div className="taking">
        <strong role="status">
          {kind === 'day' || kind === 'range' ? t.taking[kind] : t.taking[kind](count)}
        </strong>
        {kind !== 'day' && (
          <button type="button" onClick={checked.clear}>
            {t.none}
          </button>
        )}
      </div>
      <FileLink wish={wish} obstacle={obstacle} />
      {format === 'bin' && (tracks.length > 1 || wish.take.kind !== take.kind) && (
        <p className="file-note">{wish.take.kind === take.kind ? t.bytesTracks : t.bytesWhole}</p>
      )}
      <FileOptions
        {...{ zone, track, format }}
        tracks={format === 'bin' ? [] : tracks}
        span={props.span}
        onSpan={checked.takeSpan}
        onTrack={props.onTrack}
        onFormat={props.onFormat}
      />
      {obstacle === null && <Commands wish={wish} />}
    </section>
  )
}

import { useState, type ReactNode } from 'react'
import type { Channel } from '../../../../protocol/api.ts'
import { useFeed, useFeedView } from '../../../data/live.ts'
import { useZone } from '../../../shared/settings/choices.ts'
import { DayBar, useProgrammeSteps } from '../../channel/day/day-bar.tsx'
import { Reading } from '../../channel/day/reading.ts'
import { tracksOf } from '../../../shared/captions/tracks-of.ts'
import { Transcript } from '../../channel/transcript/transcript.tsx'

/** The channel’s main track, live and back for ever; where one goes to is not in the address. */
export function PanelTranscript({ channel }: { readonly channel: Channel }): ReactNode {
  const feed = useFeed(channel.id)
  const { cues } = useFeedView(feed)
  const zone = useZone(channel.timeZone)
  const [at, setAt] = useState<string | null>(null)
  const [isAnnounced, setAnnounced] = useState(false)
  const [reading] = useState(() => new Reading())
  const step = useProgrammeSteps(channel.id, reading, setAt)
  const tracks = tracksOf(channel.tracks, cues)
  return (
    <div className="opened-transcript">
      <DayBar {...{ channel, zone, reading, step }} onGo={setAt} />
      <Transcript
        key={at}
        {...{ channel, tracks, feed, at, zone, isAnnounced, reading }}
        track={tracks[0]?.track ?? 'CC1'}
        trackAsked={null}
        place={null}
        onAnnounce={setAnnounced}
        onLive={() => setAt(null)}
      />
    </div>
  )
}

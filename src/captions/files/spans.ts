import type { Gap } from '../../protocol/api.ts'
import type { GapReason } from '../../protocol/events.ts'

const reasons: Readonly<Record<GapReason, string>> = {
  'tuner-offline': 'the tuner was offline',
  'source-lost': 'the source was lost',
  'no-captions': 'the channel sent no captions',
  'client-restart': 'the sender was restarted',
  'server-restart': 'the server was restarted',
  'spool-overflow': 'the sender had no room to keep more',
}

/** A gap in words; `show` writes its times. */
export function gapWords(gap: Gap, show = (at: string): string => at): string {
  const span =
    gap.to === null ? `from ${show(gap.from)} on` : `from ${show(gap.from)} to ${show(gap.to)}`
  return `nothing was received ${span}: ${reasons[gap.reason]}`
}

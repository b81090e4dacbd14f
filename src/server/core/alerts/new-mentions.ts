import type { Reader } from '../../../policy/view.ts'
import type { Alert } from '../../../protocol/alerts.ts'
import type { Found, NewMention } from '../../ports/alerts.ts'
import type { ChannelRecord } from '../../ports/directory.ts'
import { searchItem } from '../search/search-items.ts'
import { isMuted } from './due.ts'
import { seenBy } from './shown.ts'

/** Repeats of what was said are folded for so long. */
export const foldMs = 24 * 3_600_000

export interface MentionContext {
  readonly channel: ChannelRecord
  /** undefined when the owner is gone. */
  readonly readerOf: (owner: string) => Reader | undefined
  readonly nowMs: number
}

/** What a match means to an alert; undefined when it is none of its business. */
export function newMention(
  alert: Alert,
  { place, passage, receivedMs }: Found,
  { channel, readerOf, nowMs }: MentionContext,
): NewMention | undefined {
  if (alert.channels.length > 0 && !alert.channels.includes(channel.id)) return undefined
  const [{ cue }] = passage.cues as [(typeof passage.cues)[number]]
  // What was aired before somebody asked for it is found by a search.
  if (cue.end < alert.since) return undefined
  const seen = seenBy(readerOf(alert.owner), channel)
  if (seen === undefined) return undefined
  if (seen.retentionMs !== null && Date.parse(cue.start) < nowMs - seen.retentionMs)
    return undefined
  const item = searchItem(passage, seen.snippetWords)
  const { track, language, start, end, text, highlights, before, after, airing, permalink } = item
  return {
    mention: {
      ...{ id: `${alert.id}-${place}`, alert: alert.id, channel: channel.id },
      ...{ channelName: channel.name, network: channel.network, timeZone: channel.timeZone },
      ...{ track, language, start, end, text, highlights, before, after, airing, permalink },
      trail: { aired: end, received: iso(receivedMs), matched: iso(nowMs) },
    },
    run: passage.run,
    cue: cue.id,
    releaseMs: nowMs + seen.delayMs,
    isTold: alert.rate.kind !== 'never' && !isMuted(alert, nowMs),
    foldSinceMs: alert.foldRepeats ? nowMs - foldMs : null,
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

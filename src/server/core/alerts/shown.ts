import { view, type Reader, type View } from '../../../policy/view.ts'
import type { Mention } from '../../../protocol/alerts.ts'
import type { Shown } from '../../ports/alerts.ts'
import type { ChannelRecord } from '../../ports/directory.ts'
import { clipPassage } from '../search/search-items.ts'

export type Open = View & { readonly allowed: true }

/** What a person may have of a channel; undefined when that is nothing, or there is no such person. */
export function seenBy(reader: Reader | undefined, channel: ChannelRecord): Open | undefined {
  const seen = reader === undefined ? undefined : view(reader, channel)
  return seen?.allowed === true ? seen : undefined
}

/** The channels of which a person is shown mentions now, and which of them. */
export function shownTo(
  reader: Reader | undefined,
  channels: readonly ChannelRecord[],
  nowMs: number,
): Shown[] {
  return channels.flatMap((channel) => {
    const seen = seenBy(reader, channel)
    if (seen === undefined) return []
    const sinceMs = seen.retentionMs === null ? 0 : nowMs - seen.retentionMs
    return { channel: channel.id, sinceMs, untilMs: nowMs - seen.delayMs }
  })
}

/** No more of a mention than its channel lets be shown now. */
export function clipped(mention: Mention, { snippetWords }: Open): Mention {
  return snippetWords === null ? mention : clipPassage(mention, snippetWords)
}

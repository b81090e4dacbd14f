import type { Policy } from '../protocol/api.ts'

/** Who asks: what the presented credentials allow. */
export type Reader =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'feeder'; readonly channel: string }
  | { readonly kind: 'reader' }
  | { readonly kind: 'admin' }

/** What a reader may have of one channel. */
export type View =
  /** `sign-in`: credentials would help; `hidden`: to this reader the channel does not exist. */
  | { readonly allowed: false; readonly because: 'sign-in' | 'hidden' }
  | {
      readonly allowed: true
      /** Everything is shown this much after its storage; drafts only when it is 0. */
      readonly delayMs: number
      readonly drafts: boolean
      /** Nothing older is shown to anybody, whether or not it is removed yet; null = no limit. */
      readonly retentionMs: number | null
      readonly export: boolean
      readonly snippetWords: number | null
      readonly robots: boolean
    }

/** The one place that decides; every read path asks it. */
export function view(
  reader: Reader,
  channel: { readonly id: string; readonly policy: Policy },
): View {
  const { policy } = channel
  const privileged =
    reader.kind === 'admin' || (reader.kind === 'feeder' && reader.channel === channel.id)
  if (!privileged) {
    if (policy.visibility === 'private' && reader.kind !== 'reader')
      return { allowed: false, because: 'hidden' }
    if (policy.visibility === 'signed-in' && reader.kind !== 'reader')
      return { allowed: false, because: 'sign-in' }
  }
  const delayMs = privileged ? 0 : policy.delaySeconds * 1000
  return {
    allowed: true,
    delayMs,
    drafts: delayMs === 0,
    retentionMs: policy.retentionDays === null ? null : policy.retentionDays * 86_400_000,
    export: privileged || policy.export,
    snippetWords: privileged ? null : policy.snippetWords,
    robots: policy.robots,
  }
}

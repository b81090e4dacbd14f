import type { Policy } from '../protocol/api.ts'

/** Who asks: what the presented credentials allow. */
export type Reader =
  /** `mustSignIn`: this instance shows nothing to those who do not. */
  | { readonly kind: 'anonymous'; readonly mustSignIn: boolean }
  /** A person; `channels` are those they look after. */
  | { readonly kind: 'user'; readonly channels: readonly string[] }
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

type Channel = { readonly id: string; readonly policy: Policy }

/** The one place that decides; every read path asks it. */
export function view(reader: Reader, channel: Channel): View {
  const { policy } = channel
  const privileged = isPrivileged(reader, channel.id)
  const because = privileged ? null : refusal(reader, policy)
  if (because !== null) return { allowed: false, because }
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

/** Who looks after a channel sees it at once and whole. */
function isPrivileged(reader: Reader, channel: string): boolean {
  switch (reader.kind) {
    case 'admin':
      return true
    case 'feeder':
      return reader.channel === channel
    case 'user':
      return reader.channels.includes(channel)
    default:
      return false
  }
}

function refusal(reader: Reader, { visibility }: Policy): 'sign-in' | 'hidden' | null {
  if (reader.kind === 'reader') return null
  if (visibility === 'private') return 'hidden'
  if (reader.kind === 'user') return null
  const isOpen = visibility === 'public' && !(reader.kind === 'anonymous' && reader.mustSignIn)
  return isOpen ? null : 'sign-in'
}

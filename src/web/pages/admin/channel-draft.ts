import type { Channel, Policy } from '../../../protocol/api.ts'
import type { ChannelChange } from '../../data/admin.ts'
import { countOf, idsOf, orNull } from './words.ts'

/** A channel as its form holds it: texts as they are typed. */
export interface ChannelDraft {
  readonly id: string
  readonly name: string
  readonly network: string
  readonly country: string
  readonly languages: string
  readonly timeZone: string
  readonly description: string
  readonly website: string
  readonly tags: string
  readonly visibility: Policy['visibility']
  readonly delay: string
  readonly snippet: string
  readonly retention: string
  readonly export: boolean
  readonly robots: boolean
}

export function createDraft(channel: Channel | null): ChannelDraft {
  const policy = channel?.policy
  return {
    id: channel?.id ?? '',
    name: channel?.name ?? '',
    network: channel?.network ?? '',
    country: channel?.country ?? '',
    languages: channel?.languages.join(', ') ?? '',
    timeZone: channel?.timeZone ?? 'UTC',
    description: channel?.description ?? '',
    website: channel?.website ?? '',
    tags: channel?.tags.join(', ') ?? '',
    visibility: policy?.visibility ?? 'public',
    delay: String(policy?.delaySeconds ?? 0),
    snippet: String(policy?.snippetWords ?? ''),
    retention: String(policy?.retentionDays ?? ''),
    export: policy?.export ?? true,
    robots: policy?.robots ?? false,
  }
}

export function readDraft(draft: ChannelDraft): ChannelChange {
  return {
    name: draft.name.trim(),
    network: orNull(draft.network),
    country: orNull(draft.country.toUpperCase()),
    languages: idsOf(draft.languages),
    timeZone: draft.timeZone.trim(),
    description: orNull(draft.description),
    website: orNull(draft.website),
    tags: draft.tags.split(',').flatMap((tag) => orNull(tag) ?? []),
    policy: {
      visibility: draft.visibility,
      delaySeconds: countOf(draft.delay) ?? 0,
      snippetWords: countOf(draft.snippet),
      retentionDays: countOf(draft.retention),
      export: draft.export,
      robots: draft.robots,
    },
  }
}

import type { Channel, ChannelFields } from '../../protocol/api.ts'
import type { ProducerStatus } from '../../protocol/producer-status.ts'

/** Shapes of `/admin` that its pages read. */

export interface Tuner {
  readonly channel: string
  readonly state: Channel['state']
  readonly producer: string | null
  readonly isConnected: boolean
  readonly silentMs: number | null
  readonly lastCaptionAt: string | null
  readonly lagMs: number | null
  readonly connectedAt: string | null
  readonly lastSeenAt: string | null
  readonly run: {
    readonly run: string
    readonly source: string
    readonly extractor: string
    readonly startedAt: string
  } | null
  /** What its producer told of itself last, and when. */
  readonly status: (Omit<ProducerStatus, 'type'> & { readonly at: string }) | null
}

export interface System {
  readonly version: string
  readonly startedAt: string
  readonly isReady: boolean
  readonly problems: readonly string[]
  readonly mail: 'smtp' | 'outbox'
  readonly publicUrl: string | null
  readonly memoryBytes: number
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null
  readonly gauges: Readonly<Record<string, { readonly value: number; readonly help: string }>>
}

export interface OutboxEntry {
  readonly id: number
  readonly at: string
  readonly to: string
  readonly subject: string
}

export interface OutboxLetter extends OutboxEntry {
  readonly text: string
}

export type ChannelChange = Partial<ChannelFields> & Pick<ChannelFields, 'name'>

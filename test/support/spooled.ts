import { ChannelSender, type ChannelOptions } from '../../src/client/channel-sender.ts'
import type { GapTimes } from '../../src/client/live/live-gaps.ts'
import { Spool } from '../../src/client/spool/spool.ts'
import { durableEventSchema, type DurableEvent } from '../../src/protocol/events.ts'

/** A server that is away: what is sent stays in the spool. */
export const away = 'http://127.0.0.1:1'

export function sendOptions(
  given: Pick<ChannelOptions, 'input' | 'spoolFolder'> & Partial<ChannelOptions>,
): ChannelOptions {
  return {
    ...{ server: away, token: 'x', channel: 'live', format: undefined, pace: 'realtime' },
    ...{ loop: false, startAtMs: null, tracks: null, languages: new Map(), bin: true },
    ...{ spoolBytes: 2 ** 30, spoolAgeMs: null, giveUpMs: null, decoder: 'ccr' },
    ...given,
  }
}

/** A sender that runs until it is stopped. */
export class RunningSender implements AsyncDisposable {
  readonly sender: ChannelSender
  readonly ended: ReturnType<ChannelSender['run']>
  readonly #stop = new AbortController()

  constructor(options: ChannelOptions, times?: GapTimes) {
    this.sender = new ChannelSender(options, times === undefined ? {} : { gapTimes: times })
    this.ended = this.sender.run(this.#stop.signal)
  }

  async stop(): ReturnType<ChannelSender['run']> {
    this.#stop.abort()
    return await this.ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** What a sender that is over has in its spool. */
export async function spooled(folder: string): Promise<DurableEvent[]> {
  await using spool = await Spool.open({ folder, maxBytes: 2 ** 30 })
  const events: DurableEvent[] = []
  for (let at = spool.first; at <= spool.last;) {
    const records = await spool.read(at, 1e6)
    for (const { seq, line } of records)
      events.push(durableEventSchema.parse({ seq, ...(JSON.parse(line) as object) }))
    at = (records.at(-1)?.seq ?? spool.last) + 1
  }
  return events
}

/** The original bytes among events, of one format. */
export function originalOf(events: readonly DurableEvent[], format: string): Buffer {
  return Buffer.concat(
    events.flatMap((event) =>
      event.type === 'bin' && event.format === format ? [Buffer.from(event.data, 'base64')] : [],
    ),
  )
}

import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Logger } from '../../ports/telemetry.ts'
import type { RedisConnection } from './connection.ts'
import { topicOf, topics } from './keys.ts'

const envelopeSchema = z.object({ from: z.string(), kind: z.string(), news: z.unknown() })

/**
 * What nodes tell each other of channels, over sharded publish/subscribe: at most once, in order for each channel. A node
 * hears nothing of what it told itself.
 */
export class RedisBus {
  readonly #redis: RedisConnection
  readonly #logger: Logger | undefined
  readonly #self = randomUUID()
  readonly #listeners = new Map<string, Set<(news: unknown) => void>>()
  #hears = false

  constructor(redis: RedisConnection, logger?: Logger) {
    this.#redis = redis
    this.#logger = logger
  }

  tell(kind: string, channel: string, news: object): void {
    const text = JSON.stringify({ from: this.#self, kind, news })
    this.#redis.publish(nameOf(topicOf(channel)), text)
  }

  /** Of one kind, until `signal` aborts. What others send is parsed; what does not fit is left out, and logged. */
  listen<T>(
    kind: string,
    schema: z.ZodType<T>,
    listener: (news: T) => void,
    signal: AbortSignal,
  ): void {
    if (signal.aborted) return
    let listeners = this.#listeners.get(kind)
    if (listeners === undefined) this.#listeners.set(kind, (listeners = new Set()))
    const own = (news: unknown): void => {
      const parsed = schema.safeParse(news)
      if (parsed.success) listener(parsed.data)
      else this.#logger?.warn({ kind, err: parsed.error }, 'another node told what is not known')
    }
    listeners.add(own)
    signal.addEventListener('abort', () => listeners.delete(own), { once: true })
    if (this.#hears) return
    this.#hears = true
    for (let topic = 0; topic < topics; topic++)
      this.#redis.subscribe(nameOf(topic), (text) => this.#hear(text))
  }

  #hear(text: string): void {
    let envelope
    try {
      envelope = envelopeSchema.parse(JSON.parse(text))
    } catch (error) {
      this.#logger?.warn({ err: error }, 'another node told what is not known')
      return
    }
    if (envelope.from === this.#self) return
    for (const listener of this.#listeners.get(envelope.kind) ?? []) listener(envelope.news)
  }
}

function nameOf(topic: number): string {
  return `ccr:{${topic}}:bus`
}

import { maxLineBytes, type DurableEvent } from '../../../protocol/events.ts'
import { messageOf } from '../../../protocol/message-of.ts'
import { LineDecoder } from '../../../protocol/ndjson.ts'
import type { Broker } from '../../ports/broker.ts'
import type { Health, HealthSource } from '../../ports/health.ts'
import type { Inbox, InboxFile } from '../../ports/inbox.ts'
import type { Log } from '../../ports/log.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { FeedLines } from './feed-lines.ts'

/** Events of one batch. */
const eventsPerBatch = 100

export interface InboxTakerOptions {
  readonly inbox: Inbox
  readonly log: Log
  readonly broker: Broker | null
  readonly logger: Logger
  /** Between two batches: live readers are told of every cue, and must not drown in the past. */
  readonly pause: () => Promise<void>
}

/** A file that can never be stored, and why. */
class UnusableFileError extends Error {
  override name = 'UnusableFileError'
}

/**
 * Stores what was left in the inbox: each file is a producer of its own that is fenced by nobody. What was
 * stored before a crash is passed over, and a file goes away only when its last event is stored.
 */
export class InboxTaker implements HealthSource {
  readonly #options: InboxTakerOptions
  readonly #problems = new Map<string, string>()
  #asides: readonly string[] = []
  #taking: Promise<void> | undefined

  constructor(options: InboxTakerOptions) {
    this.#options = options
  }

  /** Takes everything that is there; never rejects. What fails for now is tried again by the next call. */
  take(signal: AbortSignal): Promise<void> {
    this.#taking ??= this.#takeAll(signal)
      .catch((error: unknown) => this.#tell('', `The inbox cannot be read: ${messageOf(error)}.`))
      .finally(() => {
        this.#taking = undefined
      })
    return this.#taking
  }

  /** One sentence for each thing that could not be done for now. */
  get waiting(): readonly string[] {
    return [...this.#problems.values()]
  }

  /** Files that wait or were set aside stop nothing else. */
  health(): Health {
    const asides = this.#asides.map(
      (name) => `The inbox file ${name} was set aside; see the log for why, then remove it.`,
    )
    return { ok: true, problems: [...this.waiting, ...asides] }
  }

  async #takeAll(signal: AbortSignal): Promise<void> {
    const { inbox } = this.#options
    const files = await inbox.list()
    const names = new Set(['', ...files.map(({ name }) => name)])
    for (const name of this.#problems.keys()) if (!names.has(name)) this.#problems.delete(name)
    for (const file of files) {
      if (signal.aborted) return
      await this.#takeOne(file, signal)
    }
    this.#asides = await inbox.asides()
    this.#problems.delete('')
  }

  async #takeOne(file: InboxFile, signal: AbortSignal): Promise<void> {
    const { inbox, logger } = this.#options
    const { name } = file
    try {
      await this.#store(file, signal)
      if (signal.aborted) return
      await inbox.remove(file)
      this.#problems.delete(name)
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof UnusableFileError)) {
        this.#tell(name, `The inbox file ${name} waits: ${messageOf(error)}.`)
        return
      }
      logger.error({ file: name }, `an inbox file was set aside: ${error.message}`)
      await inbox.setAside(file).catch((cause: unknown) => {
        this.#tell(name, `The inbox file ${name} cannot be set aside: ${messageOf(cause)}.`)
      })
    }
  }

  async #store(file: InboxFile, signal: AbortSignal): Promise<void> {
    const { inbox, log } = this.#options
    const { sender } = file
    if (sender === null) throw new UnusableFileError('its name is not PRODUCER_CHANNEL.ndjson')
    const { received } = await log.producer(sender.channel, sender.producer)
    const lines = new FeedLines(received)
    const decoder = new LineDecoder(maxLineBytes)
    let batch: DurableEvent[] = []
    let last: DurableEvent['type'] | undefined
    const take = async (text: string): Promise<void> => {
      const event = parseLine(lines, text)
      if (event === undefined) return
      // The end comes with what is before it, so that whoever hears of that finds the run whole.
      if (batch.length >= eventsPerBatch && event.type !== 'end') {
        await this.#append(sender, batch)
        batch = []
        await this.#options.pause()
      }
      batch.push(event)
      last = event.type
    }
    for await (const chunk of inbox.read(file, signal)) {
      for (const line of decoder.push(chunk)) {
        if (signal.aborted) return
        if (!line.ok) throw new UnusableFileError('a line is too long')
        await take(line.text)
      }
    }
    for (const line of decoder.end()) if (line.ok) await take(line.text)
    if (last !== undefined && last !== 'end')
      throw new UnusableFileError('its last line is not the end of a run')
    if (batch.length > 0) await this.#append(sender, batch)
  }

  async #append(
    { channel, producer }: NonNullable<InboxFile['sender']>,
    events: readonly DurableEvent[],
  ): Promise<void> {
    const { log, broker } = this.#options
    const fence = Number.POSITIVE_INFINITY
    const result = await log.append({ channel, producer, fence, events })
    if (!result.ok) throw new UnusableFileError(`the log refused it: ${result.code}`)
    if (result.entries.length > 0)
      broker?.announce({ type: 'entries', channel, entries: result.entries })
  }

  #tell(name: string, problem: string): void {
    if (this.#problems.get(name) !== problem) this.#options.logger.error({}, problem)
    this.#problems.set(name, problem)
  }
}

/** The event of a line; undefined when it is stored already. */
function parseLine(lines: FeedLines, text: string): DurableEvent | undefined {
  const item = lines.take(text)
  if (item.type === 'nothing') return undefined
  const [event] = item.type === 'durable' ? item.events : []
  if (event === undefined || event.type === 'reject')
    throw new UnusableFileError(`a line is no event in its place: ${text.slice(0, 80)}`)
  return event
}

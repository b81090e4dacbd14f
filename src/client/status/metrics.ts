import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { channelStates, type ChannelStatus, type Status } from './facts.ts'

interface Figure {
  readonly help: string
  readonly read: (status: ChannelStatus) => number
}

/** Of each channel. What begins anew with a restarted channel is told as a gauge. */
const figures: Readonly<Record<string, Figure>> = {
  cues: { help: 'Captions since the channel began', read: ({ cues }) => cues },
  cues_per_minute: {
    help: 'Captions of the last minute',
    read: ({ cuesPerMinute }) => cuesPerMinute,
  },
  unacked_events: {
    help: 'Events that the server has not stored yet',
    read: ({ unacked }) => unacked,
  },
  lag_seconds: {
    help: 'How long the oldest event has waited for the server',
    read: ({ lagMs }) => lagMs / 1000,
  },
  clock_offset_seconds: {
    help: 'How far the clock of the server is ahead of this machine',
    read: ({ clock }) => clock.offsetMs / 1000,
  },
  trouble: {
    help: '1 while something is wrong with the channel',
    read: ({ trouble }) => (trouble === null ? 0 : 1),
  },
}

/** The same facts for Prometheus, with the figures of the process. */
export class StatusMetrics {
  readonly #registry = new Registry()
  readonly #byName: ReadonlyMap<string, Gauge<'channel'>>
  readonly #states: Gauge<'channel' | 'state'>
  readonly #faults: Gauge<'channel' | 'fault'>
  readonly #problems: Gauge

  constructor() {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry, prefix: 'ccr_' })
    this.#byName = new Map(
      Object.entries(figures).map(([name, { help }]) => [
        name,
        new Gauge({ name: `ccr_send_${name}`, help, labelNames: ['channel'], registers }),
      ]),
    )
    this.#states = new Gauge({
      name: 'ccr_send_state',
      help: '1 for the state that the channel is in',
      ...{ labelNames: ['channel', 'state'], registers },
    })
    this.#faults = new Gauge({
      name: 'ccr_send_faults',
      help: 'Faults of the source since the channel began',
      ...{ labelNames: ['channel', 'fault'], registers },
    })
    this.#problems = new Gauge({
      name: 'ccr_send_config_problems',
      help: 'What is wrong with the file of channels',
      registers,
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  async text({ config, channels }: Status): Promise<string> {
    // A channel that was taken out is told no longer.
    for (const gauge of [...this.#byName.values(), this.#states, this.#faults]) gauge.reset()
    this.#problems.set(config?.problems.length ?? 0)
    for (const status of channels) {
      const { channel } = status
      for (const [name, gauge] of this.#byName)
        gauge.set({ channel }, figures[name]?.read(status) ?? 0)
      for (const state of channelStates)
        this.#states.set({ channel, state }, status.state === state ? 1 : 0)
      for (const [fault, count] of Object.entries(status.faults))
        this.#faults.set({ channel, fault }, count)
    }
    return await this.#registry.metrics()
  }
}

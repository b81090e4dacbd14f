import assert from 'node:assert/strict'
import type { Cue, Gap } from '../../src/protocol/api.ts'
import type { DurableEvent } from '../../src/protocol/events.ts'
import type { Log } from '../../src/server/ports/log.ts'
import type { Random } from '../support/random.ts'

/** A random archive: what was fed, remembered apart from the storage it was fed to. */

const words = ['a', 'b', 'c', 'd', 'AB', 'abc', "A'B", 'É', '日', '日本', 'x', 'y', '>>', '♪']

export interface ArchiveModel {
  readonly cues: Cue[]
  readonly gaps: Map<string, Gap>
}

interface Channel {
  readonly id: string
  seq: number
  position: number
  run: number
  readonly ids: Map<string, number>
  atMs: number
  openGap: { id: string; from: string } | null
}

/** A little before a month ends, on a Saturday: hours, days and volumes differ within an archive. */
export const archiveBeginMs = Date.parse('2026-01-31T22:40:00.000Z')

export class ArchiveFeeder {
  readonly model: ArchiveModel = { cues: [], gaps: new Map() }
  readonly #log: Pick<Log, 'append'>
  readonly #random: Random
  readonly #channels: Channel[]

  constructor(log: Pick<Log, 'append'>, random: Random, channels: readonly string[]) {
    this.#log = log
    this.#random = random
    this.#channels = channels.map((id) => ({
      ...{ id, seq: 0, position: 0, run: 1, ids: new Map<string, number>(), openGap: null },
      atMs: archiveBeginMs + random.below(600_000),
    }))
  }

  /** Late: cues of an earlier time than what was stored before. */
  async step(count: number, isLate = false): Promise<void> {
    for (const channel of this.#channels) {
      const events: DurableEvent[] = []
      for (let n = 0; n < count; n++) this.#event(channel, events, isLate)
      if (events.length === 0) continue
      const result = await this.#log.append({
        ...{ channel: channel.id, producer: 'p', fence: Infinity, events },
      })
      assert.ok(result.ok)
      for (const entry of result.entries) {
        if (entry.type === 'cue') this.model.cues.push(entry.value)
        if (entry.type === 'gap')
          this.model.gaps.set(`${entry.value.channel} ${entry.value.id}`, entry.value)
      }
    }
  }

  #event(channel: Channel, events: DurableEvent[], isLate: boolean): void {
    const random = this.#random
    const dice = random.next()
    if (dice < 0.02) {
      channel.run++
      return
    }
    if (dice < 0.06) {
      this.#gap(channel, events)
      return
    }
    if (!isLate) channel.atMs += random.pick([500, 1000, 2000, 5000, 30_000, 240_000])
    const atMs = isLate
      ? archiveBeginMs + random.below(channel.atMs - archiveBeginMs)
      : channel.atMs
    const track = random.pick(['CC1', 'CC1', 'CC3'])
    // Late ones of the same run come before cues that are there already; those of another run, beside them.
    const run = isLate && random.next() < 0.5 ? `late-${channel.run}` : `run-${channel.run}`
    const key = `${run} ${track}`
    const id = (channel.ids.get(key) ?? 0) + 1
    channel.ids.set(key, id)
    if (id === 1) {
      channel.seq++
      events.push({
        ...{ seq: channel.seq, type: 'run', run, live: true, source: 's', extractor: 'x' },
        ...{ decoder: 'd', startedAt: new Date(atMs).toISOString() },
        tracks: [
          { track: 'CC1', language: 'en' },
          { track: 'CC3', language: 'es' },
        ],
      })
    }
    channel.seq++
    events.push({
      ...{ seq: channel.seq, type: 'cue', run, track, id, mode: 'roll-up', text: this.#text() },
      start: new Date(atMs).toISOString(),
      end: new Date(atMs + 1000).toISOString(),
    })
  }

  #gap(channel: Channel, events: DurableEvent[]): void {
    const { openGap } = channel
    channel.atMs += 1000
    const now = new Date(channel.atMs).toISOString()
    const gap = openGap ?? { id: `g${channel.seq}`, from: now }
    const to = openGap === null ? null : this.#random.next() < 0.5 ? now : gap.from
    channel.openGap = openGap === null ? gap : null
    channel.seq++
    events.push({
      ...{ seq: channel.seq, type: 'gap', run: `run-${channel.run}`, id: gap.id },
      ...{ from: gap.from, to, reason: 'source-lost' },
    })
  }

  #text(): string {
    const random = this.#random
    const filler = random.next() < 0.12 ? ' x'.repeat(1 + random.below(62)) : ''
    const said = Array.from({ length: random.below(7) }, () => random.pick(words))
    return said.join(random.pick([' ', '\n', ' - '])) + filler || '♪'
  }
}

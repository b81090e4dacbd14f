import { readFileSync } from 'node:fs'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { createCaptionReader } from '../../src/captions/create-reader.ts'
import type { LiveEvent } from '../../src/protocol/live/live.ts'

/** The load of every engine: recorded direct roll-up on 100 channels, each at another place of the recording. */

export const channelCount = 100
export const channelsPerViewer = 4
const recording = 'samples/river-sport.bin'
const tickMs = 10

export type Update = Extract<LiveEvent, { type: 'draft' | 'cue' }>

export const channelName = (n: number): string => `channel-${n}`

/** The channels of the n-th viewer. */
export function channelsOf(viewer: number): number[] {
  return Array.from(
    { length: channelsPerViewer },
    (_, i) => (viewer * channelsPerViewer + i) % channelCount,
  )
}

interface Step {
  readonly atMs: number
  readonly type: 'draft' | 'cue'
  readonly id: number
  readonly text: string
}

function readSteps(): { steps: Step[]; lengthMs: number; ids: number } {
  const reader = createCaptionReader('rcwt')
  const decoder = new CaptionDecoder()
  const steps: Step[] = []
  let last = 0
  const take = (groups: readonly CaptionGroup[]): void => {
    for (const group of groups) {
      last = group.fts
      for (const event of decoder.push(group))
        if ((event.type === 'draft' || event.type === 'cue') && event.track === 'CC1')
          steps.push({ atMs: last, type: event.type, id: event.id, text: event.text })
    }
  }
  take(reader.push(readFileSync(recording)))
  take(reader.end())
  return { steps, lengthMs: last + 1000, ids: Math.max(...steps.map(({ id }) => id)) }
}

/** FNV-1a; cues may arrive in any order between channels, so sums of these are compared. */
export function hashCue(channel: string, id: number, text: string): number {
  let hash = 0x811c9dc5
  for (const part of [channel, String(id), text])
    for (let i = 0; i < part.length; i++) hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** When each text of the recording was decoded: what a viewer's latency is measured from. */
export class Schedule {
  readonly #recorded = readSteps()
  readonly #times = new Map<string, number[]>()
  readonly #firsts: readonly number[]
  readonly #beganMs: number

  constructor(beganMs: number) {
    this.#beganMs = beganMs
    const { steps } = this.#recorded
    this.#firsts = Array.from(
      { length: channelCount },
      (_, n) => steps[firstStep(steps.length, n)]?.atMs ?? 0,
    )
    for (const { id, text, atMs } of steps) {
      const key = `${id} ${text}`
      this.#times.set(key, [...(this.#times.get(key) ?? []), atMs])
    }
  }

  /** The newest time before `nowMs` at which that text was there; undefined when it never was. */
  decodedAt(channel: number, id: number, text: string, nowMs: number): number | undefined {
    const { ids, lengthMs } = this.#recorded
    const round = Math.floor((id - 1) / ids)
    const times = this.#times.get(`${((id - 1) % ids) + 1} ${text}`) ?? []
    const base = this.#beganMs + round * lengthMs - (this.#firsts[channel] ?? 0)
    return times.map((atMs) => base + atMs).findLast((atMs) => atMs <= nowMs)
  }
}

/** Channels begin at different places of the recording. */
function firstStep(steps: number, channel: number): number {
  return Math.floor((steps * channel) / channelCount)
}

export interface LoadReport {
  readonly updates: readonly number[]
  /** UTF-8 bytes of final cues, by channel. */
  readonly captionBytes: readonly number[]
  /** Sum of hashes of the cues, by channel; modulo 2^32. */
  readonly sums: readonly number[]
}

/** Plays the recording on every channel, from the wall clock. */
export class Load {
  readonly #publish: (channel: number, update: Update) => void
  readonly #recorded = readSteps()
  readonly #next: { step: number; round: number }[]
  readonly #starts = new Map<string, string>()
  readonly #speed: number
  beganMs = 0
  #timer: NodeJS.Timeout | undefined
  #updates = new Array<number>(channelCount).fill(0)
  #captionBytes = new Array<number>(channelCount).fill(0)
  #sums = new Array<number>(channelCount).fill(0)

  /** `speed`: how many times faster than it was spoken. */
  constructor(publish: (channel: number, update: Update) => void, speed = 1) {
    this.#publish = publish
    this.#speed = speed
    this.#next = Array.from({ length: channelCount }, (_, n) => ({
      step: firstStep(this.#recorded.steps.length, n),
      round: 0,
    }))
  }

  start(): void {
    this.beganMs = Date.now()
    this.#timer = setInterval(() => this.#play(), tickMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** From now on updates and bytes are counted; sums are of all that was ever said. */
  resetCounts(): void {
    for (const counts of [this.#updates, this.#captionBytes]) counts.fill(0)
  }

  report(): LoadReport {
    return {
      updates: [...this.#updates],
      captionBytes: [...this.#captionBytes],
      sums: [...this.#sums],
    }
  }

  #play(): void {
    const { steps, lengthMs } = this.#recorded
    const now = Date.now()
    const playedMs = (now - this.beganMs) * this.#speed
    for (const [channel, next] of this.#next.entries()) {
      const first = steps[firstStep(steps.length, channel)]?.atMs ?? 0
      for (;;) {
        const step = steps[next.step]
        if (step === undefined) return
        if (next.round * lengthMs + step.atMs - first > playedMs) break
        this.#tell(channel, step, next.round, now)
        next.step++
        if (next.step < steps.length) continue
        next.step = 0
        next.round++
      }
    }
  }

  #tell(n: number, { type, id: recordedId, text }: Step, round: number, now: number): void {
    const channel = channelName(n)
    const id = round * this.#recorded.ids + recordedId
    const time = new Date(now).toISOString()
    const key = `${n} ${id}`
    const start = this.#starts.get(key) ?? time
    this.#starts.set(key, start)
    this.#updates[n] = (this.#updates[n] ?? 0) + 1
    const cue = { channel, run: 'r1', track: 'CC1', id, start, mode: 'roll-up', text } as const
    if (type === 'draft') {
      this.#publish(n, { type, ...cue })
      return
    }
    this.#starts.delete(key)
    this.#captionBytes[n] = (this.#captionBytes[n] ?? 0) + Buffer.byteLength(text)
    this.#sums[n] = ((this.#sums[n] ?? 0) + hashCue(channel, id, text)) >>> 0
    this.#publish(n, {
      ...{ type, ...cue, end: time, language: 'en', airing: null },
      position: { epoch: 'bench0000000', seq: 0 },
    })
  }
}

import path from 'node:path'
import type { ChannelOptions } from '../channel-options.ts'
import type { Missed } from '../live/live-input.ts'
import { OptionsError } from '../send-options.ts'
import {
  formatTurn,
  nextTurn,
  overlapOf,
  turnAt,
  withinTurns,
  type Occurrence,
  type Turn,
} from './turns.ts'
import type { ZoneTime } from './zone-time.ts'

/** A channel's time at a tuner, and what it is fed with then. */
export interface PlannedTurn extends Turn {
  readonly options: ChannelOptions
  /** Of the file. */
  readonly line: number
}

/** A channel of the file: always on, or by turns. */
export interface PlannedChannel {
  readonly channel: string
  readonly always: ChannelOptions | null
  /** None for one that is always on. */
  readonly turns: readonly PlannedTurn[]
}

/** What is to run, and when. */
export interface Plan {
  readonly channels: readonly PlannedChannel[]
  readonly zone: ZoneTime
}

/** What one channel is to do now: read with these options, or, until its next turn, only send what waits. */
export interface Wanted {
  readonly key: string
  readonly options: ChannelOptions
  readonly isOn: boolean
  /** Of a channel by turns: the one that is, or the next. */
  readonly turn: Occurrence<PlannedTurn> | null
}

/** Who a channel is, whatever else is said of it: two servers may be fed with one. */
export function keyOf({ server, channel }: ChannelOptions): string {
  return `${channel} ${server.replace(/\/+$/, '')}`
}

/** What each channel is to do at a moment; those without any turn in the next week are left out. */
export function wantedAt({ channels, zone }: Plan, nowMs: number): Wanted[] {
  const wanted: Wanted[] = []
  for (const { always, turns } of channels) {
    if (always !== null) {
      wanted.push({ key: keyOf(always), options: always, isOn: true, turn: null })
      continue
    }
    const now = turnAt(turns, nowMs, zone)
    const turn = now ?? nextTurn(turns, nowMs, zone)
    if (turn === undefined) continue
    const { options } = turn.turn
    wanted.push({ key: keyOf(options), options, isOn: now !== undefined, turn })
  }
  return wanted
}

/** A channel by turns misses nothing between them: its tuner is another's then. */
export function missedOf({ turns }: PlannedChannel, zone: ZoneTime): Missed {
  return turns.length === 0 ? (span) => [span] : (span) => withinTurns(turns, span, zone)
}

/** Two channels of one spool would wait for each other for ever, and two turns cannot have one tuner; throws OptionsError. */
export function checkPlan(channels: readonly PlannedChannel[], fileName: string): void {
  const owners = new Map<string, string>()
  const keys = new Set<string>()
  for (const { channel, always, turns } of channels) {
    const all = always === null ? turns.map(({ options }) => options) : [always]
    const key = all[0] === undefined ? channel : keyOf(all[0])
    if (keys.has(key)) throw new OptionsError(`${channel} is there twice`)
    keys.add(key)
    for (const folder of new Set(all.map(({ spoolFolder }) => path.resolve(spoolFolder)))) {
      const other = owners.get(folder)
      if (other !== undefined)
        throw new OptionsError(
          `${other} and ${channel} have the same spool; expected a spool of its own for each (${folder})`,
        )
      owners.set(folder, channel)
    }
  }
  checkTurns(
    channels.flatMap(({ turns }) => turns),
    fileName,
  )
}

function checkTurns(turns: readonly PlannedTurn[], fileName: string): void {
  const problems: string[] = []
  for (const [at, a] of turns.entries())
    for (const b of turns.slice(at + 1)) {
      const sameTuner = a.tuner === b.tuner
      if (!sameTuner && a.channel !== b.channel) continue
      const when = overlapOf(a, b)
      if (when === undefined) continue
      const what = sameTuner
        ? `tuner ${a.tuner}: ${a.channel} (${formatTurn(a)}) and ${b.channel} (${formatTurn(b)}) both have it`
        : `${a.channel} has two tuners at a time: ${a.tuner} (${formatTurn(a)}) and ${b.tuner} (${formatTurn(b)})`
      const [first, second] = [Math.min(a.line, b.line), Math.max(a.line, b.line)]
      problems.push(`${fileName}:${second}: ${what} from ${when} on (see line ${first})`)
    }
  if (problems.length > 0) throw new OptionsError(problems.join('; '))
}

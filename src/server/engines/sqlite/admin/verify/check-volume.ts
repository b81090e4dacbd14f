import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { airingSchema, cueSchema, gapSchema, type Cue } from '../../../../../protocol/api.ts'
import { feedLineSchema } from '../../../../../protocol/events.ts'
import { messageOf } from '../../../../../protocol/message-of.ts'
import { cueIdentity } from '../../../rules/cue-order.ts'
import { blob, integer, json, text, type Row } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import { parseCueBlock } from '../../volumes/cue-block.ts'
import { monthOf, monthStartMs } from '../../volumes/months.ts'
import {
  channelOfKey,
  farAwayMs,
  slotMs,
  slotOfKey,
  spanKinds,
} from '../../volumes/volume-schema.ts'
import { restoreIt, type Findings } from './findings.ts'
import type { ChannelLedger, Ledger } from './ledger.ts'

/** Holds a month's cues, airings and gaps against what must be true of them. */
export function checkVolume(
  db: DatabaseSync,
  file: string,
  month: number,
  ledger: Ledger,
  findings: Findings,
): void {
  const names = new Map(
    rows(db.prepare('SELECT id, name FROM channel')).map((row) => [
      integer(row, 'id'),
      text(row, 'name'),
    ]),
  )
  const volume = new VolumeCheck(path.basename(file), month, names, ledger, findings)
  for (const row of db.prepare('SELECT * FROM block ORDER BY key').iterate()) volume.block(row)
  for (const row of db.prepare('SELECT * FROM span').iterate()) volume.span(row)
  for (const row of db.prepare('SELECT * FROM run').iterate()) volume.run(row)
}

class VolumeCheck {
  readonly #file: string
  readonly #month: number
  readonly #names: ReadonlyMap<number, string>
  readonly #ledger: Ledger
  readonly #findings: Findings
  #slot = -1
  /** Cues of the slot: a crash can leave one in two of its parts, and readers merge them. */
  #inSlot = new Map<string, string>()

  constructor(
    file: string,
    month: number,
    names: ReadonlyMap<number, string>,
    ledger: Ledger,
    findings: Findings,
  ) {
    this.#file = file
    this.#month = month
    this.#names = names
    this.#ledger = ledger
    this.#findings = findings
  }

  block(row: Row): void {
    const key = integer(row, 'key')
    const slot = slotOfKey(key)
    const place = channelOfKey(key) * 10_000 + slot
    if (place !== this.#slot) this.#inSlot = new Map()
    this.#slot = place
    const fromMs = monthStartMs(this.#month) + slot * slotMs
    const what = `the cues of ${new Date(fromMs).toISOString().slice(0, 16)}`
    const name = this.#names.get(channelOfKey(key))
    if (name === undefined) {
      this.#problem(`${what} are of a channel without a name`)
      return
    }
    const channel = this.#channel(name)
    let cues: readonly Cue[]
    try {
      cues = parseCueBlock(name, blob(row, 'cues'))
    } catch (error) {
      const reason = messageOf(error)
      this.#problem(`${what} on ${name} cannot be read (${reason})`)
      return
    }
    this.#findings.count('cues in volumes', cues.length)
    if (
      integer(row, 'count') !== cues.length ||
      !isSame(
        json(row, 'runs'),
        cues.map(({ run }) => run),
      ) ||
      !isSame(
        json(row, 'tracks'),
        cues.map(({ track }) => track),
      )
    )
      this.#problem(`${what} on ${name} are not those that the block says it holds`)
    for (const cue of cues) {
      const startMs = Date.parse(cue.start)
      if (!cueSchema.safeParse(cue).success || cue.end < cue.start)
        this.#problem(`${describe(cue)} is not a valid cue`)
      if (startMs < fromMs || startMs >= fromMs + slotMs)
        this.#problem(`${describe(cue)} starts at ${cue.start} and lies with ${what}`)
      this.#cue(cue, channel)
    }
  }

  #cue(cue: Cue, channel: ChannelLedger): void {
    const { run, track, id, position, airing } = cue
    const identity = cueIdentity(cue)
    const known = this.#inSlot.get(identity)
    const value = JSON.stringify(cue)
    if (known !== undefined) {
      this.#findings.count('cues filed twice, shown once')
      if (known !== value) this.#problem(`${describe(cue)} is there twice, and not alike`)
      return
    }
    this.#inSlot.set(identity, value)
    if (!channel.addFiled(run, track, id))
      this.#problem(`${describe(cue)} is in the volumes more than once`)
    else if (!channel.addPosition(position.seq, identity, this.#month))
      this.#problem(`${describe(cue)} has position ${position.seq}, which something else has too`)
    if (airing !== null) channel.namedAirings.set(airing, describe(cue))
  }

  span(row: Row): void {
    const kind = spanKinds[integer(row, 'kind')]
    const name = this.#names.get(integer(row, 'channel'))
    const id = text(row, 'id')
    const what = `the ${kind ?? 'thing'} ${id} of ${name ?? 'a channel without a name'}`
    const schema = kind === 'gap' ? gapSchema : airingSchema
    const parsed = schema.safeParse(JSON.parse(text(row, 'value')))
    if (name === undefined || kind === undefined || !parsed.success) {
      this.#problem(`${what} is not valid`)
      return
    }
    const { data } = parsed
    const [start, end] = 'from' in data ? [data.from, data.to] : [data.start, data.end]
    const endMs = end === null ? farAwayMs : Date.parse(end)
    const isRight =
      data.id === id &&
      data.channel === name &&
      Date.parse(start) === integer(row, 'start') &&
      endMs === integer(row, 'until') &&
      data.position.seq === integer(row, 'seq') &&
      monthOf(Date.parse(start)) === this.#month
    if (!isRight) this.#problem(`${what} is not where its times and its position say`)
    if (endMs < Date.parse(start)) this.#problem(`${what} ends before it begins`)
    this.#findings.count(`${kind}s in volumes`)
    const channel = this.#channel(name)
    if (kind === 'airing') channel.airings.add(id)
    if (!channel.addPosition(data.position.seq, `${kind} ${id}`, this.#month))
      this.#problem(`${what} has position ${data.position.seq}, which something else has too`)
  }

  run(row: Row): void {
    const parsed = feedLineSchema.safeParse(JSON.parse(text(row, 'announced')))
    if (!parsed.success || parsed.data.type !== 'run')
      this.#problem(`the announcement of run ${text(row, 'name')} is not valid`)
  }

  #channel(name: string): ChannelLedger {
    return this.#ledger.channel(name)
  }

  #problem(what: string): void {
    this.#findings.problem(`${this.#file}: ${what}; ${restoreIt}.`)
  }
}

export function describe({ channel, run, track, id }: Cue): string {
  return `cue ${id} of ${track}, run ${run}, on ${channel}`
}

function isSame(listed: unknown, found: readonly string[]): boolean {
  if (!Array.isArray(listed)) return false
  return JSON.stringify(listed.map(String).sort()) === JSON.stringify([...new Set(found)].sort())
}

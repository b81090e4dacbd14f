import type { DatabaseSync } from 'node:sqlite'
import { feedLineSchema } from '../../../../../protocol/events.ts'
import { airingSchema, cueSchema, gapSchema, type Cue } from '../../../../../protocol/api.ts'
import { cueIdentity } from '../../../rules/cue-order.ts'
import { IdSpans } from '../../../rules/id-spans.ts'
import type { LogEntry } from '../../../../ports/log.ts'
import { LogReader, type LogChannel } from '../../log/log-reader.ts'
import { hourMs } from '../../log/log-schema.ts'
import { integer, json, text } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import { formatMonth } from '../../volumes/months.ts'
import { describe } from './check-volume.ts'
import { restoreIt, type Findings } from './findings.ts'
import type { ChannelLedger, Ledger } from './ledger.ts'

const entriesPerRead = 1000

/** Holds the log against itself and against what the volumes were found to have. */
export function checkLog(db: DatabaseSync, ledger: Ledger, findings: Findings): void {
  const log = new LogReader(db)
  const names = rows(db.prepare('SELECT name FROM channel')).map((row) => text(row, 'name'))
  for (const name of ledger.channels.keys())
    if (!names.includes(name))
      findings.problem(`Volumes hold the channel ${name}, and the log has no such; ${restoreIt}.`)
  for (const name of names) {
    const channel = log.channel(name)
    if (channel === undefined) continue
    findings.count('channels')
    new LogCheck(db, log, channel, ledger.channel(name), findings).run()
  }
}

class LogCheck {
  readonly #db: DatabaseSync
  readonly #log: LogReader
  readonly #channel: LogChannel
  readonly #ledger: ChannelLedger
  readonly #findings: Findings

  constructor(
    db: DatabaseSync,
    log: LogReader,
    channel: LogChannel,
    ledger: ChannelLedger,
    findings: Findings,
  ) {
    this.#db = db
    this.#log = log
    this.#channel = channel
    this.#ledger = ledger
    this.#findings = findings
  }

  run(): void {
    const { tip, floor, filed } = this.#channel
    if (floor > filed || filed > tip)
      this.#problem(`it is filed to ${filed}, and kept from ${floor} to ${tip}`)
    if (this.#ledger.highest > tip)
      this.#problem(`a volume has position ${this.#ledger.highest}, and the log ends at ${tip}`)
    this.#entries()
    this.#runs()
    this.#bins()
    this.#producers()
    this.#shelves()
    if (this.#ledger.forgottenMs !== null) return
    for (const [airing, cue] of this.#ledger.namedAirings)
      if (!this.#ledger.airings.has(airing))
        this.#problem(`${cue} names the airing ${airing}, which is nowhere`)
  }

  #entries(): void {
    const { tip, floor } = this.#channel
    const cues = new Set<string>()
    let next = floor + 1
    for (;;) {
      const entries = this.#log.entries(this.#channel, next - 1, entriesPerRead)
      for (const entry of entries) {
        const { seq } = entry.value.position
        if (seq !== next) this.#problem(`its log has no position ${next}, and goes on at ${seq}`)
        next = seq + 1
        this.#findings.count(`${entry.type}s in the log`)
        this.#entry(entry, cues)
      }
      if (entries.length < entriesPerRead) break
    }
    if (next !== tip + 1) this.#problem(`its log ends at ${next - 1}, and should at ${tip}`)
    for (const row of rows(
      this.#db.prepare('SELECT id FROM airing WHERE channel = ?'),
      this.#channel.id,
    ))
      this.#ledger.airings.add(text(row, 'id'))
  }

  #entry(entry: LogEntry, cues: Set<string>): void {
    if (entry.type === 'removed') return
    const { value } = entry
    const schema =
      entry.type === 'cue' ? cueSchema : entry.type === 'gap' ? gapSchema : airingSchema
    const { seq } = value.position
    if (!schema.safeParse(value).success || seq <= 0)
      this.#problem(`what has position ${seq} is not a valid ${entry.type}`)
    if (entry.type === 'airing') this.#ledger.airings.add(entry.value.id)
    if (entry.type !== 'cue') return
    const cue: Cue = entry.value
    const identity = cueIdentity(cue)
    if (cues.has(identity)) this.#problem(`its log has ${describe(cue)} more than once`)
    cues.add(identity)
    this.#ledger.add(cue.run, cue.track, cue.id)
    if (cue.airing !== null) this.#ledger.namedAirings.set(cue.airing, describe(cue))
    const filed = this.#ledger.recent.get(seq)
    if (filed !== undefined && filed !== identity)
      this.#problem(`position ${seq} is ${describe(cue)} in the log, and another in a volume`)
    const { forgottenMs } = this.#ledger
    if (forgottenMs !== null && Date.parse(cue.start) < forgottenMs) return
    if (filed === undefined && seq <= this.#ledger.filed)
      this.#problem(`${describe(cue)} is filed, and no volume has it`)
  }

  /** What makes sending again safe must know every cue there is, and no other. */
  #runs(): void {
    const known = new Set<string>()
    const statement = this.#db.prepare(
      'SELECT name, announced, track, cues FROM run LEFT JOIN run_track ON run = id WHERE channel = ?',
    )
    for (const row of rows(statement, this.#channel.id)) {
      const run = text(row, 'name')
      const announced =
        row['announced'] === null ? null : feedLineSchema.safeParse(json(row, 'announced'))
      if (announced !== null && announced.data?.type !== 'run')
        this.#problem(`the announcement of run ${run} is not valid`)
      if (row['track'] === null) continue
      const key = `${run} ${text(row, 'track')}`
      known.add(key)
      const told = json(row, 'cues') as [number, number][]
      const found = this.#ledger.cues.get(key) ?? new IdSpans()
      if (JSON.stringify(this.#allowing(told, found)) !== JSON.stringify(found.spans()))
        this.#problem(
          `run ${key} should have cues ${format(told)}, and ${format(found.spans())} were found`,
        )
    }
    for (const [key, spans] of this.#ledger.cues)
      if (!known.has(key))
        this.#problem(`cues ${format(spans.spans())} of run ${key} are of no run the log knows`)
  }

  /** What retention has removed is the beginning of a run. */
  #allowing(told: readonly [number, number][], found: IdSpans): readonly [number, number][] {
    if (this.#ledger.forgottenMs === null) return told
    const first = found.spans()[0]?.[0] ?? Infinity
    return told.flatMap(([from, to]) => (to < first ? [] : [[Math.max(from, first), to]]))
  }

  #bins(): void {
    const { id } = this.#channel
    const last = integer(
      this.#db.prepare('SELECT bins FROM channel WHERE id = ?').get(id) ?? {},
      'bins',
    )
    let highest = this.#ledger.lastBin
    const statement = this.#db.prepare('SELECT hour, n, at FROM bin WHERE channel = ?')
    for (const row of statement.iterate(id)) {
      this.#findings.count('BIN chunks in the log')
      highest = Math.max(highest, integer(row, 'n'))
      if (Math.floor(integer(row, 'at') / hourMs) !== integer(row, 'hour'))
        this.#problem(`chunk ${integer(row, 'n')} of its bytes is in another hour's place`)
    }
    if (highest > last) this.#problem(`it has chunk ${highest} of bytes, and counted to ${last}`)
  }

  #producers(): void {
    const received = new Map<string, number>()
    const producers = this.#db.prepare('SELECT * FROM producer WHERE channel = ?')
    for (const row of rows(producers, this.#channel.id)) {
      this.#findings.count('producers')
      received.set(text(row, 'name'), integer(row, 'received'))
      if (integer(row, 'received') < 0 || (row['skip'] !== null && !isObject(json(row, 'skip'))))
        this.#problem(`what is known of producer ${text(row, 'name')} is not valid`)
    }
    const rejects = this.#db.prepare('SELECT producer, seq FROM reject WHERE channel = ?')
    for (const row of rows(rejects, this.#channel.id)) {
      this.#findings.count('lines kept aside')
      const producer = text(row, 'producer')
      if (integer(row, 'seq') > (received.get(producer) ?? 0))
        this.#problem(`line ${integer(row, 'seq')} of producer ${producer} was never received`)
    }
  }

  /** A month that is not on the shelf is not read. */
  #shelves(): void {
    const statement = this.#db.prepare('SELECT month FROM shelf WHERE channel = ?')
    const listed = new Set(rows(statement, this.#channel.id).map((row) => integer(row, 'month')))
    for (const month of this.#ledger.notedMonths)
      if (!listed.has(month))
        this.#problem(`it has a part in the volume of ${formatMonth(month)}, which is not listed`)
    for (const month of this.#ledger.listedMonths)
      if (!this.#ledger.months.has(month))
        this.#problem(`nothing of it is in the volume of ${formatMonth(month)}, which is listed`)
  }

  #problem(what: string): void {
    this.#findings.problem(`log.db, channel ${this.#channel.name}: ${what}; ${restoreIt}.`)
  }
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

function format(spans: readonly (readonly [number, number])[]): string {
  const listed = spans.slice(0, 5).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
  return listed.length === 0 ? 'none' : listed.join(', ') + (spans.length > 5 ? ', …' : '')
}

import { IdSpans } from '../../../rules/id-spans.ts'

/** What was found of one channel, across volumes and log. */
export class ChannelLedger {
  /** The last position that the log had let go of when the check began: later ones are looked up by number. */
  readonly floor: number
  /** Up to here everything had been filed when the check began. */
  readonly filed: number
  /** Up to which time its retention has removed what it had; null = never. */
  readonly forgottenMs: number | null
  /** Ids of the cues in volumes, by run and track. */
  readonly filedCues = new Map<string, IdSpans>()
  /** Ids of all cues, by run and track. */
  readonly cues = new Map<string, IdSpans>()
  readonly positions = new IdSpans()
  /** What has a position that the log still holds. */
  readonly recent = new Map<number, string>()
  highest = 0
  readonly airings = new Set<string>()
  readonly namedAirings = new Map<string, string>()
  /** Months whose volume holds something of it. */
  readonly months = new Set<number>()
  /** Those of what the log had noted as filed when the check began. */
  readonly notedMonths = new Set<number>()
  /** Months that the log listed when the check began. */
  readonly listedMonths = new Set<number>()
  lastBin = 0

  constructor(floor: number, filed: number, forgottenMs: number | null) {
    this.floor = floor
    this.filed = filed
    this.forgottenMs = forgottenMs
  }

  /** False when a volume had it already. */
  addFiled(run: string, track: string, id: number): boolean {
    this.add(run, track, id)
    return spansOf(this.filedCues, run, track).add(id)
  }

  add(run: string, track: string, id: number): void {
    spansOf(this.cues, run, track).add(id)
  }

  /** False when something else has the position already. */
  addPosition(seq: number, what: string, month: number): boolean {
    this.months.add(month)
    if (seq <= this.filed) this.notedMonths.add(month)
    this.highest = Math.max(this.highest, seq)
    if (seq > this.floor) this.recent.set(seq, what)
    return this.positions.add(seq)
  }
}

/** The books of all channels, by name. */
export class Ledger {
  readonly channels = new Map<string, ChannelLedger>()

  channel(name: string): ChannelLedger {
    let ledger = this.channels.get(name)
    if (ledger === undefined) this.channels.set(name, (ledger = new ChannelLedger(0, 0, null)))
    return ledger
  }
}

function spansOf(map: Map<string, IdSpans>, run: string, track: string): IdSpans {
  const key = `${run} ${track}`
  let spans = map.get(key)
  if (spans === undefined) map.set(key, (spans = new IdSpans()))
  return spans
}

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Random } from '../random.ts'
import type { CrashPlan } from './kill-at-point.ts'
import { findCrashPoints, type CrashPoint } from './points.ts'

/** What is to happen to one side in one round. */
export type Fault =
  | { readonly type: 'point'; readonly point: CrashPoint; readonly nth: number }
  | { readonly type: 'kill'; readonly side: CrashPoint['side']; readonly afterMs: number }

/** A round comes by these so often at least; by all others once. */
const leastHits: Readonly<Record<string, number>> = {
  'ccr:log.beginning': 8,
  'ccr:log.written': 8,
  'ccr:log.committed': 8,
  'ccr:broker.announcing': 2,
  'ccr:broker.announced': 2,
  'ccr:volume.writing': 2,
  'ccr:volume.written': 2,
  'ccr:bin.written-aside': 2,
  'ccr:bin.renamed': 2,
  'ccr:bin.indexed': 2,
  'ccr:filer.telling': 2,
  'ccr:filer.told': 2,
}

/** A moment that never comes is a fault of the plan. */
const mostMisses = 8

/** Only a log that forgets comes by these. */
const forgetting = new Set(['ccr:log.expiring', 'ccr:filer.expired'])

/** Every point once, in an order of the seed's; after that points and kills at any moment. */
export class FaultPlan {
  readonly #random: Random
  readonly #points: readonly CrashPoint[] = findCrashPoints()
  #due: CrashPoint[]
  readonly #rare = new Set<string>()
  readonly #misses = new Map<string, number>()
  readonly hit = new Map<string, number>()
  kills = { server: 0, sender: 0 }

  constructor(random: Random) {
    this.#random = random
    this.#due = [...this.#points]
  }

  next(doesForget: boolean): Fault {
    const may = (point: CrashPoint): boolean => doesForget || !forgetting.has(point.name)
    const due = this.#due.filter(may)
    if (due.length === 0 && this.#random.next() < 0.4)
      return {
        type: 'kill',
        side: this.#random.pick(['server', 'sender'] as const),
        afterMs: this.#random.below(900),
      }
    const point = this.#random.pick(due.length > 0 ? due : this.#points.filter(may))
    const most = this.#rare.has(point.name) ? 1 : (leastHits[point.name] ?? 1)
    return { type: 'point', point, nth: 1 + this.#random.below(most) }
  }

  /** It did not come so often. */
  missed(fault: Fault): void {
    if (fault.type !== 'point') return
    const { name } = fault.point
    this.#rare.add(name)
    const misses = (this.#misses.get(name) ?? 0) + 1
    this.#misses.set(name, misses)
    if (misses > mostMisses) throw new Error(`${name} was planned ${misses} times and did not come`)
  }

  fired(fault: Fault): void {
    if (fault.type === 'kill') {
      this.kills[fault.side]++
      return
    }
    const { name } = fault.point
    this.#due = this.#due.filter((point) => point.name !== name)
    this.hit.set(name, (this.hit.get(name) ?? 0) + 1)
  }

  /** Points at which nothing has died yet. */
  get missing(): readonly string[] {
    return this.#due.map(({ name }) => name)
  }
}

let lastId = 0

/** The plan of one process, in a file that it looks at. */
export class PlanFile {
  readonly file: string
  #id = -1

  constructor(file: string) {
    this.file = file
  }

  arm(point: string, nth: number, lingerMs = 0): void {
    this.#id = ++lastId
    rmSync(`${this.file}.fired`, { force: true })
    const plan: CrashPlan = { id: this.#id, point, nth, lingerMs }
    writeFileSync(this.file, JSON.stringify(plan))
  }

  disarm(): void {
    rmSync(this.file, { force: true })
  }

  /** Whether the process has written down that it is about to die of this plan. */
  get hasFired(): boolean {
    const record = `${this.file}.fired`
    if (!existsSync(record)) return false
    return (JSON.parse(readFileSync(record, 'utf8')) as CrashPlan).id === this.#id
  }
}

import { markWords, type DiffCounts, type Difference } from '../../captions/text-diff.ts'
import type { PlannedRun } from './plan.ts'
import type { RedecodeResult } from './redecode-run.ts'

/** Tells of a redecode as it goes on. */
export interface RedecodePrinter {
  begin(run: PlannedRun, number: number, of: number): void
  /** Decoded up to that wall clock. */
  reached(at: string): void
  difference(run: string, difference: Difference): void
  result(result: RedecodeResult): void
  waiting(files: number): void
  done(results: readonly RedecodeResult[], isDryRun: boolean): void
}

/** Everything, as one JSON object a line. */
export class RedecodeJson implements RedecodePrinter {
  begin(): void {
    // A line tells what is done.
  }

  reached(): void {
    // A line tells what is done.
  }

  difference(run: string, difference: Difference): void {
    const { kind, old, made } = difference
    this.#print({ type: 'difference', run, kind, old, made, marked: marked(difference) })
  }

  result(result: RedecodeResult): void {
    if (result.result !== 'written') {
      this.#print({ type: 'run', ...result })
      return
    }
    const { original, counts, run, revision } = result
    this.#print({ type: 'run', original, counts, result: 'differs', run, revision })
  }

  waiting(files: number): void {
    this.#print({ type: 'waiting', files })
  }

  done(results: readonly RedecodeResult[]): void {
    const of = (result: RedecodeResult['result']): number =>
      results.filter((each) => each.result === result).length
    this.#print({
      type: 'done',
      runs: results.length,
      stored: of('written'),
      skipped: of('skipped'),
      counts: totals(results),
    })
  }

  #print(line: object): void {
    process.stdout.write(`${JSON.stringify(line)}\n`)
  }
}

/** Differences shown of one run; all are counted, and `--json` tells them all. */
const shownPerRun = 10
const drawEveryMs = 100

/** For people: a line a run, some of what differs under it, and on a terminal how far it is. */
export class RedecodeText implements RedecodePrinter {
  readonly #isTerminal = process.stderr.isTTY
  #place = ''
  #drawnMs = 0
  #sample: string[] = []
  #startedAt = ''
  #source = ''

  begin({ original }: PlannedRun, number: number, of: number): void {
    this.#place = `run ${number} of ${of}`
    this.#startedAt = original.startedAt
    this.#source = original.source
    this.#sample = []
    this.reached(original.startedAt)
  }

  reached(at: string): void {
    const nowMs = performance.now()
    if (!this.#isTerminal || nowMs - this.#drawnMs < drawEveryMs) return
    this.#drawnMs = nowMs
    process.stderr.write(`\r\u001b[K${this.#place}, at ${at.slice(0, 16).replace('T', ' ')}`)
  }

  difference(_run: string, difference: Difference): void {
    if (this.#sample.length >= shownPerRun) return
    const { track, start } = difference.made ?? difference.old
    this.#sample.push(`  ${start}  ${track}  ${difference.kind}: ${marked(difference)}\n`)
  }

  result(result: RedecodeResult): void {
    const { original, counts } = result
    const name = `${original}  ${this.#startedAt.slice(0, 16).replace('T', ' ')}  ${this.#source}`
    let text = `${name}: `
    if (result.result === 'skipped') text += `left as it is, ${result.detail}\n`
    else if (result.result === 'same') text += `nothing differs, ${counts.same} cues\n`
    else {
      text += `${sentence(counts)}\n${this.#sample.join('')}`
      const more = differing(counts) - this.#sample.length
      if (more > 0) text += `  and ${more} more; --json tells them all\n`
      if (result.result === 'written') text += `  revision ${result.revision}: ${result.run}\n`
    }
    this.#print(text)
  }

  waiting(files: number): void {
    this.#print(`waiting until ${files === 1 ? 'it is' : `${files} runs are`} stored …\n`)
  }

  done(results: readonly RedecodeResult[], isDryRun: boolean): void {
    const stored = results.filter(({ result }) => result === 'written').length
    const differ = results.filter(({ result }) => result === 'differs').length
    const skipped = results.filter(({ result }) => result === 'skipped').length
    const counts = totals(results)
    const left = skipped === 0 ? '' : `, ${skipped} left as they are`
    if (results.length === 0) this.#print('there is nothing to decode\n')
    else if (stored + differ > 0)
      this.#print(
        `${sentence(counts)} in ${results.length} runs${left}; ${isDryRun ? 'nothing was stored (--dry-run)' : `stored: ${stored} runs`}\n`,
      )
    else
      this.#print(
        `nothing differs in ${results.length - skipped} runs, ${counts.same} cues${left}; nothing was stored\n`,
      )
  }

  #print(text: string): void {
    if (this.#isTerminal) process.stderr.write('\r\u001b[K')
    process.stdout.write(text)
  }
}

function marked({ old, made }: Difference): string {
  const text = markWords(old?.text ?? '', made?.text ?? '')
  if (old === null || made === null || old.text !== made.text) return text
  if (old.mode !== made.mode) return `${text} (${old.mode} → ${made.mode})`
  const shift = (from: string, to: string): string => {
    const ms = Date.parse(to) - Date.parse(from)
    return `${ms < 0 ? '−' : '+'}${Math.abs(ms)} ms`
  }
  return `${text} (start ${shift(old.start, made.start)}, end ${shift(old.end, made.end)})`
}

function sentence({ same, changed, moved, added, missing }: DiffCounts): string {
  return `${same} same, ${changed} changed, ${moved} moved, ${added} added, ${missing} missing`
}

function differing({ changed, moved, added, missing }: DiffCounts): number {
  return changed + moved + added + missing
}

function totals(results: readonly RedecodeResult[]): DiffCounts {
  const sum: DiffCounts = { same: 0, changed: 0, moved: 0, added: 0, missing: 0 }
  for (const { counts } of results) {
    sum.same += counts.same
    sum.changed += counts.changed
    sum.moved += counts.moved
    sum.added += counts.added
    sum.missing += counts.missing
  }
  return sum
}

import { messageOf } from '../protocol/message-of.ts'
import { withDirectory } from './shared/data-directory.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { deliver, waitingFor } from './redecode/deliver.ts'
import { planRuns } from './redecode/plan.ts'
import { RedecodeJson, RedecodeText, type RedecodePrinter } from './redecode/printer.ts'
import { redecodeRun, type RedecodeResult } from './redecode/redecode-run.ts'
import { readVersion } from './version.ts'

export interface RedecodeFlags {
  readonly channel: string
  readonly data: string
  readonly run?: string
  readonly from?: string
  readonly to?: string
  readonly tracks?: string
  readonly dryRun?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** `ccr redecode`: decodes run by run; what differs is left in the inbox, and waited for until it is stored. */
export async function runRedecode(flags: RedecodeFlags): Promise<void> {
  const { channel, data } = flags
  const range = { from: parseTime('--from', flags.from), to: parseTime('--to', flags.to) }
  const isKnown = await withDirectory(data, (directory) => directory.channel(channel) !== undefined)
  if (!isKnown)
    throw new ExitError(
      exitCodes.failed,
      `there is no channel ${channel.slice(0, 80)} in ${data}; ccr channel list shows those there are`,
    )
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort()
      process.once(signal, () => process.exit(exitCodes.failed))
    })
  const printer: RedecodePrinter = flags.json === true ? new RedecodeJson() : new RedecodeText()
  // Compared with what waits, the same text would be stored a second time.
  if (flags.dryRun !== true)
    await waitFor(data, await waitingFor(data, channel), printer, stop.signal)
  const results = await redecodeAll(flags, range, printer, stop.signal)
  const files = results.flatMap((each) => (each.result === 'written' ? each.file : []))
  await waitFor(data, files, printer, stop.signal)
  printer.done(results, flags.dryRun === true)
  const damaged = results.filter(
    (each) => each.result === 'skipped' && each.reason === 'damaged',
  ).length
  if (damaged > 0)
    throw new ExitError(
      exitCodes.failed,
      `the BIN of ${damaged} runs could not be read; their text was left as it is`,
    )
}

async function redecodeAll(
  flags: RedecodeFlags,
  range: { readonly from: string | null; readonly to: string | null },
  printer: RedecodePrinter,
  signal: AbortSignal,
): Promise<RedecodeResult[]> {
  const { channel, data: dataDir } = flags
  const { openSqliteReading } = await import('../server/engines/sqlite/sqlite-reading.ts')
  const opened = await openSqliteReading(dataDir)
  if (opened === undefined) return []
  await using archive = opened
  const run = flags.run ?? null
  const planned = await planRuns(archive, channel, { run, ...range }, Date.now())
  if (run !== null && planned.length === 0)
    throw new ExitError(
      exitCodes.failed,
      `there is no run ${run.slice(0, 64)} of ${channel} in that time; every cue names its run`,
    )
  const results: RedecodeResult[] = []
  for (const [n, one] of planned.entries()) {
    printer.begin(one, n + 1, planned.length)
    try {
      const result = await redecodeRun(one, {
        ...{ dataDir, archive, channel, signal },
        decoder: `ccr ${readVersion()}`,
        tracks: flags.tracks?.split(',') ?? null,
        dryRun: flags.dryRun === true,
        force: flags.force === true,
        difference: (of, difference) => printer.difference(of, difference),
        reached: (_of, at) => printer.reached(at),
      })
      results.push(result)
      printer.result(result)
    } catch (error) {
      if (!signal.aborted) throw error
      const written = results.filter((each) => each.result === 'written').length
      throw new ExitError(
        exitCodes.failed,
        `stopped in the middle of a run, of which nothing is stored${written === 0 ? '' : `; ${written} runs before it are in the inbox and will be stored`}`,
      )
    }
  }
  return results
}

async function waitFor(
  dataDir: string,
  files: readonly string[],
  printer: RedecodePrinter,
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0) return
  printer.waiting(files.length)
  let delivery
  try {
    delivery = await deliver(dataDir, files, signal)
  } catch (error) {
    const reason = messageOf(error)
    throw new ExitError(
      exitCodes.failed,
      `what was made cannot be stored now: ${reason} The next ccr serve on ${dataDir} stores it.`,
      { cause: error },
    )
  }
  const { setAside, left } = delivery
  if (setAside.length > 0)
    throw new ExitError(
      exitCodes.failed,
      `what was made could not be stored, and is set aside as ${setAside.map((name) => `inbox/${name}.bad`).join(', ')}; the server's log says why`,
    )
  if (left.length > 0)
    throw new ExitError(
      exitCodes.failed,
      `stopped waiting; ${left.length} files are in ${dataDir}/inbox, and the server, or the next that starts, stores them`,
    )
}

function parseTime(name: string, text: string | undefined): string | null {
  if (text === undefined) return null
  const ms = Date.parse(text)
  if (Number.isNaN(ms))
    throw usageError(
      `${name} expects a time like 2026-03-01 or 2026-03-01T18:00:00Z, and got ${JSON.stringify(text.slice(0, 50))}`,
    )
  return new Date(ms).toISOString()
}

import { readFileSync } from 'node:fs'
import type { ChannelResult } from '../client/channel-sender.ts'
import { Fleet } from '../client/fleet/fleet.ts'
import { PlanSource } from '../client/fleet/plan-source.ts'
import type { PlanFile } from '../client/fleet/plan-file.ts'
import { Reloading } from '../client/fleet/reloading.ts'
import { ZoneTime } from '../client/fleet/zone-time.ts'
import { statusOf } from '../client/status/facts.ts'
import { OptionsError, parseEntry, type SendEntry } from '../client/send-options.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { report } from './send-report.ts'
import { openStatus } from './send-status.ts'
import { readVersion } from './version.ts'

type Flags = Readonly<Record<string, unknown>>

/** Runs every channel until its input is stored, or until it is stopped. */
export async function runSend(flags: Flags): Promise<void> {
  const { config, status: statusAt, ...given } = flags
  const startedAt = new Date().toISOString()
  const fileName = typeof config === 'string' ? config : null
  const source =
    fileName === null
      ? null
      : new PlanSource(fileName, { said: saidOf(given), decoder: `ccr ${readVersion()}` })
  const { plan, status } = source === null ? singlePlan(given) : readPlan(source)
  const stop = new AbortController()
  stopOnSignals(stop, source === null ? ['SIGINT', 'SIGTERM', 'SIGHUP'] : ['SIGINT', 'SIGTERM'])
  const fleet = new Fleet(plan, {
    now: () => Date.now(),
    onEnded: (channel, result) => reports.ended(channel, result),
  })
  let problems = (): readonly string[] => []
  await using open = new AsyncDisposableStack()
  open.use(
    await openStatus(typeof statusAt === 'string' ? statusAt : status, () => ({
      ...{ version: readVersion(), startedAt },
      config: fileName === null ? null : { file: fileName, problems: [...problems()] },
      channels: fleet.reports().map(statusOf),
    })),
  )
  const reports = report(fleet, () => problems())
  using reloading =
    source === null || fileName === null
      ? null
      : new Reloading(fleet, source, fileName, (reload) => reports.reloaded(fileName, reload))
  problems = () => reloading?.problems ?? []
  if (reloading !== null) process.on('SIGHUP', () => void reloading.reload())
  const results = await fleet.run(stop.signal)
  reports.stop()
  conclude(results, stop.signal.aborted)
}

function stopOnSignals(stop: AbortController, signals: readonly NodeJS.Signals[]): void {
  for (const signal of signals)
    process.once(signal, () => {
      stop.abort()
      // A second one is impatience; the spool has what matters.
      process.once(signal, () => process.exit(exitCodes.failed))
    })
}

/** `--no-bin` is there as `bin: true` when it was not said, and must not override the file. */
function saidOf(given: Flags): SendEntry {
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => !(key === 'bin' && value === true)),
  )
}

function singlePlan(given: Flags): Pick<PlanFile, 'plan' | 'status'> {
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      throw usageError(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`)
    }
  }
  return orUsageError(() => {
    const always = parseEntry(saidOf(given), read, `ccr ${readVersion()}`)
    const channels = [{ channel: always.channel, always, turns: [] }]
    return { plan: { channels, zone: new ZoneTime('UTC') }, status: undefined }
  })
}

/** At the start nothing runs yet that could be kept: all has to be right. */
function readPlan(source: PlanSource): PlanFile {
  return orUsageError(() => {
    const file = source.read()
    if (file.problems.length > 0) throw new OptionsError(file.problems.join('; '))
    return file
  })
}

function orUsageError<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof OptionsError) throw usageError(error.message)
    throw error
  }
}

function conclude(results: readonly ChannelResult[], isStopped: boolean): void {
  const failed = results.filter((result) => !result.ok)
  const refused = failed.find(({ kind }) => kind === 'refused')
  const worst = refused ?? failed[0]
  if (worst !== undefined)
    throw new ExitError(
      worst.kind === 'refused' ? exitCodes.refused : exitCodes.failed,
      failed.map(({ message }) => message).join('; '),
    )
  if (isStopped) {
    const unfinished = results.filter((result) => result.ok && !result.isWhole)
    const names = unfinished.map((result) => (result.ok ? result.input : ''))
    if (names.length > 0)
      throw new ExitError(
        exitCodes.failed,
        `stopped before all of ${names.join(', ')} was stored; the same command goes on with it`,
      )
    return
  }
  for (const result of results)
    if (result.ok && result.cues === 0)
      process.stderr.write('ccr: warning: there were no captions in this input\n')
}

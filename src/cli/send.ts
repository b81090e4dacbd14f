import { readFileSync } from 'node:fs'
import { pino } from 'pino'
import { ChannelSender, type ChannelOptions, type ChannelResult } from '../client/channel-sender.ts'
import {
  checkSpools,
  mergeEntries,
  OptionsError,
  parseConfigFile,
  parseEntry,
  type SendEntry,
} from '../client/send-options.ts'
import { StatusScreen } from '../client/status.ts'
import { ExitError, exitCodes, usageError } from './exit.ts'
import { readVersion } from './version.ts'

const drawEveryMs = 500
const logEveryMs = 10_000

/** Runs every channel until its input is stored, or until it is stopped. */
export async function runSend(flags: Readonly<Record<string, unknown>>): Promise<void> {
  const senders = readChannels(flags).map((options) => new ChannelSender(options))
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => {
      stop.abort()
      // A second one is impatience; the spool has what matters.
      process.once(signal, () => process.exit(exitCodes.failed))
    })
  const stopReports = report(senders)
  const results = await Promise.all(senders.map((sender) => sender.run(stop.signal)))
  stopReports()
  conclude(results, stop.signal.aborted)
}

function readChannels(flags: Readonly<Record<string, unknown>>): ChannelOptions[] {
  const { config, ...given } = flags
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      throw usageError(`${file} cannot be read: ${error instanceof Error ? error.message : ''}`)
    }
  }
  const decoder = `ccr ${readVersion()}`
  // `--no-bin` is there as `bin: true` when it was not said, and must not override the file.
  const said = Object.fromEntries(
    Object.entries(given).filter(([key, value]) => !(key === 'bin' && value === true)),
  )
  try {
    if (typeof config !== 'string') return [parseEntry(said, read, decoder)]
    const entries = parseConfigFile(read(config), config)
    const all = entries.map((entry) =>
      parseEntry(mergeEntries(said as SendEntry, entry), read, decoder),
    )
    checkSpools(all)
    return all
  } catch (error) {
    if (error instanceof OptionsError) throw usageError(error.message)
    throw error
  }
}

/** Lines in place on a terminal, JSON logs elsewhere. */
function report(senders: readonly ChannelSender[]): () => void {
  const { stderr } = process
  if (stderr.isTTY) {
    const screen = new StatusScreen(stderr)
    const draw = (): void => screen.draw(senders.map((sender) => sender.report()))
    const timer = setInterval(draw, drawEveryMs)
    return () => {
      clearInterval(timer)
      draw()
    }
  }
  const log = pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  )
  let before = ''
  const tell = (): void => {
    for (const sender of senders) {
      const { channel, cues, unacked, upload, faults, problem, clock, extractor } = sender.report()
      const error = problem ?? upload.lastError
      log.info(
        { channel, state: upload.state, cues, unacked, faults, clock, extractor, error },
        'status',
      )
    }
  }
  const notice = (): void => {
    const now = JSON.stringify(
      senders
        .map((sender) => sender.report())
        .map(({ upload, problem }) => [upload.state, upload.lastError, problem]),
    )
    if (now !== before) tell()
    before = now
  }
  const timers = [setInterval(tell, logEveryMs), setInterval(notice, drawEveryMs)]
  return () => {
    timers.forEach(clearInterval)
    tell()
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

import { pino, type Logger } from 'pino'
import type { ChannelResult } from '../client/channel-sender.ts'
import type { Fleet } from '../client/fleet/fleet.ts'
import type { Reload } from '../client/fleet/reloading.ts'
import { statusOf, type ChannelStatus } from '../client/status/facts.ts'
import { StatusScreen } from '../client/status/screen.ts'

const drawEveryMs = 500
const logEveryMs = 10_000

export interface Reports {
  ended(channel: string, result: ChannelResult): void
  reloaded(file: string, reload: Reload): void
  /** The last word. */
  stop(): void
}

/** Lines in place on a terminal, JSON logs elsewhere. `problems`: of the file of channels. */
export function report(fleet: Fleet, problems: () => readonly string[]): Reports {
  const { stderr } = process
  if (stderr.isTTY) return onTerminal(new StatusScreen(stderr), fleet, problems)
  return asLog(
    pino(
      { base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ fd: 2, sync: true }),
    ),
    fleet,
  )
}

function onTerminal(
  screen: StatusScreen,
  fleet: Fleet,
  problems: () => readonly string[],
): Reports {
  const draw = (): void => screen.draw(fleet.reports().map(statusOf), problems())
  const timer = setInterval(draw, drawEveryMs)
  return {
    ended: draw,
    reloaded: draw,
    stop: () => {
      clearInterval(timer)
      draw()
    },
  }
}

function asLog(log: Logger, fleet: Fleet): Reports {
  let before = ''
  const tell = (): void => {
    for (const one of fleet.reports()) log.info(lineOf(statusOf(one)), 'status')
  }
  const notice = (): void => {
    const now = JSON.stringify(
      fleet
        .reports()
        .map(statusOf)
        .map(({ channel, state, trouble }) => [channel, state, trouble]),
    )
    if (now !== before) tell()
    before = now
  }
  const timers = [setInterval(tell, logEveryMs), setInterval(notice, drawEveryMs)]
  return {
    ended: (channel, result) => {
      if (!result.ok) log.error({ channel, kind: result.kind }, result.message)
    },
    reloaded: (file, { changes, problems }) => {
      for (const problem of problems) log.error({ file }, problem)
      log.info({ file, ...changes }, 'read again')
    },
    stop: () => {
      timers.forEach(clearInterval)
      tell()
    },
  }
}

function lineOf(status: ChannelStatus): object {
  const { channel, state, cues, unacked, faults, clock, extractor, tuner, trouble } = status
  const turn = tuner === null ? {} : { tuner }
  return { channel, state, cues, unacked, faults, clock, extractor, ...turn, error: trouble }
}

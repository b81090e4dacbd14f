import { setTimeout as sleep } from 'node:timers/promises'
import { isMendedByWaiting } from './engines/postgres/passing.ts'
import { addressOf, reachPostgres } from './engines/postgres/reach.ts'
import type { Engines } from './open-engines.ts'
import { openShared, type SharedOptions } from './open-shared.ts'

export interface WhenThereOptions extends SharedOptions {
  /** Ends the waiting: it rejects then. */
  readonly signal: AbortSignal
  /** Called with what is waited for and why, each time that is another. */
  readonly onWait: (sentence: string) => void
}

/** Between two attempts. */
const againMs = 500
/** What lasts no longer is worth no line in the log. */
const quietMs = 1000
const tellEveryMs = 10_000

/**
 * What several nodes share, as soon as PostgreSQL answers. Rejects at once when waiting cannot mend what is wrong: a
 * password, a database that does not exist, a certificate, tables of a newer program. Redis is not waited for: its
 * connection comes by itself, and the archive is read without it.
 */
export async function openWhenThere(options: WhenThereOptions): Promise<Engines> {
  const { databaseUrl, logger, signal, onWait } = options
  const what = `the node starts when PostgreSQL at ${addressOf(databaseUrl)} answers`
  let why = 'no answer yet'
  let toldMs = -Infinity
  const tell = (): void => {
    if (performance.now() - toldMs < tellEveryMs) return
    toldMs = performance.now()
    logger.warn({}, `${what}: ${why}`)
  }
  const say = (reason: string): void => {
    why = reason
    onWait(`${what}: ${why}`)
  }
  say(why)
  const telling = setInterval(tell, quietMs)
  try {
    for (;;) {
      try {
        await reachPostgres(databaseUrl, signal)
        say('it answers, and its tables are made ready and read')
        const engines = await openShared(options)
        if (toldMs > 0) logger.info({}, 'PostgreSQL answers, and the node starts')
        return engines
      } catch (error) {
        signal.throwIfAborted()
        if (!isMendedByWaiting(error)) throw error
        say(reasonOf(error))
        tell()
      }
      await sleep(againMs, undefined, { signal })
    }
  } finally {
    clearInterval(telling)
  }
}

/** In the words of the driver; of several addresses that were tried in vain, it has a code alone. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(said instanceof Error)) return String(said)
  if (said.message !== '') return said.message
  return 'code' in said ? String(said.code) : said.name
}

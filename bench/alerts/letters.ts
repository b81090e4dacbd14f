import { fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import nodemailer from 'nodemailer'
import { newAlertSchema } from '../../src/protocol/alerts.ts'
import { openSqliteAccounts } from '../../src/server/engines/sqlite/sqlite-accounts.ts'
import { SqliteAlerts } from '../../src/server/engines/sqlite/sqlite-alerts.ts'
import { startMailServer } from '../../test/support/mail-server.ts'
import { news, pause, percentile, sumOf } from '../live/processes.ts'
import { prepareFolder, startServe } from '../live/serve.ts'
import { captionRow } from '../captions.ts'
import type { SpeakersNews } from './speakers.ts'

/**
 * From air to the mail server: channels that feed `ccr serve` over HTTP, a person for each who waits for its beacon beside
 * all that others wait for, and a real SMTP server that looks when a letter has come whole. Air is the end of the caption's
 * last row, when its line is written. The floor is nodemailer alone, which sends as many letters to the same server at the
 * moment at which each is said.
 */

export interface Letters {
  readonly letters: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly floorP50Ms: number
  readonly floorP99Ms: number
}

export interface LettersOptions {
  readonly channels: number
  readonly seconds: number
  /** Of others, which tell nothing by letter. */
  readonly queries: readonly string[]
}

const longestMs = 60_000
const beaconMs = 8000
/** Nobody has got a letter before, and the first makes a destination of their address. */
const warmMs = 15_000
const address = (n: number): string => `reader${n}@captions.example`

export async function measureLetters(options: LettersOptions): Promise<Letters> {
  const { channels, seconds } = options
  const latencies = new Array<number>(longestMs).fill(0)
  const counted = { beacons: 0, fromMs: Infinity }
  await using mail = await startMailServer({
    // What is measured is the way, not the cipher.
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      let raw = ''
      stream.setEncoding('latin1').on('data', (text: string) => (raw += text))
      stream.on('end', () => {
        const nowMs = Date.now()
        // Each in both parts of the letter; of one that holds two, both count.
        const said = raw.replaceAll('=\r\n', '').matchAll(/AT(\d{13})/g)
        for (const saidMs of new Set([...said].map(([, at]) => Number(at)))) {
          const ms = Math.min(longestMs - 1, Math.max(0, nowMs - saidMs))
          if (saidMs >= counted.fromMs) latencies[ms] = (latencies[ms] ?? 0) + 1
          counted.beacons++
        }
        done(null)
      })
    },
  })
  const { folder, token } = await prepareFolder(
    Array.from({ length: channels }, (_, n) => `channel-${n}`),
  )
  try {
    await makeAlerts(folder, options)
    await runServe(folder, token, mail.url, options, counted)
    const own = latencies.slice()
    latencies.fill(0)
    counted.fromMs = 0
    await sendBare(mail.url, channels, seconds)
    return {
      letters: sumOf(own),
      ...{ p50Ms: percentile(own, 0.5), p99Ms: percentile(own, 0.99) },
      ...{ floorP50Ms: percentile(latencies, 0.5), floorP99Ms: percentile(latencies, 0.99) },
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** As their owners would have made them, before the server was started. */
async function makeAlerts(dataDir: string, { channels, queries }: LettersOptions): Promise<void> {
  await using accounts = openSqliteAccounts(dataDir)
  const quiet = (): void => undefined
  const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  await using store = new SqliteAlerts({ dataDir, logger })
  const each = Math.floor(queries.length / channels)
  for (let n = 0; n < channels; n++) {
    const user = await accounts.createUser({
      ...{ email: address(n), name: null, role: 'viewer', channels: [] },
    })
    if (typeof user === 'string') throw new Error(user)
    const wishes = [
      newAlertSchema.parse({ query: `beacon${n}`, foldRepeats: false }),
      ...queries
        .slice(n * each, (n + 1) * each)
        .map((query) => newAlertSchema.parse({ query, rate: { kind: 'never' } })),
    ]
    const add = wishes.map((wish) =>
      store.add(user.id, { ...wish, name: wish.query }, wishes.length, Date.now()),
    )
    await Promise.all(add)
  }
}

async function runServe(
  folder: string,
  token: string,
  smtp: string,
  { channels, seconds }: LettersOptions,
  counted: { readonly beacons: number; fromMs: number },
): Promise<void> {
  const env = { CCR_SMTP_URL: smtp, CCR_MAIL_FROM: 'ccr@captions.example' }
  await using server = await startServe(folder, env)
  const speakers = fork(new URL('speakers.ts', import.meta.url), [
    ...[server.url, token, String(channels)],
  ])
  try {
    await news<SpeakersNews, 'ready'>(speakers, 'ready')
    await pause(warmMs)
    counted.fromMs = Date.now()
    await pause(seconds * 1000)
    speakers.send('stop')
    const { beacons } = await news<SpeakersNews, 'report'>(speakers, 'report')
    for (let waited = 0; counted.beacons < beacons && waited < longestMs; waited += 100)
      await pause(100)
    if (counted.beacons !== beacons)
      throw new Error(`${beacons} beacons were said, and ${counted.beacons} came by letter`)
  } finally {
    speakers.kill()
  }
}

/** Nothing but the letters, each at the moment at which it is said. */
async function sendBare(url: string, channels: number, seconds: number): Promise<void> {
  const transport = nodemailer.createTransport({ url, pool: true, maxConnections: 16 })
  const under: Promise<unknown>[] = []
  const count = Math.floor((channels * seconds * 1000) / beaconMs)
  for (let n = 0; n < count; n++) {
    const text = `${captionRow(n % channels, n)} BEACON${n} AT${Date.now()}`
    const letter = { from: 'ccr@captions.example', to: address(n % channels), subject: text, text }
    under.push(transport.sendMail(letter))
    await pause(beaconMs / channels)
  }
  await Promise.all(under)
  transport.close()
}

import { get } from 'node:http'
import {
  formatStatusAddress,
  parseStatusAddress,
  type StatusAddress,
} from '../client/status/address.ts'
import { statusSchema, type Status } from '../client/status/facts.ts'
import { formatStatusLine } from '../client/status/screen.ts'
import { messageOf } from '../protocol/message-of.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'

/** Of hundreds of channels. */
const mostBytes = 4 * 1024 * 1024
const patienceMs = 5000
/** Where lines go that are not cut. */
const wide = 1000

export interface StatusFlags {
  readonly status?: string
  readonly json?: boolean
}

/** Prints how the channels of a running `ccr send` are, as its terminal shows them. */
export async function runStatus(given: string | undefined, flags: StatusFlags): Promise<void> {
  const text = given ?? flags.status
  if (text === undefined)
    throw usageError(
      'expected where ccr send tells its status, as it was told with --status: ccr status 8081',
    )
  const address = parseStatusAddress(text)
  if (address === undefined)
    throw usageError(`expected a port, HOST:PORT or a path, and got ${text.slice(0, 100)}`)
  const status = await ask(address)
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify(status)}\n`)
    return
  }
  const { stdout } = process
  const width = stdout.isTTY && stdout.columns > 0 ? stdout.columns : wide
  for (const channel of status.channels)
    stdout.write(`${formatStatusLine(channel, width).trimEnd()}\n`)
  for (const problem of status.config?.problems ?? []) stdout.write(`${problem}\n`)
}

async function ask(address: StatusAddress): Promise<Status> {
  const at = formatStatusAddress(address)
  const to = 'path' in address ? { socketPath: address.path } : address
  const body = await new Promise<string>((resolve, reject) => {
    const request = get(
      { ...to, path: '/status.json', agent: false, timeout: patienceMs },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (piece: string) => {
          text += piece
          if (text.length > mostBytes) request.destroy(new Error('too much came'))
        })
        answer.once('end', () => resolve(text))
        answer.once('error', reject)
      },
    )
    request.once('timeout', () => request.destroy(new Error('it does not answer in time')))
    request.once('error', reject)
  }).catch((error: unknown) => {
    throw new ExitError(
      exitCodes.failed,
      `no ccr send tells its status at ${at}: ${reasonOf(error)}`,
      {
        cause: error,
      },
    )
  })
  const parsed = statusSchema.safeParse(parseJson(body))
  if (!parsed.success)
    throw new ExitError(exitCodes.failed, `what answers at ${at} is not the status of ccr send`)
  return parsed.data
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Told like any other answer that is no status.
    return undefined
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ECONNREFUSED') return 'nothing listens there; is it started with --status?'
  if (code === 'ENOENT') return 'there is no such socket; is it started with --status?'
  if (code === 'EACCES') return 'this user may not read it'
  return messageOf(error)
}

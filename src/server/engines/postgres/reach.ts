import { Socket } from 'node:net'
import pg from 'pg'

const answerMs = 5000

/** Resolves when PostgreSQL answers at a URL; rejects with what its driver says, and at once when `signal` aborts. */
export async function reachPostgres(url: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: url,
    application_name: 'ccr',
    connectionTimeoutMillis: answerMs,
    query_timeout: answerMs,
    stream: () => socket,
  })
  // A connection that ends between two steps: the next one says so.
  client.on('error', () => undefined)
  const stop = (): void => void socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await client.connect()
    await client.query('SELECT 1')
    await client.end()
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
}

/** Where a URL leads, without what is secret in it. */
export function addressOf(url: string): string {
  const { host, port } = new pg.Client({ connectionString: url })
  return `${host}:${port}`
}

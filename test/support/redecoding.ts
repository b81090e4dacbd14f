import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { eventsOf, feedEvents, withFaults } from './old-decoder.ts'
import { addChannel, run, startServer, until } from './processes.ts'
import { fetchCues } from './recording.ts'

/** `ccr redecode` on the archive of a decoder that made faults. */

export const events = eventsOf('harbour-news.ts')

export interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

export async function redecode(
  data: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  await using command = run(['redecode', '--data', data, '--channel', 'news', ...args], env)
  const code = await command.ended
  return { code, stdout: command.stdout(), stderr: command.stderr() }
}

export function inboxOf(data: string): string[] {
  const folder = path.join(data, 'inbox')
  return existsSync(folder) ? readdirSync(folder) : []
}

export async function faultyArchive(data: string): Promise<void> {
  const token = await addChannel(data, 'news')
  await using server = await startServer(data)
  await feedEvents(server.url, token, withFaults(events))
  server.child.kill('SIGTERM')
  await server.ended
}

/** The text of the present decoder is there, once, and whole. */
export async function assertRight(data: string): Promise<void> {
  await using server = await startServer(data)
  await until('the inbox is empty', () => inboxOf(data).length === 0)
  const found = (await fetchCues(server.url, 'news')).map(({ track, start, end, text }) => ({
    ...{ track, start, end, text },
  }))
  const expected = events
    .flatMap((event) => (event.type === 'cue' ? event : []))
    .map(({ track, start, end, text }) => ({ track, start, end, text }))
    .sort((a, b) =>
      a.start !== b.start ? (a.start < b.start ? -1 : 1) : a.track < b.track ? -1 : 1,
    )
  assert.deepEqual(found, expected)
}

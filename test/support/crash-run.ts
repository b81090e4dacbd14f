import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Running,
  type Server,
} from './processes.ts'
import type { Random } from './random.ts'
import { decodeRecording, fetchCues, plain, sortCues, type PlainCue } from './recording.ts'

export interface CrashRun {
  readonly file: string
  /** `kill -9` a side. */
  readonly kills: number
  readonly random: Random
  readonly note: (text: string) => void
}

/**
 * Sends a recording in real time while the server and the sender are killed at random moments between
 * the first and the last acknowledgement, then holds the archive against the recording itself. Returns the number of its cues.
 */
export async function crashRun({ file, kills, random, note }: CrashRun): Promise<number> {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const spool = path.join(folder.path, 'spool')
  const bytes = readFileSync(file)
  const recording = decodeRecording(bytes)
  const token = await addChannel(data, 'crash')
  let server = await startServer(data)
  const port = Number(new URL(server.url).port)
  const send = (): Running =>
    run(
      [
        'send',
        '--server',
        `http://127.0.0.1:${port}`,
        '--channel',
        'crash',
        '--input',
        file,
        '--spool',
        spool,
      ],
      { CCR_TOKEN: token, CCR_PACE: 'realtime' },
    )
  let sender = send()
  const killed = { server: 0, sender: 0 }
  try {
    await until('the first cue', async () => (await countStored(server)) > 0)
    while (killed.server < kills || killed.sender < kills) {
      await new Promise((resolve) => setTimeout(resolve, 30 + random.below(250)))
      if (sender.child.exitCode !== null)
        throw new Error(
          `the sender ended by itself after ${JSON.stringify(killed)}: ${sender.stderr()}`,
        )
      const isServer = killed.sender >= kills || (killed.server < kills && random.next() < 0.5)
      if (isServer) {
        killed.server += await kill(server)
        server = await startServer(data, { port })
      } else {
        killed.sender += await kill(sender)
        sender = send()
      }
    }
    const before = await countStored(server)
    assert.ok(before < recording.length, 'every kill fell before the last acknowledgement')
    assert.equal(await sender.ended, 0, sender.stderr())
    const cues = await fetchCues(server.url, 'crash')
    assert.deepEqual(
      sortCues(cues).map(plain),
      recording,
      'the archive is the recording, by identity and text',
    )
    assert.equal(new Set(cues.map((cue) => cue.run)).size, 1, 'it is one run')
    assert.equal(
      new Set(cues.map((cue) => cue.position.seq)).size,
      cues.length,
      'positions are unique',
    )
    assert.deepEqual(
      await decodeBin(server),
      recording,
      'its BIN, decoded again, gives the same cues',
    )
    note(
      `${killed.server} kills of the server, ${killed.sender} of the sender, ${before} of ${recording.length} cues stored at the last one`,
    )
    return cues.length
  } finally {
    await sender[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  }
}

/** 1 when it was alive until now. */
async function kill(running: Running): Promise<number> {
  const wasAlive = running.child.exitCode === null && running.child.kill('SIGKILL')
  const end = await running.ended
  return wasAlive && end === 'SIGKILL' ? 1 : 0
}

async function countStored(server: Server): Promise<number> {
  return (await fetchCues(server.url, 'crash')).length
}

async function decodeBin(server: Server): Promise<PlainCue[]> {
  const answer = await fetch(`${server.url}/api/v1/channels/crash/download?format=bin`)
  return decodeRecording(Buffer.from(await answer.arrayBuffer()))
}

/** Where to put a recording made for a test; removed with the process. */
export function temporaryFile(name: string, content: Uint8Array): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ccr-recording-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, name)
  writeFileSync(file, content)
  return file
}

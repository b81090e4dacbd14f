import assert from 'node:assert/strict'
import path from 'node:path'
import { FaultProxy, type Fault } from './fault-proxy.ts'
import { addChannel, run, startServer, temporaryFolder } from './processes.ts'
import type { Random } from './random.ts'
import { fetchCues, plain, readRecording, sortCues } from './recording.ts'

export interface FaultRun {
  readonly file: string
  readonly pace: 'realtime' | 'fast'
  /** Each happens once, in this order; the connections after them are left alone. */
  readonly faults: readonly Fault[]
  readonly note: (text: string) => void
}

/**
 * Sends a recording through faults; in the end the archive must be the recording. Returns what fired:
 * when the upload is over before its turn comes, a fault does not.
 */
export async function faultRun({
  file,
  pace,
  faults,
  note,
}: FaultRun): Promise<ReadonlyMap<string, number>> {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const token = await addChannel(data, 'faulty')
  await using server = await startServer(data)
  const planned = [...faults]
  await using proxy = await FaultProxy.start(
    () => new URL(server.url),
    () => planned.shift() ?? { kind: 'none' },
  )
  await using sender = run(
    [
      'send',
      '--server',
      proxy.url,
      '--channel',
      'faulty',
      '--input',
      file,
      '--pace',
      pace,
      '--spool',
      path.join(folder.path, 'spool'),
    ],
    { CCR_TOKEN: token },
  )
  assert.equal(await sender.ended, 0, sender.stderr())
  const cues = await fetchCues(server.url, 'faulty')
  assert.deepEqual(sortCues(cues).map(plain), readRecording(file))
  assert.ok(faults.length === 0 || proxy.fired.size > 0, 'a fault has fired')
  note(`${path.basename(file)}: ${[...proxy.fired.keys()].join(', ')}`)
  return proxy.fired
}

/** Faults that fire before the upload of a small recording is over. */
export function randomFault(random: Random): Fault {
  // Little enough for an upload that has only a few events left, too.
  const afterBytes = 500 + random.below(random.pick([300, 2500]))
  switch (random.below(6)) {
    case 0:
      return { kind: 'cut', afterBytes }
    case 1:
      return { kind: 'truncate', afterBytes }
    case 2:
      return { kind: 'delay', ms: random.below(300) }
    case 3:
      return { kind: 'unavailable', retryAfterSeconds: 1 }
    case 4:
      return { kind: 'lost-acks', afterBytes, ms: 200 + random.below(1500) }
    default:
      return { kind: 'cut', afterBytes: 400 }
  }
}

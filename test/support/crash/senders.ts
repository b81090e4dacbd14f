import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { ccr, run, start, type Running } from '../processes.ts'
import type { Recording } from './recordings.ts'

export interface SenderOptions {
  readonly folder: string
  readonly port: number
  readonly token: string
  readonly env: Readonly<Record<string, string>>
}

export interface RecordedInput {
  readonly channel: string
  readonly recording: Recording
  readonly startAtMs: number
}

/** `ccr send --config` of recordings, as fast as they can be read. */
export function sendRecordings(
  { folder, port, token, env }: SenderOptions,
  inputs: readonly RecordedInput[],
): Running {
  const channels = inputs.map(({ channel, recording, startAtMs }) => {
    const input = path.join(folder, `${channel}.bin`)
    writeFileSync(input, recording.bytes)
    return { channel, input, startAt: new Date(startAtMs).toISOString() }
  })
  const config = path.join(folder, 'send.yaml')
  const common = { server: `http://127.0.0.1:${port}`, token, pace: 'fast' }
  const spool = path.join(folder, 'spool')
  // YAML reads JSON.
  writeFileSync(config, JSON.stringify({ ...common, spool, channels }))
  return run(['send', '--config', config], env)
}

/** `ccr send --input -`: a live source, written in pieces over about `overMs`. */
export function sendLive(
  { folder, port, token, env }: SenderOptions,
  channel: string,
  { bytes }: Recording,
  overMs: number,
): Running {
  const server = ['--server', `http://127.0.0.1:${port}`, '--channel', channel]
  const spool = path.join(folder, 'spool', channel)
  const input = ['--input', '-', '--format', 'rcwt', '--spool', spool]
  const sender = start(ccr, ['send', ...server, ...input], { CCR_TOKEN: token, ...env }, 'pipe')
  const { stdin } = sender.child
  if (stdin === null) throw new Error('no stdin')
  // A sender that was killed reads no more.
  stdin.on('error', () => undefined)
  const pieces = 12
  const size = Math.ceil(bytes.length / pieces)
  let at = 0
  const timer = setInterval(() => {
    stdin.write(bytes.subarray(at, at + size))
    at += size
    if (at < bytes.length) return
    clearInterval(timer)
    stdin.end()
  }, overMs / pieces)
  void sender.ended.then(() => clearInterval(timer))
  return sender
}

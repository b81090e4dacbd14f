import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { formatRcwtGroup, formatRcwtHeader } from '../../../src/captions/rcwt.ts'
import { createCaptionReader } from '../../../src/captions/create-reader.ts'
import type { Behaviour } from './stand-in.ts'

/**
 * Stands in for ccextractor where there is none: the same options, checked as strictly, the same output and ends.
 * Its BIN is that of our own reader; its transcript is a row for every 20 kB of what comes in.
 */

const behaviour = JSON.parse(process.env['STAND_IN'] ?? '{}') as Behaviour
const bytesARow = 20_000

/** Options of each spelling; `=` takes its value behind it, a space as the next argument. */
const known: Readonly<Record<Behaviour['dialect'], readonly string[]>> = {
  old: [
    ...['-stdin', '-stdout', '-quiet', '-in=ts', '-out=bin', '-out=ttxt'],
    ...['-codec teletext', '-codec dvbsub', '-tpage N', '-dvblang L', '-pn N'],
  ],
  new: [
    ...['--stdin', '--stdout', '--quiet', '--in=ts', '--out=bin', '--out=ttxt'],
    ...['--codec teletext', '--codec dvbsub', '--tpage N', '--dvblang L', '--program-number N'],
  ],
}

function parse(args: readonly string[]): Set<string> {
  const given = new Set<string>()
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    const found = known[behaviour.dialect].find((one) => one.split(' ')[0] === arg)
    const value = found?.includes(' ') === true ? args[++at] : undefined
    const isRight =
      found !== undefined &&
      known[behaviour.dialect].some((one) => {
        const [name, wish] = one.split(' ')
        if (name !== arg) return false
        if (wish === 'N') return /^\d+$/.test(value ?? '')
        return wish === 'L' ? /^[a-z]{3}$/.test(value ?? '') : wish === value
      })
    if (!isRight) {
      process.stderr.write(`Error: Parameter ${arg} not understood.\n`)
      process.exit(7)
    }
    given.add(arg)
  }
  return given
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23).replace('.', ',')
}

async function misbehave(bytes: number): Promise<void> {
  const { trouble, afterBytes = 0, marker } = behaviour
  if (trouble === undefined || bytes < afterBytes || (marker !== undefined && existsSync(marker)))
    return
  if (marker !== undefined) writeFileSync(marker, '')
  if (trouble === 'crash') {
    process.stderr.write('a pointer was wrong\n')
    process.kill(process.pid, 'SIGSEGV')
    await pause(10_000)
  }
  if (trouble === 'memory') {
    const taken: Buffer[] = []
    for (;;) {
      taken.push(Buffer.alloc(20 * 1024 ** 2, 1))
      await pause(30)
    }
  }
  if (typeof trouble === 'number') process.exit(trouble)
}

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args[0] === '--version') {
    process.stdout.write(
      `CCExtractor detailed version info\n\tVersion: ${behaviour.version}\n\tGit commit: 0\n`,
    )
    return
  }
  const given = parse(args)
  if (behaviour.pids !== undefined) appendFileSync(behaviour.pids, `${process.pid}\n`)
  process.on('SIGTERM', () => {
    process.stdout.write('Received SIGTERM, terminating as soon as possible.\n')
    process.exit(0)
  })
  const isBin = [...given].some((one) => one.endsWith('out=bin'))
  const reader = createCaptionReader('ts')
  let bytes = 0
  let rows = 0
  if (isBin) process.stdout.write(formatRcwtHeader())
  for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    const groups = reader.push(chunk)
    if (
      (reader.programmes?.() ?? []).length > 1 &&
      !given.has('--program-number') &&
      !given.has('-pn')
    ) {
      process.stderr.write('This TS file has more than one program.\n')
      process.exit(4)
    }
    if (isBin)
      for (const group of groups) {
        process.stdout.write(formatRcwtGroup(group))
        rows++
      }
    else
      for (; (rows + 1) * bytesARow <= bytes; rows++)
        process.stdout.write(
          `${clock(rows * 1000)}|${clock(rows * 1000 + 900)}|TLT|ROW ${rows}\r\n`,
        )
    await misbehave(bytes)
  }
  if (isBin) for (const group of reader.end()) process.stdout.write(formatRcwtGroup(group))
  process.exitCode = rows > 0 ? 0 : 10
}

await main()

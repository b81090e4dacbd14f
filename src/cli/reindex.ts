import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteStorage } from '../server/engines/sqlite/sqlite-storage.ts'
import {
  indexDir,
  logFile,
  rebuildMark,
  volumeMonths,
} from '../server/engines/sqlite/data-folder.ts'
import { isServed } from '../server/engines/sqlite/served.ts'
import { formatMonth, parseMonth } from '../server/engines/sqlite/volumes/months.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { createProgress } from './shared/progress.ts'

export interface IndexFlags {
  readonly data: string
  readonly month?: string
}

const lookEveryMs = 300

/** Marks the months and waits until whoever writes to the folder has made their indexes. */
export async function runIndex({ data, month }: IndexFlags): Promise<void> {
  if (!existsSync(logFile(data)) || !existsSync(indexDir(data)))
    throw new ExitError(
      exitCodes.failed,
      `${data} is no data folder that a server has filed in; --data names the one of ccr serve`,
    )
  const stored = volumeMonths(data).sort((a, b) => a - b)
  const months = month === undefined ? stored : parseMonths(month, stored)
  for (const one of months) writeFileSync(rebuildMark(data, one), '')
  const left = (): number[] => months.filter((one) => existsSync(rebuildMark(data, one)))
  const progress = createProgress()
  try {
    while (left().length > 0) {
      progress.show(`${months.length - left().length} of ${months.length} months are done`)
      if (isServed(data)) await sleep(lookEveryMs)
      else {
        await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
        await storage.settle()
        const [problem] = storage.health().problems
        if (problem !== undefined) throw new ExitError(exitCodes.failed, problem)
      }
    }
  } finally {
    progress.clear()
  }
  const names = months.map(formatMonth)
  process.stdout.write(
    names.length === 0
      ? 'nothing is stored yet\n'
      : `the index was made again: ${names.join(', ')}\n`,
  )
}

function parseMonths(text: string, stored: readonly number[]): number[] {
  return text.split(',').map((name) => {
    const month = parseMonth(name)
    if (month === undefined) throw usageError(`--month: expected months like 2026-11, got ${name}`)
    if (!stored.includes(month))
      throw usageError(
        `--month: nothing is stored of ${name}; there is ${stored.map(formatMonth).join(', ')}`,
      )
    return month
  })
}

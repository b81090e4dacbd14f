import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Behaviour {
  readonly version: string
  readonly dialect: 'old' | 'new'
  /** What goes wrong after so many bytes of input: a crash, memory that grows, or an exit code. */
  readonly trouble?: 'crash' | 'memory' | number
  readonly afterBytes?: number
  /** Goes wrong only while this file is not there, and makes it. */
  readonly marker?: string
  /** Where its process numbers are noted, one a line. */
  readonly pids?: string
}

const main = fileURLToPath(new URL('main.ts', import.meta.url))

/** A program in `folder` that behaves so. */
export function makeStandIn(
  folder: string,
  behaviour: Partial<Behaviour> = {},
  name = 'ccextractor',
): string {
  const whole = { version: '0.96.6', dialect: 'new', ...behaviour }
  const file = path.join(folder, name)
  const script = `#!/bin/sh\nSTAND_IN='${JSON.stringify(whole)}' exec '${process.execPath}' '${main}' "$@"\n`
  writeFileSync(file, script)
  chmodSync(file, 0o755)
  return file
}

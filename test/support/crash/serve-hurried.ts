import { once } from 'node:events'
import { flushCompileCache } from 'node:module'
import { createApp } from '../../../src/server/app.ts'
import { parseConfig } from '../../../src/server/config.ts'

/**
 * `ccr serve` with a filer that files everything many times a second, so that volumes and BIN files are
 * where the kills fall. `serve-hurried.ts KEEP_MS`: how long the log keeps what is filed.
 */
const [keepMs = ''] = process.argv.slice(2)
const settings = Object.entries(process.env).filter(([name]) => name.startsWith('CCR_'))
const parsed = parseConfig(Object.fromEntries(settings))
if (!parsed.ok) throw new Error(parsed.problems.join('; '))
await using app = await createApp(parsed.config, {
  storage: { fileEveryMs: 40, hurry: { keepMs: Number(keepMs) } },
})
process.stdout.write(`listening on ${app.url}\n`)
// Killed, it would never say what it has compiled, and each start would take twice as long.
flushCompileCache()
await once(process, 'SIGTERM')

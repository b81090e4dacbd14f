import { statfs } from 'node:fs/promises'
import type { System } from './http/admin/system-facts.ts'
import type { Health } from './ports/health.ts'
import type { Mailer } from './ports/mail.ts'

export interface SystemFactsOptions {
  readonly version: string
  readonly startedMs: number
  readonly dataDir: string
  readonly publicUrl: string | null
  readonly mailer: Mailer
  readonly health: () => Health
  readonly gauges: Readonly<Record<string, { help: string; read: () => number }>>
}

/** How this process is, for the administrator's page. */
export function createSystemFacts(options: SystemFactsOptions): () => Promise<System> {
  const { version, startedMs, dataDir, publicUrl, mailer, health } = options
  return async () => {
    const { ok, problems } = health()
    const gauges = Object.entries(options.gauges).map(
      ([name, { help, read }]) => [name, { value: read(), help }] as const,
    )
    return {
      ...{ version, publicUrl, startedAt: new Date(startedMs).toISOString() },
      ...{ isReady: ok, problems: [...problems], mail: mailer.kind },
      ...{ memoryBytes: process.memoryUsage.rss(), disk: await diskOf(dataDir) },
      gauges: Object.fromEntries(gauges),
    }
  }
}

async function diskOf(folder: string): Promise<System['disk']> {
  try {
    const { bsize, bavail, blocks } = await statfs(folder)
    return { freeBytes: bsize * bavail, totalBytes: bsize * blocks }
  } catch {
    // A file system that does not tell; what is full is told by `problems`.
    return null
  }
}

import { fileURLToPath } from 'node:url'
import { listening, start, type Server } from '../processes.ts'

const program = fileURLToPath(new URL('./serve-hurried.ts', import.meta.url))
const compileCache = fileURLToPath(
  new URL('../../../node_modules/.cache/serve-hurried', import.meta.url),
)
const longMs = 3_600_000

export interface Hurried {
  readonly data: string
  readonly port: number
  /** The log keeps nothing that is filed, so that all is read from volumes. */
  readonly doesForget: boolean
  readonly env: Readonly<Record<string, string>>
}

/** A server whose filer files everything many times a second. */
export function serveHurried({ data, port, doesForget, env }: Hurried): Promise<Server> {
  return listening(
    start(process.execPath, [program, String(doesForget ? 0 : longMs)], {
      ...{ CCR_DATA: data, CCR_PORT: String(port), CCR_LOG_LEVEL: 'warn', CCR_RATE_LIMIT: 'off' },
      ...{ NODE_COMPILE_CACHE: compileCache, ...env },
    }),
  )
}

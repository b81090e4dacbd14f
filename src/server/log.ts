import { pino } from 'pino'
import type { Logger } from './ports/telemetry.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** JSON lines on stderr, so that stdout stays for what people and scripts wait for. */
export function createLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['token', 'authorization', 'req.headers.authorization'],
    },
    pino.destination({ fd: 2, sync: true }),
  )
}

import { Load, type LoadReport, type Update } from './load.ts'

/** What the bench says to an engine's process, and hears from it. */
export type EngineCommand =
  { readonly type: 'play' } | { readonly type: 'count' } | { readonly type: 'stop' }
export type EngineNews =
  | { readonly type: 'listening'; readonly port: number; readonly pids: readonly number[] }
  | { readonly type: 'playing'; readonly beganMs: number }
  | { readonly type: 'counted'; readonly report: LoadReport; readonly tickMs: number }

export interface Engine {
  readonly port: number
  /** Processes whose time is counted; the engine's own by default. */
  readonly pids?: readonly number[]
  readonly tickMs?: () => number
  publish(channel: number, update: Update): void
}

/** Runs an engine under the bench's commands. */
export function runEngine(engine: Engine): void {
  const load = new Load((channel, update) => engine.publish(channel, update))
  const send = (news: EngineNews): void => void process.send?.(news)
  process.on('message', ({ type }: EngineCommand) => {
    if (type === 'play') {
      load.start()
      send({ type: 'playing', beganMs: load.beganMs })
    } else if (type === 'count') load.resetCounts()
    else {
      load.stop()
      send({ type: 'counted', report: load.report(), tickMs: engine.tickMs?.() ?? 0 })
    }
  })
  process.once('disconnect', () => process.exit())
  send({ type: 'listening', port: engine.port, pids: engine.pids ?? [process.pid] })
}

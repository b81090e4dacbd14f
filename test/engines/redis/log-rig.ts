import { setTimeout as sleep } from 'node:timers/promises'
import { RedisLog, type RedisLogOptions } from '../../../src/server/engines/redis/redis-log.ts'
import { drain, MemoryKeeper } from './memory-keeper.ts'
import { openNode, type Node } from './nodes.ts'

export interface LogNode extends Node {
  readonly log: RedisLog
  readonly keeper: MemoryKeeper
}

/** A node with a log, and an archiver when it is told how often; nodes of one archive are given the same keeper. */
export function openLogNode(
  where: string | Node,
  {
    keeper = new MemoryKeeper(),
    archiveEveryMs = null,
    ...options
  }: Partial<Omit<RedisLogOptions, 'keeper'>> & {
    readonly keeper?: MemoryKeeper
    readonly archiveEveryMs?: number | null
  } = {},
): LogNode {
  const node = typeof where === 'string' ? openNode(where) : where
  const log = new RedisLog({ ...node, keeper, ...options })
  const end = log[Symbol.asyncDispose].bind(log)
  const stop = new AbortController()
  const archive = async (): Promise<void> => {
    while (archiveEveryMs !== null && !stop.signal.aborted) {
      // What fails is tried again.
      await drain(log, keeper).catch(() => undefined)
      await sleep(archiveEveryMs, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  }
  const archiving = archive()
  return {
    ...node,
    log,
    keeper,
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await archiving
      await end()
      await node[Symbol.asyncDispose]()
    },
  }
}

import { RedisBus } from '../../../src/server/engines/redis/bus.ts'
import { RedisConnection } from '../../../src/server/engines/redis/connection.ts'

/** What one node holds of a Redis that others share. */
export interface Node extends AsyncDisposable {
  readonly redis: RedisConnection
  readonly bus: RedisBus
}

export function openNode(url: string, commandMs?: number): Node {
  const redis = new RedisConnection({ url, commandMs })
  return {
    redis,
    bus: new RedisBus(redis),
    [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose](),
  }
}

/** An engine of a node, which ends with it. */
export function withNode<T extends AsyncDisposable>(node: Node, engine: T): T {
  const end = engine[Symbol.asyncDispose].bind(engine)
  return Object.assign(engine, {
    [Symbol.asyncDispose]: async () => {
      await end()
      await node[Symbol.asyncDispose]()
    },
  })
}

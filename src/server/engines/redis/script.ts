import { createHash } from 'node:crypto'
import { ErrorReply } from '@redis/client'
import type { RedisConnection } from './connection.ts'
import type { Reply } from './link.ts'

/** A Lua script, which Redis runs as one step; sent once to each server and then named by its hash. */
export class Script {
  readonly #source: string
  readonly #sha: string

  constructor(source: string) {
    this.#source = source
    this.#sha = createHash('sha1').update(source).digest('hex')
  }

  /** All keys must have the same tag. */
  async run(
    redis: Pick<RedisConnection, 'call'>,
    keys: readonly [string, ...string[]],
    args: readonly (string | number)[] = [],
  ): Promise<Reply> {
    const rest = [String(keys.length), ...keys, ...args.map(String)]
    try {
      return await redis.call(keys[0], ['EVALSHA', this.#sha, ...rest])
    } catch (error) {
      if (!(error instanceof ErrorReply) || !error.message.startsWith('NOSCRIPT')) throw error
      return await redis.call(keys[0], ['EVAL', this.#source, ...rest])
    }
  }
}

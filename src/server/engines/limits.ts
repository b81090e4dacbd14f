import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible'
import type { Limit, LimitWish } from '../ports/limit.ts'
import type { Postgres } from './postgres/database.ts'
import { hashToken } from './token-text.ts'

/** Counted by this node alone. */
export function openMemoryLimit(wish: LimitWish): Limit {
  return limitOf(inMemory(wish))
}

/**
 * Counted by all nodes of a database together; while that is away, by each alone. The table is that of accounts
 * (account-tables.ts), and holds no key: they are addresses of people.
 */
export function openPostgresLimit(database: Postgres, wish: LimitWish): Limit {
  const client = {
    query: ({ text, values }: { readonly text: string; readonly values: readonly unknown[] }) =>
      database.query(text, values),
  }
  const { name, most, inSeconds } = wish
  const limiter = new RateLimiterPostgres({
    ...{ storeClient: client, storeType: 'client', tableName: 'use_count', tableCreated: true },
    ...{ keyPrefix: name, points: most, duration: inSeconds, clearExpiredByTimeout: false },
    // Whoever goes on trying costs the database nothing.
    inMemoryBlockOnConsumed: most + 1,
    insuranceLimiter: inMemory(wish),
  })
  return limitOf(limiter, hashToken)
}

function inMemory({ name, most, inSeconds }: LimitWish): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix: name, points: most, duration: inSeconds })
}

function limitOf(limiter: RateLimiterAbstract, keyOf = (key: string): string => key): Limit {
  return {
    take: async (key) => {
      try {
        await limiter.consume(keyOf(key))
        return 0
      } catch (result) {
        if (!(result instanceof RateLimiterRes)) throw result
        return Math.max(1, result.msBeforeNext)
      }
    },
  }
}

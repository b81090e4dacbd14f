import { setTimeout as sleep } from 'node:timers/promises'
import type { InboxTaker } from './core/ingest/inbox-taker.ts'
import { LostNews, type LostNewsOptions } from './core/lost-news.ts'
import type { RetentionKeeper } from './core/retention-keeper.ts'
import type { Broker } from './ports/broker.ts'
import type { Leadership } from './ports/leadership.ts'

/** How often files are looked for in the inbox: what a command leaves there works within a second. */
const inboxEveryMs = 500
/** How often what is past its retention is removed; it is not shown before. */
const keepEveryMs = 3_600_000
/** How long the last line before a silence may be missing at a node that did not hear of it. */
const lookEveryMs = 5000

/** What a server does by itself, now and then, until it is disposed of. */
export function takeInbox(inbox: InboxTaker): AsyncDisposable {
  const ended = new AbortController()
  const taking = setInterval(() => void inbox.take(ended.signal), inboxEveryMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(taking)
      ended.abort()
      await inbox.take(ended.signal)
    },
  }
}

/** One node of all does it. */
export function keepRetention(keeper: RetentionKeeper, leadership: Leadership): AsyncDisposable {
  const ended = new AbortController()
  const keeping = leadership.hold(
    'retention',
    async (signal) => {
      while (!signal.aborted) {
        await keeper.pass()
        await sleep(keepEveryMs, undefined, { signal, ref: false }).catch(() => undefined)
      }
    },
    ended.signal,
  )
  return {
    async [Symbol.asyncDispose]() {
      ended.abort()
      await keeping
    },
  }
}

export function followLostNews(
  options: LostNewsOptions & { readonly broker: Broker },
): AsyncDisposable {
  const ended = new AbortController()
  const news = new LostNews(options)
  options.broker.listen((announcement) => news.take(announcement), ended.signal)
  const looking = setInterval(() => void news.look(), lookEveryMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(looking)
      ended.abort()
      await news.look()
    },
  }
}

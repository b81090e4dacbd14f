import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Leases } from '../../src/server/ports/leases.ts'
import { until } from '../support/processes.ts'
import { conformance, type Skips } from './support.ts'

/** Short, and long for a machine that has much else to do. */
const leaseMs = 2500

/** `open` gets how long a lease must last; each rule has channels of its own. */
export function leasesConformance(
  engine: string,
  open: (leaseMs: number) => Promise<Leases>,
  skip: Skips = {},
): void {
  const nobody = (): void => undefined
  conformance(
    `leases conformance: ${engine}`,
    () => open(leaseMs),
    skip,
    (rule) => {
      rule('give a channel to one producer, and say when another may try', async (leases) => {
        assert.deepEqual(await leases.acquire('one', 'a', nobody), { ok: true })
        const refused = await leases.acquire('one', 'b', nobody)
        assert.ok(!refused.ok && refused.retryAfterMs > 0 && refused.retryAfterMs <= leaseMs)
        assert.deepEqual(await leases.acquire('other', 'b', nobody), { ok: true })
        const holder = leases.holderOf('one')
        assert.ok(holder?.producer === 'a' && holder.isConnected && holder.silentMs < leaseMs)
        assert.ok(leases.isHeld('one') && !leases.isHeld('nobody’s'))
        assert.equal(leases.holderOf('nobody’s'), undefined)
      })

      rule(
        'fence a connection that the same producer takes over, and forget it',
        async (leases) => {
          const fenced: string[] = []
          const first = (): void => void fenced.push('first')
          const second = (): void => void fenced.push('second')
          await leases.acquire('two', 'a', first)
          await leases.acquire('two', 'a', second)
          assert.deepEqual(fenced, ['first'])
          leases.leave('two', first)
          leases.release('two', first)
          assert.equal(leases.holderOf('two')?.isConnected, true)
        },
      )

      rule('keep a channel for its producer that is gone, until it is over', async (leases) => {
        await leases.acquire('three', 'a', nobody)
        leases.leave('three', nobody)
        assert.equal(leases.holderOf('three')?.isConnected, false)
        assert.equal((await leases.acquire('three', 'b', nobody)).ok, false)
        await sleep(leaseMs + 50)
        assert.equal(leases.isHeld('three'), false)
        assert.equal((await leases.acquire('three', 'b', nobody)).ok, true)
      })

      rule('free at once what was released', async (leases) => {
        await leases.acquire('four', 'a', nobody)
        leases.release('four', nobody)
        assert.equal(leases.isHeld('four'), false)
        await until('it is free', async () => (await leases.acquire('four', 'b', nobody)).ok)
      })

      rule('last as long as something is heard, and tell once when they lapse', async (leases) => {
        const stop = new AbortController()
        const lapsed: string[] = []
        const own = ['five', 'released', 'gone']
        const hear = (channel: string): unknown => own.includes(channel) && lapsed.push(channel)
        leases.onLapsed((channel) => void hear(channel), stop.signal)
        await leases.acquire('five', 'a', nobody)
        await leases.acquire('released', 'a', nobody)
        leases.release('released', nobody)
        await leases.acquire('gone', 'a', nobody)
        leases.leave('gone', nobody)
        for (let n = 0; n < 6; n++) {
          leases.renew('five', nobody)
          await sleep(leaseMs / 4)
        }
        assert.equal(leases.isHeld('five'), true)
        assert.equal((await leases.acquire('five', 'b', nobody)).ok, false)
        await until('it lapses', () => lapsed.includes('five'))
        assert.equal(leases.isHeld('five'), false)
        // A silent connection that goes on has the channel again, while nobody else took it.
        leases.renew('five', nobody)
        assert.equal(leases.isHeld('five'), true)
        await until('it lapses again', () => lapsed.length >= 3)
        assert.deepEqual(lapsed, ['gone', 'five', 'five'])
        stop.abort()
      })
    },
  )
}

/** For leases that nodes share: `open` opens another node's each time. */
export function nodesShareLeases(engine: string, open: (leaseMs: number) => Promise<Leases>): void {
  const openTwo = async (): Promise<AsyncDisposable & { one: Leases; two: Leases }> => {
    const one = await open(leaseMs)
    const two = await open(leaseMs)
    const end = async (): Promise<void> => {
      await one[Symbol.asyncDispose]()
      await two[Symbol.asyncDispose]()
    }
    return { one, two, [Symbol.asyncDispose]: end }
  }
  const nobody = (): void => undefined
  conformance(`leases of two nodes: ${engine}`, openTwo, {}, (rule) => {
    rule('are seen by both, and fence what moves from one to the other', async ({ one, two }) => {
      const fenced: string[] = []
      const first = (): void => void fenced.push('first')
      await one.acquire('a', 'p', first)
      await until('the other sees it', () => two.holderOf('a')?.producer === 'p')
      assert.equal((await two.acquire('a', 'q', nobody)).ok, false)
      assert.equal((await two.acquire('a', 'p', nobody)).ok, true)
      await until('the first is fenced', () => fenced.length > 0)
      one.leave('a', first)
      assert.equal(one.holderOf('a')?.isConnected, true)
      two.leave('a', nobody)
      await until('the first sees it leave', () => one.holderOf('a')?.isConnected === false)
      assert.deepEqual(fenced, ['first'])
    })

    rule('are free for both when one releases them', async ({ one, two }) => {
      await one.acquire('b', 'p', nobody)
      await until('the other sees it', () => two.isHeld('b'))
      one.release('b', nobody)
      await until('it is free', () => !two.isHeld('b'))
      await until('and can be had', async () => (await two.acquire('b', 'q', nobody)).ok)
    })

    rule('end by themselves when their node dies, and both are told', async ({ one, two }) => {
      const stop = new AbortController()
      const lapsed: string[] = []
      two.onLapsed((channel) => lapsed.push(channel), stop.signal)
      await one.acquire('c', 'p', nobody)
      await until('the other sees it', () => two.isHeld('c'))
      await until('it is over', () => lapsed.includes('c'))
      assert.equal(two.isHeld('c'), false)
      assert.equal((await two.acquire('c', 'q', nobody)).ok, true)
      stop.abort()
    })
  })
}

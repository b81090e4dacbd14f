import assert from 'node:assert/strict'
import type { OpenLimit } from '../../src/server/ports/limit.ts'
import { conformance, type Skips } from './support.ts'

export function limitConformance(
  engine: string,
  open: () => Promise<AsyncDisposable & { readonly open: OpenLimit }>,
  skip: Skips = {},
): void {
  conformance(`limit conformance: ${engine}`, open, skip, (rule) => {
    rule('lets so many through, each key and each name by itself', async (limits) => {
      const wish = { most: 3, inSeconds: 900 }
      const limit = limits.open({ name: 'try', ...wish })
      for (let n = 0; n < 3; n++) assert.equal(await limit.take('ada'), 0)
      const waitMs = await limit.take('ada')
      assert.ok(waitMs > 890_000 && waitMs <= 900_000, String(waitMs))
      assert.ok((await limit.take('ada')) > 0)
      assert.equal(await limit.take('bob'), 0)
      assert.equal(await limits.open({ name: 'ask', ...wish }).take('ada'), 0)
    })

    rule('begins again when the time is over', async (limits) => {
      const limit = limits.open({ name: 'try', most: 1, inSeconds: 0.05 })
      assert.equal(await limit.take('ada'), 0)
      const waitMs = await limit.take('ada')
      assert.ok(waitMs > 0 && waitMs <= 50)
      await new Promise((resolve) => setTimeout(resolve, waitMs + 5))
      assert.equal(await limit.take('ada'), 0)
    })
  })
}

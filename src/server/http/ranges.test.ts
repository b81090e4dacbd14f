import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { pageByStart } from './ranges.ts'

const page = (found: readonly string[], limit: number): { items: string[]; next: string | null } =>
  pageByStart('/gaps?from=a&to=z&access_token=secret', found, limit, (start) => start)

describe(pageByStart.name, () => {
  it('ends where there is no more', () => {
    assert.deepEqual(page(['c', 'b'], 2), { items: ['c', 'b'], next: null })
  })

  it('goes on before the last one it has, without the token', () => {
    assert.deepEqual(page(['d', 'c', 'b'], 2), { items: ['d', 'c'], next: '/gaps?from=a&to=c' })
  })

  it('leaves to the next page what begins with what is beyond', () => {
    assert.deepEqual(page(['d', 'c', 'b', 'b'], 3), {
      items: ['d', 'c'],
      next: '/gaps?from=a&to=c',
    })
  })
})

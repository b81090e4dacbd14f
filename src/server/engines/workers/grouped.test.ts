import assert from 'node:assert/strict'
import { it } from 'node:test'
import { grouped } from './grouped.ts'

it('writes together what comes while a write is under way, and tells each how its own went', async () => {
  const writes: number[][] = []
  const ends: PromiseWithResolvers<undefined>[] = []
  const write = grouped<number>((all) => {
    writes.push([...all])
    const end = Promise.withResolvers<undefined>()
    ends.push(end)
    return end.promise
  })
  const first = write(1)
  await new Promise(setImmediate)
  const failing = [write(2), write(3)]
  await new Promise(setImmediate)
  assert.deepEqual(writes, [[1]])
  ends[0]?.resolve(undefined)
  await first
  await new Promise(setImmediate)
  const last = write(4)
  ends[1]?.reject(new Error('full'))
  for (const one of failing) await assert.rejects(one, /full/)
  await new Promise(setImmediate)
  ends[2]?.resolve(undefined)
  await last
  assert.deepEqual(writes, [[1], [2, 3], [4]])
})

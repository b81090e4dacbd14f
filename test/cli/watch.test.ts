import assert from 'node:assert/strict'
import { it } from 'node:test'
import { describeGap } from '../../src/cli/watch.ts'
import { gapReasonSchema } from '../../src/protocol/events.ts'

it('ccr watch tells each gap in words: open, ended and withdrawn', () => {
  const from = '2026-01-01T00:00:00.000Z'
  const to = '2026-01-01T00:01:00.000Z'
  const gap = (reason: (typeof gapReasonSchema.options)[number], end: string | null): string =>
    describeGap({
      ...{ channel: 'c', id: 'g', run: null, from, to: end, reason },
      position: { epoch: 'e0000000', seq: 1 },
    })
  const said = gapReasonSchema.options.map((reason) => gap(reason, null))
  assert.equal(new Set(said).size, gapReasonSchema.options.length)
  for (const line of said) assert.match(line, /^nothing since 2026\S+: (the|no) [a-z’ ]+$/)
  assert.equal(gap('server-restart', to), `nothing from ${from} to ${to}: the server was restarted`)
  assert.equal(gap('source-lost', from), `nothing is missing from ${from} on after all`)
})

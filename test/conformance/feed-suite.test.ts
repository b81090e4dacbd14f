import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { feedRules } from './feed/rules.ts'
import { runFeedRules } from './feed/run.ts'
import { WrongServer, type Fault } from './feed/wrong-server.ts'

/** The suite is worth something only if a wrong server fails it. */

/** Rules, by their beginnings, that the small server keeps while nothing is wrong with it. */
const kept = [
  'a number at or below received is passed over in silence, across bodies',
  'a number at or below received is passed over in silence, inside a body',
  'a hole is sequence-gap',
  'events that are reordered between bodies',
  'every producer’s numbers are its own',
  'another producer gets 409',
  'the client sends from R + 1',
  'what is acknowledged as stored is read at once',
  'sending again is always safe',
  'an acknowledgement that never arrives',
]
const rules = feedRules.filter(({ name }) => kept.some((start) => name.startsWith(start)))

async function failuresOf(fault: Fault | null): Promise<string[]> {
  await using server = await WrongServer.start(fault)
  const verdicts = await runFeedRules(server.subject, { way: 'bodies', slow: false, rules })
  assert.equal(verdicts.length, kept.length)
  return verdicts.flatMap(({ rule, failure }) => (failure === null ? [] : [rule]))
}

describe('the conformance suite of the feed', () => {
  it('is passed by a small server that does nothing wrong', async () => {
    assert.deepEqual(await failuresOf(null), [])
  })

  const caught: Readonly<Record<Fault, RegExp>> = {
    'acks before storing': /^what is acknowledged as stored is read at once/m,
    'forgets dedupe': /^a number at or below received is passed over in silence, inside/m,
    'accepts holes': /^a hole is sequence-gap/m,
    'forgets the identity of cues': /^every producer’s numbers are its own/m,
    'lets in two producers': /^another producer gets 409/m,
    'forgets the run on resume': /^the client sends from R \+ 1/m,
  }
  for (const [fault, rule] of Object.entries(caught))
    it(`fails a server that ${fault}`, async () => {
      assert.match((await failuresOf(fault as Fault)).join('\n'), rule)
    })
})

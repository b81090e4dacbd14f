import { describe, it } from 'node:test'
import { cannotCutPower } from '../support/power-cut/power-cut.ts'
import { surviveSenderCuts } from '../support/power-cut/sender-lives.ts'
import { surviveCuts } from '../support/power-cut/server-lives.ts'
import { createRandom } from '../support/random.ts'

/** Where chance would need many cuts to come by: the moments right after something was called safe. */
describe('a power cut', { skip: cannotCutPower() }, () => {
  const random = createRandom(1)

  it('takes nothing of what a server has just called safe', async () => {
    const at = [
      // A worker that speaks before its commit is heard by the thread that acknowledges.
      { point: 'ccr:log.written', nth: 12, lingerMs: 100 },
      { point: 'ccr:log.committed', nth: 12 },
      { point: 'ccr:bin.indexed', nth: 3 },
      { point: 'ccr:filer.told', nth: 3 },
      { point: 'ccr:filer.expired', nth: 3 },
    ]
    await surviveCuts({ random, cuts: at.length, doesSync: true, at })
  })

  it('takes nothing of what a sender has just sent', async () => {
    const at = [{ point: 'ccr:spool.acknowledged', nth: 2 }]
    await surviveSenderCuts({ random, cuts: at.length, doesSync: true, at })
  })
})

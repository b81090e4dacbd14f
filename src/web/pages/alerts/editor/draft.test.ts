import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AlertFields } from '../../../../protocol/alerts.ts'
import { draftOf, fieldsOf, missingIn, newDraft } from './draft.ts'

const account = 'account-1'
const own = { timeZone: 'Europe/Vienna', account }
const plain: AlertFields = {
  ...{ name: 'otters', query: 'otters', channels: [], rate: { kind: 'at-once' }, destinations: [] },
  ...{ quietHours: null, mutedUntil: null, paused: false, foldRepeats: true, volume: null },
}

describe('the draft of an alert', () => {
  it('is saved as it was read, whatever the alert says', () => {
    const alerts: readonly AlertFields[] = [
      plain,
      { ...plain, name: 'Our river', channels: ['news', 'sport'], foldRepeats: false },
      { ...plain, rate: { kind: 'daily', at: '06:30', timeZone: 'UTC' }, destinations: ['a', 'b'] },
      {
        ...plain,
        rate: { kind: 'weekly', day: 'friday', at: '17:00', timeZone: 'Asia/Tokyo' },
        quietHours: { from: '20:00', to: '09:00', timeZone: 'UTC' },
      },
      { ...plain, rate: { kind: 'never' }, volume: { sigma: 2.5, least: 40 } },
    ]
    for (const alert of alerts)
      assert.deepEqual({ ...alert, ...fieldsOf(draftOf(alert, own), account) }, alert)
  })

  it('is called what it waits for until somebody says otherwise', () => {
    const draft = { ...draftOf(plain, own), query: ' herons ' }
    assert.equal(fieldsOf(draft, account).name, 'herons')
    assert.equal(fieldsOf({ ...draft, name: ' River ' }, account).name, 'River')
  })

  it('tells by mail of the account unless told, and says what is still to be chosen', () => {
    const draft = newDraft({ query: 'a', channels: [], ...own })
    assert.deepEqual(fieldsOf(draft, account).destinations, [])
    assert.equal(missingIn(draft), null)
    assert.equal(missingIn({ ...draft, destinations: [] }), 'place')
    assert.equal(missingIn({ ...draft, destinations: [], rate: 'never' }), null)
    const unusual = { ...draft, destinations: [], rate: 'never', isVolume: true } as const
    assert.equal(missingIn(unusual), 'place')
    assert.equal(missingIn({ ...draft, isEverywhere: false }), 'channel')
    const more = { ...draft, destinations: [account, 'hook'] }
    assert.deepEqual(fieldsOf(more, account).destinations, [account, 'hook'])
  })
})

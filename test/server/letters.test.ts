import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { NewDestination } from '../../src/protocol/deliveries.ts'
import { ada, startDelivery } from '../support/delivery.ts'
import { startMailServer, type ReceivedLetter } from '../support/mail-server.ts'
import { mention, notification } from '../support/notification.ts'
import { until } from '../support/processes.ts'

const minute = 60_000

function header({ parsed }: ReceivedLetter, name: string): string {
  const value = parsed.headerLines.find(({ key }) => key === name)?.line ?? ''
  return value.slice(value.indexOf(':') + 1).trim()
}

const stranger: NewDestination = {
  ...{ kind: 'email', name: 'Desk', address: 'desk@paper.example' },
}

describe('a letter about mentions', () => {
  it('quotes what was said, in context, as text, and says when and why', async () => {
    await using mail = await startMailServer()
    await using world = await startDelivery({ smtp: mail.url })
    await world.delivery.queue.enqueue([notification('n1')])
    const letter = await mail.letter(1)
    assert.deepEqual(letter.to, [ada.email])
    const { parsed } = letter
    assert.equal(parsed.subject, 'Storm watch: WXYZ <News> · >> THE STORM IS <b>MOVING</b> & FAST.')
    const text = parsed.text ?? ''
    for (const part of [
      'WXYZ <News> (XYZ) · The "Evening" Hour',
      'Friday, 27 November 2026 at 15:15:03 EST',
      '> GOOD EVENING. <script>alert(1)</script>\n> >> THE *STORM* IS <b>MOVING</b> & FAST.\n> MORE AT TEN.',
      'https://captions.example/c/wxyz/2026-11-27T20:15:03.000Z?q=storm',
      'aired 15:15:05 → received +0.4 s → matched +0.6 s → sent +',
      'You get this because of the alert “Storm watch”: the word storm.',
    ])
      assert.ok(text.includes(part), `${part}\n—\n${text}`)
    const html = String(parsed.html)
    assert.ok(!/<script|<b>/.test(html))
    assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
    assert.match(html, /<mark[^>]*>STORM<\/mark>/)
    assert.match(html, /name="color-scheme" content="light dark"/)
  })

  it('is unsubscribed from by one click, under a name that lists and copies share', async () => {
    await using mail = await startMailServer()
    await using world = await startDelivery({ smtp: mail.url })
    const { queue, destinations } = world.delivery
    await queue.enqueue([notification('n1')])
    const letter = await mail.letter(1)
    assert.equal(header(letter, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click')
    assert.equal(header(letter, 'list-id'), '<storm.alerts.captions.example>')
    assert.equal(header(letter, 'auto-submitted'), 'auto-generated')
    const [own] = await destinations.list(ada.id)
    assert.equal(letter.parsed.messageId, `<n1.${own?.id}@captions.example>`)
    const [, token = ''] =
      /^<https:\/\/captions\.example\/unsubscribe\/(.+)>$/.exec(
        header(letter, 'list-unsubscribe').replaceAll(/\s/g, ''),
      ) ?? []
    for (const forged of [token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')), '', 'a.b.c'])
      assert.equal(await destinations.stop(forged, 'stop'), false)
    assert.equal(await destinations.stop(token, 'stop'), true)
    const other = { id: 'rain', name: 'Rain', query: 'rain', restated: 'the word rain' }
    await queue.enqueue([notification('n2'), notification('n3', { alert: other })])
    assert.match((await mail.letter(2)).parsed.subject ?? '', /^Rain/)
    assert.deepEqual(
      (await destinations.stops(ada.id)).map(({ alertName, until }) => ({ alertName, until })),
      [{ alertName: 'Storm watch', until: null }],
    )
    await destinations.resume(ada.id, own?.id ?? '', 'storm')
    assert.equal(await destinations.stop(token, 'mute'), true)
    await queue.enqueue([notification('n4')])
    world.pass(24 * 60 * minute)
    await queue.enqueue([notification('n5')])
    assert.match((await mail.letter(3)).parsed.messageId ?? '', /^<n5\./)
  })

  it('tells many at once: counts, the period, what it leaves out, and who aired the same', async () => {
    await using mail = await startMailServer()
    await using world = await startDelivery({
      smtp: mail.url,
      person: () => ({ ...ada, language: 'es' }),
    })
    const { channel, track, start } = mention()
    const alsoOn = ['KABC', 'KABC', 'KXYZ'].map((channelName) => ({
      ...{ channel, track, start, channelName },
    }))
    await world.delivery.queue.enqueue([
      notification('d1', {
        ...{ kind: 'digest', more: 7, because: 'limit' },
        period: { from: '2026-11-27T10:00:00.000Z', to: '2026-11-27T22:00:00.000Z' },
        mentions: [mention({ alsoOn, repeats: 3 }), mention({ id: 'm2', highlights: [] })],
      }),
      notification('v1', {
        ...{ kind: 'volume', mentions: [] },
        volume: { mentions: 41, usual: 6.5, sigma: 4.2, weeks: 6, link: '/search?q=storm' },
      }),
    ])
    const digest = (await mail.letter(1)).parsed
    assert.equal(digest.subject, 'Storm watch: 9 menciones')
    for (const part of ['3 veces más, en KABC, KXYZ', 'y 7 más', 'viernes, 27 de noviembre'])
      assert.ok(digest.text?.includes(part), `${part}\n—\n${digest.text}`)
    const volume = (await mail.letter(2)).parsed
    assert.match(volume.subject ?? '', /41 veces.*6,5/)
    assert.match(volume.text ?? '', /https:\/\/captions\.example\/search\?q=storm/)
  })
})

describe('an address', () => {
  it('that does not exist is disabled; a server that is away is nobody’s fault', async () => {
    await using mail = await startMailServer()
    await using world = await startDelivery({ smtp: mail.url })
    const { queue, destinations } = world.delivery
    mail.refuse = (at) => (at === 'recipient' ? { at, code: 450, says: 'not now' } : undefined)
    await queue.enqueue([notification('n1')])
    await world.settled(
      'n1',
      ({ attempts, problem }) => attempts === 1 && /450/.test(problem ?? ''),
    )
    mail.refuse = (at) => (at === 'recipient' ? { at, code: 550, says: 'no such user' } : undefined)
    world.pass(6000)
    await world.settled('n1', ({ state }) => state === 'dead')
    const [own] = await destinations.list(ada.id)
    assert.equal(own?.state, 'disabled')
    assert.match(own.problem ?? '', /550 no such user/)

    await using away = await startDelivery({ smtp: 'smtp://127.0.0.1:9' })
    await away.delivery.queue.enqueue([notification('n2')])
    const waits = await away.settled('n2', ({ problem }) => problem !== null)
    assert.deepEqual([waits.state, waits.attempts], ['waiting', 0])
    // Its owner's letters of the day are counted, and not the times that the server was away.
    let taken = 0
    const take = away.delivery.store.take.bind(away.delivery.store)
    away.delivery.store.take = (...ask) => {
      taken++
      return take(...ask)
    }
    let looks = 0
    const output = away.delivery.store.output(1)
    const due = output.due.bind(output)
    output.due = (...ask) => {
      looks++
      return due(...ask)
    }
    for (const round of [1, 2, 3]) {
      away.pass(180_000)
      await until(`look ${round}`, () => looks >= 2 * round)
    }
    assert.equal(taken, 0)
  })

  it('of somebody else is asked before anything is sent to it, and may say never', async () => {
    await using mail = await startMailServer()
    await using world = await startDelivery({ smtp: mail.url })
    const { queue, destinations } = world.delivery
    const { destination } = await destinations.create(ada, stranger)
    assert.equal(destination.state, 'unverified')
    const { id } = destination
    await queue.enqueue([notification('n1', { destinations: [id] })])
    assert.equal((await world.settled('n1', () => true)).problem, 'the destination is unverified')
    await assert.rejects(destinations.change(ada.id, id, { state: 'active' }), /not been confirmed/)
    await assert.rejects(destinations.test(ada.id, id), /unverified/)

    const asked = await mail.letter(1)
    assert.deepEqual(asked.to, ['desk@paper.example'])
    const [, token = ''] = /confirm-address\/(\S+)/.exec(asked.parsed.text ?? '') ?? []
    assert.equal(await destinations.answer(`${token}x`, 'confirm'), false)
    assert.equal(await destinations.answer(token, 'confirm'), true)
    await destinations.test(ada.id, id)
    assert.equal((await mail.letter(2)).parsed.subject, 'A test from ccr')

    assert.equal(await destinations.answer(token, 'never'), true)
    assert.equal((await destinations.list(ada.id)).length, 1)
    await assert.rejects(destinations.create(ada, stranger), /No more confirmations/)
    world.pass(4 * 24 * 60 * minute)
    assert.equal(await destinations.answer(token, 'confirm'), false)
    assert.equal(mail.letters.length, 2)
  })

  it('is not bombed: confirmations, tests and destinations have an end', async () => {
    await using mail = await startMailServer()
    await using world = await startDelivery({ smtp: mail.url })
    const { destinations } = world.delivery
    const mallory = (n: number): { id: string; email: string } => ({
      ...{ id: `mallory${n}`, email: `m${n}@x.example` },
    })
    // One address, from as many accounts as there are.
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((n) => destinations.create(mallory(n), stranger)),
    )
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 2)
    // One account, to as many addresses as there are.
    const many = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        destinations.create(ada, { ...stranger, address: `reader${n}@paper.example` }),
      ),
    )
    assert.equal(many.filter(({ status }) => status === 'fulfilled').length, 5)
    await mail.letter(7)
    const [own] = await destinations.list(ada.id)
    const tests = await Promise.allSettled(
      Array.from({ length: 25 }, () => destinations.test(ada.id, own?.id ?? '')),
    )
    assert.equal(tests.filter(({ status }) => status === 'fulfilled').length, 20)
    const hook: NewDestination = { kind: 'webhook', name: 'Hook', url: 'https://hook.example/' }
    const hooks = await Promise.allSettled(
      Array.from({ length: 20 }, () => destinations.create(ada, hook)),
    )
    assert.equal(hooks.filter(({ status }) => status === 'fulfilled').length, 15)
  })

  it('of the account moves with the account, and cannot be removed', async () => {
    let { email } = ada
    await using world = await startDelivery({ person: (id) => ({ id, email, language: null }) })
    const { destinations } = world.delivery
    const [own] = await destinations.list(ada.id)
    assert.ok(own)
    await assert.rejects(destinations.remove(ada.id, own.id), /switched off/)
    await destinations.change(ada.id, own.id, { state: 'disabled' })
    assert.equal((await destinations.list(ada.id))[0]?.state, 'disabled')
    email = 'new@reader.example'
    const [moved] = await destinations.list(ada.id)
    assert.deepEqual(moved?.settings, { kind: 'email', address: email })
    assert.equal(moved.state, 'active')
    await assert.rejects(destinations.remove('somebody else', own.id), /no destination/)
  })
})

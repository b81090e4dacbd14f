import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DatabaseSync } from 'node:sqlite'
import { createOutboxMailer } from '../../src/server/engines/delivery/outbox-mailer.ts'
import {
  createSmtpMailer,
  type SmtpMailerOptions,
} from '../../src/server/engines/delivery/smtp-mailer.ts'
import { deliveryMigrations } from '../../src/server/engines/sqlite/delivery/delivery-schema.ts'
import { OutboxStore } from '../../src/server/engines/sqlite/delivery/outbox-store.ts'
import { SqliteDelivery } from '../../src/server/engines/sqlite/sqlite-delivery.ts'
import { letterSchema, type Letter, type Mailer } from '../../src/server/ports/mail.ts'
import { startMailServer } from '../support/mail-server.ts'
import { temporaryFolder } from '../support/processes.ts'

const letter: Letter = {
  to: 'reader@example.org',
  subject: 'Überschrift: “storm”',
  text: 'A line.\n.\n..a line with a dot, and a very long one: '.concat('word '.repeat(300)),
  html: '<p>A line</p>',
  headers: { 'List-Id': '<alerts.example.org>' },
  messageKey: 'key-1',
}

const lines: string[] = []
const note = (fields: object, message: string): void =>
  void lines.push(JSON.stringify(fields) + message)
const logger = { debug: note, info: note, warn: note, error: note }

function mailer(port: number, more: Partial<SmtpMailerOptions> = {}): Mailer {
  return createSmtpMailer({
    ...{ host: '127.0.0.1', port, secure: false, requireTls: false, auth: null, logger },
    from: { name: 'Captions', address: 'captions@server.example' },
    ...more,
  })
}

describe('createSmtpMailer', () => {
  it('sends text, HTML and headers, with STARTTLS and a password, over one connection', async () => {
    await using server = await startMailServer()
    const auth = { user: 'captions', pass: 'open sesame' }
    await using mail = mailer(server.port, { auth })
    assert.deepEqual(await mail.send(letter), { outcome: 'sent' })
    assert.deepEqual(await mail.send({ ...letter, messageKey: null }), { outcome: 'sent' })
    const { parsed, from, to, secure, user } = await server.letter(1)
    assert.deepEqual(
      { from, to, secure, user },
      { ...{ from: 'captions@server.example', to: [letter.to] }, secure: true, user: auth.user },
    )
    assert.equal(parsed.subject, letter.subject)
    assert.equal(parsed.from?.text, '"Captions" <captions@server.example>')
    assert.equal(parsed.text?.trimEnd(), letter.text.trimEnd())
    assert.equal(parsed.html, letter.html)
    assert.equal(parsed.messageId, '<key-1@server.example>')
    assert.match(String(parsed.headerLines.find(({ key }) => key === 'list-id')?.line), /alerts/)
    assert.notEqual((await server.letter(2)).parsed.messageId, parsed.messageId)
  })

  it('sends no password and no letter in clear where TLS must be', async () => {
    await using server = await startMailServer({ disabledCommands: ['STARTTLS'] })
    await using mail = mailer(server.port, {
      ...{ requireTls: true, auth: { user: 'captions', pass: 'open sesame' } },
    })
    const posted = await mail.send(letter)
    assert.equal(posted.outcome, 'unavailable')
    assert.deepEqual(server.letters, [])
  })

  it('tells an address that is refused from a letter that is, and both from a server that is away', async () => {
    await using server = await startMailServer()
    await using mail = mailer(server.port)
    const outcomes: unknown[] = []
    for (const [at, code] of [
      ['recipient', 550],
      ['recipient', 450],
      ['data', 554],
      ['data', 451],
    ] as const) {
      server.refuse = (now) => (now === at ? { at, code, says: `no\r\nX-Evil: yes` } : undefined)
      const posted = await mail.send(letter)
      assert.ok('reason' in posted && !/[\r\n]/.test(posted.reason))
      outcomes.push(posted.outcome)
    }
    assert.deepEqual(outcomes, ['bounced', 'deferred', 'refused', 'deferred'])
    await server[Symbol.asyncDispose]()
    assert.equal((await mail.send(letter)).outcome, 'unavailable')
  })

  it('never says the password, whatever the server makes of it', async () => {
    lines.length = 0
    await using server = await startMailServer({
      onAuth: ({ password }, _session, done) => done(new Error(`wrong password ${password ?? ''}`)),
    })
    await using mail = mailer(server.port, { auth: { user: 'captions', pass: 'open sesame' } })
    const posted = await mail.send(letter)
    await mail.send(letter)
    assert.equal(posted.outcome, 'unavailable')
    assert.equal(lines.length, 1, 'a server that goes away is told once')
    assert.ok(!JSON.stringify([lines, posted]).includes('sesame'))
  })
})

describe('a letter', () => {
  it('smuggles no header and no second recipient, in no field', () => {
    for (const wrong of [
      { to: 'a@b.example\r\nBcc: c@d.example' },
      { to: 'a@b.example, c@d.example' },
      { to: '"a b" <a@b.example>' },
      { subject: 'Hello\r\nBcc: c@d.example' },
      { subject: 'Hello\u2028Bcc: c@d.example' },
      { subject: '' },
      { headers: { 'X-A': 'b\nBcc: c@d.example' } },
      { headers: { 'X-A\r\nBcc': 'c@d.example' } },
      { headers: { Bcc: 'c@d.example' } },
      { headers: { 'content-type': 'text/html' } },
      { messageKey: 'a@b>\r\nBcc: c' },
    ])
      assert.equal(
        letterSchema.safeParse({ ...letter, ...wrong }).success,
        false,
        JSON.stringify(wrong),
      )
    assert.equal(letterSchema.safeParse(letter).success, true)
  })
})

describe('createOutboxMailer', () => {
  it('keeps letters for the administrator, over a restart', async () => {
    await using folder = await temporaryFolder()
    const open = (): SqliteDelivery =>
      new SqliteDelivery({ dataDir: folder.path, logger, now: Date.now })
    {
      await using delivery = open()
      assert.deepEqual(await delivery.outbox.list(null, 10), [])
      const mail = createOutboxMailer(delivery.outbox)
      for (const subject of ['Letter 1', 'Letter 2', 'Letter 3'])
        assert.deepEqual(await mail.send({ ...letter, subject }), { outcome: 'sent' })
    }
    await using delivery = open()
    const { outbox } = delivery
    const [newest, second] = await outbox.list(null, 2)
    assert.deepEqual([newest?.subject, second?.subject], ['Letter 3', 'Letter 2'])
    const older = await outbox.list(second?.id ?? 0, 10)
    assert.deepEqual(
      older.map(({ subject }) => subject),
      ['Letter 1'],
    )
    const whole = await outbox.read(newest?.id ?? 0)
    assert.equal(whole?.text, letter.text)
    assert.equal(whole.html, letter.html)
    await outbox.clear()
    assert.deepEqual(await outbox.list(null, 10), [])
    assert.equal(await outbox.read(newest?.id ?? 0), undefined)
  })
})

describe('OutboxStore', () => {
  it('keeps the newest letters only, and none for longer than 30 days', () => {
    const db = new DatabaseSync(':memory:')
    for (const statements of deliveryMigrations) db.exec(statements)
    const store = new OutboxStore(db, 3)
    const dayMs = 24 * 3_600_000
    const whole = letterSchema.parse(letter)
    const ids = (): number[] => store.list(null, 10).map(({ id }) => id)
    for (const day of [0, 1, 2, 3]) store.add(whole, day * dayMs)
    assert.deepEqual(ids(), [4, 3, 2])
    store.add(whole, 32.5 * dayMs)
    assert.deepEqual(ids(), [5, 4])
    db.close()
  })
})

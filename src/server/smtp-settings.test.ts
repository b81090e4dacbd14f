import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseSender, parseSmtpUrl, type SmtpSettings } from './smtp-settings.ts'

function settings(url: string): SmtpSettings {
  const parsed = parseSmtpUrl(url)
  assert.ok(parsed.ok, url)
  return parsed.settings
}

describe('parseSmtpUrl', () => {
  it('takes user, password and the usual port of each scheme', () => {
    assert.deepEqual(settings('smtp://me%40x.org:p%2Fw@mail.example'), {
      ...{ host: 'mail.example', port: 587, secure: false, requireTls: true },
      auth: { user: 'me@x.org', pass: 'p/w' },
    })
    assert.deepEqual(settings('smtps://mail.example'), {
      ...{ host: 'mail.example', port: 465, secure: true, requireTls: false, auth: null },
    })
  })

  it('lets a password go in clear to this machine only, or when told', () => {
    assert.equal(settings('smtp://a:b@127.0.0.1:25').requireTls, false)
    assert.equal(settings('smtp://a:b@[::1]:25').requireTls, false)
    assert.equal(settings('smtp://a:b@127.example').requireTls, true)
    assert.equal(settings('smtp://a:b@mail.example?tls=optional').requireTls, false)
    assert.equal(settings('smtp://mail.example?tls=required').requireTls, true)
  })

  it('says what is wrong without the password', () => {
    for (const url of [
      'mail.example',
      'http://a:secret@mail.example',
      'smtp://a:secret@mail.example/path',
      'smtp://a:secret@mail.example?pool=true',
      'smtp://:secret@mail.example',
      'smtp://a:%secret@mail.example',
    ]) {
      const parsed = parseSmtpUrl(url)
      assert.equal(parsed.ok, false, url)
      assert.ok(!JSON.stringify(parsed).includes('secret'))
    }
  })
})

describe('parseSender', () => {
  it('takes an address with or without a name, and nothing that begins a header', () => {
    assert.deepEqual(parseSender('Captions <a@b.example>'), {
      ...{ name: 'Captions', address: 'a@b.example' },
    })
    assert.deepEqual(parseSender('a@b.example'), { name: '', address: 'a@b.example' })
    for (const text of [
      '',
      'Captions',
      'A\r\nBcc: x <a@b.example>',
      '<a@b.example>, <c@d.example>',
    ])
      assert.equal(parseSender(text), undefined, text)
  })
})

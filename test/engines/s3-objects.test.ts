import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { isStorageDown } from '../../src/protocol/codes.ts'
import { S3Objects, type S3Options } from '../../src/server/engines/s3-objects.ts'
import { objectsConformance } from '../conformance/objects.conformance.ts'
import { hasOpenssl } from '../support/nginx.ts'
import { startS3, type TestS3 } from '../support/s3.ts'

describe('objects in S3', () => {
  let server: TestS3
  before(async () => void (server = await startS3()))
  after(() => server[Symbol.asyncDispose]())

  const connect = (options: Partial<S3Options> = {}): S3Objects => {
    const { url, bucket, accessKey, secretKey } = server
    return new S3Objects({
      url,
      bucket,
      accessKey,
      secretKey,
      region: 'us-east-1',
      pausesMs: [1, 1, 1],
      ...options,
    })
  }

  objectsConformance('s3', async () => {
    const one = connect()
    for await (const name of one.list('')) await one.remove(name)
    return {
      ...{ one, two: connect() },
      [Symbol.asyncDispose]: () => one[Symbol.asyncDispose](),
    }
  })

  it('is told apart by the host where the address begins with the bucket’s name', async () => {
    const asked: string[] = []
    await using objects = connect({
      url: `http://captions.s3.localhost:${server.port}`,
      fetch: (input, init) => {
        const url = new URL(input instanceof Request ? input.url : input)
        asked.push(url.href)
        // No name server here knows the host.
        url.hostname = 'localhost'
        url.pathname = `/captions${url.pathname}`
        return fetch(url, init)
      },
    })
    await objects.put('by/host', Buffer.from('x'))
    assert.deepEqual(asked, [`http://captions.s3.localhost:${server.port}/by/host`])
    assert.equal((await connect().get('by/host'))?.length, 1)
  })

  it('tells a wrong key, and a bucket that is not there, as storage that cannot be used', async () => {
    await using wrong = connect({ accessKey: 'another', secretKey: 'secret' })
    await assert.rejects(wrong.put('a', Buffer.from('x')), isStorageDown)
    assert.match(wrong.health().problems[0] ?? '', /^S3: .*403/)
    await using none = connect({ bucket: 'nobody' })
    await assert.rejects(none.get('a'), isStorageDown)
    assert.match(none.health().problems[0] ?? '', /^S3: there is no bucket nobody/)
    assert.ok(!JSON.stringify(wrong.health()).includes('secret'))
  })

  // The server of the tests cannot go on with a list: it makes its tokens with a cipher that is no more.
  it('goes on with a list where a page ends', async () => {
    const asked: string[] = []
    const item = (name: string): string => `<Contents><Key>${name}</Key><Size>1</Size></Contents>`
    const next =
      '<IsTruncated>true</IsTruncated><NextContinuationToken>t/1=</NextContinuationToken>'
    await using objects = connect({
      fetch: (input) => {
        const { searchParams } = new URL(input instanceof Request ? input.url : input)
        const token = searchParams.get('continuation-token')
        asked.push(`${searchParams.get('prefix')} ${token}`)
        const page = token === null ? item('a/1') + item('a/2') + next : item('a/3')
        return Promise.resolve(new Response(`<ListBucketResult>${page}</ListBucketResult>`))
      },
    })
    const names: string[] = []
    for await (const name of objects.list('a/')) names.push(name)
    assert.deepEqual(names, ['a/1', 'a/2', 'a/3'])
    assert.deepEqual(asked, ['a/ null', 'a/ t/1='])
  })

  it('tries again where that can help, and gives up after a few times', async () => {
    const { url, answers, close } = await startStubborn()
    await using objects = connect({ url })
    answers.push(503, 500, 200)
    await objects.put('a', Buffer.from('x'))
    assert.equal(objects.health().ok, true)
    answers.push(503, 503, 503, 503, 200)
    await assert.rejects(objects.put('a', Buffer.from('x')), isStorageDown)
    assert.deepEqual(answers, [200], 'four times in all')
    assert.equal(objects.health().ok, false)
    await objects.put('a', Buffer.from('x'))
    assert.equal(objects.health().ok, true)
    answers.push(400, 200)
    await assert.rejects(objects.put('a', Buffer.from('x')), isStorageDown)
    assert.deepEqual(answers, [200], 'what is refused is not asked again')
    await close()
  })

  it('does not wait for ever for an answer', async () => {
    const { url, close } = await startStubborn()
    await using objects = connect({ url, timeoutMs: 50 })
    await assert.rejects(objects.get('a'), isStorageDown)
    await close()
  })

  it(
    'trusts the authorities that Node trusts',
    { skip: !hasOpenssl && 'needs openssl' },
    async () => {
      await using secure = await startS3({ tls: true })
      const before = getCACertificates('default')
      await using objects = connect({ url: secure.url, timeoutMs: 2000 })
      await assert.rejects(objects.put('a', Buffer.from('x')), isStorageDown)
      try {
        setDefaultCACertificates([...before, readFileSync(secure.certificate ?? '', 'utf8')])
        await objects.put('a', Buffer.from('x'))
        assert.equal((await objects.get('a'))?.length, 1)
      } finally {
        setDefaultCACertificates(before)
      }
    },
  )
})

/** Answers each request with the next status, and with nothing at all when there is none. */
async function startStubborn(): Promise<{
  url: string
  answers: number[]
  close: () => Promise<void>
}> {
  const answers: number[] = []
  const server = createServer((request, response) => {
    request.resume()
    const status = answers.shift()
    if (status !== undefined) response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ...{ url: `http://127.0.0.1:${port}`, answers },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

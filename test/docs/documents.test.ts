import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { captionCodes } from '../../src/protocol/caption-code.ts'
import { codes } from '../../src/protocol/codes.ts'
import { feedLineSchema, serverLineSchema } from '../../src/protocol/events.ts'
import { decodeFrame } from '../../src/protocol/live/frame-decoder.ts'
import type { LiveEvent } from '../../src/protocol/live/live.ts'
import { createLiveState } from '../../src/protocol/live/live-state.ts'
import { parseConfig, settingNames } from '../../src/server/config.ts'
import { run, startServer, temporaryFolder } from '../support/processes.ts'

const read = (file: string): string => readFileSync(file, 'utf8')

describe('docs/errors.md', () => {
  it('has every code with its numbers, and no other', () => {
    const described = [
      ...read('docs/errors.md').matchAll(
        /^## (\S+)\n\nHTTP (\d+) · close (\d+) · again: (yes|no)\n\n(.+)$/gm,
      ),
    ].map(([, code, status, close, again, text]) => ({
      ...{ code, status: Number(status), close: Number(close), retryable: again === 'yes' },
      says: Object.entries(codes).find(
        ([name, { says }]) => name === code && text?.startsWith(says),
      )?.[1].says,
    }))
    assert.deepEqual(
      described,
      Object.entries(codes).map(([code, { status, close, retryable, says }]) => ({
        ...{ code, status, close, retryable, says },
      })),
    )
  })

  it('lets WebSockets come back exactly below 4500', () => {
    for (const [code, { close, retryable }] of Object.entries(codes))
      if (code !== 'sequence-gap') assert.equal(close < 4500, retryable, code)
  })
})

describe('docs/configuration.md', () => {
  it('names every setting of the server, and the example sets nothing else', () => {
    const text = read('docs/configuration.md')
    for (const name of settingNames) assert.ok(text.includes(`\`${name}\``), name)
    const example = [...read('.env.example').matchAll(/^(?:# )?(CCR_\w+)=(.*)$/gm)]
    assert.deepEqual(example.map(([, name]) => name).sort(), [...settingNames].sort())
    const all = Object.fromEntries(example.map(([, name, value]) => [name ?? '', value]))
    assert.equal(parseConfig(all).ok, true)
    const { CCR_DATA, ...none } = Object.fromEntries(
      read('.env.example')
        .match(/^CCR_\w+=.*$/gm)
        ?.map((line) => line.split('=', 2)) ?? [],
    ) as Record<string, string>
    assert.equal(CCR_DATA, './data')
    assert.deepEqual(parseConfig(none), parseConfig({}), 'what is not a comment is the default')
  })

  it('names variables that exist: the command line takes every one, and refuses another', async () => {
    const names = [...read('docs/configuration.md').matchAll(/`(CCR_[A-Z_]+)`/g)].map(
      ([, name]) => name ?? '',
    )
    const known = run(['--version'], Object.fromEntries(names.map((name) => [name, ''])))
    assert.equal(await known.ended, 0, known.stderr())
    const misspelt = run(['--version'], { CCR_PROT: '1' })
    assert.equal(await misspelt.ended, 2)
    assert.match(misspelt.stderr(), /CCR_PROT/)
  })
})

describe('docs/protocol.md', () => {
  const text = read('docs/protocol.md')

  it('gives lines of a feed that are valid', () => {
    const lines = text.match(/^\{"(?:seq"|type":"status").*\}$/gm) ?? []
    assert.ok(lines.length >= 8)
    for (const line of lines) {
      const sample = JSON.parse(line.replace('…base64 of whole RCWT groups…', 'AAAA')) as unknown
      assert.equal(feedLineSchema.safeParse(sample).success, true, line)
    }
    assert.equal(serverLineSchema.safeParse({ type: 'ack', received: 1, stored: 1 }).success, true)
  })

  it('gives an example of frames that says what it says', () => {
    const state = createLiveState({ epoch: 'k3v9q2mx7d1a', seq: 41 })
    state.clockMs = Date.parse('2026-03-01T18:00:00.000Z')
    state.tracks.push({
      track: 'CC1',
      language: 'en',
      run: 'r7',
      id: 11,
      mode: 'roll-up',
      draft: null,
    })
    const told: LiveEvent[] = []
    for (const [, hex] of text.matchAll(/^((?:[0-9a-f]{2} )+) {2,}/gm))
      decodeFrame(
        Uint8Array.from(hex?.trim().split(' ') ?? [], (byte) => parseInt(byte, 16)),
        () => ({ channel: 'news-one', state }),
        (event) => told.push(event),
      )
    const texts = told.map((event) => ('text' in event ? event.text : ''))
    assert.deepEqual(texts, ['GOOD', 'GOOD EV', 'GOOD NIGHT', 'GOOD NIGHT.', 'GOOD NIGHT.'])
    const last = told.at(-1)
    assert.ok(last?.type === 'cue')
    assert.deepEqual(
      [last.id, last.start, last.end, last.position.seq],
      [12, '2026-03-01T18:00:01.500Z', '2026-03-01T18:00:03.000Z', 42],
    )
  })
})

describe('docs/openapi.json', () => {
  it('is what the server says of itself (npm run docs:openapi), with every reference resolved', async () => {
    await using folder = await temporaryFolder()
    await using server = await startServer(path.join(folder.path, 'data'))
    const said: unknown = await (await fetch(`${server.url}/api/v1/openapi.json`)).json()
    assert.deepEqual(JSON.parse(read('docs/openapi.json')), said)
    const { components } = said as { components: { schemas: Record<string, unknown> } }
    for (const [, name] of read('docs/openapi.json').matchAll(/#\/components\/schemas\/(\w+)/g))
      assert.ok(name !== undefined && name in components.schemas, name)
  })
})

describe('documents', () => {
  it('link to what exists', () => {
    for (const file of globSync(['*.md', 'docs/**/*.md', 'bench/*.md', 'samples/*.md']))
      for (const [, target] of read(file).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
        if (target === undefined || /^[a-z]+:/.test(target)) continue
        assert.ok(existsSync(path.join(path.dirname(file), target)), `${file}: ${target}`)
      }
  })
})

describe('docs/protocol.md, “Text in binary messages”', () => {
  it('shows the table that readers and writers use', () => {
    const shown = [...read('docs/protocol.md').matchAll(/^[89a-f]0  (.*)$/gm)].flatMap(([, row]) =>
      (row ?? '').split(/ +/).map((text) => text.replaceAll('␣', ' ')),
    )
    assert.deepEqual(shown, captionCodes)
  })
})

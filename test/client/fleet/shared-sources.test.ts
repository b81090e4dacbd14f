import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { describe, it } from 'node:test'
import { SharedSources } from '../../../src/client/fleet/shared-sources.ts'
import type { Source } from '../../../src/client/sources/source.ts'
import { until } from '../../support/processes.ts'
import { serve } from '../../support/source-listener.ts'

/** Reads until it is stopped, or not at all. */
class Channel {
  readonly troubles: (string | null)[] = []
  readonly stop = new AbortController()
  readonly source: Source
  text = ''
  readonly ended: Promise<void>

  constructor(source: Source, isSlow = false) {
    this.source = source
    this.ended = this.#read(isSlow)
  }

  async #read(isSlow: boolean): Promise<void> {
    const tell = (trouble: string | null): void => void this.troubles.push(trouble)
    for await (const chunk of this.source.open(this.stop.signal, tell)) {
      assert.ok(chunk instanceof Uint8Array)
      // What is written next to it may come in the same piece.
      this.text += Buffer.from(chunk).toString().replace(/x+/g, '#')
      if (this.stop.signal.aborted) return
      if (isSlow) await once(this.stop.signal, 'abort')
    }
  }

  async leave(): Promise<void> {
    this.stop.abort()
    await this.ended
  }
}

describe('a source of several channels', () => {
  it('is opened once, heard by each whatever its programme, and closed after the last', async () => {
    const watching: ServerResponse[] = []
    await using tuner = await serve((_, response) => void watching.push(response.writeHead(200)))
    const sources = new SharedSources()
    const open = async (query: string): Promise<Channel> =>
      new Channel(await sources.open(`http://${tuner.at}/mux.ts${query}`, undefined))
    const one = await open('?program=1')
    const two = await open('#program=2')
    const other = await open('?program=1&key=x')
    await until('both are asked for', () => watching.length === 2)
    watching[0]?.write('a')
    await until('it is heard', () => one.text === 'a' && two.text === 'a')
    assert.equal(other.text, '')
    assert.equal(one.source.sharing?.().readers, 2)
    await one.leave()
    watching[0]?.write('b')
    await until('the other goes on', () => two.text === 'ab')
    assert.equal(one.text, 'a')
    // Who comes back joins in; who is told what is wrong hears it at once.
    watching[0]?.end()
    await until('trouble', () => two.troubles.some((trouble) => trouble !== null))
    const late = await open('')
    await until('it is told', () => late.troubles.some((trouble) => trouble !== null))
    await until('it is asked for again', () => watching.length === 3)
    watching[2]?.write('c')
    await until('all hear it', () => late.text === 'c' && two.text === 'abc')
    await Promise.all([two.leave(), late.leave()])
    await until('the tuner is free', () => watching[2]?.closed === true)
    const again = await open('')
    await until('it is opened anew', () => watching.length === 4)
    await Promise.all([again.leave(), other.leave()])
  })

  it('loses nothing for the others when one is slow, and counts what that one lost', async () => {
    const watching: ServerResponse[] = []
    await using tuner = await serve((_, response) => void watching.push(response.writeHead(200)))
    const sources = new SharedSources()
    const input = `http://${tuner.at}/mux.ts`
    const quick = new Channel(await sources.open(input, undefined))
    const slow = new Channel(await sources.open(input, undefined), true)
    await until('it is asked for', () => watching.length === 1)
    watching[0]?.write('begin')
    await until('both began', () => quick.text === 'begin' && slow.text === 'begin')
    const piece = Buffer.alloc(256 * 1024, 'x')
    for (let n = 0; n < 64; n++) {
      if (watching[0]?.write(piece) === false) await once(watching[0], 'drain')
    }
    watching[0]?.write('end')
    await until('the quick one has it', () => quick.text.endsWith('end'))
    assert.equal(quick.source.sharing?.().passedOver, 0)
    assert.ok((slow.source.sharing?.().passedOver ?? 0) > 0)
    await Promise.all([quick.leave(), slow.leave()])
  })

  it('is read as slowly as its only channel reads', async () => {
    const watching: ServerResponse[] = []
    await using tuner = await serve((_, response) => void watching.push(response.writeHead(200)))
    const sources = new SharedSources()
    const slow = new Channel(await sources.open(`http://${tuner.at}/mux.ts`, undefined), true)
    await until('it is asked for', () => watching.length === 1)
    const piece = Buffer.alloc(1024 * 1024, 'x')
    let isHeldBack = false
    for (let n = 0; n < 64 && !isHeldBack; n++) {
      watching[0]?.write(piece)
      await new Promise((resolve) => setTimeout(resolve, 5))
      isHeldBack = (watching[0]?.writableLength ?? 0) > 16 * 1024 * 1024
    }
    assert.ok(isHeldBack)
    assert.equal(slow.source.sharing?.().passedOver, 0)
    await slow.leave()
  })

  it('is not made of recordings, which each channel reads for itself', async () => {
    const sources = new SharedSources()
    const source = await sources.open('samples/the-cartographer.bin', undefined)
    assert.equal('sharing' in source, false)
  })
})

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { createCaptionReader, type CaptionFormat } from '../../src/captions/create-reader.ts'
import { detectFormat } from '../../src/captions/detect.ts'
import { UnreadableSourceError } from '../../src/captions/faults.ts'
import {
  decodeText,
  detectTextFormat,
  readCaptionText,
  textFormats,
} from '../../src/captions/files/read/caption-text.ts'
import { feedLineSchema, maxLineBytes } from '../../src/protocol/events.ts'
import { LineDecoder } from '../../src/protocol/ndjson.ts'
import { cue, hostileTexts, write } from '../captions/files/support.ts'
import { cpuMs } from '../support/cpu-time.ts'
import { chunks, damage } from '../support/damage.ts'
import { mediaFolder } from '../support/media.ts'
import { createRandom } from '../support/random.ts'

/** Damaged input of every format: nothing throws, nothing hangs, and chunks do not matter. */

const seconds = Number(process.env['TEST_SECONDS'] ?? 5)
const seed = Number(process.env['TEST_SEED'] ?? 1)

interface Seed {
  readonly name: string
  readonly format: CaptionFormat
  readonly bytes: Uint8Array
}

/** Enough of a file for its structure to repeat, little enough for many rounds. */
const longestSeed = 256 * 1024
/** A second for a quarter of a megabyte is a thousand times real time; more is a hang in the making. */
const longestRoundMs = 5000

const seeds: Seed[] = [...globSync('samples/*'), ...globSync(`${mediaFolder}/*`)].flatMap(
  (file) => {
    if (!/\.(ts|bin|scc|mcc)$/.test(file)) return []
    const bytes = readFileSync(file).subarray(0, longestSeed)
    const format = detectFormat(bytes)
    return format === 'unknown' ? [] : [{ name: path.basename(file), format, bytes }]
  },
)

const said = hostileTexts.map((text, n) => cue(n + 1, n * 3, n * 3 + 2, text))
const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('damaged caption streams', () => {
  it('never throw, never hang, and give the same events in any chunks', (t) => {
    assert.ok(seeds.length > 0)
    const random = createRandom(seed)
    const end = Date.now() + seconds * 500
    let rounds = 0
    while (Date.now() < end) {
      const source = random.pick(seeds)
      const bytes = damage(source.bytes, random)
      const began = cpuMs()
      const whole = decode(source.format, [bytes])
      assert.deepEqual(decode(source.format, chunks(bytes, random)), whole, source.name)
      assert.ok(cpuMs() - began < longestRoundMs, `${source.name} took too long`)
      rounds++
    }
    t.diagnostic(`in all: ${rounds} damaged streams`)
  })
})

describe('damaged feed lines', () => {
  it('are lines or refusals, never an exception', (t) => {
    const random = createRandom(seed + 1)
    const end = Date.now() + seconds * 250
    const line = new TextEncoder().encode(
      '{"seq":2,"type":"cue","run":"r1","track":"CC1","id":12,"start":"2026-01-01T00:00:00.000Z","end":"2026-01-01T00:00:01.000Z","mode":"roll-up","text":"SO IT IS."}\n',
    )
    let accepted = 0
    let rounds = 0
    while (Date.now() < end) {
      const decoder = new LineDecoder(maxLineBytes)
      for (const part of [...decoder.push(damage(line, random)), ...decoder.end()]) {
        if (!part.ok) continue
        if (feedLineSchema.safeParse(parseJson(part.text)).success) accepted++
      }
      rounds++
    }
    t.diagnostic(`${rounds} lines, ${accepted} still events`)
  })
})

describe('damaged files of finished captions', () => {
  it('are cues, counted faults or a refusal, and never take long', (t) => {
    const random = createRandom(seed + 2)
    const end = Date.now() + seconds * 250
    const files = textFormats.map((format) => ({ format, bytes: encode(write(format, said).text) }))
    const told = { rounds: 0, cues: 0, refused: 0 }
    while (Date.now() < end) {
      const { format, bytes } = random.pick(files)
      const text = decodeText(damage(bytes, random))
      const began = cpuMs()
      detectTextFormat(text)
      try {
        for (const { startMs, endMs } of readCaptionText(text, format).cues) {
          assert.ok(Number.isFinite(startMs) && Number.isFinite(endMs), text)
          told.cues++
        }
      } catch (error) {
        if (!(error instanceof UnreadableSourceError)) throw error
        told.refused++
      }
      assert.ok(cpuMs() - began < longestRoundMs, `${format} took too long`)
      told.rounds++
    }
    t.diagnostic(`${JSON.stringify(told)}, seed ${seed}`)
  })
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is one of the answers.
    return undefined
  }
}

function decode(format: CaptionFormat, parts: readonly Uint8Array[]): unknown[] {
  const reader = createCaptionReader(format)
  const decoder = new CaptionDecoder()
  const events: unknown[] = []
  let last = 0
  const take = (groups: readonly CaptionGroup[]): void => {
    for (const group of groups) {
      last = group.fts
      events.push(...decoder.push(group))
    }
  }
  for (const part of parts) take(reader.push(part))
  take(reader.end())
  events.push(...decoder.end(last))
  return events
}

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import type { CaptionGroup, CaptionReader } from '../../src/captions/caption-group.ts'
import { createCaptionReader } from '../../src/captions/create-reader.ts'
import { RcwtReader } from '../../src/captions/rcwt.ts'
import { CaptionPipeline, type Unnumbered } from '../../src/client/pipeline.ts'

/** What a decoder with faults has left in an archive, as if it had been fed long ago. */

const samples = new URL('../../samples/', import.meta.url)
const startedAt = '2026-03-01T18:00:00.000Z'
const producer = 'e4b0a2f0-93a1-4e0e-9d0a-6f1f2f3f4f5f'

/** The events that a sender makes of a sample. */
export function eventsOf(sample: string): Unnumbered[] {
  const reader = createCaptionReader(sample.endsWith('.ts') ? 'ts' : 'rcwt')
  const groups = [...reader.push(readFileSync(new URL(sample, samples))), ...reader.end()]
  return eventsOfGroups(groups, { reader, source: sample })
}

/** The same of groups; `tracks` as an operator names them. */
export function eventsOfGroups(
  groups: readonly CaptionGroup[],
  {
    reader = new RcwtReader(),
    source = 'made.bin',
    tracks = null,
  }: {
    readonly reader?: CaptionReader
    readonly source?: string
    readonly tracks?: readonly string[] | null
  } = {},
): Unnumbered[] {
  const events: Unnumbered[] = []
  const pipeline = new CaptionPipeline(
    {
      ...{ run: 'run-1', anchorMs: Date.parse(startedAt), live: true, source, bin: true },
      ...{ decoder: 'ccr 0.0.1', tracks, languages: new Map([['CC1', 'en']]) },
    },
    { durable: (event) => void events.push(event), draft: () => undefined },
  )
  for (const group of groups) pipeline.push(group, reader)
  pipeline.end(reader.reachedMs?.() ?? 0)
  return events
}

/** The same as an old decoder with faults would have sent it: a word wrong, a row left out, one made up, one late. */
export function withFaults(events: readonly Unnumbered[]): Unnumbered[] {
  let cues = 0
  return events.flatMap((event): Unnumbered[] => {
    if (event.type !== 'cue' || event.track !== 'CC1') return [event]
    switch (++cues) {
      case 3:
        return [{ ...event, text: event.text.replace(/\w+/, 'WRNOG') }]
      case 5:
        return []
      case 8:
        return [event, { ...event, id: 9000, text: 'NEVER SAID AT ALL', start: event.end }]
      case 11:
        return [{ ...event, start: new Date(Date.parse(event.start) - 400).toISOString() }]
      default:
        return [event]
    }
  })
}

/** Gives them to a server as channel `news`, all at once. */
export async function feedEvents(
  url: string,
  token: string,
  events: readonly Unnumbered[],
): Promise<void> {
  const body = events.map((event, n) => `${JSON.stringify({ seq: n + 1, ...event })}\n`).join('')
  const headers = { authorization: `Bearer ${token}`, 'ccr-producer': producer }
  const answer = await fetch(`${url}/api/v1/channels/news/feed`, { method: 'POST', headers, body })
  assert.equal(answer.status, 200)
  const last = (await answer.text()).trimEnd().split('\n').at(-1) ?? ''
  assert.equal((JSON.parse(last) as { stored: number }).stored, events.length)
}

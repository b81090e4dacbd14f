import assert from 'node:assert/strict'
import { it } from 'node:test'
import { cleanText } from '../../src/captions/files/clean-text.ts'
import { hostileTexts } from '../captions/files/support.ts'
import { airingEvent, at, cueEvent, gapEvent, runEvent } from '../conformance/events.ts'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { feedAll } from '../support/download.ts'
import { addChannel, startServer, temporaryFolder } from '../support/processes.ts'

interface ShownCue {
  readonly id: string
  readonly startMs: number
  readonly endMs: number
  readonly text: string
}

it(
  'vtt is read by a browser: every text, hostile ones too, at its time',
  { skip: noBrowser },
  async () => {
    await using folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'news')
    await using server = await startServer(folder.path)
    const tracks = [
      { track: 'CC1', language: 'en' },
      { track: 'CC3', language: 'es' },
    ]
    const texts = hostileTexts
    await feedAll(server, 'news', token, [
      runEvent(1, { tracks }),
      airingEvent(2, 'a1', 0, null, { title: 'Programme --> with\nan arrow' }),
      gapEvent(3, 'g1', 500, 560),
      ...texts.map((text, n) =>
        cueEvent(n + 4, n + 1, 10 + n * 3, { text, end: at(12.5 + n * 3) }),
      ),
      cueEvent(texts.length + 4, 1, 11, { track: 'CC3', text: '<b>hola</b>' }),
      { seq: texts.length + 5, type: 'end' },
    ])
    const url = `${server.url}/api/v1/channels/news/download?format=vtt&from=${at(0)}&to=${at(3600)}`
    const browser = await launchBrowser()
    try {
      for (const track of ['CC1', 'CC1,CC3']) {
        const page = await browser.newPage()
        const shown = await page.evaluate(loadTrack, `${url}&track=${track}`)
        const expected = texts.map((text, n) => ({
          ...{ id: `run-1/CC1/${n + 1}`, startMs: 10_000 + n * 3000, endMs: 12_500 + n * 3000 },
          text: cleanText(text),
        }))
        const isBoth = track !== 'CC1'
        if (isBoth)
          expected.splice(1, 0, {
            id: 'run-1/CC3/1',
            startMs: 11_000,
            endMs: 12_000,
            text: '<b>hola</b>',
          })
        assert.deepEqual(shown, expected)
      }
    } finally {
      await browser.close()
    }
  },
)

/** In the page: the cues of a text track, with the text that would be on screen. */
async function loadTrack(src: string): Promise<ShownCue[]> {
  const video = document.createElement('video')
  video.crossOrigin = 'anonymous'
  const element = document.createElement('track')
  const loaded = new Promise((resolve, reject) => {
    element.onload = resolve
    element.onerror = () => reject(new Error('the browser does not take it'))
  })
  element.src = src
  element.track.mode = 'hidden'
  video.append(element)
  document.body.append(video)
  await loaded
  return Array.from(element.track.cues ?? [], (cue) => ({
    id: cue.id,
    startMs: Math.round(cue.startTime * 1000),
    endMs: Math.round(cue.endTime * 1000),
    text: (cue as VTTCue).getCueAsHTML().textContent,
  }))
}

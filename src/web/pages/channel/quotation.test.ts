import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { citationOf, type Quoted } from './quotation.ts'

const quoted: Quoted = {
  channel: { id: 'harbour-news', name: 'Harbour News', network: 'Harbour & Sons' },
  airing: { title: 'The 9 | 10' },
  cues: [
    { start: '2026-03-01T20:00:00.000Z', text: '>> GOOD\nEVENING.', language: 'es' },
    { start: '2026-03-01T20:00:03.000Z', text: '100 % {{SURE}} = <YES>', language: 'es' },
  ],
  when: '1 March 2026, 15:00:00 EST',
  day: '2026-03-01',
  url: 'https://ccr.example/c/harbour-news/2026-03-01T20:00:00.000Z',
  accessed: '2026-04-01',
}

describe('a quotation with its source', () => {
  it('is a sentence with its source', () => {
    assert.equal(
      citationOf(quoted, 'plain'),
      '“GOOD EVENING. 100 % {{SURE}} = <YES>” (The 9 | 10, Harbour News, 1 March 2026, 15:00:00 EST) ' +
        'https://ccr.example/c/harbour-news/2026-03-01T20:00:00.000Z',
    )
    assert.match(citationOf({ ...quoted, airing: null }, 'plain'), /\(Harbour News, 1 March/)
  })

  it('is an entry of a bibliography that LaTeX can read', () => {
    const entry = citationOf(quoted, 'bibtex')
    assert.match(entry, /^@misc\{harbournews20260301,\n/)
    assert.ok(entry.includes('organization = {Harbour \\& Sons},'))
    assert.ok(entry.includes('100 \\% \\{\\{SURE\\}\\} = <YES>”}'))
    const plain = entry.replaceAll(/\\[{}]/g, '')
    assert.equal(plain.split('{').length, plain.split('}').length)
  })

  it('is a footnote whose text cannot end its template', () => {
    const note = citationOf(quoted, 'wikipedia')
    assert.match(note, /^<ref>\{\{cite episode \|title=The 9 \{\{!\}\} 10 \|network=/)
    assert.ok(note.includes('|language=es |'))
    assert.ok(note.endsWith('100 % &#123;&#123;SURE&#125;&#125; &#61; &#60;YES&#62;}}</ref>'))
  })
})

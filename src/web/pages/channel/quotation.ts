import type { Airing, Channel, Cue } from '../../../protocol/api.ts'

export const citationStyles = ['plain', 'bibtex', 'wikipedia'] as const
export type CitationStyle = (typeof citationStyles)[number]

/** What a quotation is of. */
export interface Quoted {
  readonly channel: Pick<Channel, 'id' | 'name' | 'network'>
  readonly airing: Pick<Airing, 'title'> | null
  /** At least one; in order of time. */
  readonly cues: readonly Pick<Cue, 'start' | 'text' | 'language'>[]
  /** By the clock that the reader sees, for people. */
  readonly when: string
  /** The day by that clock, `YYYY-MM-DD`. */
  readonly day: string
  readonly url: string
  /** The day of today. */
  readonly accessed: string
}

/** A quotation with its source, as it is pasted into a text, a bibliography or an article. */
export function citationOf(quoted: Quoted, style: CitationStyle): string {
  const { channel, airing, when, day, url, accessed } = quoted
  const said = textOf(quoted)
  const where = airing === null ? channel.name : `${airing.title}, ${channel.name}`
  switch (style) {
    case 'plain':
      return `“${said}” (${where}, ${when}) ${url}`
    case 'bibtex':
      return [
        `@misc{${channel.id.replaceAll(/[^a-z0-9]/gi, '')}${day.replaceAll('-', '')},`,
        `  author = {{${bibtex(channel.name)}}},`,
        `  title = {${bibtex(airing?.title ?? channel.name)}},`,
        ...(channel.network === null ? [] : [`  organization = {${bibtex(channel.network)}},`]),
        `  date = {${day}},`,
        `  howpublished = {Television broadcast, captions},`,
        `  url = {${url}},`,
        `  urldate = {${accessed}},`,
        `  note = {${bibtex(`${when}: “${said}”`)}}`,
        '}',
      ].join('\n')
    case 'wikipedia':
      return (
        `<ref>{{cite episode |title=${wiki(airing?.title ?? channel.name)} |network=${wiki(channel.network ?? channel.name)}` +
        ` |station=${wiki(channel.name)} |date=${day} |url=${url} |access-date=${accessed}` +
        `${languageOf(quoted)} |time=${wiki(when)} |quote=${wiki(said)}}}</ref>`
      )
  }
}

/** One line; the signs of a change of speaker are for the screen, but for those between two. */
function textOf({ cues }: Quoted): string {
  return cues
    .map(({ text }) => text)
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .replace(/^\s*>>+\s*/, '')
    .trim()
}

function languageOf({ cues }: Quoted): string {
  const language = cues[0]?.language ?? null
  return language === null || /^en\b/i.test(language) ? '' : ` |language=${language}`
}

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
}

function bibtex(text: string): string {
  return text.replaceAll(/[\\{}$&#%_~^]/g, (found) => special[found] ?? `\\${found}`)
}

/** What would end the template, or begin another. */
function wiki(text: string): string {
  return text
    .replaceAll('|', '{{!}}')
    .replaceAll(/\{\{(?!!\}\})|\}\}(?<!\{\{!\}\})|\[\[|\]\]|<|>|=/g, (found) =>
      Array.from(found, (letter) => `&#${letter.charCodeAt(0)};`).join(''),
    )
}

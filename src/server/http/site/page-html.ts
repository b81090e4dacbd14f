import { escapeText } from '../../../protocol/escape-text.ts'

/** What a page says of itself to link previews, search engines and readers without scripts. */
export interface PageFacts {
  readonly title: string
  readonly description: string
  /** Its own address. */
  readonly url: string
  /** Of the picture that stands for all pages. */
  readonly picture: string
  readonly mayBeIndexed: boolean
  /** Where what is new on it can be subscribed to; null = nowhere. */
  readonly feed: string | null
  /** A transcript to be read without scripts; empty = none. */
  readonly lines: readonly PageLine[]
  /** What is shown until the page's scripts show it; empty = nothing. */
  readonly first: readonly FirstLine[]
}

export interface FirstLine {
  /** The channel's name where there are several; null where the page is the channel's. */
  readonly channel: string | null
  readonly text: string
  /** BCP 47. */
  readonly language: string | null
}

export interface PageLine {
  /** RFC 3339. */
  readonly at: string
  readonly clock: string
  readonly text: string
  /** The one that the address names. */
  readonly isSought: boolean
}

const ownTitle = /<title>[^<]*<\/title>/
const ownDescription = /<meta\s+name="description"[^>]*>/
const ownRoot = /<div id="root">/
const ownNoscript = /<noscript\s*>[\s\S]*?<\/noscript\s*>/

/** The website's page with these facts in it. All of them are data: nothing in them is markup. */
export function writeFacts(page: string, facts: PageFacts): string {
  const { title, description, url, picture, mayBeIndexed, feed, lines } = facts
  const whole = `${title} · ccr`
  const head = [
    `<title>${escapeText(whole)}</title>`,
    meta('name', 'description', description),
    meta('property', 'og:title', title),
    meta('property', 'og:description', description),
    meta('property', 'og:type', lines.length > 0 ? 'article' : 'website'),
    meta('property', 'og:site_name', 'ccr'),
    meta('property', 'og:url', url),
    meta('property', 'og:image', picture),
    meta('property', 'og:image:width', '1200'),
    meta('property', 'og:image:height', '630'),
    meta('property', 'og:image:alt', 'ccr: what television is saying, as it is said'),
    meta('name', 'twitter:card', 'summary_large_image'),
    meta('name', 'twitter:title', title),
    meta('name', 'twitter:description', description),
    meta('name', 'twitter:image', picture),
    ...(feed === null ? [] : [atom(title, feed)]),
    ...(mayBeIndexed ? [] : [meta('name', 'robots', 'noindex')]),
  ]
  // Replaced by functions: a $ in what was said is a dollar.
  const filled = page
    .replace(ownDescription, '')
    .replace(ownTitle, () => head.join('\n    '))
    .replace(ownRoot, (root) => firstLines(facts.first) + root)
  if (lines.length === 0) return filled
  const items = lines.map(
    ({ at, clock, text, isSought }) =>
      `<li><time datetime="${escapeText(at)}">${escapeText(clock)}</time> ${isSought ? `<strong>${escapeText(text)}</strong>` : escapeText(text)}</li>`,
  )
  return filled.replace(
    ownNoscript,
    () =>
      `<noscript><h1>${escapeText(title)}</h1><ol>${items.join('\n')}</ol><p><a href="/docs">The API</a> has all of it, without scripts.</p></noscript>`,
  )
}

/** Search engines need not quote them: they are gone in a moment. */
function firstLines(lines: readonly FirstLine[]): string {
  if (lines.length === 0) return ''
  const items = lines.map(({ channel, text, language }) => {
    const name = channel === null ? '' : `<b dir="auto">${escapeText(channel)}</b>`
    const spoken = language === null ? '' : ` lang="${escapeText(language)}"`
    return `<li>${name}<p dir="auto"${spoken}>${escapeText(text)}</p></li>`
  })
  return `<ul id="first" data-nosnippet>${items.join('')}</ul>`
}

function meta(kind: 'name' | 'property', name: string, content: string): string {
  return `<meta ${kind}="${name}" content="${escapeText(content)}" />`
}

function atom(title: string, address: string): string {
  return `<link rel="alternate" type="application/atom+xml" title="${escapeText(title)}" href="${escapeText(address)}" />`
}

import type { Mention, Notification } from '../../../../protocol/alerts.ts'
import { escapeText } from '../../../../protocol/escape-text.ts'
import type { LetterLinks } from './letter-text.ts'
import {
  alsoOn,
  historyOf,
  linkTo,
  placeOf,
  quoteOf,
  trailOf,
  volumeOf,
  type Surroundings,
} from './summary.ts'
import { formatClock, formatMoment } from './times.ts'

/**
 * Colours of both kinds of light. Those of daylight stand in each element, as some programs drop the style sheet; the
 * others can only stand in it.
 */
const day = {
  page: 'background:#f4f3ef;color:#1c1b19',
  card: 'background:#ffffff;border:1px solid #dedbd2',
  dim: 'color:#5c5952',
  link: 'color:#0b5394',
  mark: 'background:#ffe28a;color:#1c1b19',
}
const night = `
@media (prefers-color-scheme: dark) {
  .page { background: #16171a !important; color: #eceae4 !important; }
  .card { background: #212328 !important; border-color: #3a3d44 !important; }
  .dim { color: #b0ada4 !important; }
  .link { color: #8ec5ff !important; }
  .mark { background: #6b5300 !important; color: #fff3c4 !important; }
}`
const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"

/** The page of a letter. All that comes from captions, alerts and channels is text, and is escaped. */
export function letterHtml(
  notification: Notification,
  around: Surroundings,
  links: LetterLinks | null,
): string {
  const { words, site } = around
  const { alert, mentions, more, kind, volume, period } = notification
  const title = kind === 'test' ? words.testSubject : alert.name
  const count = mentions.length + more
  const lead: string[] = []
  if (kind === 'test') lead.push(words.test)
  const news = volumeOf(notification, words)
  if (news !== null) lead.push(news)
  else if (count > 1) lead.push(words.count(count))
  const [first] = mentions
  if (kind === 'digest' && period !== null && first !== undefined) {
    const moment = (at: string): string => formatMoment(at, first.timeZone, words.locale)
    lead.push(words.period(moment(period.from), moment(period.to)))
  }
  const history = linkTo(site, historyOf(notification))
  const more_ = more > 0 ? paragraph(link(history, words.more(more)), 'margin:16px 0') : ''
  const seen =
    volume === null
      ? ''
      : paragraph(link(linkTo(site, volume.link), words.seeSearch), 'margin:0 0 16px')
  return page(
    words.locale,
    title,
    `<h1 style="font-size:20px;line-height:1.3;margin:0 0 8px;overflow-wrap:anywhere">${escapeText(title)}</h1>
${lead.map((line) => paragraph(escapeText(line), `margin:0 0 16px;font-size:15px`)).join('\n')}
${seen}
${mentions.map((mention) => mentionHtml(mention, around)).join('\n')}
${more_}
${footHtml(notification, around, links)}`,
  )
}

/** A letter with one sentence and one thing to do, such as the confirmation of an address. */
export function plainHtml(
  locale: string,
  title: string,
  text: string,
  button: { readonly href: string; readonly label: string },
  foot: { readonly text: string; readonly href: string },
): string {
  return page(
    locale,
    title,
    `<h1 style="font-size:20px;line-height:1.3;margin:0 0 8px">${escapeText(title)}</h1>
<div class="card" style="${day.card};border-radius:8px;padding:16px">
${paragraph(escapeText(text), 'margin:0 0 16px;font-size:16px;overflow-wrap:anywhere')}
<p style="margin:0"><a href="${escapeText(button.href)}" style="display:inline-block;background:#0b5394;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none;font-size:16px">${escapeText(button.label)}</a></p>
</div>
<p class="dim" style="${day.dim};font-size:13px;margin:16px 0 0;overflow-wrap:anywhere">${escapeText(foot.text)} ${link(foot.href, foot.href)}</p>`,
  )
}

function page(locale: string, title: string, body: string): string {
  return `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeText(title)}</title>
<style>:root { color-scheme: light dark; }${night}</style>
</head>
<body class="page" style="margin:0;padding:16px;${day.page};${font};line-height:1.5">
<div style="max-width:600px;margin:0 auto">
${body}
</div>
</body>
</html>
`
}

function mentionHtml(mention: Mention, around: Surroundings): string {
  const { words, site } = around
  const { before, parts, after } = quoteOf(mention)
  const said = parts
    .map(({ text, isMatch }) =>
      isMatch
        ? `<mark class="mark" style="${day.mark};padding:0 2px;border-radius:2px;font-weight:600">${escapeText(text)}</mark>`
        : escapeText(text),
    )
    .join('')
  const dim = (text: string): string =>
    text === '' ? '' : `<span class="dim" style="${day.dim}">${escapeText(text)}</span>`
  const passage = [dim(before), said, dim(after)].filter((part) => part !== '').join(' ')
  const clock = (at: string): string => formatClock(at, mention.timeZone, words.locale)
  const also =
    mention.repeats > 0
      ? paragraph(
          escapeText(`${words.alsoOn(mention.repeats)} ${alsoOn(mention)}`),
          'margin:8px 0 0;font-size:14px',
        )
      : ''
  return `<div class="card" style="${day.card};border-radius:8px;padding:16px;margin:0 0 12px;overflow-wrap:anywhere">
<p style="margin:0;font-weight:600;font-size:15px">${escapeText(placeOf(mention, words))}</p>
<p class="dim" style="${day.dim};margin:0 0 12px;font-size:14px">${escapeText(formatMoment(mention.start, mention.timeZone, words.locale))}</p>
<blockquote${languageOf(mention)} style="margin:0;font-size:17px;line-height:1.55">${passage}</blockquote>
${also}
<p style="margin:12px 0 0;font-size:15px">${link(linkTo(site, mention.permalink), words.open)}</p>
<p class="dim" style="${day.dim};margin:8px 0 0;font-size:13px">${escapeText(trailOf(mention, around, clock).join(' → '))}</p>
</div>`
}

function footHtml(
  { kind, alert, because }: Notification,
  { words, site }: Surroundings,
  links: LetterLinks | null,
): string {
  const why = kind === 'test' ? words.whyTest : words.why(alert.name, alert.restated)
  const held = words.because[because]
  const actions = [
    ...(links === null ? [] : [link(links.mute, words.mute), link(links.stop, words.stop)]),
    link(linkTo(site, '/destinations'), words.manage),
  ]
  return `<div class="dim" style="${day.dim};font-size:13px;margin:20px 0 0;overflow-wrap:anywhere">
<p style="margin:0 0 8px">${escapeText([why, held].filter((each) => each !== null).join(' '))}</p>
${actions.map((action) => `<p style="margin:0 0 8px">${action}</p>`).join('\n')}
</div>`
}

function languageOf({ language }: Mention): string {
  return language === null ? '' : ` lang="${escapeText(language)}"`
}

function link(href: string, label: string): string {
  return `<a class="link" href="${escapeText(href)}" style="${day.link}">${escapeText(label)}</a>`
}

function paragraph(html: string, style: string): string {
  return `<p style="${style}">${html}</p>`
}

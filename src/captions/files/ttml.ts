import type { FileFacts, FileItem, FileState, FileWriter } from './caption-file.ts'
import { cleanLine, cleanText, escapeMarkup } from './clean-text.ts'
import { gapWords } from './spans.ts'
import { fileTimes, formatClock } from './times.ts'

/** Where a track that the head did not foresee is shown. */
const spareRegion = 'other'

/**
 * TTML 2 in the text profile of IMSC 1.1: a region a track, the first at the bottom and the others at the top; overlapping
 * cues stand in one region one below the other, so their times are kept as they are. Programmes and gaps are comments.
 */
export const ttmlWriter: FileWriter = {
  mediaType: 'application/ttml+xml; charset=utf-8',
  tellsSpans: true,
  head,
  item: formatItem,
  tail: () => '</div></body>\n</tt>\n',
}

function head(facts: FileFacts): string {
  const tracks = facts.tracks.map(({ track }) => track)
  const language = facts.tracks[0]?.language ?? ''
  const range = `${facts.channel}, ${facts.from ?? ''}/${facts.to ?? ''}, ${tracks.join(' ')}`
  return `<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling" ttp:contentProfiles="http://www.w3.org/ns/ttml/profile/imsc1.1/text" ttp:cellResolution="32 15" xml:lang="${attribute(language)}" xml:space="preserve">
<head>
<metadata><ttm:title>${escapeMarkup(cleanLine(facts.name))}</ttm:title><ttm:desc>${escapeMarkup(cleanLine(range))}</ttm:desc></metadata>
<styling><style xml:id="caption" tts:color="#ffffff" tts:backgroundColor="#000000c0" tts:fontFamily="monospaceSansSerif" tts:textAlign="center"/></styling>
<layout>${[...tracks.map(regionName), spareRegion].map(region).join('')}</layout>
</head>
<body style="caption"><div>
`
}

function region(name: string, n: number): string {
  const align = n === 0 ? 'after' : 'before'
  return `<region xml:id="${name}" tts:origin="10% 10%" tts:extent="80% 80%" tts:displayAlign="${align}"/>`
}

function formatItem(item: FileItem, facts: FileFacts, state: FileState): string {
  if (item.type === 'gap') return comment(`gap: ${gapWords(item.value)}`)
  if (item.type === 'airing')
    return comment(`programme: ${cleanLine(item.value.title)}, from ${item.value.start}`)
  const { run, track, id, language } = item.value
  const text = escapeMarkup(cleanText(item.value.text)).replaceAll('\n', '<br/>')
  if (text === '') return ''
  const { startMs, endMs } = fileTimes(item.value, state)
  state.cues++
  const known = facts.tracks.some((each) => each.track === track)
  const place = known ? regionName(track) : spareRegion
  const spoken =
    language === null || language === facts.tracks[0]?.language ? '' : ` xml:lang="${language}"`
  return `<p xml:id="c.${run}.${track}.${id}" region="${place}" begin="${formatClock(startMs, '.')}" end="${formatClock(endMs, '.')}"${spoken}>${text}</p>\n`
}

/** XML names do not begin with a digit, as tracks may. */
function regionName(track: string): string {
  return `track.${track}`
}

function comment(text: string): string {
  return `<!-- ${text.replaceAll('--', '‐‐')} -->\n`
}

function attribute(text: string): string {
  return escapeMarkup(text).replaceAll('"', '&quot;')
}

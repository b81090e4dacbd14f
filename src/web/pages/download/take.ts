import type { Cue } from '../../../protocol/api.ts'
import type { Span } from '../../shared/time/days.ts'

export const formats = ['srt', 'vtt', 'ttml', 'scc', 'txt', 'json', 'jsonl', 'csv', 'bin'] as const
export type Format = (typeof formats)[number]

/** Single lines that an address has room for; more go as a body, up to `maxBody`. */
export const maxInAddress = 200
export const maxBody = 5000
const longestScc = 86_400_000

/** What a reader takes of a channel. */
export type Take =
  | ({ readonly kind: 'range' } & Span)
  | { readonly kind: 'airings'; readonly ids: readonly string[] }
  | ({ readonly kind: 'cues'; readonly cues: readonly string[] } & Span)

/** What has a beginning and an end. */
export type Stretch = Extract<Take, Span>

export interface Wish {
  readonly channel: string
  readonly take: Take
  readonly format: Format
  /** null = all. */
  readonly track: string | null
}

/** Why the file cannot be had like this. */
export type Obstacle = 'one-track' | 'one-day' | 'backwards' | 'too-many'

export function obstacleOf({ take, format, track }: Wish, tracks: number): Obstacle | null {
  if (format === 'scc' && track === null && tracks > 1) return 'one-track'
  if (take.kind === 'airings') return take.ids.length > 100 ? 'too-many' : null
  if (take.from >= take.to) return 'backwards'
  if (format === 'scc' && Date.parse(take.to) - Date.parse(take.from) > longestScc) return 'one-day'
  return take.kind === 'cues' && take.cues.length > maxBody ? 'too-many' : null
}

/** Original bytes are not kept by line, nor by track. */
export function settled(wish: Wish): Wish {
  if (wish.format !== 'bin') return wish
  const { take } = wish
  return {
    ...wish,
    track: null,
    take: take.kind === 'cues' ? { kind: 'range', from: take.from, to: take.to } : take,
  }
}

/** Lines that follow one another are a range; others are named one by one. */
export function takeOfLines(
  lines: readonly Cue[],
  isChecked: (cue: Cue) => boolean,
  rest: { readonly isWhole: boolean; readonly to: string },
): Stretch | null {
  const first = lines.findIndex(isChecked)
  const last = lines.findLastIndex(isChecked)
  const [begin, end] = [lines[first], lines[last]]
  if (begin === undefined || end === undefined) return null
  const chosen = lines.slice(first, last + 1)
  const next = lines[last + 1]?.start ?? (rest.isWhole ? rest.to : null)
  const from = begin.start
  const to = endOf(end, next)
  const isExact = lines[first - 1]?.start !== from && next !== end.start
  if (isExact && chosen.every(isChecked)) return { kind: 'range', from, to }
  return { kind: 'cues', from, to, cues: chosen.filter(isChecked).map(nameOfCue) }
}

/** A range ends before what begins at its end: with the line, unless another begins while it lasts. */
function endOf({ start, end }: Cue, next: string | null): string {
  const after = new Date(Date.parse(start) + 1).toISOString()
  if (next === null || next <= start) return after
  const to = end < next ? end : next
  return to > after ? to : after
}

export function nameOfCue({ run, track, id }: Cue): string {
  return `${run}/${track}/${id}`
}

/** Files that it is: one, or one for each airing. */
export function filesOf(wish: Wish): readonly Wish[] {
  const { take } = wish
  if (take.kind !== 'airings') return [wish]
  return take.ids.map((id) => ({ ...wish, take: { kind: 'airings', ids: [id] } }))
}

/** The file's own address: whoever opens it gets the file. */
export function linkOf(wish: Wish): string {
  const isZip = wish.take.kind === 'airings' && wish.take.ids.length > 1
  return `${folderOf(wish)}/${isZip ? 'download.zip' : 'download'}?${queryOf(wish)}`
}

export function sizeLinkOf(wish: Wish): string {
  return `${folderOf(wish)}/download/size?${queryOf(wish)}`
}

/** For selections that an address is too short for. */
export function bodyOf({ take, format, track }: Wish): object {
  const shared = { format, track: track === null ? [] : [track] }
  if (take.kind === 'airings') return { ...shared, airing: take.ids }
  const { from, to } = take
  return { ...shared, from, to, ...(take.kind === 'cues' ? { cue: take.cues } : {}) }
}

export function isInBody({ take }: Wish): boolean {
  return take.kind === 'cues' && take.cues.length > maxInAddress
}

export function postLinkOf(wish: Wish): string {
  return `${folderOf(wish)}/download`
}

function folderOf({ channel }: Wish): string {
  return `/api/v1/channels/${encodeURIComponent(channel)}`
}

function queryOf({ take, format, track }: Wish): string {
  const query = new URLSearchParams({ format })
  if (take.kind === 'airings') for (const id of take.ids) query.append('airing', id)
  else {
    query.set('from', take.from)
    query.set('to', take.to)
  }
  if (track !== null) query.set('track', track)
  if (take.kind === 'cues') for (const cue of take.cues) query.append('cue', cue)
  return query.toString().replaceAll('%3A', ':').replaceAll('%2F', '/')
}

export function curlOf(wish: Wish, origin: string): string {
  return `curl -fOJ '${origin}${linkOf(wish)}'`
}

/** The same with this project's own program; it takes no single lines. */
export function ccrOf({ channel, take, format, track }: Wish, origin: string): string | null {
  if (take.kind === 'cues') return null
  const what =
    take.kind === 'airings'
      ? `--airing ${take.ids.join(',')}`
      : `--from ${take.from} --to ${take.to}`
  const of = track === null ? '' : ` --track ${track}`
  return `ccr download --server ${origin} --channel ${channel} ${what}${of} --format ${format}`
}

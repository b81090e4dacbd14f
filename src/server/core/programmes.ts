import { view, type Reader } from '../../policy/view.ts'
import type { Programme } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import { tokenize } from '../../query/text/tokenize.ts'
import type { Archive, Range } from '../ports/archive.ts'
import type { Directory } from '../ports/directory.ts'
import { clipRange } from './clip-range.ts'

/** Without a beginning, this far back. */
const usualDays = 31
const mostTerms = 20

export interface ProgrammeQuestion extends Range {
  readonly reader: Reader
  readonly q: string
  /** Empty = all that the reader may see. */
  readonly channels: readonly string[]
  /** Airings told of each programme. */
  readonly newest: number
}

export interface ProgrammeOptions {
  readonly archive: Archive
  readonly directory: Directory
  readonly now: () => number
}

/**
 * What was on, on any channel that the reader may see, whose title has all the words, each perhaps only begun;
 * the latest broadcast first. `bad-request` (CcrError) when there is no word in it, or very many.
 */
export async function findProgrammes(
  options: ProgrammeOptions,
  question: ProgrammeQuestion,
): Promise<readonly Programme[]> {
  const { archive, directory, now } = options
  const { reader, channels, newest, to } = question
  const terms = [...new Set(tokenize(question.q).terms)]
  if (terms.length === 0) throw new CcrError('bad-request', 'q: there is no word in it')
  if (terms.length > mostTerms)
    throw new CcrError('bad-request', `q: at most ${mostTerms} different words`)
  const untilMs = to === null ? now() : Date.parse(to)
  const from = question.from ?? new Date(untilMs - usualDays * 86_400_000).toISOString()
  const found: Programme[] = []
  // One channel after the other, so that other readers of the archive are served in between.
  for (const channel of directory.channels()) {
    if (channels.length > 0 && !channels.includes(channel.id)) continue
    const seen = view(reader, channel)
    if (!seen.allowed) continue
    const range = clipRange({ from, to }, seen, now())
    found.push(...(await archive.programmes(channel.id, range, { terms, newest })))
  }
  const last = ({ airings }: Programme): string => airings[0]?.start ?? ''
  return found.sort((a, b) => (last(a) > last(b) ? -1 : last(a) < last(b) ? 1 : 0))
}

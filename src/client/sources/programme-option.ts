import { SourceError } from './source.ts'

/** An input, and which programme of its stream is meant; null = the first with captions. */
export interface ProgrammeOption {
  readonly address: string
  readonly programme: number | null
}

const mostProgramme = 65_535
const inFragment = /#program=([^#&]*)$/
const inQuery = /([?&])program=(\d+)(?:&|(?=#)|$)/

/**
 * Takes `?program=3` off an input of any kind. A server whose own addresses say `program` is asked with them as they are
 * when `#program=3`, or `#program=first`, is put behind them.
 */
export function takeProgramme(input: string): ProgrammeOption {
  const fragment = inFragment.exec(input)
  if (fragment !== null) {
    const address = input.slice(0, fragment.index)
    const named = fragment[1] ?? ''
    return { address, programme: named === 'first' ? null : parseNumber(named) }
  }
  const query = inQuery.exec(input)
  if (query === null) return { address: input, programme: null }
  const [whole, sign = '?', named = ''] = query
  const [before, after] = [input.slice(0, query.index), input.slice(query.index + whole.length)]
  // What followed in the query goes on with the sign that was before it.
  const address = after === '' || after.startsWith('#') ? before + after : before + sign + after
  return { address, programme: parseNumber(named) }
}

function parseNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > mostProgramme)
    throw new SourceError(
      `expected program= with a number from 1 to ${mostProgramme}, as ccr inspect lists them, got ${text.slice(0, 20)}`,
    )
  return number
}

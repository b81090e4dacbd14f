import { rehearsalSchema, type Rehearsal, type Suggestion } from '../protocol/rehearsal.ts'
import { askServer, type ServerFlags } from './shared/ask-server.ts'
import { usageError } from './shared/exit.ts'
import { formatItem, plain } from './shared/format-item.ts'
import { tellProblems } from './search.ts'
import { formatTable } from './shared/table.ts'

export interface RehearseFlags extends ServerFlags {
  readonly channel?: string
  readonly days: string
  readonly json?: boolean
}

const changes: Readonly<Record<Suggestion['why'], string>> = {
  'as-phrase': 'the words one after another',
  nearer: 'the words near each other',
  'without-channel': 'without the channel that says it most',
  'without-filters': 'without its filters',
  'words-apart': 'the words anywhere near each other',
  beginnings: 'other forms of the words too',
}
/** Channels that are listed. */
const mostChannels = 10

/** Prints what an alert would have told; ends with 3 when the server refuses. */
export async function runRehearse(query: string, flags: RehearseFlags): Promise<void> {
  const days = Number(flags.days)
  if (!Number.isInteger(days) || days < 1)
    throw usageError(`--days: expected a whole number of days, got ${flags.days}`)
  const channels = flags.channel?.split(',') ?? []
  const wish = { query, channels, days }
  const answer = await askServer(flags, '/api/v1/alerts/rehearse', rehearsalSchema, wish)
  tellProblems(answer)
  process.stdout.write(flags.json === true ? `${JSON.stringify(answer)}\n` : format(answer))
}

function format({
  query,
  mentions,
  days,
  perDay,
  byChannel,
  samples,
  suggestion,
}: Rehearsal): string {
  const often = mentions === 0 ? '' : `, ${perDay} a day`
  const head = `${query}\n${times(mentions)} in the last ${days} days${often}\n`
  const rows = byChannel
    .slice(0, mostChannels)
    .map(({ channel, name, mentions: count }) => [channel, plain(name), String(count)])
  const table = rows.length === 0 ? '' : `\n${formatTable([['CHANNEL', 'NAME', 'TIMES'], ...rows])}`
  const said = samples.length === 0 ? '' : `\n${samples.map(formatItem).join('')}`
  const instead =
    suggestion === null
      ? ''
      : `\n${changes[suggestion.why]}: ${times(suggestion.mentions)}\n  ${suggestion.query}\n`
  return head + table + said + instead
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

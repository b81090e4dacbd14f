import { performance } from 'node:perf_hooks'
import { workerData } from 'node:worker_threads'
import type {
  SearchPage,
  SearchPageRequest,
  Timeline,
  TimelineRequest,
} from '../../../../ports/search.ts'
import { openLogReader } from '../../log/log-reader.ts'
import { ArchiveReader } from '../../volumes/archive-reader.ts'
import { reviewEveryMs, Troubles } from '../../volumes/troubles.ts'
import { monthOf } from '../../volumes/months.ts'
import { Volumes } from '../../volumes/volumes.ts'
import { openPort, serveCalls } from '../../../workers/worker-host.ts'
import { errorAnswer, type CallMessage } from '../../../workers/worker-protocol.ts'
import { IndexVolumes } from './index-volumes.ts'
import { PassageReader } from './passage-reader.ts'
import { SearchState } from './search-state.ts'
import { Searcher, type Steps } from './searcher.ts'
import { historyOf } from '../tail/history.ts'
import type { History } from '../tail/tail-stream.ts'
import { UnreadMonths } from './unread-months.ts'

/** Calls of a searching worker. */
export type SearchCalls = {
  page: [SearchPageRequest, SearchPage]
  timeline: [TimelineRequest, Timeline]
}

const { dataDir } = workerData as { readonly dataDir: string }
const log = openLogReader(dataDir)
const volumes = new Volumes(dataDir)
const port = openPort()
const troubles = new Troubles((found) => port.post({ type: 'troubles', troubles: found }))
const archive = new ArchiveReader(log, volumes, troubles)
const review = setInterval(() => troubles.review(), reviewEveryMs)
const indexes = new IndexVolumes(dataDir)
const months = new UnreadMonths(volumes, troubles, () => performance.now())
const read = historyOf(archive)
/** What of the last words was said in a month that cannot be read is missing before them. */
const history: History = (stream, before) => {
  try {
    return read(stream, before)
  } catch (error) {
    months.note(monthOf(before === null ? Date.now() : Date.parse(before.start)), error)
    return []
  }
}
const state = new SearchState(log, months, indexes, history)
const passages = new PassageReader(archive, state.spans)
const searcher = new Searcher(state, passages, months, () => performance.now())

/** Searches under way take turns, so that a page does not wait for a chart of years. */
const running: { readonly id: number; readonly steps: Steps<SearchPage | Timeline> }[] = []

serveCalls(
  (calls) => {
    for (const call of calls) running.push({ id: call.id, steps: start(call) })
    schedule()
  },
  () => {
    clearInterval(review)
    state.close()
    indexes.close()
    volumes.close()
    log.db.close()
  },
)
port.post({ type: 'ready' })

function start({ name, input }: CallMessage): Steps<SearchPage | Timeline> {
  return name === 'page'
    ? searcher.page(input as SearchPageRequest)
    : searcher.timeline(input as TimelineRequest)
}

let isScheduled = false

function schedule(): void {
  if (isScheduled) return
  isScheduled = true
  setImmediate(() => {
    isScheduled = false
    turn()
  })
}

function turn(): void {
  const search = running.shift()
  if (search === undefined) return
  try {
    const { done, value } = search.steps.next()
    if (done === true) port.post({ type: 'answers', answers: [{ id: search.id, ok: true, value }] })
    else running.push(search)
  } catch (error) {
    port.post({ type: 'answers', answers: [errorAnswer(search.id, error)] })
  }
  if (running.length > 0) schedule()
}

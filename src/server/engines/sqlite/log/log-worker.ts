import { channel } from 'node:diagnostics_channel'
import { statSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { DatabaseSync } from 'node:sqlite'
import { CcrError } from '../../../../protocol/codes.ts'
import { messageOf } from '../../../../protocol/message-of.ts'
import { lockFile, logFile } from '../data-folder.ts'
import { openWritable, storageFailure, transaction } from '../database.ts'
import type { LogCalls, LogWorkerData } from './log-calls.ts'
import { logDamage, sayDamage } from './log-damage.ts'
import { LogForgetter } from './log-forgetter.ts'
import { logMigrations } from './log-schema.ts'
import { LogStore } from './log-store.ts'
import { openPort, serveCalls, type Port } from '../../workers/worker-host.ts'
import { errorAnswer, type AnswerMessage, type CallMessage } from '../../workers/worker-protocol.ts'

/**
 * After a commit of n calls the next waits 4 n ms, within these bounds: a lone tuner is acked at once,
 * and under load everything of 50 ms is one transaction and one fsync.
 */
const minIntervalMs = 4
const maxIntervalMs = 50
/** How often a storage that has failed is tried again. */
const probeIntervalMs = 500
/** Free space that a probe asks for; a disk with less is still full. */
const probeBytes = 256 * 1024
/** Rows deleted in one transaction: the writer must be back within milliseconds. */
const expireRows = 2000

const beginning = channel('ccr:log.beginning')
const written = channel('ccr:log.written')
const committed = channel('ccr:log.committed')

type Write = { readonly [N in keyof LogCalls]: (input: LogCalls[N][0]) => LogCalls[N][1] }

class LogWorker {
  readonly #data: LogWorkerData
  readonly #port: Port
  readonly #db: DatabaseSync
  readonly #lock: DatabaseSync
  readonly #store: LogStore
  readonly #handlers: Write
  #queue: CallMessage[] = []
  #scheduled = false
  #nextCommitMs = 0
  #probe: NodeJS.Timeout | undefined
  /** Which file was opened: commits into one that has been taken away would be lost with it. */
  readonly #inode: number
  #isLost = false

  constructor(data: LogWorkerData, port: Port) {
    this.#data = data
    this.#port = port
    this.#lock = lockFolder(data.dataDir)
    this.#db = openWritable(logFile(data.dataDir), logMigrations)
    // The default checkpoints, with an fsync of the database, every 4 MB.
    this.#db.exec('PRAGMA wal_autocheckpoint = 4000')
    const store = new LogStore(this.#db)
    this.#store = store
    const forgetter = new LogForgetter(this.#db)
    this.#inode = statSync(logFile(data.dataDir)).ino
    this.#handlers = {
      append: ({ batch, nowMs }) => store.append(batch, nowMs),
      fence: (channel) => store.fence(channel),
      producer: ({ channel, producer }) => store.producer(channel, producer),
      monitoring: (channel) => store.monitoring(channel),
      tip: (channel) => store.tip(channel),
      filed: (filed) => {
        store.filed(filed)
        return null
      },
      expire: ({ beforeMs, rejectsBeforeMs }) =>
        store.expire(beforeMs, rejectsBeforeMs, expireRows),
      forget: ({ channel, beforeMs }) => {
        store.touched.add(channel)
        const changed = forgetter.forget(channel, beforeMs, expireRows)
        store.forgetBook(channel)
        return changed
      },
      unshelve: ({ channel, months }) => {
        forgetter.unshelve(channel, months)
        return null
      },
      fault: () => null,
    }
  }

  receive(calls: readonly CallMessage[]): void {
    for (const call of calls) {
      if (call.name === 'fault') this.#fault(call)
      else this.#queue.push(call)
    }
    this.#schedule()
  }

  close(): void {
    clearInterval(this.#probe)
    this.#probe = undefined
    this.#commit()
    this.#db.close()
    this.#lock.close()
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return
    this.#scheduled = true
    const waitMs = this.#nextCommitMs - performance.now()
    if (waitMs <= 0) setImmediate(() => this.#commit())
    else setTimeout(() => this.#commit(), waitMs)
  }

  #commit(): void {
    this.#scheduled = false
    const calls = this.#queue
    this.#queue = []
    if (this.#isLost) {
      const lost = new CcrError('storage-unavailable', 'The storage is lost; the server is ending.')
      const answers = calls.map(({ id }) => errorAnswer(id, lost))
      if (answers.length > 0) this.#port.post({ type: 'answers', answers })
      return
    }
    const intervalMs = Math.min(maxIntervalMs, minIntervalMs * calls.length)
    this.#nextCommitMs = performance.now() + intervalMs
    if (calls.length === 0) return
    this.#port.post({ type: 'answers', answers: this.#perform(calls) })
  }

  #perform(calls: readonly CallMessage[]): AnswerMessage[] {
    const { dataDir } = this.#data
    const file = logFile(dataDir)
    try {
      beginning.publish(undefined)
      const answers = transaction(this.#db, () => {
        const given = calls.map((call) => this.#answer(call))
        written.publish(undefined)
        return given
      })
      committed.publish(undefined)
      this.#store.touched.clear()
      if (statSync(file, { throwIfNoEntry: false })?.ino !== this.#inode)
        throw new CcrError('storage-unavailable', this.#lose(sayDamage(dataDir, 'it is not there')))
      return answers
    } catch (error) {
      this.#store.rollback()
      const failure = storageFailure(error)
      const damage = logDamage(dataDir, error)
      if (damage !== undefined) this.#lose(damage)
      if (this.#isLost) return calls.map(({ id }) => errorAnswer(id, error))
      if (failure !== undefined) {
        this.#tell(`Nothing can be stored in ${file}: ${failure}.`)
        const cause = new CcrError('storage-unavailable', `Nothing can be stored: ${failure}.`)
        return calls.map((call) => this.#answerReading(call) ?? errorAnswer(call.id, cause))
      }
      // One call is at fault, and must not take the others with it.
      const [call, ...others] = calls
      if (call === undefined) return []
      if (others.length === 0) return [errorAnswer(call.id, error)]
      return calls.flatMap((each) => this.#perform([each]))
    }
  }

  #answer(call: CallMessage): AnswerMessage {
    const handler = this.#handlers[call.name as keyof LogCalls] as (input: unknown) => unknown
    return { id: call.id, ok: true, value: handler(call.input) }
  }

  /** What needs nothing written is answered on a full disk, too. */
  #answerReading({ id, name, input }: CallMessage): AnswerMessage | undefined {
    if (name !== 'tip') return undefined
    return { id, ok: true, value: this.#store.peek(input as LogCalls['tip'][0]) }
  }

  /** Nothing is stored or acknowledged any more. */
  #lose(message: string): string {
    this.#isLost = true
    this.#port.post({ type: 'fatal', message })
    return message
  }

  #tell(problem: string | null): void {
    if ((problem === null) === (this.#probe === undefined)) return
    this.#port.post({ type: 'problem', problem })
    clearInterval(this.#probe)
    this.#probe =
      problem === null ? undefined : setInterval(() => this.#tryStorage(), probeIntervalMs)
  }

  /** Only this tells that the disk is back: a call that came through may have written nothing. */
  #tryStorage(): void {
    try {
      transaction(this.#db, () => {
        this.#db.exec(`INSERT OR REPLACE INTO probe VALUES (1, zeroblob(${probeBytes}))`)
      })
      transaction(this.#db, () => this.#db.exec('DELETE FROM probe'))
      this.#tell(null)
    } catch {
      // Still failing: reported when it began, and tried again.
    }
  }

  #fault({ id, input }: CallMessage): void {
    if (!this.#data.testing) throw new Error('faults are for tests')
    if (input === 'crash') throw new Error('crashed on purpose')
    const { maxPages } = input as { maxPages: number }
    this.#db.exec(`PRAGMA max_page_count = ${maxPages}`)
    this.#port.post({ type: 'answers', answers: [{ id, ok: true, value: null }] })
  }
}

/**
 * Two servers on one folder would give out the same positions. The lock is the operating system's
 * and goes with the process, however it ends.
 */
function lockFolder(dataDir: string): DatabaseSync {
  const db = new DatabaseSync(lockFile(dataDir), { timeout: 2000 })
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return db
  } catch (error) {
    db.close()
    if (storageFailure(error) !== 'the database is locked') throw error
    throw new Error(`${dataDir} is in use by another ccr serve; stop it, or choose another folder`)
  }
}

const port = openPort()
try {
  const worker = new LogWorker(workerData as LogWorkerData, port)
  serveCalls(
    (calls) => worker.receive(calls),
    () => worker.close(),
  )
  port.post({ type: 'ready' })
} catch (error) {
  const { dataDir } = workerData as LogWorkerData
  const damage = logDamage(dataDir, error)
  const message = messageOf(error)
  port.post(damage === undefined ? { type: 'failed', message } : { type: 'fatal', message: damage })
}

import assert from 'node:assert/strict'
import path from 'node:path'
import {
  addChannel,
  temporaryFolder,
  until,
  type Folder,
  type Running,
  type Server,
} from '../processes.ts'
import type { Random } from '../random.ts'
import { fetchCues } from '../recording.ts'
import { PlanFile, type Fault } from './plan.ts'
import { crashEnvironment } from './points.ts'
import { serveHurried } from './hurried.ts'
import { cutRecording, type Recording } from './recordings.ts'
import { checkEverywhere } from './readers.ts'
import { sendLive, sendRecordings, type RecordedInput, type SenderOptions } from './senders.ts'
import { checkStory, type Session } from './story.ts'
import { watchEvents, watchSocket, type Watcher } from './watchers.ts'

const files = ['canal-plaza', 'river-sport', 'sky-and-sea', 'the-cartographer'].map(
  (name) => `samples/${name}.bin`,
)
const recorded = ['alpha', 'beta']
const live = 'gamma'
const channels = [...recorded, live]
const firstMonth = Date.UTC(2024, 0)

/** One data folder with its senders, viewers and what they were told, through many crashes. */
export class World implements AsyncDisposable {
  readonly #folder: Folder
  readonly #random: Random
  readonly doesForget: boolean
  readonly #stories = new Map<string, Session[]>(channels.map((id) => [id, []]))
  readonly #watchers: Watcher[] = []
  readonly #serverPlan: PlanFile
  readonly #senderPlan: PlanFile
  readonly #token: string
  #server: Server
  #months = 0

  private constructor(
    folder: Folder,
    random: Random,
    doesForget: boolean,
    token: string,
    server: Server,
  ) {
    this.#folder = folder
    this.#random = random
    this.doesForget = doesForget
    this.#token = token
    this.#server = server
    this.#serverPlan = new PlanFile(path.join(folder.path, 'server.plan'))
    this.#senderPlan = new PlanFile(path.join(folder.path, 'sender.plan'))
    const url = (): string => this.#server.url
    for (const id of channels) this.#watchers.push(watchSocket(url, id), watchEvents(url, id))
  }

  /** `doesForget`: the log keeps nothing that is filed, so that all is read from volumes. */
  static async create(random: Random, doesForget: boolean): Promise<World> {
    const folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    let token = ''
    for (const id of channels) token = await addChannel(data, id, 'admin')
    const server = await serve(folder.path, 0, doesForget)
    const world = new World(folder, random, doesForget, token, server)
    await until('every viewer has opened', () => world.#watchers.every(({ isOpen }) => isOpen))
    return world
  }

  /** Sends while one side dies of the fault; returns whether it did. */
  async round(fault: Fault): Promise<boolean> {
    const isSender = (fault.type === 'kill' ? fault.side : fault.point.side) === 'sender'
    const isLive = this.#random.next() < 0.4
    const plan = isSender ? this.#senderPlan : this.#serverPlan
    if (fault.type === 'point') plan.arm(fault.point.name, fault.nth)
    const sending = isLive ? this.#pipe() : this.#read()
    // A server has both kinds at once now and then; a sender that dies is alone, so that rounds are short.
    const beside = !isSender && isLive && this.#random.next() < 0.5 ? this.#read() : null
    await using first = sending.begin(isSender)
    await using second = beside?.begin(false) ?? null
    const happened = await happen(fault, isSender ? first : this.#server, plan)
    plan.disarm()
    if (!isSender) this.#server = await serve(this.#folder.path, this.#port, this.doesForget)
    if (happened && isSender) {
      await using again = sending.begin(false)
      await finish(again)
    } else await finish(first)
    if (second !== null) await finish(second)
    for (const { sessions } of [sending, ...(beside === null ? [] : [beside])])
      for (const [channel, told] of sessions(happened && isSender))
        this.#story(channel).push(...told)
    for (const channel of channels)
      checkStory(channel, await fetchCues(this.#server.url, channel), this.#story(channel))
    return happened
  }

  /** Recordings, over the end of a month and of an hour. */
  #read(): Sending {
    const inputs = recorded.map((channel): RecordedInput => {
      const boundary = new Date(firstMonth).setUTCMonth(++this.#months)
      return { channel, recording: this.#cut(), startAtMs: boundary - this.#random.below(20_000) }
    })
    return {
      begin: (armed) => sendRecordings(this.#options(armed), inputs),
      sessions: (died) =>
        inputs.map(({ channel, recording: { cues }, startAtMs }) => {
          const whole = { kind: 'whole' as const, cues, startAtMs }
          return [channel, died ? [whole, { ...whole, kind: 'again' }] : [whole]]
        }),
    }
  }

  /** A live source. */
  #pipe(): Sending {
    const recording = this.#cut()
    const overMs = 300 + this.#random.below(500)
    const { cues } = recording
    return {
      begin: (armed) => sendLive(this.#options(armed), live, recording, overMs),
      sessions: (died) => {
        const whole = { kind: 'whole' as const, cues, startAtMs: null }
        return [[live, died ? [{ ...whole, kind: 'cut' }, whole] : [whole]]]
      },
    }
  }

  /** Every way to read, against the story and against each other. */
  async check(): Promise<number> {
    let cues = 0
    for (const channel of channels)
      cues += await checkEverywhere({
        ...{ url: this.#server.url, channel, story: this.#story(channel) },
        ...{ doesForget: this.doesForget },
        watchers: this.#watchers.filter(({ what }) => what.startsWith(`${channel} `)),
      })
    return cues
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const watcher of this.#watchers) watcher[Symbol.dispose]()
    await this.#server[Symbol.asyncDispose]()
    await this.#folder[Symbol.asyncDispose]()
  }

  get #port(): number {
    return Number(new URL(this.#server.url).port)
  }

  #options(armed: boolean): SenderOptions {
    return {
      ...{ folder: this.#folder.path, port: this.#port, token: this.#token },
      env: armed ? crashEnvironment(this.#senderPlan.file) : {},
    }
  }

  #cut(): Recording {
    return cutRecording(this.#random.pick(files), 25 + this.#random.below(50))
  }

  #story(channel: string): Session[] {
    return this.#stories.get(channel) ?? []
  }
}

/** What is sent in one round, and what the story says of it. */
interface Sending {
  readonly begin: (armed: boolean) => Running
  /** `died`: the first sender was killed, and the same command given again. */
  readonly sessions: (died: boolean) => readonly (readonly [channel: string, Session[]])[]
}

async function finish(sender: Running): Promise<void> {
  assert.equal(await sender.ended, 0, sender.stderr())
}

/** A planned death must come, and be the one that was planned. */
async function happen(fault: Fault, victim: Running, plan: PlanFile): Promise<boolean> {
  if (fault.type === 'kill') {
    await new Promise((resolve) => setTimeout(resolve, fault.afterMs))
    // A sender that was done before was not killed.
    const wasAlive = victim.child.exitCode === null && victim.child.kill('SIGKILL')
    return (await victim.ended) === 'SIGKILL' && wasAlive
  }
  const what = `hit ${fault.nth} of ${fault.point.name}`
  const late = setTimeout(() => victim.child.kill('SIGTERM'), 20_000)
  const end = await victim.ended
  clearTimeout(late)
  // What goes in few, large pieces has no second time, and a live source may bring no new month.
  if (!plan.hasFired) return false
  assert.equal(end, 'SIGKILL', what)
  return true
}

function serve(folder: string, port: number, doesForget: boolean): Promise<Server> {
  const env = crashEnvironment(path.join(folder, 'server.plan'))
  return serveHurried({ data: path.join(folder, 'data'), port, doesForget, env })
}

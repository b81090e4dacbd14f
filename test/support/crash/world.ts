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

  /** Sends to every channel while one side dies of the fault; returns whether it did. */
  async round(fault: Fault): Promise<boolean> {
    const inputs = recorded.map((channel): RecordedInput => {
      const recording = this.#cut()
      // The end of a month falls into it, and an end of an hour into each.
      const boundary = new Date(firstMonth).setUTCMonth(++this.#months)
      return { channel, recording, startAtMs: boundary - this.#random.below(20_000) }
    })
    const said = this.#cut()
    const diesLive = this.#random.next() < 0.5
    const isSender = (fault.type === 'kill' ? fault.side : fault.point.side) === 'sender'
    if (fault.type === 'point')
      (isSender ? this.#senderPlan : this.#serverPlan).arm(fault.point.name, fault.nth)
    const recordings = (armed: boolean): Running => sendRecordings(this.#options(armed), inputs)
    const piped = (armed: boolean): Running =>
      sendLive(this.#options(armed), live, said, 500 + this.#random.below(500))
    await using sender = new Restartable(() => recordings(isSender && !diesLive))
    await using tuner = new Restartable(() => piped(isSender && diesLive))
    const victim = isSender ? (diesLive ? tuner : sender).running : this.#server
    const happened = await this.#happen(fault, victim, isSender)
    this.#serverPlan.disarm()
    this.#senderPlan.disarm()
    if (!isSender) this.#server = await serve(this.#folder.path, this.#port, this.doesForget)
    for (const { channel, recording, startAtMs } of inputs) {
      this.#tell(channel, { kind: 'whole', cues: recording.cues, startAtMs })
      if (happened && isSender && !diesLive)
        this.#tell(channel, { kind: 'again', cues: recording.cues, startAtMs })
    }
    if (happened && isSender) {
      if (diesLive) this.#tell(live, { kind: 'cut', cues: said.cues, startAtMs: null })
      ;(diesLive ? tuner : sender).restart(() => (diesLive ? piped(false) : recordings(false)))
    }
    this.#tell(live, { kind: 'whole', cues: said.cues, startAtMs: null })
    for (const { running } of [sender, tuner])
      assert.equal(await running.ended, 0, running.stderr())
    for (const channel of channels)
      checkStory(channel, await fetchCues(this.#server.url, channel), this.#story(channel))
    return happened
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

  /** A planned death must come, and be the one that was planned. */
  async #happen(fault: Fault, victim: Running, isSender: boolean): Promise<boolean> {
    if (fault.type === 'kill') {
      await new Promise((resolve) => setTimeout(resolve, fault.afterMs))
      // A sender that was done before was not killed.
      const wasAlive = victim.child.exitCode === null && victim.child.kill('SIGKILL')
      return (await victim.ended) === 'SIGKILL' && wasAlive
    }
    const what = `the ${fault.nth}. hit of ${fault.point.name}`
    const late = setTimeout(() => victim.child.kill('SIGTERM'), 20_000)
    const end = await victim.ended
    clearTimeout(late)
    const { hasFired } = isSender ? this.#senderPlan : this.#serverPlan
    assert.ok(hasFired, `${what} did not come; ended with ${end}: ${victim.stderr()}`)
    assert.equal(end, 'SIGKILL', what)
    return true
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

  #tell(channel: string, session: Session): void {
    this.#story(channel).push(session)
  }
}

class Restartable implements AsyncDisposable {
  running: Running

  constructor(begin: () => Running) {
    this.running = begin()
  }

  restart(begin: () => Running): void {
    this.running = begin()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.running[Symbol.asyncDispose]())
  }
}

function serve(folder: string, port: number, doesForget: boolean): Promise<Server> {
  const env = crashEnvironment(path.join(folder, 'server.plan'))
  return serveHurried({ data: path.join(folder, 'data'), port, doesForget, env })
}

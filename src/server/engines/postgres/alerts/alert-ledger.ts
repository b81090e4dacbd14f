import { channel } from 'node:diagnostics_channel'
import type { Notification } from '../../../../protocol/alerts.ts'
import type {
  AlertLedger,
  Place,
  Recording,
  Telling,
  VolumeTelling,
  Waiting,
} from '../../../ports/alerts.ts'
import { text, type Row } from '../../rules/columns.ts'
import type { Postgres, Queryable } from '../database.ts'
import { fence, type Lead } from '../leadership/fence.ts'
import { forgetMentions } from './mention-rows.ts'
import { allChannels, keepPlaces, readPlaces, type Recorder } from './recording.ts'
import { readToldSince, readUnhanded, readWaiting, tellOne, tellVolume } from './telling.ts'

const recording = channel('ccr:alerts.recording')
const told = channel('ccr:alerts.told')
const handing = channel('ccr:alerts.handing')

/** What one leader writes down, as long as it leads. */
export class PostgresAlertLedger implements AlertLedger {
  readonly #database: Postgres
  readonly #recorder: Recorder
  readonly #lead: Lead

  constructor(database: Postgres, recorder: Recorder, term: number) {
    this.#database = database
    this.#recorder = recorder
    this.#lead = { name: 'alerts', term }
  }

  places(): Promise<Place[] | null> {
    return readPlaces(this.#database)
  }

  async keep(places: readonly Place[]): Promise<void> {
    const all: Place = [allChannels, { epoch: '', seq: 0 }]
    await this.#write((client) => keepPlaces(client, [...places, all]))
  }

  async record(recordings: readonly Recording[]): Promise<void> {
    await this.#write(async (client) => {
      await this.#recorder.record(client, recordings)
      recording.publish(undefined)
    })
  }

  waiting(): Promise<Waiting[]> {
    return readWaiting(this.#database)
  }

  async tell(tellings: readonly Telling[]): Promise<void> {
    await this.#write(async (client) => {
      for (const one of tellings) await tellOne(client, one)
    })
    told.publish(undefined)
  }

  async risen(): Promise<string[]> {
    const { rows } = await this.#database.query<Row>('SELECT id FROM alert WHERE risen IS NOT NULL')
    return rows.map((row) => text(row, 'id'))
  }

  async tellVolume(telling: VolumeTelling): Promise<void> {
    await this.#write((client) => tellVolume(client, telling))
  }

  async calm(alert: string): Promise<void> {
    await this.#write((client) =>
      client.query('UPDATE alert SET risen = NULL WHERE id = $1', [alert]),
    )
  }

  unhanded(
    nowMs: number,
  ): Promise<{ readonly due: readonly Notification[]; readonly nextMs: number | null }> {
    return readUnhanded(this.#database, nowMs)
  }

  async handed(ids: readonly string[]): Promise<void> {
    handing.publish(undefined)
    await this.#write((client) =>
      client.query('UPDATE notification SET value = NULL WHERE id = ANY ($1)', [ids]),
    )
  }

  toldSince(sinceMs: number): Promise<(readonly [owner: string, atMs: number])[]> {
    return readToldSince(this.#database, sinceMs)
  }

  async forget(channel: string, what: Parameters<AlertLedger['forget']>[1]): Promise<void> {
    await this.#write((client) => forgetMentions(client, channel, what))
  }

  async #write(work: (client: Queryable) => Promise<unknown>): Promise<void> {
    await this.#database.transaction(async (client) => {
      await fence(client, this.#lead)
      await work(client)
    })
  }
}

import { alertMigrations } from '../sqlite/alerts/alert-schema.ts'
import { alertsFile, deliveryFile, directoryFile } from '../sqlite/data-folder.ts'
import type { Migrations } from '../sqlite/database.ts'
import { deliveryMigrations } from '../sqlite/delivery/delivery-schema.ts'
import { directoryMigrations } from '../sqlite/directory-schema.ts'
import type { RowKind } from '../postgres/directory/journal.ts'

/** How a column of PostgreSQL is made of one of SQLite of the same name; `list`: of JSON. */
export type ColumnType = 'text' | 'bigint' | 'bytea' | 'list'

/** A table of a data folder and the one that nodes share. */
export interface MovedTable {
  /** What people call its rows. */
  readonly title: string
  readonly table: string
  readonly columns: Readonly<Record<string, ColumnType>>
  /** Columns that name a row. */
  readonly key: readonly string[]
  /** Rows in the columns' names; default all of the table of the same name. */
  readonly from?: string
  /** A column that PostgreSQL numbers by itself. */
  readonly numbered?: string
  /** Nodes hold all rows in memory, and are told by this name. */
  readonly journal?: RowKind
}

/** A database of a data folder: its tables are moved in one transaction, those that others refer to first. */
export interface MovedDatabase {
  readonly file: (dataDir: string) => string
  readonly migrations: Migrations
  readonly tables: readonly MovedTable[]
}

const directory: readonly MovedTable[] = [
  {
    ...{ title: 'channels', table: 'channel', journal: 'channel', key: ['id'] },
    columns: { id: 'text', value: 'text' },
  },
  {
    ...{
      title: 'people',
      table: 'person',
      journal: 'person',
      key: ['id'],
      from: 'SELECT * FROM user',
    },
    columns: {
      ...{ id: 'text', email: 'text', name: 'text', role: 'text', channels: 'list' },
      ...{ created: 'bigint', seen: 'bigint', preferences: 'text' },
    },
  },
  {
    ...{ title: 'tokens', table: 'token', journal: 'token', key: ['id'] },
    columns: {
      ...{ id: 'text', hash: 'text', scope: 'text', owner: 'text', note: 'text' },
      ...{ created: 'bigint', expires: 'bigint', used: 'bigint', revoked: 'bigint' },
    },
  },
  {
    ...{ title: 'sessions', table: 'session', journal: 'session', key: ['id'] },
    from: 'SELECT *, user AS person FROM session',
    columns: {
      ...{ id: 'text', hash: 'text', person: 'text', device: 'text' },
      ...{ created: 'bigint', used: 'bigint' },
    },
  },
  {
    ...{ title: 'passkeys', table: 'passkey', journal: 'passkey', key: ['id'] },
    from: 'SELECT *, user AS person FROM passkey',
    columns: {
      ...{ id: 'text', person: 'text', name: 'text', key: 'bytea', counter: 'bigint' },
      ...{ transports: 'list', created: 'bigint', used: 'bigint' },
    },
  },
  {
    ...{ title: 'links', table: 'link', journal: 'link', key: ['id'] },
    from: 'SELECT *, user AS person FROM link',
    columns: {
      ...{ id: 'text', hash: 'text', purpose: 'text', email: 'text', role: 'text' },
      ...{ channels: 'list', person: 'text', next: 'text', created: 'bigint', expires: 'bigint' },
    },
  },
]

const alerts: readonly MovedTable[] = [
  {
    ...{ title: 'alerts', table: 'alert', key: ['id'] },
    columns: {
      ...{ id: 'text', owner: 'text', fields: 'text', created: 'bigint', since: 'bigint' },
      ...{ feed: 'text', risen: 'bigint' },
    },
  },
  {
    ...{ title: 'places of alerts', table: 'alert_place', key: ['channel'] },
    from: 'SELECT * FROM place',
    columns: { channel: 'text', epoch: 'text', seq: 'bigint' },
  },
  {
    ...{ title: 'mentions', table: 'mention', key: ['n'], numbered: 'n' },
    columns: {
      ...{ n: 'bigint', id: 'text', alert: 'text', channel: 'text', run: 'text', track: 'text' },
      ...{ cue: 'bigint', start: 'bigint', matched: 'bigint', release: 'bigint', state: 'bigint' },
      ...{ head: 'text', signature: 'bytea', value: 'text' },
    },
  },
  {
    ...{ title: 'notifications', table: 'notification', key: ['id'] },
    // What was handed over says no longer which alert it was of, and nobody asks.
    from: `SELECT *, coalesce(json_extract(value, '$.alert.id'), '') AS alert FROM notification`,
    columns: {
      ...{ id: 'text', owner: 'text', alert: 'text', at: 'bigint', due: 'bigint', value: 'text' },
    },
  },
]

const known = 'destination IN (SELECT id FROM destination)'

const delivery: readonly MovedTable[] = [
  {
    ...{ title: 'letters', table: 'outbox', key: ['id'], numbered: 'id' },
    from: `SELECT id, at, recipient, subject, json_object('text', body, 'html', html) AS body FROM outbox`,
    columns: { id: 'bigint', at: 'bigint', recipient: 'text', subject: 'text', body: 'text' },
  },
  {
    ...{ title: 'destinations', table: 'destination', key: ['id'] },
    from: `SELECT *, json_extract(settings, '$.kind') AS kind FROM destination`,
    columns: {
      ...{ id: 'text', owner: 'text', name: 'text', kind: 'text', settings: 'text' },
      ...{ secrets: 'text', account: 'bigint', state: 'text', problem: 'text' },
      ...{ created: 'bigint', next: 'bigint' },
    },
  },
  {
    ...{ title: 'deliveries', table: 'delivery', key: ['id'], numbered: 'id' },
    // What a destination left behind when it was removed is of no use to anyone.
    from: `SELECT * FROM delivery WHERE ${known}`,
    columns: {
      ...{ id: 'bigint', key: 'text', destination: 'text', owner: 'text', alert: 'text' },
      ...{ notification: 'text', state: 'text', attempts: 'bigint', created: 'bigint' },
      ...{ since: 'bigint', finished: 'bigint', problem: 'text' },
    },
  },
  {
    ...{ title: 'attempts', table: 'delivery_attempt', key: ['n'], numbered: 'n' },
    from: `SELECT rowid AS n, * FROM attempt WHERE delivery IN (SELECT id FROM delivery WHERE ${known})`,
    columns: { n: 'bigint', delivery: 'bigint', at: 'bigint', ms: 'bigint', problem: 'text' },
  },
  {
    ...{ title: 'stops', table: 'delivery_stop', key: ['destination', 'alert'] },
    from: `SELECT * FROM stop WHERE ${known}`,
    columns: { destination: 'text', alert: 'text', name: 'text', until: 'bigint' },
  },
  {
    ...{
      title: 'tallies',
      table: 'delivery_tally',
      key: ['what', 'day'],
      from: 'SELECT * FROM tally',
    },
    columns: { what: 'text', day: 'bigint', count: 'bigint' },
  },
  {
    ...{ title: 'blocked addresses', table: 'delivery_blocked', key: ['hash'] },
    from: 'SELECT * FROM blocked',
    columns: { hash: 'text', at: 'bigint' },
  },
  {
    ...{ title: 'secrets', table: 'delivery_secret', key: ['name'], from: 'SELECT * FROM secret' },
    columns: { name: 'text', value: 'text' },
  },
]

export const movedDatabases: readonly MovedDatabase[] = [
  { file: directoryFile, migrations: directoryMigrations, tables: directory },
  { file: alertsFile, migrations: alertMigrations, tables: alerts },
  { file: deliveryFile, migrations: deliveryMigrations, tables: delivery },
]

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { storable } from '../postgres/plain-text.ts'
import type { Postgres, Queryable } from '../postgres/database.ts'
import { change, type NoteChange } from '../postgres/directory/journal.ts'
import { openReadable } from '../sqlite/database.ts'
import type { Row } from '../rules/columns.ts'
import {
  movedDatabases,
  type ColumnType,
  type MovedDatabase,
  type MovedTable,
} from './table-list.ts'

const rowsAtOnce = 500

export interface TableReport {
  readonly title: string
  readonly rows: number
  /** What names rows that PostgreSQL has otherwise, or not at all. */
  readonly different: readonly string[]
}

/**
 * Moves what people and administrators have decided, a database of the folder at a time: each table must be empty, or hold
 * every row as it is in the folder. `verify`: only looks.
 */
export async function moveTables(
  database: Postgres,
  dataDir: string,
  verify: boolean,
): Promise<TableReport[]> {
  const reports: TableReport[] = []
  for (const moved of movedDatabases)
    reports.push(...(await moveOne(database, dataDir, moved, verify)))
  return reports
}

async function moveOne(
  database: Postgres,
  dataDir: string,
  { file, migrations, tables }: MovedDatabase,
  verify: boolean,
): Promise<TableReport[]> {
  const db = openReadable(file(dataDir), migrations)
  if (db === undefined) return []
  try {
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version < migrations.length)
      throw new Error(
        `${file(dataDir)} was made by an older ccr: start ccr serve on the folder once, and stop it`,
      )
    // Before the transaction, which the database ends when nothing is asked of it for some seconds.
    const found = tables.map((table) => ({ table, rows: readRows(db, table) }))
    if (!verify)
      await change(database, async (client, note) => {
        for (const { table, rows } of found) await fill(client, table, rows, note)
      })
    const reports: TableReport[] = []
    for (const { table, rows } of found) reports.push(await compare(database, table, rows))
    return reports
  } finally {
    db.close()
  }
}

function readRows(db: DatabaseSync, moved: MovedTable): Values[] {
  const { table, from = `SELECT * FROM ${table}` } = moved
  return db
    .prepare(from)
    .all()
    .map((row) => valuesOf(moved, row))
}

/** What has rows is left as it is: the comparison says whether they are these. */
async function fill(
  client: Queryable,
  moved: MovedTable,
  found: readonly Values[],
  note: NoteChange,
): Promise<void> {
  const held = await client.query(`SELECT 1 FROM ${moved.table} LIMIT 1`)
  if (held.rowCount !== 0) return
  await insert(client, moved, found)
  if (moved.journal !== undefined) note(moved.journal, ...found.map((row) => nameOf(moved, row)))
}

async function compare(
  database: Postgres,
  moved: MovedTable,
  found: readonly Values[],
): Promise<TableReport> {
  const there = await database.query(
    `SELECT ${Object.keys(moved.columns).map(quoted).join(', ')} FROM ${moved.table}`,
  )
  const stored = new Map(
    (there.rows as Values[]).map((row) => [nameOf(moved, row), textOf(moved, row)]),
  )
  const different = found
    .filter((row) => stored.get(nameOf(moved, row)) !== textOf(moved, row))
    .map((row) => nameOf(moved, row))
  return { title: moved.title, rows: found.length, different }
}

async function insert(
  client: Queryable,
  { table, columns, numbered }: MovedTable,
  found: readonly Values[],
): Promise<void> {
  const names = Object.keys(columns)
  const types = Object.values(columns).map((type) => (type === 'list' ? 'text[]' : type))
  for (let at = 0; at < found.length; at += rowsAtOnce) {
    const some = found.slice(at, at + rowsAtOnce)
    const places = some.map(
      (_, n) => `(${types.map((type, i) => `$${n * names.length + i + 1}::${type}`).join(', ')})`,
    )
    await client.query(
      `INSERT INTO ${table} (${names.map(quoted).join(', ')}) OVERRIDING SYSTEM VALUE VALUES ${places.join(', ')}`,
      some.flatMap((row) => names.map((name) => row[name])),
    )
  }
  if (numbered !== undefined && found.length > 0)
    await client.query(
      `SELECT setval(pg_get_serial_sequence($1, $2), (SELECT max(${quoted(numbered)}) FROM ${table}))`,
      [table, numbered],
    )
}

type Values = Readonly<Record<string, unknown>>

/** A row of SQLite as PostgreSQL's driver takes it. */
function valuesOf({ columns }: MovedTable, row: Row): Values {
  return Object.fromEntries(
    Object.entries(columns).map(([name, type]) => [name, valueOf(type, row[name] ?? null)]),
  )
}

function valueOf(type: ColumnType, value: SQLOutputValue): unknown {
  if (value === null) return null
  if (type === 'list') return JSON.parse(String(value)) as unknown
  if (value instanceof Uint8Array) return Buffer.from(value)
  return typeof value === 'string' ? storable(value) : value
}

function nameOf({ key }: MovedTable, row: Values): string {
  return key.map((column) => String(row[column])).join(' ')
}

function textOf({ columns }: MovedTable, row: Values): string {
  const values = Object.keys(columns).map((name) => row[name])
  return JSON.stringify(values.map((value) => (value instanceof Uint8Array ? [...value] : value)))
}

function quoted(name: string): string {
  return `"${name}"`
}

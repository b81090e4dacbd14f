import type { Migrations } from '../database.ts'

/**
 * data/archive/YYYY-MM.db: what began in that month.
 *
 * - `block`: cues by ten minutes of their start. The key is channel, slot of the month and part, in
 *   one integer, so that a range of time is a range of neighbouring rows. `runs` and `tracks` tell
 *   what is inside without reading it.
 * - `span`: airings and gaps, by `kind`; `until` is their end, or far away while they are open.
 * - `run`: the announcements of the runs that are named here, so that a volume is whole by itself.
 * - `bin_file`: the files of original bytes by hour, with a table of the chunks in each.
 */
export const volumeMigrations: Migrations = [
  `
  CREATE TABLE channel (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE block (
    key INTEGER PRIMARY KEY,
    count INTEGER NOT NULL,
    runs TEXT NOT NULL,
    tracks TEXT NOT NULL,
    cues BLOB NOT NULL
  ) STRICT;
  CREATE TABLE span (
    kind INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    id TEXT NOT NULL,
    start INTEGER NOT NULL,
    until INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (kind, channel, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX span_start ON span (kind, channel, start, seq);
  CREATE INDEX span_until ON span (kind, channel, until);
  CREATE TABLE run (
    channel INTEGER NOT NULL,
    name TEXT NOT NULL,
    announced TEXT NOT NULL,
    PRIMARY KEY (channel, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE bin_file (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    part INTEGER NOT NULL,
    run TEXT NOT NULL,
    format INTEGER NOT NULL,
    path TEXT NOT NULL,
    up_to INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    raw_bytes INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    chunks BLOB NOT NULL,
    UNIQUE (channel, hour, part)
  ) STRICT;
  `,
]

/** Blocks of some 4 KB lose less of their last page on small pages. */
export const volumePageSize = 1024

export const slotMs = 600_000
/** 31 days have 4464 slots. */
const slotsPerChannel = 8192
const partsPerSlot = 1024

export const spanKinds = ['airing', 'gap'] as const
export type SpanKind = (typeof spanKinds)[number]

/** `until` of what is open: beyond every date that a string can say. */
export const farAwayMs = Number.MAX_SAFE_INTEGER

export interface BlockPlace {
  readonly channel: number
  readonly slot: number
  readonly part: number
}

export function blockKey({ channel, slot, part }: BlockPlace): number {
  return (channel * slotsPerChannel + slot) * partsPerSlot + part
}

export function channelOfKey(key: number): number {
  return Math.floor(key / partsPerSlot / slotsPerChannel)
}

export function slotOfKey(key: number): number {
  return Math.floor(key / partsPerSlot) % slotsPerChannel
}

export function partOfKey(key: number): number {
  return key % partsPerSlot
}

export const maxSlot = slotsPerChannel - 1
export const maxPart = partsPerSlot - 1

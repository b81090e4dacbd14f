import type { BinEvent, Mode } from '../../../../protocol/events.ts'
import type { Migrations } from '../database.ts'

/**
 * data/log.db. Names that repeat in every row (channel, run) are interned; times are integer
 * milliseconds. `entry` and `bin` are clustered by channel, so that a reader's and the filer's
 * ranges are neighbours on disk.
 *
 * - `channel.tip` is the last position, `floor` the last one that is deleted, `filed` the last one that
 *   is in the volumes, `indexed` the last one that is in the search index, `bins` the last number given to a row of `bin`; none is ever given out again.
 * - `producer`, `run` and `run_track` are kept for ever: they are what makes resending safe.
 * - `run_extent` is the time from a run's start to the latest it spoke of: with the gaps taken away, when the
 *   channel was monitored. `watch` holds the rules' note of who monitors it now.
 * - `forgotten` tells up to which time a channel's retention has removed what it had.
 * - `shelf` lists the months in which a channel has anything filed.
 */
export const logMigrations: Migrations = [
  `
  CREATE TABLE channel (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    tip INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    floor INTEGER NOT NULL DEFAULT 0,
    filed INTEGER NOT NULL DEFAULT 0,
    bins INTEGER NOT NULL DEFAULT 0,
    tracks TEXT NOT NULL DEFAULT '[]'
  ) STRICT;
  CREATE TABLE producer (
    channel INTEGER NOT NULL,
    name TEXT NOT NULL,
    received INTEGER NOT NULL,
    last_ms INTEGER,
    skip TEXT,
    PRIMARY KEY (channel, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    name TEXT NOT NULL,
    original TEXT,
    announced TEXT,
    UNIQUE (channel, name)
  ) STRICT;
  CREATE INDEX run_revised ON run (channel) WHERE original IS NOT NULL;
  CREATE TABLE run_track (
    run INTEGER NOT NULL,
    track TEXT NOT NULL,
    cues TEXT NOT NULL,
    PRIMARY KEY (run, track)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE run_bin (
    run INTEGER PRIMARY KEY,
    producer TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE airing (
    channel INTEGER NOT NULL,
    id TEXT NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER,
    seq INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    PRIMARY KEY (channel, id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entry (
    channel INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    late INTEGER,
    run INTEGER,
    track TEXT,
    id INTEGER,
    start INTEGER,
    "end" INTEGER,
    mode INTEGER,
    language TEXT,
    airing TEXT,
    text TEXT NOT NULL,
    PRIMARY KEY (channel, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE bin (
    channel INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    n INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    run INTEGER NOT NULL,
    format INTEGER NOT NULL,
    fts INTEGER NOT NULL,
    at INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (channel, hour, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE reject (
    id INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    producer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    stored INTEGER NOT NULL,
    code TEXT NOT NULL,
    detail TEXT NOT NULL,
    line TEXT NOT NULL
  ) STRICT;
  CREATE TABLE shelf (
    channel INTEGER NOT NULL,
    month INTEGER NOT NULL,
    PRIMARY KEY (channel, month)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE probe (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  `,
  'ALTER TABLE channel ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0',
  // The extents of runs from before are as far as their announcements and BIN reach.
  `
  CREATE TABLE run_extent (
    run INTEGER PRIMARY KEY,
    channel INTEGER NOT NULL,
    from_ms INTEGER NOT NULL,
    to_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX run_extent_channel ON run_extent (channel);
  CREATE TABLE watch (channel INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
  INSERT INTO run_extent
    SELECT id, channel, started, max(started, ifnull(at, 0)) FROM (
      SELECT run.id, run.channel, run_bin.at, CAST(round(1000 * unixepoch(
        json_extract(announced, '$.startedAt'), 'subsec')) AS INTEGER) AS started
      FROM run LEFT JOIN run_bin ON run_bin.run = run.id
    ) WHERE started IS NOT NULL;
  `,
  `
  CREATE TABLE forgotten (channel INTEGER PRIMARY KEY, before INTEGER NOT NULL) STRICT;
  `,
]

/** Values of `entry.kind`. */
export const kinds = ['cue', 'airing', 'gap', 'removed'] as const

/** Values of `entry.mode` and `bin.format` are places in these lists: they only grow at the end. */
export const modes: readonly Mode[] = ['pop-on', 'roll-up', 'paint-on', 'text']
export const formats: readonly BinEvent['format'][] = ['rcwt', 'ttxt', 'vtt']

/** The item of such a list; throws when the database holds a place that the list has not. */
export function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new TypeError(`the database holds ${index}, not a known kind`)
  return item
}

/** Value of `entry.late` for a cue of a later decode, which is late too; 1 is late, 0 is not. */
export const revisedCue = 2

export const hourMs = 3_600_000

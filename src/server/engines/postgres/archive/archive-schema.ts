import type { Part } from '../migrations.ts'
import { passageRows, passageStarts, passageTables } from '../search/search-schema.ts'
import { endOfMonthsMs, firstMonthMs } from './months.ts'

export const hourMs = 3_600_000

/** Airings and gaps: as they were last told. */
const spanTable = (name: string): string => `CREATE TABLE ${name} (
  channel integer NOT NULL REFERENCES log_channel,
  id text COLLATE "C" NOT NULL,
  start_ms bigint NOT NULL,
  end_ms bigint,
  seq bigint NOT NULL,
  value jsonb NOT NULL,
  PRIMARY KEY (channel, id)
);
CREATE INDEX ${name}_start ON ${name} (channel, start_ms, seq);
CREATE INDEX ${name}_end ON ${name} (channel, coalesce(end_ms, 9007199254740991));

`

/**
 * What the channels' logs are emptied into. Times are milliseconds since 1970, names compare byte by byte, as they do
 * everywhere else, and what is read as a whole is JSON.
 *
 * - `log_channel`: a channel's book (rules/kept-log.ts); its row is the lock under which anything of the channel is stored.
 *   `bins` numbers original bytes in order of arrival; `last` tells the last append from any other of its version.
 * - `log_run`, `log_producer`: their notes; what is asked for by SQL has columns of its own. Ids of runs go up in order of
 *   first storage.
 * - `cue`: every cue once, a partition a month (partitions.ts); what is searched of it has a schema of its own.
 * - `airing`, `gap`: each as it was last told.
 * - `bin_chunk`: original bytes that are in no file yet; `bin_file`: which object holds an hour of a run; `loose_object`:
 *   objects that may be there and that no `bin_file` names, to be removed when nobody does after a while.
 */
const tables = `
CREATE TABLE log_channel (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  epoch text NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  tip bigint NOT NULL DEFAULT 0,
  bins bigint NOT NULL DEFAULT 0,
  last text,
  airings jsonb NOT NULL DEFAULT '[]',
  tracks jsonb NOT NULL DEFAULT '[]',
  watch jsonb
);

CREATE TABLE log_producer (
  channel integer NOT NULL REFERENCES log_channel,
  name text COLLATE "C" NOT NULL,
  note jsonb NOT NULL,
  PRIMARY KEY (channel, name)
);

CREATE TABLE log_run (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel integer NOT NULL REFERENCES log_channel,
  name text COLLATE "C" NOT NULL,
  note jsonb NOT NULL,
  announced boolean NOT NULL,
  "of" text COLLATE "C",
  revision bigint,
  ended boolean NOT NULL,
  from_ms bigint,
  to_ms bigint,
  UNIQUE (channel, name)
);
CREATE INDEX log_run_of_channel ON log_run (channel, id);
CREATE INDEX log_run_time ON log_run (channel, to_ms);
CREATE INDEX log_run_revised ON log_run (channel) WHERE "of" IS NOT NULL;

CREATE TABLE cue (
  channel integer NOT NULL,
  run integer NOT NULL,
  track text COLLATE "C" NOT NULL,
  id bigint NOT NULL,
  start_ms bigint NOT NULL,
  end_ms bigint NOT NULL,
  text text NOT NULL,
  mode text NOT NULL,
  language text,
  airing text,
  seq bigint NOT NULL,
  PRIMARY KEY (channel, start_ms, track, run, id)
) PARTITION BY RANGE (start_ms);
CREATE TABLE cue_before PARTITION OF cue FOR VALUES FROM (MINVALUE) TO (${firstMonthMs});
CREATE TABLE cue_after PARTITION OF cue FOR VALUES FROM (${endOfMonthsMs}) TO (MAXVALUE);

${['airing', 'gap'].map(spanTable).join('')}CREATE TABLE bin_chunk (
  channel integer NOT NULL REFERENCES log_channel,
  hour bigint NOT NULL,
  n bigint NOT NULL,
  run integer NOT NULL,
  format text NOT NULL,
  at_ms bigint NOT NULL,
  stored_ms bigint NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (channel, hour, n)
);

CREATE TABLE bin_file (
  channel integer NOT NULL REFERENCES log_channel,
  hour bigint NOT NULL,
  part integer NOT NULL,
  run integer NOT NULL,
  format text NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL,
  up_to bigint NOT NULL,
  bytes bigint NOT NULL,
  raw_bytes bigint NOT NULL,
  chunks bytea NOT NULL,
  object text NOT NULL UNIQUE,
  PRIMARY KEY (channel, hour, part)
);

CREATE TABLE loose_object (
  object text PRIMARY KEY,
  since timestamptz NOT NULL
);

CREATE TABLE reject (
  channel integer NOT NULL REFERENCES log_channel,
  producer text NOT NULL,
  seq bigint NOT NULL,
  stored_ms bigint NOT NULL,
  code text NOT NULL,
  detail text NOT NULL,
  line text NOT NULL,
  PRIMARY KEY (channel, producer, seq)
);
CREATE INDEX reject_stored ON reject (stored_ms);
`

export const archivePart: Part = {
  name: 'archive',
  steps: [tables, passageTables, passageRows, passageStarts],
}

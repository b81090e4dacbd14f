import { minuteMs } from '../../rules/search/measures.ts'
import { endOfMonthsMs, firstMonthMs, type PartitionedTable } from '../archive/months.ts'

/**
 * What is said on one track of one run within one minute of the clock, and as much around it as a query reaches: whatever
 * begins in the minute can be decided on its row alone. Made from `cue`, in the transaction that stores the cues.
 *
 * - `minute`: since 1970. `tokens`: of the minute itself, its own.
 * - `minutes`: what was said in a whole `rowMinutes` of the clock, and for which all that follows is known, is one row, of
 *   the first of them: what is said here of the minute is then said of all of these.
 * - `words`: its own tokens, of weight A, and the next 60, numbered from 1; our terms, with no dictionary, those that are
 *   only in the next 60 with a hyphen before them (not in rows of an older ccr). Null when a minute's do not fit a tsvector
 *   exactly (vector.ts): such a row is offered to every query, and decided by its cues.
 * - `before`: the last 60 terms before; `beyond`: those after `words`, 60 at most. Parted by spaces. Only what is taken
 *   away reaches so far.
 * - `cues`: where cues begin in all of these, when, their language and programme (cue-table.ts).
 * - `repeated`: of one minute, its own terms that are said more than once, and how often: a word is counted by reading
 *   nothing else. `counts`: of a row of more minutes the same (word-tally.ts).
 * - `starts`: of a row of more minutes, how many of its own tokens come before each, JSON: which minute a token is of is
 *   known without the cues. Null in rows of an older ccr.
 * - `from_ms`, `to_ms`: starts of the first and the last of those cues.
 * - `is_indexed`: in the GIN index. What is still being said is in none, so that no row is put into it twice: it comes
 *   in with its last words, and all rows that are not in it are few and looked at one by one.
 */
export const passageTables = `
CREATE TABLE search_passage (
  minute integer NOT NULL,
  channel integer NOT NULL,
  run integer NOT NULL,
  track text COLLATE "C" NOT NULL,
  is_indexed boolean NOT NULL,
  tokens integer NOT NULL,
  from_ms bigint NOT NULL,
  to_ms bigint NOT NULL,
  words tsvector,
  before text NOT NULL,
  beyond text NOT NULL,
  cues text NOT NULL,
  repeated jsonb NOT NULL,
  PRIMARY KEY (minute, channel, run, track)
) PARTITION BY RANGE (minute);
CREATE INDEX search_passage_stream ON search_passage (run, track, minute);
CREATE INDEX search_passage_channel ON search_passage (channel, minute);
CREATE INDEX search_passage_open ON search_passage (channel, minute) WHERE NOT is_indexed;
CREATE INDEX search_passage_words ON search_passage USING gin (words) WITH (fastupdate = off) WHERE is_indexed;
CREATE TABLE search_passage_before PARTITION OF search_passage FOR VALUES FROM (MINVALUE) TO (${firstMonthMs / minuteMs});
CREATE TABLE search_passage_after PARTITION OF search_passage FOR VALUES FROM (${endOfMonthsMs / minuteMs}) TO (MAXVALUE);
`

/** Text that is counted stays in its row: a chart reads nothing else. lz4 is read in a third of the time, where it is built in. */
export const passageRows = `
ALTER TABLE search_passage ADD COLUMN minutes integer NOT NULL DEFAULT 1, ADD COLUMN counts text;
DO $$
DECLARE part regclass;
BEGIN
  FOR part IN SELECT relid FROM pg_partition_tree('search_passage') LOOP
    EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN counts SET STORAGE MAIN', part);
    BEGIN
      EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN words SET COMPRESSION lz4, ALTER COLUMN cues SET COMPRESSION lz4', part);
    EXCEPTION WHEN feature_not_supported THEN NULL;
    END;
  END LOOP;
END $$;
`

export const passageStarts = 'ALTER TABLE search_passage ADD COLUMN starts text'

/** Its months are made as those of `cue` are. */
export const passageTable: PartitionedTable = { name: 'search_passage', unitMs: minuteMs }

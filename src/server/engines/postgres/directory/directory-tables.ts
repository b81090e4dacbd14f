import type { Part } from '../migrations.ts'

/**
 * Channels and tokens, and the journal of what is changed in them and in accounts. Of tokens only the SHA-256 is kept.
 * Times are milliseconds of whoever wrote them.
 */
export const directoryTables: Part = {
  name: 'directory',
  steps: [
    `
    CREATE TABLE directory_change (
      version bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
      kind text NOT NULL,
      id text NOT NULL,
      at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO directory_change (kind, id) VALUES ('begin', '');
    CREATE TABLE channel (id text COLLATE "C" PRIMARY KEY, value text NOT NULL);
    CREATE TABLE token (
      id text COLLATE "C" PRIMARY KEY,
      hash text NOT NULL UNIQUE,
      scope text NOT NULL,
      owner text,
      note text NOT NULL,
      created bigint NOT NULL,
      expires bigint,
      used bigint,
      revoked bigint
    );
    CREATE INDEX token_owner ON token (owner);
    `,
  ],
}

import type { Part } from '../postgres/migrations.ts'

/**
 * Which channels were moved here from a data folder, and what of it that was: `source` names the folder's log as it was when
 * the move began. `done`: all of it is here, and nodes may have gone on since.
 */
export const moveTables: Part = {
  name: 'move',
  steps: [
    `CREATE TABLE storage_move (
       channel integer PRIMARY KEY REFERENCES log_channel,
       source text NOT NULL,
       done boolean NOT NULL DEFAULT false
     )`,
  ],
}

import type { Archive } from '../../src/server/ports/archive.ts'
import type { Log } from '../../src/server/ports/log.ts'
import type { Feeder } from './events.ts'

/** A log with its archive; `settle` lets the engine move what it can to its long-term places. */
export interface Storage extends AsyncDisposable {
  readonly log: Log
  readonly archive: Archive
  readonly settle: () => Promise<void>
}

/** A rule that must hold before, while and after data have left the log for the volumes. */
export type RuleEverywhere = (
  name: string,
  store: (feeder: Feeder, storage: Storage) => Promise<unknown>,
  check: (archive: Archive, storage: Storage) => Promise<void>,
) => void

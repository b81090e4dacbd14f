/** A finished file of feed lines that waits to be stored. */
export interface InboxFile {
  readonly name: string
  /** Whom its lines are of; null when the name does not say it. */
  readonly sender: { readonly channel: string; readonly producer: string } | null
}

/**
 * Where programs on the same machine leave feed lines for the one that writes the log, whether or not it
 * runs just then.
 *
 * - A file is whole: it appears under its name in one moment, and does not change.
 * - It stays until it is removed, so that taking it can begin anew after any crash.
 */
export interface Inbox {
  /** In a fixed order. */
  list(): Promise<readonly InboxFile[]>
  /** Rejects when it cannot be read. */
  read(file: InboxFile, signal: AbortSignal): AsyncIterable<Uint8Array>
  remove(file: InboxFile): Promise<void>
  /** Keeps it where it is not listed any more. */
  setAside(file: InboxFile): Promise<void>
  /** Names of the files that are set aside. */
  asides(): Promise<readonly string[]>
}

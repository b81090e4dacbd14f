/**
 * Whole files by name, in a store that nodes share. Names are `/`-separated and hold letters, digits, `.`, `_` and `-`;
 * no part of one begins with a dot.
 *
 * - `put` resolves when the object would survive the loss of this process and of the machine it is on; the same name again
 *   replaces it in one moment.
 * - Rejects with `storage-unavailable` (CcrError) when trying again can help.
 */
export interface Objects extends AsyncDisposable {
  put(name: string, bytes: Uint8Array): Promise<void>
  /** undefined when there is none. */
  get(name: string): Promise<Uint8Array | undefined>
  /** Whether or not there is one. */
  remove(name: string): Promise<void>
  /** Names that begin with a prefix, each once, in no certain order. */
  list(prefix: string): AsyncIterable<string>
}

/** Throws when it is not such a name: names are ours, and become parts of addresses. */
export function checkObjectName(name: string): void {
  if (
    !/^[0-9A-Za-z_-][0-9A-Za-z._-]*(?:\/[0-9A-Za-z_-][0-9A-Za-z._-]*)*$/.test(name) ||
    name.length > 1000
  )
    throw new TypeError(`${name} is no name of an object`)
}

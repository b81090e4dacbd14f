/** Where a program of a test runs. */
export interface Host {
  /** At which the others reach it. */
  readonly address: string
  /** What is to be started so that a program runs there; the process that is started becomes the program. */
  readonly command: (program: string, args: readonly string[]) => readonly [string, string[]]
}

/** This machine, as most tests use it. */
export const thisMachine: Host = {
  address: '127.0.0.1',
  command: (program, args) => [program, [...args]],
}

/** A host whose cable can be pulled: packets are lost without a word, as they are when a network breaks in two. */
export interface DistantHost extends Host {
  readonly name: string
  /** From everybody, or from one other host, until it is joined again. */
  readonly cut: (from?: DistantHost) => void
  readonly join: (to?: DistantHost) => void
}

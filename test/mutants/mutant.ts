/** A fault that somebody could make, and the test that has to notice. */
export interface Mutant {
  /** In docs/invariants.md. */
  readonly invariant: number
  /** What no longer holds, in one sentence. */
  readonly breaks: string
  readonly file: string
  /** Stands in the file exactly once: lines may move, what is said may not change unnoticed. */
  readonly find: string
  readonly replace: string
  /** Green without the mutant, red with it. `name` is the test's own, without its suite's. */
  readonly test: { readonly file: string; readonly name: string }
}

/** What another part of the product keeps for people: alerts, for one. */
export interface AccountPart {
  /** Its name in an export. */
  readonly name: string
  /** All that a person has there, as JSON; without secrets. */
  readonly exportOf: (user: string) => Promise<unknown>
  /** Called before a person is removed, so that nothing of theirs stays. */
  readonly removeOf: (user: string) => Promise<void>
}

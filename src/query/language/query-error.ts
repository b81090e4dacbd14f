/** A query that cannot be understood; becomes a value at the parser's door. */
export class QueryError extends Error {
  override name = 'QueryError'
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

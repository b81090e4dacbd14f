import { CcrError } from '../../../protocol/codes.ts'
import { storageFailure } from './database.ts'
import type { Handlers } from '../workers/worker-host.ts'
import type { Calls } from '../workers/worker-protocol.ts'

/** The same handlers; what the disk refuses them is told as what it is, of the database of that name. */
export function guardStorage<C extends Calls>(
  database: string,
  handlers: Handlers<C>,
): Handlers<C> {
  const guard =
    (handler: (input: never) => unknown) =>
    (input: never): unknown => {
      try {
        return handler(input)
      } catch (error) {
        const failure = storageFailure(error)
        if (failure === undefined) throw error
        const detail = `${database} cannot be used: ${failure}.`
        throw new CcrError('storage-unavailable', detail, { cause: error })
      }
    }
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      guard(handler as (input: never) => unknown),
    ]),
  ) as unknown as Handlers<C>
}

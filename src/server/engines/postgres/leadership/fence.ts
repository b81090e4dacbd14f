import { CcrError } from '../../../../protocol/codes.ts'
import type { LeadName } from '../../../ports/leadership.ts'
import type { Queryable } from '../database.ts'

/** A time as a leader, whose calls another's beginning refuses. */
export interface Lead {
  readonly name: LeadName
  readonly term: number
}

/**
 * To be called first in a transaction: nobody else begins to lead until it has ended. `fenced` (CcrError) when somebody did.
 * A process that is paused in it is cut off by the server, which ends what idles in a transaction.
 */
export async function fence(client: Queryable, { name, term }: Lead): Promise<void> {
  const { rowCount } = await client.query(
    'SELECT 1 FROM leader WHERE name = $1 AND term = $2 FOR SHARE',
    [name, term],
  )
  if (rowCount === 0) throw new CcrError('fenced', 'Another node has begun to lead.')
}

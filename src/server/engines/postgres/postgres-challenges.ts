import { challengeLifeMs, type ChallengePurpose, type Challenges } from '../../ports/challenges.ts'
import type { Postgres } from './database.ts'
import { hashToken } from '../token-text.ts'

/** Challenges of all nodes of a database; what has expired is removed with that of accounts (account-beat.ts). */
export class PostgresChallenges implements Challenges {
  readonly #database: Postgres
  readonly #now: () => number

  constructor(database: Postgres, now: () => number) {
    this.#database = database
    this.#now = now
  }

  /** Rejects with `storage-unavailable` (CcrError). */
  async put(challenge: string, purpose: ChallengePurpose): Promise<void> {
    await this.#database.query(
      'INSERT INTO challenge (hash, purpose, expires) VALUES ($1, $2, $3)',
      [...[hashToken(challenge), purpose, this.#now() + challengeLifeMs]],
    )
  }

  /** Rejects with `storage-unavailable` (CcrError). */
  async take(challenge: string, purpose: ChallengePurpose): Promise<boolean> {
    const { rows } = await this.#database.query(
      'DELETE FROM challenge WHERE hash = $1 AND purpose = $2 RETURNING expires > $3 AS "isOpen"',
      [hashToken(challenge), purpose, this.#now()],
    )
    return rows[0]?.['isOpen'] === true
  }
}

import { z } from 'zod'
import { CcrError } from '../../../protocol/codes.ts'
import { trackSchema } from '../../../protocol/events.ts'
import { parsePosition, type Position } from '../../../protocol/position.ts'
import type { LiveHub } from '../../core/live/live-hub.ts'
import type { Access, Credential } from '../auth.ts'
import type { Trust } from '../trust.ts'

export interface LiveRoutesOptions {
  readonly access: Access
  readonly hub: LiveHub
  readonly socketsPerAddress: number
  readonly socketsPerToken: number
  readonly trust: Trust
}

export const backlogSchema = z.coerce.number().int().min(0).max(100).default(30)
export const sinceSchema = z.string().max(60).optional()
export const liveTracksSchema = z.array(trackSchema).max(64)
export const querySchema = z.string().min(1).max(1000)

/** How often an open connection's token is looked at again. */
export const checkTokenEveryMs = 2000

/**
 * Why a connection that was opened with a credential must end; null when it need not. One whose rights have changed
 * comes back at once, and is shown what it may see now.
 */
export function troubleOf(access: Access, credential: Credential | undefined): CcrError | null {
  if (credential === undefined) return null
  const now = access.renew(credential)
  if (now === undefined)
    return new CcrError('unauthorized', 'The session or token has ended, or was revoked.')
  const isSame = JSON.stringify(now.rights.reader) === JSON.stringify(credential.rights.reader)
  return isSame ? null : new CcrError('rights-changed')
}

/** `bad-request` (CcrError) when it is not `epoch.seq`. */
export function sinceOf(text: string | undefined): Position | null {
  if (text === undefined || text === '') return null
  const position = parsePosition(text)
  if (position === undefined) throw new CcrError('bad-request', 'since: expected epoch.seq')
  return position
}

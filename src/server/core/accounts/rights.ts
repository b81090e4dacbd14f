import type { Reader } from '../../../policy/view.ts'
import type { User } from '../../ports/accounts.ts'
import type { Scope } from '../../ports/directory.ts'

/** What a presented credential allows now. */
export interface Rights {
  readonly reader: Reader
  readonly isAdmin: boolean
  /** Whether it may change a channel, and make tokens that feed it. */
  readonly edits: (channel: string) => boolean
  readonly feeds: (channel: string) => boolean
  /** The person on whose behalf everything happens that is theirs: alerts, tokens, settings. */
  readonly user: User | null
}

const never = (): boolean => false
const always = (): boolean => true

/** What a person may, by their role. */
export function rightsOfUser(user: User): Rights {
  if (user.role === 'admin')
    return { reader: { kind: 'admin' }, isAdmin: true, edits: always, feeds: always, user }
  const channels = user.role === 'operator' ? user.channels : []
  const edits = (channel: string): boolean => channels.includes(channel)
  return { reader: { kind: 'user', channels }, isAdmin: false, edits, feeds: edits, user }
}

/** What a token allows that is nobody's but the instance's. */
export function rightsOfInstance(scope: Exclude<Scope, 'own'>): Rights {
  const none = { isAdmin: false, edits: never, feeds: never, user: null }
  if (scope === 'read') return { ...none, reader: { kind: 'reader' } }
  if (scope === 'admin')
    return { ...none, reader: { kind: 'admin' }, isAdmin: true, edits: always, feeds: always }
  const feeds = (channel: string): boolean => channel === scope.feed
  return { ...none, reader: { kind: 'feeder', channel: scope.feed }, feeds }
}

/**
 * What a person's own token allows: what its scope says, as far as the person may it now. undefined when that is
 * nothing: an operator's token for a channel that was taken from them, an administrator's who is none any more.
 */
export function rightsOfOwnToken(scope: Scope, user: User): Rights | undefined {
  const own = rightsOfUser(user)
  if (scope === 'own') return own
  if (scope === 'read')
    return { reader: own.reader, isAdmin: false, edits: never, feeds: never, user: null }
  if (scope === 'admin') return own.isAdmin ? own : undefined
  return own.feeds(scope.feed) ? rightsOfInstance(scope) : undefined
}

/** Whether a person may give a token of theirs this scope. */
export function mayGrant(user: User, scope: Scope): boolean {
  return rightsOfOwnToken(scope, user) !== undefined
}

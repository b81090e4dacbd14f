import { useQuery } from '@tanstack/react-query'
import type {
  InvitationView,
  PasskeyView,
  Role,
  SessionView,
  UserView,
} from '../../protocol/accounts.ts'
import type { List } from '../../protocol/api.ts'
import { messageOf } from '../../protocol/message-of.ts'

/** What the server says when it does not do what was asked. */
export class Refusal extends Error {
  override name = 'Refusal'
  readonly status: number
  /** Of docs/errors.md; empty when the server could not be asked. */
  readonly code: string
  /** The character of a query that it is about. */
  readonly at: number | null

  constructor(status: number, code: string, message: string, at: number | null = null) {
    super(message)
    this.status = status
    this.code = code
    this.at = at
  }
}

/** How people come in here, and who has. */
export interface SignInFacts {
  readonly signUp: 'open' | 'invitation'
  readonly mustSignIn: boolean
  readonly mail: 'smtp' | 'outbox'
  readonly minutes: number
  readonly user: UserView | null
}

export type TokenScope = 'own' | 'read' | 'admin' | { readonly feed: string }

export interface TokenView {
  readonly id: string
  readonly scope: TokenScope
  readonly owner: string | null
  readonly note: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

export interface Entered {
  readonly user: UserView
  readonly next: string
}

export interface LinkFacts {
  readonly purpose: 'sign-in' | 'invitation' | 'email' | 'first-admin'
  readonly email: string | null
  readonly role: Role
  readonly expiresAt: string
}

/** Asks the API; answers that have no body are undefined. */
export async function call<T>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(path.startsWith('/api/') ? path : `/api/v1${path}`, {
      method,
      ...(signal === undefined ? {} : { signal }),
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new Refusal(0, '', messageOf(error))
  }
  if (answer.status === 204) return undefined as T
  const said = (await answer.json().catch(() => ({}))) as Partial<Record<string, unknown>>
  if (answer.ok) return said as T
  const { code = '', detail, title = '', at } = said
  throw new Refusal(
    answer.status,
    String(code),
    String(detail ?? title),
    typeof at === 'number' ? at : null,
  )
}

export const signInKey = ['sign-in']

/** Who has signed in: undefined until it is known, null when nobody has. */
export function useSignIn(): SignInFacts | undefined {
  const query = useQuery({
    queryKey: signInKey,
    queryFn: () => call<SignInFacts>('GET', '/sign-in'),
    staleTime: 60_000,
  })
  return query.data
}

export async function itemsOf<T>(path: string): Promise<readonly T[]> {
  const items: T[] = []
  for (let next: string | null = path; next !== null; ) {
    const page: List<T> = await call<List<T>>('GET', next)
    items.push(...page.items)
    next = page.next
  }
  return items
}

export type { InvitationView, PasskeyView, Role, SessionView, UserView }

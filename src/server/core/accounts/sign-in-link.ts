import type { Accounts } from '../../ports/accounts.ts'

/** A link that is handed over, not mailed, may take a day to be used. */
export const handedOverMs = 24 * 3_600_000

/** The secret is behind the #: browsers send it to no server, in no log and no Referer. `site` has no slash at its end. */
export function signInUrl(site: string, secret: string): string {
  return `${site}/sign-in#token=${secret}`
}

/** The secret of a link for somebody who is known, to be handed over by whoever may: the console, an administrator. */
export async function createHandedLink(
  accounts: Accounts,
  email: string,
  expiresAt: string,
  next = '/',
): Promise<string> {
  const who = { role: 'viewer', channels: [], user: null } as const
  const link = { purpose: 'sign-in', ...who, email, next, expiresAt } as const
  return (await accounts.createLink(link)).secret
}

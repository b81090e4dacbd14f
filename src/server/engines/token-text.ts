import { createHash, randomBytes } from 'node:crypto'

/** A new token: `ccr_`, then 256 random bits. Its id is public and tells nothing of the rest. */
export function createTokenText(): { readonly id: string; readonly token: string } {
  const id = randomBytes(6).toString('hex')
  return { id, token: `ccr_${randomBytes(32).toString('base64url')}` }
}

/** What is kept of a token. 256 random bits need no salt and no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

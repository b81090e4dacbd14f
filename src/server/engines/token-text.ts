import { createHash, randomBytes } from 'node:crypto'

/** A new token: `ccr_`, then 256 random bits. Its id is public and tells nothing of the rest. */
export function createTokenText(): { readonly id: string; readonly token: string } {
  return { id: createId(), token: `ccr_${createSecret()}` }
}

/** A public name of something, not to be guessed from another. */
export function createId(): string {
  return randomBytes(6).toString('hex')
}

/** 256 random bits as letters, digits, `-` and `_`. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token. 256 random bits need no salt and no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

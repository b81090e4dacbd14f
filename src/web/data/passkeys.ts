import { startAuthentication, startRegistration } from '@simplewebauthn/browser'
import { call, type Entered, type PasskeyView } from './account.ts'

type SignInOptions = Parameters<typeof startAuthentication>[0]['optionsJSON']
type NewOptions = Parameters<typeof startRegistration>[0]['optionsJSON']

/** Browsers have passkeys for names with https, or localhost; not for bare addresses. */
export function hasPasskeys(): boolean {
  return (
    isSecureContext &&
    'PublicKeyCredential' in window &&
    !/^[0-9.]+$|^\[/.test(location.hostname)
  )
}

/** null when the person has closed the browser’s window. */
export async function enterByPasskey(next: string): Promise<Entered | null> {
  const optionsJSON = await call<SignInOptions>('POST', '/sign-in/passkey/options')
  const answer = await unlessClosed(() => startAuthentication({ optionsJSON }))
  return answer === null ? null : call<Entered>('POST', '/sign-in/passkey', { answer, next })
}

export async function addPasskey(name: string, language: string): Promise<PasskeyView | null> {
  const optionsJSON = await call<NewOptions>('POST', '/me/passkeys/options')
  const answer = await unlessClosed(() => startRegistration({ optionsJSON }))
  if (answer === null) return null
  return call<PasskeyView>('POST', '/me/passkeys', { name, answer, language })
}

async function unlessClosed<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError'))
      return null
    throw error
  }
}

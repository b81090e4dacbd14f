import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import type * as webAuthn from '@simplewebauthn/server'
import type { FastifyRequest } from 'fastify'
import { CcrError } from '../../../protocol/codes.ts'
import type { NewPasskey, PasskeyAnswer } from '../../../protocol/passkeys.ts'
import type { Accounts, User } from '../../ports/accounts.ts'
import type { Challenges } from '../../ports/challenges.ts'

export interface CeremonyOptions {
  readonly accounts: Accounts
  readonly challenges: Challenges
  readonly publicUrl: string | null
}

/** Loaded with the first passkey: its certificates and codecs take a sixth of a second of every start. */
const library = (): Promise<typeof webAuthn> => import('@simplewebauthn/server')

/** More than a person's devices, and few enough to look through. */
export const mostPasskeys = 20

/** The two ceremonies of WebAuthn: a passkey is added, and a passkey signs somebody in. */
export class PasskeyCeremony {
  readonly #options: CeremonyOptions

  constructor(options: CeremonyOptions) {
    this.#options = options
  }

  async askToAdd(
    request: FastifyRequest,
    user: User,
    session: string,
  ): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const { accounts, challenges } = this.#options
    const known = accounts.passkeys(user.id)
    if (known.length >= mostPasskeys)
      throw new CcrError(
        'conflict',
        `There are ${mostPasskeys} passkeys already; remove one first.`,
      )
    const { generateRegistrationOptions } = await library()
    const options = await generateRegistrationOptions({
      rpName: 'ccr',
      rpID: this.#site(request).id,
      userName: user.email,
      userDisplayName: user.name ?? user.email,
      userID: new TextEncoder().encode(user.id),
      excludeCredentials: known.map(({ id, transports }) => ({ id, transports: [...transports] })),
      // Kept on the device, so that signing in asks for no address; and only its owner can use it.
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    await challenges.put(options.challenge, `add:${session}`)
    return options
  }

  /** `sign-in-failed` (CcrError) when the answer is not one to a question put to this session. */
  async add(
    request: FastifyRequest,
    user: User,
    session: string,
    { name, answer }: { readonly name: string; readonly answer: NewPasskey },
  ): Promise<string> {
    const { accounts, challenges } = this.#options
    const { id, origin } = this.#site(request)
    const { verifyRegistrationResponse } = await library()
    const verified = await attempt(() =>
      verifyRegistrationResponse({
        response: answer,
        expectedChallenge: (challenge) => challenges.take(challenge, `add:${session}`),
        expectedOrigin: origin,
        expectedRPID: id,
      }),
    )
    if (!verified.verified) throw new CcrError('sign-in-failed')
    const { credential } = verified.registrationInfo
    const added = await accounts.addPasskey({
      ...{ id: credential.id, user: user.id, name, counter: credential.counter },
      publicKey: new Uint8Array(credential.publicKey),
      transports: answer.response.transports,
    })
    if (added === 'conflict') throw new CcrError('conflict', 'This passkey is known already.')
    return credential.id
  }

  async askToSignIn(request: FastifyRequest): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const { generateAuthenticationOptions } = await library()
    const options = await generateAuthenticationOptions({
      rpID: this.#site(request).id,
      userVerification: 'required',
    })
    await this.#options.challenges.put(options.challenge, 'sign-in')
    return options
  }

  /** Whose passkey answered. `sign-in-failed` (CcrError), the same for all that can be wrong. */
  async signIn(request: FastifyRequest, answer: PasskeyAnswer): Promise<User> {
    const { accounts, challenges } = this.#options
    // One that was made a moment ago, by another node, is known at once.
    if (accounts.passkey(answer.id) === undefined) await accounts.settle()
    const passkey = accounts.passkey(answer.id)
    const user = passkey === undefined ? undefined : accounts.user(passkey.user)
    if (passkey === undefined || user === undefined) throw new CcrError('sign-in-failed')
    const { id, origin } = this.#site(request)
    const { userHandle, ...response } = answer.response
    const { verifyAuthenticationResponse } = await library()
    const verified = await attempt(() =>
      verifyAuthenticationResponse({
        response: {
          ...answer,
          response: userHandle == null ? response : { ...response, userHandle },
        },
        expectedChallenge: (challenge) => challenges.take(challenge, 'sign-in'),
        expectedOrigin: origin,
        expectedRPID: id,
        credential: { ...passkey, transports: [...passkey.transports] },
      }),
    )
    const { newCounter } = verified.authenticationInfo
    if (!verified.verified || (await accounts.usePasskey(passkey.id, newCounter)) !== 'used')
      throw new CcrError('sign-in-failed')
    return user
  }

  /** A passkey belongs to the name that people reach this server by; browsers see to it that no other site asks for it. */
  #site(request: FastifyRequest): { readonly id: string; readonly origin: string } {
    const { publicUrl } = this.#options
    const url = new URL(publicUrl ?? `${request.protocol}://${request.host}`)
    return { id: url.hostname, origin: url.origin }
  }
}

/** The library throws for whatever does not fit; what exactly is nothing to whoever tried. */
async function attempt<T>(verify: () => Promise<T>): Promise<T> {
  try {
    return await verify()
  } catch (error) {
    throw new CcrError('sign-in-failed', undefined, { cause: error })
  }
}

import { z } from 'zod'

/** What a browser answers for a passkey (WebAuthn level 3, JSON forms), as far as a server reads it. */

const base64url = (most: number): z.ZodString =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/)

const credentialSchema = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
})

export const newPasskeySchema = credentialSchema
  .extend({
    response: z.object({
      clientDataJSON: base64url(4000),
      attestationObject: base64url(20_000),
      transports: z
        .array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']))
        .max(8)
        .catch([]),
    }),
  })
  .meta({ id: 'NewPasskey' })

export const passkeyAnswerSchema = credentialSchema
  .extend({
    response: z.object({
      clientDataJSON: base64url(4000),
      authenticatorData: base64url(4000),
      signature: base64url(10_000),
      userHandle: base64url(400).nullish(),
    }),
  })
  .meta({ id: 'PasskeyAnswer' })

export type NewPasskey = z.infer<typeof newPasskeySchema>
export type PasskeyAnswer = z.infer<typeof passkeyAnswerSchema>

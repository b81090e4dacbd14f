import { z } from 'zod'
import { instantSchema } from './api.ts'
import { channelIdSchema } from './events.ts'

/** The shapes of `/me`, `/sign-in` and `/admin`: people, and how they come in (docs/protocol.md). */

/** Viewers read; operators also look after their own channels; administrators do everything. */
export const roles = ['viewer', 'operator', 'admin'] as const
export const roleSchema = z.enum(roles).meta({ id: 'Role' })

/** One address, without a name, comment or line break: what ends in a mail's header is this and no more. */
export const emailSchema = z
  .string()
  .max(254)
  .trim()
  .toLowerCase()
  .pipe(z.email({ error: 'expected an address like ada@example.org' }))

/** What a person is called; no control characters, which could forge a line of a mail or a list. */
export const personNameSchema = z
  .string()
  .trim()
  .max(100)
  .regex(/^\P{Cc}*$/u)

export const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    role: roleSchema,
    channels: z
      .array(channelIdSchema)
      .meta({ description: 'an operator’s own: may be changed and fed by them' }),
    createdAt: instantSchema,
    lastSeenAt: instantSchema.nullable(),
  })
  .meta({ id: 'User' })

export const sessionSchema = z
  .object({
    id: z.string(),
    device: z.string().meta({ description: 'browser and system, as the browser said' }),
    createdAt: instantSchema,
    lastUsedAt: instantSchema,
    expiresAt: instantSchema,
    isThis: z.boolean().meta({ description: 'the session that asks' }),
  })
  .meta({ id: 'Session' })

export const passkeySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: instantSchema,
    lastUsedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Passkey' })

export const invitationSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    role: roleSchema,
    channels: z.array(channelIdSchema),
    createdAt: instantSchema,
    expiresAt: instantSchema,
  })
  .meta({ id: 'Invitation' })

/** What the website keeps for a person: its own names and short texts, never read by the server. */
export const preferencesSchema = z
  .record(z.string().regex(/^ccr\.[a-z0-9.-]{1,60}$/), z.string().max(4000))
  .refine((all) => JSON.stringify(all).length <= 16_384, 'expected at most 16 KiB')
  .meta({ id: 'Preferences' })

export type Role = z.infer<typeof roleSchema>
export type SessionView = z.infer<typeof sessionSchema>
export type PasskeyView = z.infer<typeof passkeySchema>
export type InvitationView = z.infer<typeof invitationSchema>
export type UserView = z.infer<typeof userSchema>
export type Preferences = z.infer<typeof preferencesSchema>

import { z } from 'zod'
import { destinationSchema, notificationKinds } from './alerts.ts'
import { instantSchema } from './api.ts'
import { chatFormats, deliveryStates } from './delivery-words.ts'
import { emailAddressSchema } from './email-address.ts'

/** The shapes of `/me/destinations` and `/me/deliveries`: where notifications go, and what became of them. */

/** Web pages and programs that take notifications; never with a name and password in the address. */
const postUrl = z
  .url({ protocol: /^https?$/ })
  .max(2000)
  .refine((text) => !/^https?:\/\/[^/]*@/.test(text), 'expected an address without a password')

const destinationNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u)
const base64Url = z.string().regex(/^[A-Za-z0-9_-]{10,200}={0,2}$/)

/** What its owner says of a new destination. Secrets are taken here and not shown again. */
export const newDestinationSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('email'),
      name: destinationNameSchema,
      address: emailAddressSchema,
    }),
    z.object({ kind: z.literal('webhook'), name: destinationNameSchema, url: postUrl }),
    z.object({
      kind: z.literal('push'),
      name: destinationNameSchema,
      endpoint: z.url({ protocol: /^https$/ }).max(2000),
      keys: z
        .object({ p256dh: base64Url, auth: base64Url })
        .meta({ description: 'of the browser’s PushSubscription' }),
    }),
    z.object({
      kind: z.literal('ntfy'),
      name: destinationNameSchema,
      server: postUrl.max(500).default('https://ntfy.sh'),
      topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
      priority: z.int().min(1).max(5).default(3),
      token: z
        .string()
        .regex(/^[!-~]{1,200}$/)
        .nullable()
        .default(null)
        .meta({ description: 'access token of the ntfy server' }),
    }),
    z.object({
      kind: z.literal('chat'),
      name: destinationNameSchema,
      url: postUrl,
      format: z.enum(chatFormats),
      template: z
        .string()
        .max(8000)
        .nullable()
        .default(null)
        .meta({ description: 'of custom: JSON with {{placeholders}} in its strings' }),
    }),
  ])
  .meta({ id: 'NewDestination' })

export const destinationChangeSchema = z
  .object({
    name: destinationNameSchema.optional(),
    state: z
      .enum(['active', 'disabled'])
      .optional()
      .meta({ description: 'off, or on again; an address must have been verified' }),
  })
  .meta({ id: 'DestinationChange' })

/** A destination as its owner sees it. */
export const ownDestinationSchema = z
  .object({
    ...destinationSchema.shape,
    isAccount: z.boolean().meta({ description: 'the address of the account itself' }),
    rotatedUntil: instantSchema
      .nullable()
      .meta({ description: 'until then the secret before signs too' }),
  })
  .meta({ id: 'OwnDestination' })

export const attemptSchema = z
  .object({
    at: instantSchema,
    ms: z.int().nonnegative().meta({ description: 'how long it took' }),
    problem: z.string().nullable().meta({ description: 'null = it was taken' }),
  })
  .meta({ id: 'Attempt' })

export const deliverySchema = z
  .object({
    id: z.int().positive(),
    key: z
      .string()
      .meta({ description: 'the same at every try: webhook-id, and in the Message-ID' }),
    kind: z.enum(notificationKinds),
    alert: z.object({ id: z.string(), name: z.string() }),
    mentions: z.int().nonnegative(),
    destination: z.string(),
    state: z.enum(deliveryStates),
    attempts: z.int().nonnegative(),
    createdAt: instantSchema,
    finishedAt: instantSchema.nullable(),
    nextAt: instantSchema.nullable().meta({ description: 'when it is tried next' }),
    problem: z.string().nullable(),
    log: z.array(attemptSchema).meta({ description: 'the last tries, oldest first' }),
  })
  .meta({ id: 'Delivery' })

/** Alerts that a destination gets no more of, by its own wish. */
export const stopSchema = z
  .object({
    destination: z.string(),
    alert: z.string(),
    alertName: z.string(),
    until: instantSchema.nullable().meta({ description: 'null = for good' }),
  })
  .meta({ id: 'Stop' })

export type NewDestination = z.output<typeof newDestinationSchema>
export type DestinationChange = z.output<typeof destinationChangeSchema>
export type OwnDestination = z.infer<typeof ownDestinationSchema>
export type Attempt = z.infer<typeof attemptSchema>
export type Delivery = z.infer<typeof deliverySchema>
export type StopView = z.infer<typeof stopSchema>

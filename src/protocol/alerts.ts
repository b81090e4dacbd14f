import { z } from 'zod'
import { instantSchema } from './api.ts'
import { chatFormats } from './delivery-words.ts'
import { channelIdSchema, languageSchema, trackSchema } from './events.ts'
import { isTimeZone } from './time/time-zone.ts'

/** The shapes of alerts, of what they find, and of what is told of it. */

/** Most channels and destinations that one alert names. */
export const maxAlertChannels = 200
export const maxAlertDestinations = 20

const idSchema = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/)

export const timeOfDaySchema = z
  .string()
  .regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/)
  .meta({ description: 'HH:MM of a wall clock, 00:00 to 23:59' })

export const timeZoneSchema = z
  .string()
  .max(64)
  .refine(isTimeZone, 'no IANA time zone')
  .meta({ description: 'IANA, Europe/Vienna say' })

export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const

/** When mentions are told: one by one as they are matched, or together. */
export const alertRateSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('at-once') }),
    z.object({ kind: z.literal('hourly') }),
    z.object({ kind: z.literal('daily'), at: timeOfDaySchema, timeZone: timeZoneSchema }),
    z.object({
      kind: z.literal('weekly'),
      day: z.enum(weekdays),
      at: timeOfDaySchema,
      timeZone: timeZoneSchema,
    }),
    z.object({ kind: z.literal('never') }).meta({ description: 'history and feeds only' }),
  ])
  .meta({ id: 'AlertRate' })

/** Nothing is told from `from` to `to` of a zone's clocks, over midnight when `to` is the earlier; it is held until then. */
export const quietHoursSchema = z
  .object({ from: timeOfDaySchema, to: timeOfDaySchema, timeZone: timeZoneSchema })
  .meta({ id: 'QuietHours' })

/** Told, beside what the rate tells, when the last hour has more mentions than the same hour of past weeks; once a rise. */
export const volumeRuleSchema = z
  .object({
    sigma: z.number().min(1).max(20).meta({ description: 'deviations above the usual; 3, say' }),
    least: z.int().min(1).max(100_000).meta({ description: 'never told below so many mentions' }),
  })
  .meta({ id: 'VolumeRule' })

/** What its owner says of an alert. */
export const alertFieldsSchema = z
  .object({
    name: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .refine((text) => !/\p{Cc}/u.test(text), 'expected one line')
      .meta({ description: 'one line; what letters call it' }),
    query: z.string().min(1).max(1000).meta({ description: 'docs/query.md; at least one word' }),
    channels: z
      .array(channelIdSchema)
      .max(maxAlertChannels)
      .meta({ description: 'empty = all that the owner may read' }),
    rate: alertRateSchema,
    destinations: z
      .array(idSchema)
      .max(maxAlertDestinations)
      .meta({ description: 'ids; empty = the address of the account' }),
    quietHours: quietHoursSchema.nullable(),
    mutedUntil: instantSchema.nullable().meta({
      description: 'until then mentions are kept in the history and not told',
    }),
    paused: z.boolean().meta({ description: 'nothing is matched' }),
    foldRepeats: z.boolean().meta({
      description:
        'the same words aired again (a re-run, another tuner) join the first mention and are not told again',
    }),
    volume: volumeRuleSchema.nullable(),
  })
  .meta({ id: 'AlertFields' })

export const alertSchema = alertFieldsSchema
  .extend({
    id: idSchema,
    owner: idSchema.meta({ description: 'id of the user' }),
    createdAt: instantSchema,
    since: instantSchema.meta({
      description:
        'what was aired before is not told: when it was made, resumed, or last asked for something else',
    }),
  })
  .meta({ id: 'Alert' })

/** What makes an alert: the query, and whatever else is not as usual. */
export const newAlertSchema = z
  .object({
    ...alertFieldsSchema.shape,
    name: alertFieldsSchema.shape.name.optional().meta({ description: 'the query unless said' }),
    channels: alertFieldsSchema.shape.channels.default([]),
    rate: alertRateSchema.default({ kind: 'at-once' }),
    destinations: alertFieldsSchema.shape.destinations.default([]),
    quietHours: alertFieldsSchema.shape.quietHours.default(null),
    mutedUntil: alertFieldsSchema.shape.mutedUntil.default(null),
    paused: z.boolean().default(false),
    foldRepeats: z.boolean().default(true),
    volume: alertFieldsSchema.shape.volume.default(null),
  })
  .meta({ id: 'NewAlert' })

export const alertChangeSchema = alertFieldsSchema.partial().meta({ id: 'AlertChange' })

/** An alert in a list, with how much it found. */
export const alertItemSchema = alertSchema
  .extend({
    restated: z.string().meta({ description: 'what the query finds, in words' }),
    days: z
      .array(z.object({ day: z.iso.date(), mentions: z.int() }))
      .meta({ description: 'of the last 30 days (UTC) those with mentions, repeats left out' }),
  })
  .meta({ id: 'AlertItem' })

/** Whoever knows these addresses reads what the alert finds. They are shown this once. */
export const alertFeedSchema = z.object({ atom: z.url(), json: z.url() }).meta({ id: 'AlertFeed' })

/** The same words, aired elsewhere or again. */
export const repeatSchema = z
  .object({
    channel: channelIdSchema,
    channelName: z.string(),
    track: trackSchema,
    start: instantSchema,
  })
  .meta({ id: 'Repeat' })

/** When what was said passed through here, in order. */
export const trailSchema = z
  .object({
    aired: instantSchema.meta({ description: 'the end of its caption' }),
    received: instantSchema.meta({ description: 'it was in storage' }),
    matched: instantSchema,
  })
  .meta({ id: 'Trail' })

/** A place where an alert's query is true. */
export const mentionSchema = z
  .object({
    id: idSchema.meta({ description: 'the same whenever the same cue is matched again' }),
    alert: idSchema,
    channel: channelIdSchema,
    channelName: z.string(),
    network: z.string().nullable(),
    timeZone: z.string().meta({ description: 'of the channel, IANA' }),
    track: trackSchema,
    language: languageSchema.nullable(),
    start: instantSchema,
    end: instantSchema,
    text: z.string(),
    highlights: z
      .array(z.tuple([z.int(), z.int()]))
      .meta({ description: '[from, to) of the text, in UTF-16 units' }),
    before: z.string(),
    after: z.string().meta({ description: 'as much as had been said when it was told' }),
    airing: z.object({ id: z.string(), title: z.string().nullable() }).nullable(),
    permalink: z.string().meta({ description: 'path of the page that shows this moment' }),
    alsoOn: z.array(repeatSchema).meta({ description: 'repeats folded into it, oldest first' }),
    repeats: z.int().nonnegative().meta({ description: 'how many; alsoOn lists the first' }),
    trail: trailSchema,
  })
  .meta({ id: 'Mention' })

/** More said than usual. */
export const volumeNewsSchema = z
  .object({
    mentions: z.int().nonnegative().meta({ description: 'in the hour' }),
    usual: z.number().meta({ description: 'median of the same hour of past weeks' }),
    sigma: z.number().meta({ description: 'deviations above the usual' }),
    weeks: z.int().meta({ description: 'weeks that were compared' }),
    link: z.string().meta({ description: 'path of the search that shows it' }),
  })
  .meta({ id: 'VolumeNews' })

export const notificationKinds = ['mentions', 'digest', 'volume', 'test'] as const

/** What is handed over for delivery; whatever is delivered twice has the same id. */
export const notificationSchema = z
  .object({
    id: idSchema.meta({ description: 'idempotency key' }),
    kind: z.enum(notificationKinds),
    owner: idSchema,
    destinations: z.array(idSchema).meta({ description: 'empty = the address of the account' }),
    alert: z.object({
      id: idSchema,
      name: z.string(),
      query: z.string(),
      restated: z.string().meta({ description: 'what the query finds, in words' }),
    }),
    mentions: z.array(mentionSchema).meta({ description: 'oldest first' }),
    more: z.int().nonnegative().meta({ description: 'mentions that it does not quote' }),
    period: z.object({ from: instantSchema, to: instantSchema }).nullable(),
    because: z
      .enum(['rate', 'quiet-hours', 'limit'])
      .meta({ description: 'why now and together: the rate asked for, or what held it back' }),
    volume: volumeNewsSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Notification' })

/** Where notifications go; secrets are not among what is shown. */
export const destinationSettingsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('email'), address: z.email().max(254) }),
  z.object({ kind: z.literal('webhook'), url: z.url({ protocol: /^https?$/ }).max(2000) }),
  z.object({ kind: z.literal('push'), endpoint: z.url({ protocol: /^https$/ }).max(2000) }),
  z.object({
    kind: z.literal('ntfy'),
    server: z.url({ protocol: /^https?$/ }).max(500),
    topic: z.string().regex(/^[-_A-Za-z0-9]{1,64}$/),
    priority: z.int().min(1).max(5),
  }),
  z.object({
    kind: z.literal('chat'),
    url: z.url({ protocol: /^https?$/ }).max(2000),
    format: z.enum(chatFormats),
    template: z
      .string()
      .max(8000)
      .nullable()
      .meta({ description: 'JSON of custom, with {{placeholders}}' }),
  }),
])

export const destinationStates = ['unverified', 'active', 'disabled'] as const

export const destinationSchema = z
  .object({
    id: idSchema,
    owner: idSchema,
    name: z.string().max(200),
    settings: destinationSettingsSchema,
    state: z.enum(destinationStates),
    problem: z.string().nullable().meta({ description: 'why it was disabled' }),
    createdAt: instantSchema,
  })
  .meta({ id: 'Destination' })

export type AlertRate = z.infer<typeof alertRateSchema>
export type QuietHours = z.infer<typeof quietHoursSchema>
export type VolumeRule = z.infer<typeof volumeRuleSchema>
export type AlertFields = z.infer<typeof alertFieldsSchema>
export type Alert = z.infer<typeof alertSchema>
export type NewAlert = z.infer<typeof newAlertSchema>
export type AlertChange = z.infer<typeof alertChangeSchema>
export type AlertItem = z.infer<typeof alertItemSchema>
export type AlertFeed = z.infer<typeof alertFeedSchema>
export type Repeat = z.infer<typeof repeatSchema>
export type Mention = z.infer<typeof mentionSchema>
export type VolumeNews = z.infer<typeof volumeNewsSchema>
export type Notification = z.infer<typeof notificationSchema>
export type DestinationSettings = z.infer<typeof destinationSettingsSchema>
export type Destination = z.infer<typeof destinationSchema>

import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransformObject, jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  airingSchema,
  channelFieldsSchema,
  channelQualitySchema,
  channelSchema,
  channelTrackSchema,
  cueSchema,
  downloadSizeSchema,
  gapSchema,
  policySchema,
  positionSchema,
  problemSchema,
  programmeSchema,
  qualitySchema,
  siteSchema,
} from '../../protocol/api.ts'
import {
  channelIdSchema,
  durableEventSchema,
  feedLineSchema,
  serverLineSchema,
  trackSchema,
} from '../../protocol/events.ts'
import {
  invitationSchema,
  passkeySchema,
  preferencesSchema,
  roleSchema,
  sessionSchema,
  userSchema,
} from '../../protocol/accounts.ts'
import {
  alertChangeSchema,
  alertFeedSchema,
  alertFieldsSchema,
  alertItemSchema,
  alertRateSchema,
  alertSchema,
  mentionSchema,
  newAlertSchema,
  quietHoursSchema,
  repeatSchema,
  trailSchema,
  volumeRuleSchema,
} from '../../protocol/alerts.ts'
import { rehearsalSchema, rehearsalWishSchema, suggestionSchema } from '../../protocol/rehearsal.ts'
import {
  attemptSchema,
  deliverySchema,
  destinationChangeSchema,
  newDestinationSchema,
  ownDestinationSchema,
  stopSchema,
} from '../../protocol/deliveries.ts'
import { searchItemSchema, searchPageSchema, timelineSchema } from '../../protocol/search.ts'
import { newPasskeySchema, passkeyAnswerSchema } from '../../protocol/passkeys.ts'
import { systemSchema, tunerSchema } from './admin/system-facts.ts'
import { scopeSchema, tokenSchema } from './token-routes.ts'

const registry = z.registry<{ id: string }>()
for (const schema of [
  airingSchema,
  channelFieldsSchema,
  channelQualitySchema,
  channelIdSchema,
  channelSchema,
  channelTrackSchema,
  policySchema,
  positionSchema,
  trackSchema,
  cueSchema,
  downloadSizeSchema,
  gapSchema,
  problemSchema,
  programmeSchema,
  alertChangeSchema,
  alertFeedSchema,
  alertFieldsSchema,
  alertItemSchema,
  alertRateSchema,
  alertSchema,
  mentionSchema,
  newAlertSchema,
  quietHoursSchema,
  repeatSchema,
  trailSchema,
  volumeRuleSchema,
  rehearsalSchema,
  rehearsalWishSchema,
  suggestionSchema,
  searchItemSchema,
  searchPageSchema,
  timelineSchema,
  qualitySchema,
  siteSchema,
  scopeSchema,
  tokenSchema,
  durableEventSchema,
  feedLineSchema,
  serverLineSchema,
  invitationSchema,
  newPasskeySchema,
  passkeyAnswerSchema,
  passkeySchema,
  preferencesSchema,
  roleSchema,
  sessionSchema,
  systemSchema,
  tunerSchema,
  userSchema,
  attemptSchema,
  deliverySchema,
  destinationChangeSchema,
  newDestinationSchema,
  ownDestinationSchema,
  stopSchema,
])
  registry.add(schema, { id: schema.meta()?.id ?? '' })

/** Must be registered before the routes: the document is made from their schemas. */
export async function registerOpenApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'ccr',
        version,
        description:
          'The real-time repository of television captions. docs/protocol.md is normative.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          session: { type: 'apiKey', in: 'cookie', name: 'ccr-session' },
        },
      },
      security: [{}, { token: [] }, { session: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: registry }),
  })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true },
  })
}

/** What clients write is described as they may write it: fields with defaults may be left out. */
const written = new Set(['DurableEvent', 'FeedLine', 'ChannelFields', 'NewDestination'])

const documentSchema = z.looseObject({
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
  ),
})

/** What every address answers when it does not do what was asked. */
const problemResponse = {
  description: 'A problem (RFC 9457); docs/errors.md lists the codes',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** The document as a reader wants it: one schema a name, without what the schema library adds. */
export function tidyDocument(document: unknown): unknown {
  const parsed = documentSchema.parse(tidyPart(document))
  const all = parsed.components.schemas
  const schemas: Record<string, unknown> = {}
  for (const name of Object.keys(all).sort()) {
    if (name.endsWith('Input')) continue
    schemas[name] = (written.has(name) ? all[`${name}Input`] : undefined) ?? all[name]
  }
  for (const operations of Object.values(parsed.paths))
    for (const { responses } of Object.values(operations)) responses['default'] ??= problemResponse
  return { ...parsed, components: { ...parsed.components, schemas } }
}

function tidyPart(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidyPart)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key, part]) =>
      !(key === 'minimum' && part === Number.MIN_SAFE_INTEGER) &&
      !(key === 'maximum' && part === Number.MAX_SAFE_INTEGER) &&
      !(key === 'pattern' && 'format' in value && value.format === 'date-time'),
  )
  return Object.fromEntries(
    entries.map(([key, part]) => [
      key,
      key === '$ref' && typeof part === 'string' ? part.replace(/Input$/, '') : tidyPart(part),
    ]),
  )
}

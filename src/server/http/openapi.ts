import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { createJsonSchemaTransformObject, jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { durableEventSchema, feedLineSchema, serverLineSchema } from '../../protocol/events.ts'
import { airingSchema, cueSchema, gapSchema, problemSchema } from '../../protocol/api.ts'

const registry = z.registry<{ id: string }>()
for (const schema of [
  airingSchema,
  cueSchema,
  gapSchema,
  problemSchema,
  durableEventSchema,
  feedLineSchema,
  serverLineSchema,
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
        securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      },
      security: [{}, { token: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: createJsonSchemaTransformObject({ schemaRegistry: registry }),
  })
  await app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true },
  })
}

/** The document without what the schema library adds and no reader needs. */
export function tidyDocument(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidyDocument)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).filter(
    ([key, part]) =>
      !(key === 'minimum' && part === Number.MIN_SAFE_INTEGER) &&
      !(key === 'maximum' && part === Number.MAX_SAFE_INTEGER) &&
      !(key === 'pattern' && 'format' in value && value.format === 'date-time'),
  )
  return Object.fromEntries(entries.map(([key, part]) => [key, tidyDocument(part)]))
}

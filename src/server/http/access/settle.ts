import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Access } from '../auth.ts'

const querySchema = z.object({ access_token: z.string() })

/** A request with a secret that this node has not heard of yet, as another has just made it, waits until it has. */
export function settleFirst(api: FastifyInstance, access: Access): void {
  api.addHook('onRequest', async ({ headers, query }) => {
    const { data } = querySchema.safeParse(query)
    await access.settle(headers, data?.access_token)
  })
}

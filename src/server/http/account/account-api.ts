import type { FastifyInstance } from 'fastify'
import type { Challenges } from '../../ports/challenges.ts'
import type { OpenLimit } from '../../ports/limit.ts'
import { registerDataRoutes, type DataRoutesOptions } from './data-routes.ts'
import { registerMeRoutes } from './me-routes.ts'
import { registerOwnRoutes } from './own-routes.ts'
import { PasskeyCeremony } from './passkey-ceremony.ts'
import { SignInLimits } from './sign-in-limits.ts'
import { registerSignInRoutes, type SignInRoutesOptions } from './sign-in-routes.ts'

export type AccountApiOptions = Omit<SignInRoutesOptions, 'ceremony' | 'limits'> &
  DataRoutesOptions & {
    readonly publicUrl: string | null
    readonly challenges: Challenges
    readonly openLimit: OpenLimit
  }

/** How people come in, and what is theirs. */
export function registerAccountApi(api: FastifyInstance, options: AccountApiOptions): void {
  const ceremony = new PasskeyCeremony(options)
  const all = { ...options, ceremony, limits: new SignInLimits(options.openLimit) }
  keepPrivate(api)
  registerSignInRoutes(api, all)
  registerMeRoutes(api, all)
  registerOwnRoutes(api, all)
  registerDataRoutes(api, all)
}

/** What is about one person is kept by no cache, and tells no other site where it was. */
export function keepPrivate(api: FastifyInstance): void {
  api.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
    done()
  })
}

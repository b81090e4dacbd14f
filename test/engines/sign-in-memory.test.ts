import { openMemoryLimit } from '../../src/server/engines/limits.ts'
import { MemoryChallenges } from '../../src/server/engines/memory/memory-challenges.ts'
import { challengesConformance } from '../conformance/challenges.conformance.ts'
import { limitConformance } from '../conformance/limit.conformance.ts'

const nothing = { [Symbol.asyncDispose]: () => Promise.resolve() }

challengesConformance('memory', (now) =>
  Promise.resolve(Object.assign(new MemoryChallenges(now), nothing)),
)
limitConformance('memory', () => Promise.resolve({ open: openMemoryLimit, ...nothing }))

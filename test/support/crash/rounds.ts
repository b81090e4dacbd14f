import type { Random } from '../random.ts'
import type { Fault, FaultPlan } from './plan.ts'
import { World } from './world.ts'

export interface Rounds {
  readonly random: Random
  readonly plan: FaultPlan
  readonly roundsPerWorld: number
  readonly note: (text: string) => void
  readonly isOver: () => boolean
}

/** Round after round, in one world after the other; the log forgets in every second one. */
export async function runRounds({
  random,
  plan,
  roundsPerWorld,
  note,
  isOver,
}: Rounds): Promise<{ readonly rounds: number; readonly cues: number }> {
  let rounds = 0
  let cues = 0
  for (let worlds = 0; !isOver(); worlds++) {
    await using world = await World.create(random, worlds % 2 === 0)
    for (let round = 0; round < roundsPerWorld && !isOver(); round++) {
      const fault = plan.next(world.doesForget)
      const began = Date.now()
      try {
        if (await world.round(fault)) plan.fired(fault)
        else plan.missed(fault)
      } catch (error) {
        throw new Error(`round ${rounds}, ${say(fault)}`, { cause: error })
      }
      note(`round ${rounds++}: ${say(fault)}, ${Date.now() - began} ms`)
    }
    cues += await world.check()
  }
  return { rounds, cues }
}

function say(fault: Fault): string {
  return fault.type === 'kill'
    ? `kill -9 of the ${fault.side} after ${fault.afterMs} ms`
    : `hit ${fault.nth} of ${fault.point.name}`
}

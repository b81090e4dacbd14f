import assert from 'node:assert/strict'
import { until, type Server } from '../processes.ts'
import type { Random } from '../random.ts'
import type { Cluster } from './cluster.ts'

/** Something that is done to the parts of a cluster. It rejects when it did not bite. */
export interface Harm {
  readonly name: string
  readonly do: (field: Harmed, random: Random) => Promise<void>
}

export interface Harmed extends Cluster {
  /** Asks a node for what is in S3 alone, which nobody else would do now. */
  readonly readOld: (node: Server) => Promise<'read' | 'not now'>
}

const askMs = 2000
/** A connection whose other end says nothing is given up after some time-outs. */
const toldWithinMs = 60_000

/** What a node says of itself; undefined when it does not answer. */
async function readinessOf({ url }: Server): Promise<string | undefined> {
  const signal = AbortSignal.timeout(askMs)
  return await fetch(`${url}/readyz`, { signal }).then(
    (answer) => answer.text(),
    () => undefined,
  )
}

/** One of a cluster's engines is away, and at least one node says so in `/readyz`. */
export async function isMissed(
  { nodes, readOld }: Pick<Harmed, 'nodes' | 'readOld'>,
  engine: 'Redis' | 'PostgreSQL' | 'S3',
): Promise<void> {
  // Nobody knows that it is away who asks it for nothing.
  if (engine === 'S3')
    await Promise.all(
      nodes.map((node) =>
        until('S3 is missed', async () => (await readOld(node)) === 'not now', toldWithinMs),
      ),
    )
  const isSo = async (): Promise<boolean> => {
    const said = await Promise.all(nodes.map(readinessOf))
    return said.some((text) => text?.includes(engine) === true)
  }
  await until(`a node says that ${engine} is away`, isSo, toldWithinMs)
}

/** Nobody gets an answer from a node. */
export async function isSilent(node: Server): Promise<void> {
  assert.equal(await readinessOf(node), undefined, 'the node does not answer')
}

export async function answersAgain(node: Server): Promise<void> {
  const isSo = async (): Promise<boolean> => (await readinessOf(node)) !== undefined
  await until('the node answers again', isSo, toldWithinMs).catch((error: unknown) => {
    throw new Error(`it has ended with ${endOf(node)}: ${node.stderr()}`, { cause: error })
  })
}

/** A node that was not killed has not ended by itself. */
export function isAlive(node: Server): void {
  assert.equal(endOf(node), 'nothing', node.stderr())
}

function endOf({ child }: Server): string {
  return String(child.exitCode ?? child.signalCode ?? 'nothing')
}

/**
 * `readers.ts URL AT-ONCE`: reads the archive of the channel `old` as fast as it answers: pages of a thousand cues
 * at any place, hours as files.
 */

export type ReadersNews = { readonly type: 'report'; readonly reads: number }

const [url = '', atOnce = '4'] = process.argv.slice(2)
let reads = 0

async function read(n: number): Promise<void> {
  const spanMs = 20 * 3_600_000
  const from = new Date(Date.now() - Math.random() * spanMs).toISOString()
  const hour = new Date(Date.parse(from) + 3_600_000).toISOString()
  const path =
    n % 3 === 0
      ? `download?format=srt&from=${from}&to=${hour}`
      : `cues?limit=1000&order=oldest&from=${from}`
  const answer = await fetch(`${url}/api/v1/channels/old/${path}`)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
  reads++
}

process.on('message', ({ type }: { type: 'count' | 'report' }) => {
  if (type === 'count') reads = 0
  else process.send?.({ type: 'report', reads } satisfies ReadersNews)
})
process.once('disconnect', () => process.exit())
for (let reader = 0; reader < Number(atOnce); reader++)
  void (async () => {
    for (let n = reader; ; n++) await read(n)
  })()

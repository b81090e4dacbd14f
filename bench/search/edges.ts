import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { MadeFolder } from './made-folder.ts'
import type { Question } from './queries.ts'

/** Minutes that a phrase is found in only because it goes on into the next: an engine of single minutes cannot see them. */
export async function onlyOverTheEdge(
  { minuteFiles }: MadeFolder,
  asked: readonly Question[],
): Promise<ReadonlyMap<string, number>> {
  const phrases = asked.filter(({ kind }) => kind === 'phrase')
  const counts = new Map(phrases.map(({ name }) => [name, 0]))
  const before = new Map<string, { readonly minute: number; readonly text: string }>()
  for (const file of minuteFiles)
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const [channel = '', at = '', text = ''] = line.split('\t')
      const minute = Number(at)
      const last = before.get(channel)
      before.set(channel, { minute, text })
      if (last?.minute !== minute - 1) continue
      for (const { name, words } of phrases)
        if (crosses(words, last.text, text) && !` ${last.text} `.includes(` ${words.join(' ')} `))
          counts.set(name, (counts.get(name) ?? 0) + 1)
    }
  return counts
}

function crosses(words: readonly string[], before: string, after: string): boolean {
  return words.some(
    (_, n) =>
      n > 0 &&
      ` ${before}`.endsWith(` ${words.slice(0, n).join(' ')}`) &&
      `${after} `.startsWith(`${words.slice(n).join(' ')} `),
  )
}

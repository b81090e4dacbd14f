import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { listChannels, listCues } from '../../data/api.ts'
import { fetchPage } from '../../data/search.ts'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { Help } from './help.tsx'
import { Passage } from './passage.tsx'

const shown = 3
const askedChannels = 4
/** Shorter words are rarely what anybody searches for. */
const leastLetters = 6

/** Before anything is typed: a real search for a word that was just said here, and how to ask. */
export function Example({ onAsk }: { readonly onAsk: (q: string) => void }): ReactNode {
  const t = useSearchMessages()
  const example = useQuery({
    queryKey: ['example'],
    queryFn: async ({ signal }) => {
      const channels = await listChannels(signal)
      const word = await findWord(channels.map(({ id, state }) => ({ id, isOn: state === 'live' })))
      if (word === null) return null
      const question = { q: word, from: null, to: null }
      const page = await fetchPage(question, { order: 'newest', limit: shown }, signal)
      return { word, page, channels }
    },
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
  const { data } = example
  return (
    <div className="example">
      {data === null && <p className="muted">{t.example.none}</p>}
      {data != null && data.page.items.length > 0 && (
        <section aria-labelledby="example">
          <h2 id="example">{t.example.said(data.word)}</h2>
          <ol className="passages">
            {data.page.items.map((item) => (
              <Passage
                key={item.permalink}
                item={item}
                channel={data.channels.find(({ id }) => id === item.channel)}
              />
            ))}
          </ol>
          <p>
            <Link href={`?q=${encodeURIComponent(data.word)}`} className="all">
              {t.example.all(data.word)}
            </Link>
          </p>
        </section>
      )}
      {data !== undefined && (
        <Help word={data?.word ?? null} channel={data?.channels[0]?.id ?? null} onAsk={onAsk} />
      )}
    </div>
  )
}

/** A word of what was said lately: one that was said more than once, or a long one. */
async function findWord(
  channels: readonly { readonly id: string; readonly isOn: boolean }[],
): Promise<string | null> {
  const first = [...channels].sort((a, b) => Number(b.isOn) - Number(a.isOn))
  const lists = await Promise.all(
    first.slice(0, askedChannels).map(({ id }) => listCues(id, { order: 'newest' })),
  )
  const counts = new Map<string, number>()
  for (const { text } of lists.flatMap(({ items }) => items))
    for (const [word] of text
      .toLowerCase()
      .matchAll(/(?<![\p{L}\p{N}'’-])\p{L}+(?![\p{L}\p{N}'’-])/gu))
      if (word.length >= leastLetters) counts.set(word, (counts.get(word) ?? 0) + 1)
  const [best] = [...counts].sort(
    ([a, timesA], [b, timesB]) => weight(b, timesB) - weight(a, timesA) || (a < b ? -1 : 1),
  )
  return best?.[0] ?? null
}

function weight(word: string, times: number): number {
  return Math.min(times, 4) * 3 + Math.min(word.length, 10)
}

/**
 * How often the own terms of a row of several minutes are said: ` the-9,31 of-8 `. `the` was said 31 times, in 9 of the
 * minutes; `of` once in each of 8. What was said once is left out.
 */
export function formatTally(minutes: Iterable<readonly string[]>): string {
  const tally = new Map<string, { minutes: number; mentions: number; last: readonly string[] }>()
  for (const terms of minutes)
    for (const term of terms) {
      const one = tally.get(term)
      if (one === undefined) tally.set(term, { minutes: 1, mentions: 1, last: terms })
      else {
        one.mentions++
        if (one.last !== terms) one.minutes++
        one.last = terms
      }
    }
  const said = [...tally].filter(([, { mentions }]) => mentions > 1)
  return ` ${said.map(([term, one]) => `${term}-${numbers(one)} `).join('')}`
}

function numbers({ minutes, mentions }: Readonly<Record<'minutes' | 'mentions', number>>): string {
  return minutes === mentions ? `${minutes}` : `${minutes},${mentions}`
}

/** In SQL, what a tally has of a term; both are expressions. An empty text when it has nothing. */
export function tallyOf(tally: string, term: string): string {
  return `split_part(split_part(${tally}, ' ' || ${term} || '-', 2), ' ', 1)`
}

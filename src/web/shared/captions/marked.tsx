import type { ReactNode } from 'react'

/** A text with the words that matched marked; `highlights` are its ranges in UTF-16 units, in order. */
export function Marked(props: {
  readonly text: string
  readonly highlights: readonly (readonly [from: number, to: number])[]
}): ReactNode {
  const { text, highlights } = props
  return [
    ...highlights.flatMap(([from, to], n) => [
      text.slice(highlights[n - 1]?.[1] ?? 0, from),
      <mark key={from}>{text.slice(from, to)}</mark>,
    ]),
    text.slice(highlights.at(-1)?.[1] ?? 0),
  ]
}

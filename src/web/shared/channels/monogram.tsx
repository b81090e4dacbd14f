import type { ReactNode } from 'react'

/** A channel without a logo gets its initials on a colour of its own, the same everywhere. */
export function Monogram({ name }: { readonly name: string }): ReactNode {
  return (
    <span className={`monogram hue-${hueOf(name)}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}

const hues = 8

function hueOf(name: string): number {
  let sum = 7
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  return sum % hues
}

function initialsOf(name: string): string {
  const words = name
    .split(/[\s\-_]+/)
    .filter((word) => word !== '' && !/^(and|the|of|y|de|la)$/i.test(word))
  const letters =
    words.length > 1 ? words.slice(0, 2).map((word) => word.charAt(0)) : [name.slice(0, 2)]
  return letters.join('').toUpperCase()
}

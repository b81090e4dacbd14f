/** What PostgreSQL's text cannot hold, and U+FFFD stands for: U+0000, and halves of characters. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

/** A value as JSON that `jsonb` takes. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' ? storable(part) : part,
  )
}

import { messageOf } from '../../../../protocol/message-of.ts'

/** What a template may name. */
export const placeholderNames = [
  ...(['id', 'kind', 'title', 'text', 'link', 'alert', 'query', 'count', 'channel'] as const),
  ...(['network', 'programme', 'time', 'start', 'passage', 'match', 'before', 'after'] as const),
  'site',
] as const

export type Placeholders = Readonly<Record<(typeof placeholderNames)[number], string>>

const placeholder = /\{\{\s*([A-Za-z]+)\s*\}\}/g
const names: ReadonlySet<string> = new Set(placeholderNames)

/**
 * Fills a template, which is JSON with `{{placeholders}}` in its strings. The template is read first and filled then,
 * string by string: nothing that was said can end a string or begin another field. Throws on what `checkTemplate` tells.
 */
export function fillTemplate(template: string, values: Placeholders): string {
  return JSON.stringify(fill(JSON.parse(template), values))
}

/** Why it is no template, in a sentence; null when it is one. */
export function checkTemplate(template: string): string | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(template)
  } catch (error) {
    return `the template is not JSON: ${messageOf(error)}`
  }
  if (typeof parsed !== 'object' || parsed === null) return 'the template is no JSON object or list'
  const unknown = [...JSON.stringify(parsed).matchAll(placeholder)]
    .map(([, name]) => name ?? '')
    .filter((name) => !names.has(name))
  return unknown.length === 0
    ? null
    : `{{${unknown[0] ?? ''}}} stands for nothing; there are ${placeholderNames.join(', ')}`
}

function fill(value: unknown, values: Placeholders): unknown {
  if (typeof value === 'string')
    return value.replaceAll(placeholder, (whole, name: string) =>
      names.has(name) ? values[name as keyof Placeholders] : whole,
    )
  if (Array.isArray(value)) return value.map((each) => fill(each, values))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, values)]))
}

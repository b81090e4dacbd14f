/** Filters at the end of a query's text, as a click puts them there and takes them away. */

const names = 'channel|network|show|lang|track|from|to|hour|day'
const lastFilter = new RegExp(`(?:^|\\s)(-?(?:${names}):(?:"[^"]*"|[^\\s()"]+))\\s*$`)

interface Parts {
  readonly head: string
  readonly filters: readonly string[]
}

/** A query and the filters that hold for all of it. */
export function splitFilters(q: string): Parts {
  const filters: string[] = []
  let head = q.trim()
  for (let match = lastFilter.exec(head); match !== null; match = lastFilter.exec(head)) {
    filters.unshift(match[1] ?? '')
    head = head.slice(0, match.index).trim()
  }
  // What stands last behind OR belongs to that side alone.
  return filters.length > 0 && hasOuterOr(head)
    ? { head: q.trim(), filters: [] }
    : { head, filters }
}

export function hasFilter(q: string, filter: string): boolean {
  return splitFilters(q).filters.includes(filter)
}

export function withFilter(q: string, filter: string): string {
  const { head, filters } = splitFilters(q)
  const safe = hasOuterOr(head) ? `(${head})` : head
  return [safe, ...filters, filter].filter((part) => part !== '').join(' ')
}

export function withoutFilter(q: string, filter: string): string {
  const { head, filters } = splitFilters(q)
  return [head, ...filters.filter((one) => one !== filter)].filter((part) => part !== '').join(' ')
}

/** `channel:one`, or with quotation marks where the value has spaces and signs. */
export function filterOf(name: string, value: string): string {
  const plain = value.replaceAll('"', ' ').trim()
  return name !== 'channel' && name !== 'track' ? `${name}:"${plain}"` : `${name}:${plain}`
}

/** The words of a query without signs and filters; for proposals when nothing was found. */
export function wordsOf(q: string): readonly string[] {
  return splitFilters(q)
    .head.replaceAll(/"|\bOR\b|\bNEAR\/\d+|(?<=^|[\s(])-\S+|\S+:\S*|[()*]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
}

function hasOuterOr(text: string): boolean {
  let depth = 0
  for (const [piece] of text.matchAll(/"[^"]*"|[()]|[^\s()"]+/g)) {
    if (piece === '(') depth++
    else if (piece === ')') depth--
    else if (piece === 'OR' && depth === 0) return true
  }
  return false
}

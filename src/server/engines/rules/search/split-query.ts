import type { Expression, Filter, Query } from '../../../../query/language/query.ts'

export interface SplitQuery {
  /** What is left to be evaluated; of a query of nothing else, what every cue passes. */
  readonly query: Query
  /** Filters that every match must pass and that look at its channel and track only. */
  readonly ofStream: readonly Filter[]
  /** Milliseconds since 1970. */
  readonly fromMs: number
  readonly toMs: number
}

/** Takes out of a query what whole chunks and streams can be passed over by. */
export function splitQuery(query: Query): SplitQuery {
  const where = query.kind === 'filters' ? [query.filter] : outermostFilters(query.expression)
  const rest: Filter[] = []
  const ofStream: Filter[] = []
  let fromMs = -Infinity
  let toMs = Infinity
  for (const filter of where.flatMap(conjuncts)) {
    if (filter.kind === 'from') fromMs = Math.max(fromMs, Date.parse(filter.at))
    else if (filter.kind === 'to') toMs = Math.min(toMs, Date.parse(filter.at))
    else if (isOfStream(filter)) ofStream.push(filter)
    else rest.push(filter)
  }
  return { query: withFilters(query, rest), ofStream, fromMs, toMs }
}

/** The query, narrowed to what also passes these. */
export function narrow(query: Query, filters: readonly Filter[]): Query {
  if (query.kind === 'filters')
    return { kind: 'filters', filter: { kind: 'every', of: [query.filter, ...filters] } }
  const { expression } = query
  return {
    kind: 'text',
    expression: { kind: 'all', of: [expression], without: [], where: filters },
  }
}

/** What passes within [fromMs, toMs), either of which may be infinite. */
export function timeFilters(fromMs: number, toMs: number): Filter[] {
  const filter = (kind: 'from' | 'to', ms: number): Filter[] => {
    if (!Number.isFinite(ms)) return []
    const at = new Date(ms).toISOString()
    return [{ kind, at, said: at }]
  }
  return [...filter('from', fromMs), ...filter('to', toMs)]
}

function withFilters(query: Query, where: readonly Filter[]): Query {
  if (query.kind === 'filters') return { kind: 'filters', filter: { kind: 'every', of: where } }
  const { expression } = query
  if (expression.kind !== 'all') return query
  const [only] = expression.of
  // What stands alone is cheaper to find than a group of one.
  const isAlone =
    expression.of.length === 1 && expression.without.length === 0 && where.length === 0
  return {
    kind: 'text',
    expression: isAlone && only !== undefined ? only : { ...expression, where },
  }
}

function outermostFilters(expression: Expression): readonly Filter[] {
  return expression.kind === 'all' ? expression.where : []
}

function conjuncts(filter: Filter): Filter[] {
  return filter.kind === 'every' ? filter.of.flatMap(conjuncts) : [filter]
}

export function isOfStream(filter: Filter): boolean {
  switch (filter.kind) {
    case 'channel':
    case 'network':
    case 'track':
      return true
    case 'not':
      return isOfStream(filter.of)
    case 'any':
    case 'every':
      return filter.of.length > 0 && filter.of.every(isOfStream)
    default:
      return false
  }
}

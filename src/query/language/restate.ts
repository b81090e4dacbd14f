import { formatWords } from './format.ts'
import { dayNames } from './day-names.ts'
import { windowTokens, type Expression, type Filter, type Query, type Word } from './query.ts'

/** What the query finds, in plain English, for pages and messages: "the word “a” or “b”, on channel c". */
export function restateQuery(query: Query): string {
  return query.kind === 'filters'
    ? `everything said ${restateFilter(query.filter)}`
    : restateExpression(query.expression, true)
}

function restateExpression(expression: Expression, isOutermost: boolean): string {
  switch (expression.kind) {
    case 'phrase':
      return restateWords(expression.words)
    case 'or': {
      const text = list(
        expression.of.map((one) => restateExpression(one, false)),
        'or',
      )
      return isOutermost ? text : `(${text})`
    }
    case 'near': {
      const { left, right, within } = expression
      const text = `${restateExpression(left, false)} within ${words(within)} of ${restateExpression(right, false)}`
      return isOutermost ? text : `(${text})`
    }
    case 'all': {
      const parts = [
        restateAll(expression.of, isOutermost),
        ...expression.without.map(
          (one) =>
            `but without ${restateExpression(one, false)} within ${words(windowTokens)} before or after`,
        ),
        ...expression.where.map(restateFilter),
      ]
      return isOutermost ? parts.join(', ') : `(${parts.join(', ')})`
    }
  }
}

function restateAll(of: readonly Expression[], isOutermost: boolean): string {
  const parts = of.map((one) => restateExpression(one, isOutermost && of.length === 1))
  return of.length === 1 ? parts.join() : `${list(parts, 'and')} within ${words(windowTokens)}`
}

function restateWords(phrase: readonly Word[]): string {
  const text = `“${formatWords(phrase).replaceAll('*', '…')}”`
  const isBeginning = phrase.length === 1 && formatWords(phrase).endsWith('*')
  return isBeginning ? `a word beginning with ${text}` : text
}

function restateFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'channel':
      return `on channel ${filter.id}`
    case 'network':
      return `on the network “${filter.name}”`
    case 'show':
      return `in programmes titled “${formatWords(filter.title.words).replaceAll('*', '…')}”`
    case 'lang':
      return `in the language ${filter.language}`
    case 'track':
      return `on track ${filter.track.toUpperCase()}`
    case 'from':
      return `from ${filter.said} UTC`.replace(/(Z|[+-]\d\d:\d\d) UTC$/, '$1')
    case 'to':
      return `before ${filter.said} UTC`.replace(/(Z|[+-]\d\d:\d\d) UTC$/, '$1')
    case 'hour':
      return `between ${clock(filter.first, '00')} and ${clock(filter.last, '59')} local time`
    case 'day':
      return filter.first === filter.last
        ? `on ${dayNames[filter.first]}`
        : `from ${dayNames[filter.first]} to ${dayNames[filter.last]}`
    case 'not':
      return `not ${restateFilter(filter.of)}`
    case 'any':
      return `(${list(filter.of.map(restateFilter), 'or')})`
    case 'every':
      return filter.of.map(restateFilter).join(', ')
  }
}

function list(parts: readonly string[], conjunction: string): string {
  if (parts.length < 2) return parts.join()
  return `${parts.slice(0, -1).join(', ')} ${conjunction} ${parts.at(-1) ?? ''}`
}

function words(count: number): string {
  return count === 1 ? '1 word' : `${count} words`
}

function clock(hour: number, minute: string): string {
  return `${String(hour).padStart(2, '0')}:${minute}`
}

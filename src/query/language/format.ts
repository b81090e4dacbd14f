import { dayNames } from './day-names.ts'
import { firstCharacter, isIdeographic } from './parse-words.ts'
import type { Expression, Filter, Phrase, Query, Word } from './query.ts'

/** The query in its one canonical spelling; parsing that gives the same query. */
export function formatQuery(query: Query): string {
  return query.kind === 'text'
    ? formatExpression(query.expression)
    : formatFilter(query.filter, false)
}

/** The words as they are written: a run of characters without spaces comes back as one. */
export function formatWords(words: readonly Word[]): string {
  let text = ''
  let isInRun = false
  words.forEach(({ term, match }, n) => {
    if (n > 0 && !isInRun) text += ' '
    isInRun = match === 'pair'
    text += isIdeographic(term) ? firstCharacter(term) : match === 'prefix' ? `${term}*` : term
  })
  return text
}

function formatExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'phrase':
      return formatPhrase(expression)
    case 'or':
      return expression.of.map(formatOperand).join(' OR ')
    case 'near': {
      const { left, right, within } = expression
      const before = left.kind === 'near' ? formatExpression(left) : formatOperand(left)
      return `${before} NEAR/${within} ${formatOperand(right)}`
    }
    case 'all':
      return [
        ...expression.of.map((one) =>
          one.kind === 'near' ? formatExpression(one) : formatOperand(one),
        ),
        ...expression.without.map((one) => `-${formatOperand(one)}`),
        ...expression.where.map((one) => formatFilter(one, true)),
      ].join(' ')
  }
}

function formatOperand(expression: Expression): string {
  return expression.kind === 'phrase'
    ? formatPhrase(expression)
    : `(${formatExpression(expression)})`
}

function formatPhrase({ words }: Phrase): string {
  const text = formatWords(words)
  return words.length === 1 ? text : `"${text}"`
}

function formatFilter(filter: Filter, isInner: boolean): string {
  switch (filter.kind) {
    case 'channel':
      return `channel:${filter.id}`
    case 'network':
      return `network:${quoteIfNeeded(filter.name)}`
    case 'show':
      return `show:${quoteIfNeeded(formatWords(filter.title.words))}`
    case 'lang':
      return `lang:${filter.language}`
    case 'track':
      return `track:${filter.track.toUpperCase()}`
    case 'from':
    case 'to':
      return `${filter.kind}:${filter.said}`
    case 'hour':
      return `hour:${formatRange(String(filter.first), String(filter.last))}`
    case 'day':
      return `day:${formatRange(shortDay(filter.first), shortDay(filter.last))}`
    case 'not':
      return `-${formatFilter(filter.of, true)}`
    case 'any':
    case 'every': {
      const parts = filter.of.map((one) => formatFilter(one, true))
      const text = parts.join(filter.kind === 'any' ? ' OR ' : ' ')
      return isInner ? `(${text})` : text
    }
  }
}

function quoteIfNeeded(value: string): string {
  return value.includes(' ') ? `"${value}"` : value
}

function formatRange(first: string, last: string): string {
  return first === last ? first : `${first}-${last}`
}

function shortDay(day: number): string {
  return dayNames[day]?.slice(0, 3).toLowerCase() ?? ''
}

import type { Grouping } from '../../../protocol/search.ts'
import type { SearchMessages } from '../../messages/search/en.ts'

/** What a part of the mentions is called: `*` is the rest, and what has no name says so. */
export function nameOfSeries(
  value: string,
  label: string,
  by: Grouping,
  t: SearchMessages,
): string {
  if (value === '*') return t.facets.others
  if (label !== '') return label
  return by === 'network' ? t.facets.unnetworked : t.facets.unaired
}

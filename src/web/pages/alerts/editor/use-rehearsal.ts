import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Rehearsal } from '../../../../protocol/rehearsal.ts'
import { Refusal } from '../../../data/account.ts'
import { isWorthRetrying, rehearse } from '../../../data/alerts.ts'
import { useSettled } from '../../../shared/use-settled.ts'
import type { Fault } from '../../search/box/query-field.tsx'
import type { AlertDraft } from './draft.ts'

/** Nobody who types is counted for between two keys. */
const settleMs = 450
const rehearsedDays = 30

export interface Rehearsed {
  /** The query that was tried; '' = none. */
  readonly query: string
  readonly data: Rehearsal | undefined
  /** What is shown is not of what stands in the form now. */
  readonly isOld: boolean
  readonly fault: Fault | null
  /** Whatever else went wrong. */
  readonly error: Error | null
}

/** What the alert of the form would have told, tried while it is written. */
export function useRehearsal({ query, isEverywhere, channels }: AlertDraft): Rehearsed {
  const text = query.trim()
  const wished = JSON.stringify([text, isEverywhere ? [] : channels])
  const settled = useSettled(wished, settleMs)
  const [asked, where] = JSON.parse(settled) as [string, string[]]
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['rehearsal', settled],
    queryFn: ({ signal }) =>
      rehearse({ query: asked, channels: where, days: rehearsedDays }, signal),
    enabled: asked !== '',
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    retry: isWorthRetrying,
  })
  if (text === '') return { query: '', data: undefined, isOld: false, fault: null, error: null }
  const isFault = error instanceof Refusal && error.status === 400
  // While more is being typed, half a query is no fault.
  const isNow = settled === wished
  return {
    ...{ query: asked, data, isOld: !isNow || isPlaceholderData },
    fault: isFault && isNow ? { q: asked, says: sayOf(error), at: error.at } : null,
    error: isFault ? null : error,
  }
}

function sayOf({ message }: Error): string {
  return message.replace(/^query(?:, at character \d+)?: /, '')
}

import type { OwnDestination } from '../../../../protocol/deliveries.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { sayPlaces, sayWhen } from '../words.ts'
import { rateOf, type AlertDraft } from './draft.ts'

/** What will happen when the words are said. */
export function useNextWords(draft: AlertDraft, destinations: readonly OwnDestination[]): string {
  const t = useAlertMessages()
  const { locale } = useCatalogue()
  const volume = draft.isVolume ? draft.volume : null
  const when = sayWhen({ rate: rateOf(draft), volume }, t, locale)
  if (when === null) return t.edit.willKeep
  if (draft.destinations.length === 0) return t.edit.choosePlace
  return t.edit.willTell(when, sayPlaces(draft.destinations, destinations, t, locale))
}

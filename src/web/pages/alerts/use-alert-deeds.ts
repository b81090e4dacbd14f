import { useQueryClient } from '@tanstack/react-query'
import type { AlertChange, AlertItem } from '../../../protocol/alerts.ts'
import { alertsKey, changeAlert, removeAlert } from '../../data/alerts.ts'
import { useAlertMessages } from '../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDeed } from '../../shared/use-deed.ts'
import { useNow } from './use-now.ts'
import { isMuted, sayMoment } from './words.ts'

const muteMs = 86_400_000

/** What is done with an alert at one press; `onDone` is told in words that it is done. */
export function useAlertDeeds(
  alert: AlertItem,
  onDone: (said: string) => void,
): {
  readonly error: Error | null
  readonly isMuted: boolean
  readonly pauseOrResume: () => void
  readonly muteOrUnmute: () => void
  readonly remove: (onRemoved: () => void) => void
} {
  const { done } = useAlertMessages()
  const { locale } = useCatalogue()
  const queries = useQueryClient()
  const deed = useDeed()
  const { id, name } = alert
  const isQuiet = isMuted(alert, useNow())
  const change = (fields: AlertChange, said: string): void =>
    deed.run(async () => {
      const changed = await changeAlert(id, fields)
      queries.setQueryData<readonly AlertItem[]>(alertsKey, (all) =>
        all?.map((one) => (one.id === id ? { ...one, ...changed } : one)),
      )
      onDone(said)
    })
  return {
    error: deed.error,
    isMuted: isQuiet,
    pauseOrResume: () =>
      change({ paused: !alert.paused }, alert.paused ? done.resumed(name) : done.paused(name)),
    muteOrUnmute: () => {
      if (isQuiet) {
        change({ mutedUntil: null }, done.unmuted(name))
        return
      }
      const mutedUntil = new Date(Date.now() + muteMs).toISOString()
      change({ mutedUntil }, done.muted(name, sayMoment(mutedUntil, locale)))
    },
    remove: (onRemoved) =>
      deed.run(async () => {
        await removeAlert(id)
        queries.setQueryData<readonly AlertItem[]>(alertsKey, (all) =>
          all?.filter((one) => one.id !== id),
        )
        queries.removeQueries({ queryKey: ['mentions', id] })
        onDone(done.removed(name))
        onRemoved()
      }),
  }
}

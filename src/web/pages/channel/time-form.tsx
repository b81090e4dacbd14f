import { useId, useState, type ReactNode } from 'react'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { instantOf, localOf, nameOfZone } from '../../shared/time/times.ts'

/** A moment by the clock that the transcript shows; the zone is said beside it. */
export function TimeForm(props: {
  readonly zone: string
  readonly onGo: (time: string) => void
}): ReactNode {
  const { zone, onGo } = props
  const { messages: t, locale } = useCatalogue()
  const id = useId()
  const [value, setValue] = useState(() => localOf(new Date().toISOString(), zone))
  return (
    <form
      className="time-form"
      onSubmit={(event) => {
        event.preventDefault()
        const at = instantOf(value, zone)
        if (at !== null) onGo(at)
      }}
    >
      <label htmlFor={id}>{t.channel.jumpZone(nameOfZone(zone, locale))}</label>
      <input
        id={id}
        type="datetime-local"
        value={value}
        onChange={(event) => setValue(event.target.value)}
        required
      />
      <button type="submit">{t.channel.go}</button>
    </form>
  )
}

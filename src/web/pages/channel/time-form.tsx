import { useId, useState, type ReactNode } from 'react'
import { useMessages } from '../../messages/catalogue.tsx'

/** A moment in the reader's own clock, as the browser's picker gives it. */
export function TimeForm({ onGo }: { readonly onGo: (time: string) => void }): ReactNode {
  const t = useMessages()
  const id = useId()
  const [value, setValue] = useState('')
  return (
    <form
      className="time-form"
      onSubmit={(event) => {
        event.preventDefault()
        const at = new Date(value)
        if (!Number.isNaN(at.getTime())) onGo(at.toISOString())
      }}
    >
      <label htmlFor={id}>{t.channel.jump}</label>
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

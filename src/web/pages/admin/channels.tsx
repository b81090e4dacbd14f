import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { listChannels } from '../../data/api.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { StateMark } from '../../shared/channels/state-mark.tsx'
import { Trouble } from '../../shared/trouble.tsx'
import { ChannelForm } from './channel-form.tsx'

const queryKey = ['channels']

export function Channels(): ReactNode {
  const t = useAdminMessages().channels
  const queries = useQueryClient()
  const [open, setOpen] = useState<string | null>(null)
  const [isAdding, setAdding] = useState(false)
  const [said, setSaid] = useState('')
  const channels = useQuery({ queryKey, queryFn: ({ signal }) => listChannels(signal) })
  const done = async (sentence: string): Promise<void> => {
    await queries.invalidateQueries({ queryKey })
    setOpen(null)
    setAdding(false)
    setSaid(sentence)
  }
  return (
    <div className="sheets wide">
      <section className="sheet">
        <div className="account-head">
          <h2>{t.heading}</h2>
          <button type="button" aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
            {isAdding ? t.cancel : t.add}
          </button>
        </div>
        <p role="status" className="deed-done">
          {said}
        </p>
        {isAdding && <ChannelForm channel={null} onDone={done} />}
        <ul className="entries">
          {channels.data?.map((channel) => (
            <li key={channel.id} className={open === channel.id ? 'open' : undefined}>
              <span className="row-main">
                <strong dir="auto">
                  {channel.name}
                  <span className="mark">{t.visibilities[channel.policy.visibility]}</span>
                </strong>
                <span className="muted">
                  {channel.id}
                  {channel.network !== null && ` · ${channel.network}`} ·{' '}
                  <StateMark state={channel.state} />
                </span>
              </span>
              <button
                type="button"
                aria-expanded={open === channel.id}
                aria-label={t.editOf(channel.name)}
                onClick={() => setOpen(open === channel.id ? null : channel.id)}
              >
                {open === channel.id ? t.cancel : t.edit}
              </button>
              {open === channel.id && (
                <div className="row-more">
                  <ChannelForm channel={channel} onDone={done} />
                </div>
              )}
            </li>
          ))}
        </ul>
        <Trouble error={channels.error} />
      </section>
    </div>
  )
}

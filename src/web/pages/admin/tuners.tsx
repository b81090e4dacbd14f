import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSearchParams } from 'wouter'
import { itemsOf } from '../../data/account.ts'
import type { Tuner } from '../../data/admin.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { TunerRow } from './tuner-row.tsx'
import { groupOf, matches, tunerGroups, type TunerGroup } from './tuner-words.ts'

const refreshMs = 5000

/** Who feeds each channel, how they are, and what they say is wrong. What is shown of them is in the address. */
export function Tuners(): ReactNode {
  const t = useAdminMessages().tuners
  const [params, setParams] = useSearchParams()
  const tuners = useQuery({
    queryKey: ['admin', 'tuners'],
    queryFn: () => itemsOf<Tuner>('/admin/tuners'),
    refetchInterval: refreshMs,
  })
  const all = tuners.data ?? []
  const words = params.get('q') ?? ''
  const group = tunerGroups.find((one) => one === params.get('show')) ?? 'all'
  const inGroup = (wanted: TunerGroup): readonly Tuner[] =>
    wanted === 'all' ? all : all.filter((tuner) => groupOf(tuner) === wanted)
  const shown = inGroup(group).filter((tuner) => matches(tuner, words))
  const change = (name: string, value: string): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  return (
    <div className="sheets wide">
      <section className="sheet">
        <h2>{t.heading}</h2>
        <div className="tuner-filter" role="search">
          <label>
            <span>{t.find}</span>
            <input
              type="search"
              value={words}
              placeholder={t.findHow}
              autoComplete="off"
              onChange={({ target }) => change('q', target.value)}
            />
          </label>
          <label>
            <span>{t.show}</span>
            <select
              value={group}
              onChange={({ target }) => change('show', target.value === 'all' ? '' : target.value)}
            >
              {tunerGroups.map((one) => (
                <option key={one} value={one}>
                  {t.groups[one](inGroup(one).length)}
                </option>
              ))}
            </select>
          </label>
        </div>
        {tuners.data !== undefined && (
          <p role="status" className="muted">
            {all.length === 0 ? t.none : shown.length === 0 ? t.noneSuch : t.count(shown.length)}
          </p>
        )}
        <ul className="entries">
          {shown.map((tuner) => (
            <TunerRow key={tuner.channel} tuner={tuner} />
          ))}
        </ul>
        <Trouble error={tuners.error} />
      </section>
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { call, itemsOf } from '../../data/account.ts'
import type { System, Tuner } from '../../data/admin.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Facts } from '../../shared/facts.tsx'
import { Trouble } from '../../shared/trouble.tsx'
import { groupOf } from './tuner-words.ts'

const refreshMs = 5000

/** Whether anything is wrong, first; then the server, then who feeds what. */
export function Overview(): ReactNode {
  const t = useAdminMessages().overview
  const { locale } = useCatalogue()
  const system = useQuery({
    queryKey: ['admin', 'system'],
    queryFn: () => call<System>('GET', '/admin/system'),
    refetchInterval: refreshMs,
  })
  const tuners = useQuery({
    queryKey: ['admin', 'tuners'],
    queryFn: () => itemsOf<Tuner>('/admin/tuners'),
    refetchInterval: refreshMs,
  })
  const { data } = system
  if (data === undefined) return <Trouble error={system.error} />
  const size = sizeIn(locale)
  const facts: readonly (readonly [string, string])[] = [
    [t.feeds, String(data.gauges['feeds']?.value ?? 0)],
    [t.viewers, String(data.gauges['viewers']?.value ?? 0)],
    [t.mail, t.mails[data.mail]],
    [t.address, data.publicUrl ?? t.addressNone],
    [
      t.disk,
      data.disk === null ? '–' : t.diskOf(size(data.disk.freeBytes), size(data.disk.totalBytes)),
    ],
    [t.memory, size(data.memoryBytes)],
    [t.running, formatSince(data.startedAt, locale)],
    [t.version, data.version],
  ]
  const isServerWell = data.isReady && data.problems.length === 0
  const isWell = isServerWell && !(tuners.data ?? []).some((tuner) => groupOf(tuner) === 'trouble')
  return (
    <div className="sheets wide">
      <section className={isWell ? 'sheet health' : 'sheet health unwell'} role="status">
        <h2>{isWell ? t.well : isServerWell ? t.tunersUnwell : t.unwell}</h2>
        {data.problems.map((problem) => (
          <p key={problem}>{problem}</p>
        ))}
      </section>
      <section className="sheet">
        <h2>{t.tuners}</h2>
        <TunerCounts tuners={tuners.data ?? []} />
      </section>
      <section className="sheet">
        <h2>{t.server}</h2>
        <Facts of={facts} />
      </section>
    </div>
  )
}

/** How many are well; who is not stands on a page of its own. */
function TunerCounts({ tuners }: { readonly tuners: readonly Tuner[] }): ReactNode {
  const { overview: t, tuners: words } = useAdminMessages()
  if (tuners.length === 0) return <p>{t.none}</p>
  return (
    <ul className="tuner-counts">
      {(['trouble', 'well', 'away'] as const).map((group) => (
        <li key={group} className={group === 'trouble' ? 'in-trouble' : undefined}>
          <Link href={`/admin/tuners?show=${group}`}>
            {words.groups[group](tuners.filter((tuner) => groupOf(tuner) === group).length)}
          </Link>
        </li>
      ))}
    </ul>
  )
}

function sizeIn(locale: string): (bytes: number) => string {
  return (bytes) => {
    const isGiga = bytes >= 1e9
    const unit = isGiga ? 'gigabyte' : 'megabyte'
    const format = { style: 'unit', unit, maximumFractionDigits: isGiga ? 1 : 0 } as const
    return new Intl.NumberFormat(locale, format).format(bytes / (isGiga ? 1e9 : 1e6))
  }
}

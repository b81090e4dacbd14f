import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Tuner } from '../../data/admin.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { Facts } from '../../shared/facts.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { StateMark } from '../../shared/channels/state-mark.tsx'
import { groupOf } from './tuner-words.ts'
import { secondsIn } from './words.ts'

/** One channel and who feeds it: in a line or two what matters, and behind a button all that is known. */
export function TunerRow({ tuner }: { readonly tuner: Tuner }): ReactNode {
  const t = useAdminMessages().tuners
  const { locale } = useCatalogue()
  const [isOpen, setOpen] = useState(false)
  const { channel, state, status, run } = tuner
  const group = groupOf(tuner)
  const source = status?.source ?? run?.source ?? null
  const seconds = secondsIn(locale)
  const figures = [
    status === null || group === 'away' ? null : t.rate(status.cuesPerMinute),
    status === null || group === 'away' || status.unacked === 0
      ? null
      : t.waiting(status.unacked, seconds(status.lagMs)),
    status?.tuner == null ? null : status.tuner.name,
  ].filter((part) => part !== null)
  return (
    <li className={isOpen ? 'open' : undefined}>
      <span className="row-main">
        <strong>
          <Link href={`/c/${channel}`}>{channel}</Link>
          <span className="tuner-state">
            <StateMark state={state} />
          </span>
        </strong>
        <span className="muted">
          {[seenOf(tuner, t, locale), source, ...figures]
            .filter((part) => part !== null)
            .join(' · ')}
        </span>
        {status?.trouble != null && (
          <span className={group === 'away' ? 'muted' : 'tuner-trouble'} dir="auto">
            {group === 'away' ? t.saidLast(status.trouble) : status.trouble}
          </span>
        )}
      </span>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={isOpen ? t.lessOf(channel) : t.moreOf(channel)}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? t.less : t.more}
      </button>
      {isOpen && (
        <div className="row-more">
          <TunerFacts tuner={tuner} />
        </div>
      )}
    </li>
  )
}

type Messages = ReturnType<typeof useAdminMessages>['tuners']

function seenOf(
  { isConnected, connectedAt, lastSeenAt }: Tuner,
  t: Messages,
  locale: string,
): string {
  if (isConnected && connectedAt !== null) return t.connected(formatSince(connectedAt, locale))
  return lastSeenAt === null ? t.never : t.seen(formatSince(lastSeenAt, locale))
}

function TunerFacts({ tuner }: { readonly tuner: Tuner }): ReactNode {
  const t = useAdminMessages().tuners
  const { locale } = useCatalogue()
  const { producer, status, run, silentMs, lastCaptionAt, lagMs } = tuner
  const seconds = secondsIn(locale)
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const faults = Object.entries(status?.faults ?? {})
  const offsetMs = status?.clock.offsetMs ?? 0
  const correctedMs = Math.abs(status?.clock.driftMs ?? 0) + Math.abs(status?.clock.stepMs ?? 0)
  return (
    <Facts
      of={[
        [t.source, status?.source ?? run?.source ?? null],
        [
          t.extractor,
          status?.extractor === null || status === null
            ? (run?.extractor ?? null)
            : `${status.extractor.name}: ${status.extractor.why}`,
        ],
        [t.runSince, run === null ? null : time.format(Date.parse(run.startedAt))],
        [
          t.tuner,
          status?.tuner == null
            ? null
            : status.tuner.until === null
              ? status.tuner.name
              : t.until(status.tuner.name, time.format(Date.parse(status.tuner.until))),
        ],
        [t.lastByte, silentMs === null ? null : t.ago(seconds(silentMs))],
        [t.lastCaption, lastCaptionAt === null ? t.notSince : formatSince(lastCaptionAt, locale)],
        [t.lag, lagMs === null ? null : seconds(lagMs)],
        [t.backlog, status === null ? null : t.waiting(status.unacked, seconds(status.lagMs))],
        [
          t.clock,
          status === null
            ? null
            : offsetMs === 0
              ? t.clockRight
              : offsetMs > 0
                ? t.clockBehind(seconds(offsetMs))
                : t.clockAhead(seconds(-offsetMs)),
        ],
        [t.corrected, correctedMs === 0 ? null : seconds(correctedMs)],
        [
          t.faults,
          faults.length === 0 ? null : faults.map(([name, count]) => `${name} ${count}`).join(', '),
        ],
        [t.client, status?.client ?? null],
        [t.producer, producer],
        [t.told, status === null ? t.tellsNothing : formatSince(status.at, locale)],
      ]}
    />
  )
}

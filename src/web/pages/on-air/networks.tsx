import { Fragment, lazy, Suspense, useRef, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { useMessages } from '../../messages/catalogue.tsx'
import { ChannelCard } from './channel-card.tsx'
import { packRows, type Packed } from './pack-rows.ts'
import { useGridColumns, useNetworkColumns } from './use-columns.ts'
import type { Opened } from './use-opened.ts'

const ChannelPanel = lazy(() => import('./panel/channel-panel.tsx'))

const mostOnWall = 8

type Network = readonly [name: string, members: readonly Channel[]]

/** Cards by network; the channel that is opened stands under its card’s row, as wide as the page. */
export function Networks(props: {
  readonly channels: readonly Channel[]
  readonly isPaused: boolean
  readonly opened: Opened
}): ReactNode {
  const { channels, isPaused, opened } = props
  const t = useMessages()
  const columns = useNetworkColumns()
  const rows = packRows(
    byNetwork(channels, t.onAir.otherNetworks),
    columns,
    ([, { length }]) => length,
  )
  const channel = channels.find(({ id }) => id === opened.id)
  const panel = channel !== undefined && (
    <Suspense fallback={<div className="opened" />}>
      <ChannelPanel
        key={channel.id}
        channel={channel}
        takeFocus={opened.takeFocus}
        onClose={opened.close}
      />
    </Suspense>
  )
  return (
    <div className="networks">
      {rows.map((row) => {
        // Alone in its row, a network may have several rows of cards itself.
        const isWhole = row.length === 1 && row[0]?.width === columns
        const isHere = row.some(({ item: [, members] }) =>
          members.some(({ id }) => id === opened.id),
        )
        return (
          <Fragment key={row.map(({ item: [name] }) => name).join('\n')}>
            {row.map((packed) => (
              <NetworkCards
                key={packed.item[0]}
                {...{ packed, isPaused, opened }}
                panel={isWhole && panel}
              />
            ))}
            {isHere && !isWhole && <div className="opened-row">{panel}</div>}
          </Fragment>
        )
      })}
    </div>
  )
}

function NetworkCards(props: {
  readonly packed: Packed<Network>
  readonly isPaused: boolean
  readonly opened: Opened
  /** False: it stands elsewhere, or nothing is opened. */
  readonly panel: ReactNode
}): ReactNode {
  const { packed, isPaused, opened, panel } = props
  const {
    item: [network, members],
    width,
  } = packed
  const t = useMessages()
  const grid = useRef<HTMLUListElement>(null)
  const columns = useGridColumns(grid)
  const at = members.findIndex(({ id }) => id === opened.id)
  const lastInRow =
    at === -1 ? -1 : Math.min(members.length, (Math.floor(at / columns) + 1) * columns) - 1
  return (
    <section className={`network span-${width}`} aria-label={network}>
      <div className="network-head">
        <h2 dir="auto">{network}</h2>
        {members.length > 1 && (
          <Link
            href={`/wall?c=${members
              .slice(0, mostOnWall)
              .map(({ id }) => id)
              .join(',')}`}
          >
            {t.onAir.openWall}
            <span className="quiet">: {network}</span>
          </Link>
        )}
      </div>
      <ul className="cards" ref={grid}>
        {members.map((channel, n) => (
          <Fragment key={channel.id}>
            <ChannelCard {...{ channel, isPaused, opened }} />
            {n === lastInRow && panel !== false && <li className="opened-row">{panel}</li>}
          </Fragment>
        ))}
      </ul>
    </section>
  )
}

/** By name, those that are off after the others. */
function byNetwork(channels: readonly Channel[], other: string): Network[] {
  const names = new Intl.Collator(undefined, { numeric: true })
  const isOff = ({ state }: Channel): number => (state === 'offline' ? 1 : 0)
  const groups = new Map<string, Channel[]>()
  for (const channel of channels) {
    const network = channel.network ?? other
    groups.set(network, [...(groups.get(network) ?? []), channel])
  }
  for (const members of groups.values())
    members.sort((a, b) => isOff(a) - isOff(b) || names.compare(a.name, b.name))
  return [...groups].sort(([a], [b]) => names.compare(a, b))
}

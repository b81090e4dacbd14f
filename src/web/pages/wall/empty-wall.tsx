import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { useWallMessages } from '../../messages/wall/use-wall-messages.ts'
import { Monogram } from '../../shared/channels/monogram.tsx'
import type { Tile } from './layout/layout.ts'
import { useSavedWalls } from './saved/use-saved-walls.ts'

/** What can be read at once. */
const mostFilled = 12

/** A wall without tiles: what to do, what is on, and the walls there were. */
export function EmptyWall(props: {
  readonly channels: readonly Channel[] | undefined
  readonly onFill: (tiles: readonly Tile[]) => void
  readonly onAdd: (name: string, tiles: readonly Tile[]) => void
}): ReactNode {
  const { channels, onFill, onAdd } = props
  const t = useWallMessages()
  const walls = useSavedWalls()
  const onAir = (channels ?? []).filter(({ state }) => state === 'live').slice(0, mostFilled)
  const tileOf = (channel: Channel): Tile => ({ channel: channel.id, track: null, size: 'normal' })
  return (
    <div className="empty wall-empty">
      <p>{t.empty.lead}</p>
      {walls.length > 0 && (
        <section>
          <h2>{t.empty.mine}</h2>
          <ul className="wall-mine">
            {walls.map(({ name, address }) => (
              <li key={name}>
                <Link href={address} dir="auto">
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {channels !== undefined && onAir.length === 0 && <p className="muted">{t.empty.nothing}</p>}
      {onAir.length > 0 && (
        <section>
          <h2>{t.empty.onAir}</h2>
          <button type="button" className="fill" onClick={() => onFill(onAir.map(tileOf))}>
            {t.empty.fill(onAir.length)}
          </button>
          <ul className="wall-on-air">
            {onAir.map((channel) => (
              <li key={channel.id}>
                <button type="button" onClick={() => onAdd(channel.name, [tileOf(channel)])}>
                  <Monogram name={channel.name} />
                  <span>
                    <strong dir="auto">{channel.name}</strong>
                    <span className="muted" dir="auto">
                      {channel.now?.title ?? channel.network}
                    </span>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  )
}
